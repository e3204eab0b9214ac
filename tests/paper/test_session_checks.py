"""Arrival, discharge and schedule in words: what was not so is never lost among what was."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.schedule import Slot, SlotState
from kapnotes.paper.session_checks import arrival_check, discharge_check, schedule_said
from kapnotes.paper.summary import Check, Line
from kapnotes.records.session_row import FIELDS

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_check(noun: str, **values: Any) -> Check:
    blank = {**dict.fromkeys(FIELDS[noun]), "recorded_by_name": "Mina", "caution_reason": None}
    known = {**blank, "observed_at": AT, **values}
    if noun == "arrival":
        return arrival_check(known, BERLIN)
    return discharge_check(known, BERLIN, dosed_at=AT - timedelta(minutes=90))


def line(check: Check, label: str) -> Line | None:
    return next((one for one in check.lines if one.label == label), None)


def test_what_was_confirmed_stands_on_one_line_with_who_it_was() -> None:
    check = a_check(
        "arrival",
        identity_checked=True,
        escort_confirmed=True,
        escort_name="Runa",
        time_out=False,
        time_out_people="nobody",
    )
    assert line(check, "Confirmed") == Line("Confirmed", "identity; escort home (Runa)")
    assert line(check, "Not confirmed") == Line("Not confirmed", "time-out (nobody)", is_open=True)
    missing = line(check, "Not recorded")
    assert missing == Line("Not recorded", "consent, again today; fasting; medicines gone through")


def test_a_blank_check_says_what_is_blank_and_nothing_else() -> None:
    check = a_check("arrival")
    assert [one.label for one in check.lines] == ["Not recorded", "Vitals before the dose"]
    assert (check.at.hour, check.by) == (10, "Mina")


def test_vitals_that_were_not_acceptable_stand_out() -> None:
    check = a_check("arrival", baseline="not_acceptable", baseline_by="Dr Vogel")
    found = line(check, "Vitals before the dose")
    assert found == Line(
        "Vitals before the dose", "Not acceptable, judged by Dr Vogel", is_open=True
    )


def test_a_meal_of_the_day_before_has_its_date() -> None:
    check = a_check(
        "arrival",
        last_food_at=AT - timedelta(hours=14),
        last_drink_at=AT - timedelta(hours=2),
        weight_kg=Decimal("71.50"),
        weighed_on=date(2026, 11, 20),
    )
    assert line(check, "Last food") == Line("Last food", "22 Nov 2026, 20:00")
    assert line(check, "Last drink") == Line("Last drink", "08:00")
    assert line(check, "Weight") == Line("Weight", "71.5\N{NO-BREAK SPACE}kg, 20 Nov 2026")


def test_leaving_is_said_with_its_minute_and_recovery_that_goes_on_stands_out() -> None:
    gone = a_check("discharge", left_at=AT, aldrete=9, walking=True, oriented=False)
    assert line(gone, "Left at") == Line("Left at", "10:00, 90 min after the first dose")
    assert line(gone, "Aldrete score") == Line("Aldrete score", "9 of 10")
    assert line(gone, "Not confirmed") == Line("Not confirmed", "alert and oriented", is_open=True)
    assert line(a_check("discharge"), "Left at") == Line("Left at", "not recorded", is_open=True)


def test_why_somebody_left_early_is_said() -> None:
    check = a_check("discharge", left_at=AT, caution_reason="Lives next door")
    assert line(check, "Why it stands") == Line("Why it stands", "Lives next door")


def a_slot(minutes: int, state: SlotState, late: int | None = None) -> Slot:
    due = AT + timedelta(minutes=minutes)
    taken = due + timedelta(minutes=late) if late is not None else None
    return Slot(minutes=minutes, label=f"{minutes} min", due_at=due, state=state, taken_at=taken)


DONE = a_slot(15, SlotState.DONE, 0)


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ([], ()),
        ([a_slot(90, SlotState.LATER)], ()),
        ([DONE], ("In time: 1 of 1 reading of the schedule.",)),
        ([DONE, DONE], ("All 2 readings of the schedule were taken in time.",)),
        (
            [DONE, a_slot(30, SlotState.LATE, 11), a_slot(60, SlotState.MISSED)],
            (
                "In time: 1 of 3 readings of the schedule.",
                "30 min: taken 11 minutes late, at 10:41.",
                "60 min: missed.",
            ),
        ),
        (
            [a_slot(30, SlotState.LATE)],
            ("In time: 0 of 1 reading of the schedule.", "30 min: late, not taken yet."),
        ),
    ],
)
def test_the_schedule_is_said_as_it_was_met(slots: list[Slot], said: tuple[str, ...]) -> None:
    assert schedule_said(slots, BERLIN) == said
