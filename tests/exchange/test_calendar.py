"""A calendar is read by any other program, and says nothing of whom or what for."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.exchange.calendar import LONGEST_LINE, Appointment, calendar, escaped, folded

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ONE = Appointment(
    id=UUID(int=7),
    revision=2,
    starts_at=datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")),
    length=timedelta(minutes=100),
)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_an_appointment_is_written_as_the_standard_has_it() -> None:
    assert unfolded(calendar([ONE], title="Appointment", at=AT)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Appointments//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:00000000-0000-0000-0000-000000000007",
        "DTSTAMP:20261123T090000Z",
        "DTSTART:20261201T090000Z",
        "DTEND:20261201T104000Z",
        "SEQUENCE:2",
        "SUMMARY:Appointment",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_the_same_wall_time_before_and_after_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    days = [datetime(2027, 3, day, 10, 0, tzinfo=zone) for day in (27, 29)]
    both = [
        Appointment(id=UUID(int=n), revision=0, starts_at=day, length=timedelta(hours=1))
        for n, day in enumerate(days)
    ]
    text = calendar(both, title="Appointment", at=AT)
    assert "DTSTART:20270327T090000Z" in text
    assert "DTSTART:20270329T080000Z" in text


def test_a_cancelled_appointment_goes_from_a_calendar_that_had_it() -> None:
    gone = Appointment(
        id=ONE.id, revision=3, starts_at=ONE.starts_at, length=ONE.length, is_cancelled=True
    )
    lines = unfolded(calendar([gone], title="Appointment", at=AT))
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT", f"UID:{ONE.id}", "SEQUENCE:3"} <= set(lines)


def test_nothing_at_all_is_still_a_calendar() -> None:
    lines = unfolded(calendar([], title="Appointment", at=AT))
    assert (lines[0], lines[-1], len(lines)) == ("BEGIN:VCALENDAR", "END:VCALENDAR", 6)


def test_a_title_cannot_become_a_line_of_its_own() -> None:
    assert escaped("a;b,c\\d\r\nDTSTART:1\n\x07") == "a\\;b\\,c\\\\d\\nDTSTART:1\\n"


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=300))
def test_no_line_is_longer_than_75_octets_and_nothing_is_lost(line: str) -> None:
    text = folded(line)
    assert all(len(piece.encode()) <= LONGEST_LINE for piece in text.split("\r\n"))
    assert text.replace("\r\n ", "") == line
