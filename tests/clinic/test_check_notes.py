"""Notes that are missing, open, late or wait too long; and an integration that came late."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kapnotes.clinic.check_facts import NoteFact
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.lasting import briefly, counted, lasting
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import IV_INDUCTION_SIX
from tests.clinic.chain import COMPLETED, DAY, DOSED, HOUR, NOW, chain, found, note, said

C, K, S = CheckCode, NoteKind, NoteState
DUE = {K.PREPARATION: DOSED, K.DOSING: COMPLETED + 24 * HOUR, K.INTEGRATION: DOSED + 72 * HOUR}
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("kind", K)
def test_a_note_that_is_not_begun_is_missing_after_its_time(kind: NoteKind) -> None:
    without = chain(notes=tuple(note(other) for other in K if other is not kind))
    assert found(without, C.NOTE_MISSING, at=DUE[kind]) == []
    [missing] = found(without, C.NOTE_MISSING, at=max(DUE[kind], COMPLETED) + SECOND)
    assert missing.about == kind


def test_a_missing_note_is_named_with_its_time_by_the_practices_clocks() -> None:
    without = chain(notes=(note(K.PREPARATION),), zone="Europe/Lisbon")
    assert said(without, C.NOTE_MISSING) == [
        "The dosing-session note is not begun; it was due 3 March 2026, 13:00.",
        "The integration note is not begun; it was due 5 March 2026, 10:00.",
    ]
    tokyo = replace(without, zone="Asia/Tokyo")
    assert "3 March 2026, 22:00" in said(tokyo, C.NOTE_MISSING)[0]


def test_the_hours_are_those_of_the_protocol() -> None:
    protocol = replace(IV_INDUCTION_SIX, dosing_hours=48)
    without = chain(notes=(note(K.PREPARATION), note(K.INTEGRATION)), protocol=protocol)
    assert found(without, C.NOTE_MISSING, at=COMPLETED + 48 * HOUR) == []
    assert len(found(without, C.NOTE_MISSING, at=COMPLETED + 48 * HOUR + SECOND)) == 1


@pytest.mark.parametrize(
    ("state", "words"), [(S.DRAFT, "a draft"), (S.RETURNED, "back with its author")]
)
def test_an_open_note_is_unsigned_after_its_time(state: NoteState, words: str) -> None:
    draft = note(K.DOSING, state=state, signed_at=None)
    facts = chain(notes=(note(K.PREPARATION), draft, note(K.INTEGRATION)))
    assert found(facts, C.NOTE_UNSIGNED, at=DUE[K.DOSING]) == []
    assert said(facts, C.NOTE_UNSIGNED, at=DUE[K.DOSING] + SECOND) == [
        f"The dosing-session note is {words}; its signature was due 3 March 2026, 13:00."
    ]
    assert found(facts, C.NOTE_MISSING) == []


def test_a_draft_left_over_beside_a_signed_note_is_unsigned_too() -> None:
    left = note(K.DOSING, state=S.DRAFT, signed_at=None, key="left")
    facts = chain(notes=(*chain().notes, left))
    assert [one.note for one in found(facts, C.NOTE_UNSIGNED)] == ["left"]


@pytest.mark.parametrize(("after", "is_late"), [(0 * SECOND, False), (SECOND, True)])
def test_a_note_signed_after_its_time_is_late(after: timedelta, *, is_late: bool) -> None:
    late = note(K.INTEGRATION, signed_at=DUE[K.INTEGRATION] + after)
    facts = chain(notes=(note(K.PREPARATION), note(K.DOSING), late))
    assert bool(found(facts, C.NOTE_LATE)) is is_late


def test_a_late_note_says_by_how_much() -> None:
    late = note(K.DOSING, signed_at=DUE[K.DOSING] + 5 * HOUR, key="mine")
    other = note(K.DOSING, signed_at=DUE[K.DOSING] + 7 * HOUR, key="other")
    [finding] = found(chain(notes=(other, late)), C.NOTE_LATE)
    assert finding.note == "mine"
    assert finding.sentence == (
        "The dosing-session note was signed 3 March 2026, 18:00, 5 hours after its time."
    )


@pytest.mark.parametrize(("after", "is_late"), [(0 * SECOND, False), (SECOND, True)])
def test_a_cosignature_is_late_after_its_hours(after: timedelta, *, is_late: bool) -> None:
    signed = COMPLETED + HOUR
    waits = note(K.DOSING, state=S.AWAITING_COSIGNATURE, signed_at=signed)
    facts = chain(notes=(note(K.PREPARATION), waits, note(K.INTEGRATION)))
    assert bool(found(facts, C.COSIGNATURE_LATE, at=signed + 72 * HOUR + after)) is is_late
    given = replace(waits.times, state=S.COSIGNED, cosigned_at=signed + 72 * HOUR + after)
    cosigned = replace(facts, notes=(facts.notes[0], replace(waits, times=given), facts.notes[2]))
    assert bool(found(cosigned, C.COSIGNATURE_LATE)) is is_late


def test_a_late_cosignature_says_how_long_it_waits_or_waited() -> None:
    signed = COMPLETED + HOUR
    waits = note(K.DOSING, state=S.AWAITING_COSIGNATURE, signed_at=signed)
    facts = chain(notes=(waits,))
    assert said(facts, C.COSIGNATURE_LATE, at=signed + 4 * DAY) == [
        "The dosing-session note has waited 4 days for its co-signature; 72 hours are given."
    ]
    given = replace(waits.times, state=S.COSIGNED, cosigned_at=signed + 80 * HOUR)
    [waited] = said(chain(notes=(replace(waits, times=given),)), C.COSIGNATURE_LATE)
    assert "waited 3 days" in waited


def test_a_note_that_asks_for_no_cosignature_is_never_late_for_one() -> None:
    assert found(chain(), C.COSIGNATURE_LATE, at=NOW + 100 * DAY) == []
    unsigned = note(K.DOSING, state=S.AWAITING_COSIGNATURE, signed_at=None)
    assert found(chain(notes=(unsigned,)), C.COSIGNATURE_LATE) == []


@pytest.mark.parametrize(("days", "is_late"), [(3, False), (4, True)])
def test_an_integration_is_late_after_its_days(days: int, *, is_late: bool) -> None:
    facts = chain(notes=(note(K.PREPARATION), note(K.DOSING), held(days, "a")))
    assert bool(found(facts, C.INTEGRATION_LATE)) is is_late
    assert found(facts, C.INTEGRATION_LATE, integration_days=4) == []


def held(day: int, key: str) -> NoteFact:
    return note(K.INTEGRATION, session_on=(DOSED + day * DAY).date(), key=key)


def test_the_first_session_of_several_counts_and_one_before_the_dose_is_none() -> None:
    assert found(chain(notes=(held(8, "b"), held(2, "a"))), C.INTEGRATION_LATE) == []
    [late] = found(chain(notes=(held(8, "b"), held(-1, "a"))), C.INTEGRATION_LATE)
    assert (late.note, late.link_id) == ("b", "session-date")
    assert late.sentence == (
        "The first integration session was 8 days after the dose; it is asked for within 3 days."
    )


def test_no_integration_is_said_once() -> None:
    none = chain(notes=(note(K.PREPARATION), note(K.DOSING)))
    assert found(none, C.INTEGRATION_LATE) == []
    assert len(found(none, C.NOTE_MISSING)) == 1
    off = frozenset({C.NOTE_MISSING.value})
    assert said(none, C.INTEGRATION_LATE, off=off) == [
        "No integration session within 3 days of the dose."
    ]
    assert found(none, C.INTEGRATION_LATE, off=off, at=DOSED + 3 * DAY) == []


def test_an_integration_note_without_a_day_is_no_session() -> None:
    dateless = note(K.INTEGRATION, session_on=None)
    facts = chain(notes=(note(K.PREPARATION), note(K.DOSING), dateless))
    assert said(facts, C.INTEGRATION_LATE) == ["No integration session within 3 days of the dose."]


def test_a_dose_before_midnight_is_of_the_practices_day() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    times = replace(chain().times, dosed_at=late, completed_at=late + HOUR, planned_for=late)
    third_day = note(K.INTEGRATION, session_on=late.date() + 3 * DAY)
    facts = chain(times=times, notes=(third_day,), zone="America/New_York")
    assert found(facts, C.INTEGRATION_LATE) == []


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (59 * timedelta(minutes=1), "less than an hour"),
        (HOUR, "1 hour"),
        (47 * HOUR + 59 * timedelta(minutes=1), "47 hours"),
        (2 * DAY, "2 days"),
        (71 * HOUR, "2 days"),
    ],
)
def test_a_span_is_never_said_longer_than_it_is(span: timedelta, words: str) -> None:
    assert lasting(span) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [(HOUR / 2, "under 1 h"), (20 * HOUR, "20 h"), (71 * HOUR, "2 d")],
)
def test_a_span_fits_the_cell_of_a_table(span: timedelta, words: str) -> None:
    assert briefly(span) == words


def test_a_count_has_its_noun() -> None:
    assert [counted(number, "note") for number in (0, 1, 2, 1200)] == [
        *("0 notes", "1 note", "2 notes", "1,200 notes")
    ]
