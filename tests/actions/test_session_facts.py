"""A dosing note begins with the facts of its session, and with nothing that somebody told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes import db, forms
from kapnotes.actions import note, note_facts
from kapnotes.actions.session_facts import fillable, session_facts
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, StaleDraft, WrongState
from kapnotes.library import note_definition
from kapnotes.records.course import Infusion
from kapnotes.records.session_record import Values
from kapnotes.records.session_row import (
    FIELDS,
    TABLES,
)
from tests.builders import AT, Small
from tests.whole_session import EVENTS, run_whole_session

DOSING = note_definition("dosing")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NARRATIVE = {
    "arrival-state",
    "phases",
    "themes",
    "support-words",
    "difficult-words",
    "difficult-help",
    "recovery-words",
    "patient-words",
    "immediate-integration",
    "assessment",
    "plan",
    "depth",
    "left",
}


def begun(small: Small, kind: str = "dosing") -> note.Writing:
    note_id = note.begin(infusion_id=small.infusion_id, kind=kind, by=small.therapist, at=AT)
    return note.open_to_write(note_id=note_id, by=small.therapist, at=AT)


def an_infusion(state: str = "completed", **known: Any) -> Infusion:
    return Infusion(id=uuid4(), state=state, route="iv", started_at=START, **known)


def a_row(record: str, observed_at: datetime = START, **values: Any) -> Values:
    usual = {"route": "iv"} if record == "dose" else {}
    blank = dict.fromkeys(FIELDS[record])
    return {**blank, **usual, "record": record, "observed_at": observed_at, **values}


def facts(
    rows: list[Values], infusion: Infusion | None = None, zone: str = "UTC"
) -> dict[str, Any]:
    return session_facts(DOSING, infusion or an_infusion(), rows, zone=zone)


def test_a_new_dosing_note_knows_the_facts_of_its_session(small: Small) -> None:
    run_whole_session(small)
    raw = begun(small).raw
    assert raw["session-date"] == ["2026-11-23"]
    assert (raw["session-start"], raw["session-end"]) == (["08:00"], ["08:53"])
    assert raw["last-food"] == ["2026-11-23T00:00"]
    assert raw["weight-kg"] == ["71.5"]
    assert raw["baseline"] == ["acceptable"]
    assert raw["time-out-people"] == ["Mina and Thea"]
    assert raw["access-site"] == ["Left forearm, 22 G"]
    assert raw["onset"] == ["8"]
    assert raw["adverse.0.adverse-kind"] == ["nausea"]
    assert raw["adverse.0.adverse-action"] == ["Infusion paused, head raised"]
    assert raw["instructions"] == ["written", "driving"]
    assert (raw["discharge-time"], raw["aldrete"]) == (["08:53"], ["10"])
    assert not forms.read(DOSING, raw).errors


def test_nothing_of_what_somebody_told_in_words_is_taken(small: Small) -> None:
    run_whole_session(small)
    raw = begun(small).raw
    assert not NARRATIVE & set(raw)
    said = " ".join(value for values in raw.values() for value in values)
    for told in (*(words for _, _, words in EVENTS if words), "Brief", "Steady"):
        assert told not in said
    assert note.CARRIED not in raw


def test_other_notes_know_nothing_of_the_session(small: Small) -> None:
    run_whole_session(small)
    writing = begun(small, "integration")
    assert set(writing.raw) <= {"session-date", "session-start"}
    assert writing.facts == 0


def test_what_can_still_change_waits_until_it_cannot(small: Small) -> None:
    run_whole_session(small, is_over=False)
    raw = begun(small).raw
    assert raw["dose-given"] == raw["identity-checked"] == ["true"]
    assert not {"session-end", "adverse-seen", "oriented", "discharge-time"} & set(raw)


def test_before_the_dose_only_the_hours_are_known() -> None:
    arrival = a_row("arrival", time_out=False, identity_checked=True)
    found = facts([arrival], an_infusion("in_progress"))
    assert set(found) == {"session-date", "session-start"}
    after = facts([arrival, a_row("dose", weight_kg=Decimal(70))], an_infusion("in_progress"))
    assert after["time-out"] == ["false"]
    assert after["weight-kg"] == ["70"], "the dose knows the weight where the check does not"


def test_the_facts_of_later_are_filled_on_asking_and_nothing_typed_is_lost(small: Small) -> None:
    writing = begun(small)
    typed = {"themes": ["A door"], "aldrete": ["9"], "session-start": ["07:30"]}
    saved = note.save(
        note_id=writing.note.id, base=1, raw={**writing.raw, **typed}, by=small.therapist, at=AT
    )
    run_whole_session(small)
    offered = note.open_to_write(note_id=writing.note.id, by=small.therapist, at=AT)
    assert offered.facts > 20
    taken, many = note_facts.take_facts(
        note_id=writing.note.id, base=saved.version, by=small.therapist, at=AT
    )
    assert many == offered.facts
    assert taken.version == saved.version + 1
    again = note.open_to_write(note_id=writing.note.id, by=small.therapist, at=AT)
    assert {name: again.raw[name] for name in typed} == typed
    assert again.raw["identity-checked"] == ["true"]
    assert again.facts == 0
    assert not forms.read(DOSING, again.raw).errors
    *_, before = note.look_at_drafts(note_id=writing.note.id, by=small.therapist, at=AT)[2]
    assert "identity-checked" not in before.raw


def test_filling_twice_leaves_no_draft_and_no_event(small: Small) -> None:
    run_whole_session(small)
    writing = begun(small)

    def events() -> int:
        with db.current().reading() as opened:
            return opened.query(Entry).count()

    before = events()
    saved, many = note_facts.take_facts(note_id=writing.note.id, base=1, by=small.therapist, at=AT)
    assert (saved.version, many) == (1, 0)
    assert events() == before


def test_who_said_that_there_was_no_adverse_event_gets_no_rows_of_them(small: Small) -> None:
    writing = begun(small)
    raw = {**writing.raw, "adverse-seen": ["false"]}
    note.save(note_id=writing.note.id, base=1, raw=raw, by=small.therapist, at=AT)
    run_whole_session(small)
    note_facts.take_facts(note_id=writing.note.id, base=2, by=small.therapist, at=AT)
    after = note.open_to_write(note_id=writing.note.id, by=small.therapist, at=AT).raw
    assert after["adverse-seen"] == ["false"]
    assert not [name for name in after if name.startswith("adverse.")]


def test_rows_that_are_begun_get_no_others_beside_them() -> None:
    known = {"adverse-seen": ["true"], "adverse.0.adverse-kind": ["nausea"], "aldrete": ["9"]}
    typed = {"adverse.0.adverse-action": ["Water"], "adverse-seen": ["true"]}
    assert fillable(DOSING, typed, known) == {"aldrete": ["9"]}


def test_only_its_author_fills_an_open_dosing_note_on_what_they_see(small: Small) -> None:
    run_whole_session(small)
    writing, other = begun(small), begun(small, "preparation")
    for actor in (small.medical, small.supervisor, small.other_therapist):
        with pytest.raises((NotAllowed, OutOfReach)):
            note_facts.take_facts(note_id=writing.note.id, base=1, by=actor, at=AT)
    with pytest.raises(StaleDraft):
        note_facts.take_facts(note_id=writing.note.id, base=0, by=small.therapist, at=AT)
    with pytest.raises(WrongState):
        note_facts.take_facts(note_id=other.note.id, base=1, by=small.therapist, at=AT)


def test_a_session_over_midnight_has_no_end_on_its_day() -> None:
    leaving = a_row("discharge", left_at=START + timedelta(hours=16))
    found = facts([a_row("dose"), leaving])
    assert "session-end" not in found
    assert "discharge-time" not in found
    assert found["session-date"] == ["2026-11-23"]


def test_the_hours_are_those_of_the_practice_and_never_run_backwards() -> None:
    put_back = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    infusion = an_infusion()
    infusion.started_at = put_back
    left = a_row("discharge", left_at=put_back + timedelta(minutes=50))
    found = facts([a_row("dose", put_back), left], infusion, "Europe/Berlin")
    assert found["session-start"] == ["02:40"]
    assert "session-end" not in found, "02:30 on the wall, after the clocks were put back"


def test_an_adverse_event_of_another_kind_is_said_in_words() -> None:
    event = a_row("adverse_event", kind="other", severity="mild", words="A cramp")
    found = facts([event])
    assert found["adverse.0.adverse-kind~other"] == ["Other"]
    assert "A cramp" not in str(found)


@pytest.mark.parametrize(("minutes", "said"), [(-3, None), (12, ["12"]), (300, None)])
def test_a_first_effect_is_one_of_this_dose(minutes: int, said: list[str] | None) -> None:
    tapped = a_row("session_event", START + timedelta(minutes=minutes), kind="onset")
    assert facts([a_row("dose"), tapped]).get("onset") == said


MOMENTS = st.integers(-3000, 3000).map(lambda minutes: START + timedelta(minutes=minutes))
TEXTS = (
    st.none() | st.text(max_size=250) | st.sampled_from(["", " ", "a\r\nb", "\u202e", "x" * 5000])
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "observed_at": MOMENTS,
    "kind": st.sampled_from(["onset", "words", "nausea", "other", "own_x", "never heard of"]),
    "severity": st.sampled_from(["mild", "severe", "odd"]),
    "outcome": st.none() | st.sampled_from(["resolved", "odd"]),
    "route": st.sampled_from(["iv", "im", "oral", "odd"]),
    "baseline": st.none() | st.sampled_from(["acceptable", "not_acceptable", "odd"]),
    "weight_kg": st.none() | st.decimals(0, 1000, places=2),
    "weighed_on": st.none() | st.dates(),
    "aldrete": st.none() | st.integers(-3, 30),
    "is_running": st.booleans(),
}


def _guess(name: str) -> st.SearchStrategy[Any]:
    """A strategy for a field by what its column holds."""
    if name.endswith("_at"):
        return st.none() | MOMENTS
    columns = {one.name: one for table in TABLES.values() for one in table.__table__.columns}
    kind = columns[name].type.python_type if name in columns else str
    if kind is str:
        return TEXTS
    return st.none() | (st.booleans() if kind is bool else st.integers(0, 99))


ROWS = st.sampled_from(sorted(TABLES)).flatmap(
    lambda noun: st.fixed_dictionaries(
        {name: VALUES.get(name, _guess(name)) for name in FIELDS[noun]}
    ).map(lambda values: a_row(noun, **values))
)


@given(
    st.lists(ROWS, max_size=6),
    st.sampled_from(["planned", "in_progress", "completed", "cancelled"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati"]),
    st.sampled_from([{}, {"left": ["home"], "plan": ["Go on"]}]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_recorded_is_filled_so_that_it_can_be_read(
    rows: list[Values], state: str, zone: str, typed: dict[str, list[str]]
) -> None:
    infusion = an_infusion(state, completed_at=START + timedelta(hours=2))
    found = facts(rows, infusion, zone)
    filled = note.kept(DOSING, {**typed, **fillable(DOSING, typed, found)})
    assert not forms.read(DOSING, filled).errors
    assert {name: filled[name] for name in typed} == typed
    assert not NARRATIVE & set(found)
