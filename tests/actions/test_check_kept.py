"""What the checks found is kept with the act that shows it, and by the worker's round."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import check, check_facts, check_list, infusion, note, session, setting
from kapnotes.actions.check_list import Age, Filters
from kapnotes.audit.trail import Entry
from kapnotes.clinic.check_rule import CheckCode, CheckLevel
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records import kept_finding
from kapnotes.records.kept_finding import AT_ONCE, ChainCheck, Counts, KeptFinding
from tests.actions.chain_of import DAY, HOUR, LONG, drafted, kept, round_at
from tests.builders import (
    AT,
    Small,
    cosign,
    minute,
    plan,
    run_session,
    send_back,
    sign,
    signed,
    written,
)
from tests.whole_session import LEFT

_C = CheckCode
MOST = 25
"""Queries for the facts of any number of chains."""


@contextmanager
def asked() -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    found: list[str] = []

    def note_down(*given: object) -> None:
        found.append(str(given[2]))

    sa.event.listen(db.current().engine, "before_cursor_execute", note_down)
    yield found
    sa.event.remove(db.current().engine, "before_cursor_execute", note_down)


def set_rule(small: Small, **changed: object) -> None:
    """Change the practice's rule of the checks."""
    values = {**to_plain(DEFAULTS["check_rule"]), **changed}
    setting.change(name="check_rule", values=values, by=small.administrator, at=AT)


def test_completing_a_session_keeps_what_is_found(small: Small) -> None:
    run_session(small)
    [found] = kept(_C.DISCHARGE_INCOMPLETE)
    assert (found.author_id, found.level) == (small.therapist.id, CheckLevel.MUST)
    session.record_discharge(
        infusion_id=small.infusion_id, values=LEFT, reason="Near", by=small.medical, at=minute(56)
    )
    assert not kept(_C.DISCHARGE_INCOMPLETE)


def test_signing_cosigning_and_returning_keep_what_is_found(supervised: Small) -> None:
    run_session(supervised)
    late = minute(55) + 30 * HOUR
    made = written(supervised, "dosing")
    assert not kept(_C.NOTE_LATE)
    sign(supervised, made, at=late)
    [found] = kept(_C.NOTE_LATE)
    assert (found.note_id, found.note_kind) == (made, "dosing")
    send_back(supervised, made, at=late + HOUR)
    assert [one.note_id for one in kept(_C.NOTE_UNSIGNED)] == [made]
    sign(supervised, made, at=late + 2 * HOUR)
    assert not kept(_C.NOTE_UNSIGNED)
    cosign(supervised, made, at=late + 10 * DAY)
    assert [one.note_id for one in kept(_C.COSIGNATURE_LATE)] == [made]


def test_of_a_draft_no_word_is_kept(small: Small) -> None:
    run_session(small)
    made = drafted(small, "integration", {"therapy-words": "Strong countertransference today."})
    round_at(AT + HOUR)
    assert not kept(_C.PROCESS_SUSPECTED)
    sign(small, made)
    [found] = kept(_C.PROCESS_SUSPECTED)
    assert (found.note_id, found.level) == (made, CheckLevel.HINT)


def test_what_is_gone_keeps_its_row_and_comes_back_under_it(small: Small) -> None:
    run_session(small)
    [before] = kept(_C.DISCHARGE_INCOMPLETE)
    made = session.record_discharge(
        infusion_id=small.infusion_id, values=LEFT, reason="Near", by=small.medical, at=minute(56)
    )
    with db.current().reading() as opened:
        row = opened.get(KeptFinding, before.id)
        assert row is not None
        assert row.gone_at == minute(56)
    session.correct_discharge(
        row_id=made.row_id,
        values={**LEFT, "oriented": None},
        reason="Not asked",
        why="",
        by=small.medical,
        at=minute(58),
    )
    assert [one.level for one in kept(_C.DISCHARGE_INCOMPLETE)] == [CheckLevel.HINT]


def test_what_is_refused_keeps_nothing(small: Small) -> None:
    run_session(small)
    before = [(one.id, one.seen_at) for one in kept()]
    made = written(small, "dosing")
    with pytest.raises(NotAllowed):
        note.discard(note_id=made, by=small.medical, at=AT)
    assert [(one.id, one.seen_at) for one in kept()] == before


def test_the_round_finds_what_time_alone_brings(small: Small) -> None:
    run_session(small)
    assert not [one for one in kept(_C.NOTE_MISSING) if one.note_kind == "dosing"]
    round_at(minute(55) + 25 * HOUR)
    found = {one.note_kind for one in kept(_C.NOTE_MISSING)}
    assert found == {"preparation", "dosing"}


def test_the_round_comes_to_an_end_and_is_one_event_for_each_batch(small: Small) -> None:
    run_session(small)
    at = minute(55) + 25 * HOUR
    assert round_at(at) == 1
    assert not check.is_behind(at=at)
    assert round_at(at) == 0
    with db.current().reading() as opened:
        events = opened.execute(
            sa.select(Entry.details).where(Entry.event == "checks.made")
        ).scalars()
        assert [one["chains"] for one in events] == [1]


def test_a_change_has_its_chain_looked_at_again(small: Small) -> None:
    round_at(AT)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=AT)
    round_at(AT)
    values = {"observed_at": AT, "systolic": 120, "diastolic": 80}
    session.record_vitals(infusion_id=small.infusion_id, values=values, by=small.medical, at=AT)
    assert _again(small) == AT_ONCE
    round_at(AT)
    made = note.begin(infusion_id=small.infusion_id, kind="dosing", by=small.therapist, at=AT)
    round_at(AT)
    with asked() as found:
        note.save(
            note_id=made, base=1, raw={"assessment": [LONG]}, by=small.therapist, at=AT + HOUR
        )
    assert not any(name in one for one in found for name in ("chain_check", "finding"))
    assert _again(small) == AT + HOUR, "saving a draft changes nothing"


def _again(small: Small) -> object:
    with db.current().reading() as opened:
        row = opened.get(ChainCheck, small.infusion_id)
        assert row is not None
        return row.again_at


def test_a_check_that_is_switched_off_leaves_at_once_and_comes_back(small: Small) -> None:
    run_session(small)
    assert kept(_C.VITALS_MISSED)
    set_rule(small, off=["vitals_missed"])
    assert not kept(_C.VITALS_MISSED)
    round_at(AT + timedelta(minutes=1))
    assert not kept(_C.VITALS_MISSED)
    setting.change(
        name="check_rule",
        values=to_plain(DEFAULTS["check_rule"]),
        by=small.administrator,
        at=AT + timedelta(minutes=2),
    )
    round_at(AT + timedelta(minutes=3))
    assert kept(_C.VITALS_MISSED)


def test_a_limit_of_the_practice_counts_for_texts_that_were_compared_before(small: Small) -> None:
    run_session(small)
    signed(small, "integration", insights=LONG)
    other = plan(small.course_id, small.therapist)
    made = written(small, "integration", other, insights=LONG)
    sign(small, made, at=AT + HOUR)
    assert kept(_C.TEXT_CLONED)
    round_at(AT + 2 * HOUR)
    assert kept(_C.TEXT_CLONED), "not compared again, and still there"
    set_rule(small, clone_words=500)
    round_at(AT + 3 * HOUR)
    assert not kept(_C.TEXT_CLONED)


def test_a_list_holds_what_is_theirs(small: Small) -> None:
    run_session(small)
    at = AT + timedelta(minutes=1)

    def codes(who: str) -> set[str]:
        by = getattr(small, who)
        view = check_list.look(filters=Filters(), by=by, at=at)
        return {one.finding.code for one in view.rows}

    assert {_C.NOTE_MISSING, _C.DISCHARGE_INCOMPLETE, _C.MEASURE_MISSING} <= codes("therapist")
    assert codes("supervisor") == codes("therapist")
    assert _C.DISCHARGE_INCOMPLETE in codes("medical")
    assert codes("medical") <= check.MEDICAL
    assert codes("other_therapist") == set()
    with pytest.raises(NotAllowed):
        codes("administrator")


def test_a_list_is_narrowed_by_each_filter(small: Small) -> None:
    run_session(small)
    at = AT + 2 * DAY
    round_at(at)

    def found(**chosen: object) -> set[str]:
        filters = replace(Filters(), **chosen)  # type: ignore[arg-type] # names of the filters
        rows = check_list.look(filters=filters, by=small.supervisor, at=at).rows
        return {one.finding.code for one in rows}

    assert found(code=_C.VITALS_MISSED) == {_C.VITALS_MISSED}
    assert found(level=CheckLevel.MUST) == {_C.NOTE_MISSING, _C.DISCHARGE_INCOMPLETE}
    assert found(kind=NoteKind.DOSING) == {_C.NOTE_MISSING}
    assert found(person_id=small.other_therapist.id) == set()
    assert _C.DISCHARGE_INCOMPLETE in found(age=Age.DAY)
    assert found(age=Age.WEEK) == set()


def test_pages_hold_everything_once(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    run_session(small)
    monkeypatch.setattr(check_list, "PAGE", 3)
    seen, after = [], ""
    while True:
        view = check_list.look(filters=Filters(), after=after, by=small.therapist, at=AT)
        seen += [one.finding.id for one in view.rows]
        after = view.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == len(kept()) == view.total


def test_counts_are_of_notes_people_chains_and_patients_within_reach(small: Small) -> None:
    run_session(small)
    made = signed(small, "preparation")
    reach, other = small.supervisor.reach(AT), small.other_therapist.reach(AT)
    with db.current().reading() as opened:
        assert kept_finding.counts(opened, [made], reach=reach) == {made: Counts(should=1)}
        assert kept_finding.counts(opened, [made], reach=other) == {}
        chain = partial(kept_finding.of_one_chain, opened, small.infusion_id)
        patients = kept_finding.by_patient(opened, [small.patient_id], reach=reach)
        assert chain(codes=frozenset(_C), reach=reach) == patients[small.patient_id]
        assert chain(codes=frozenset(_C), reach=reach).total == len(kept())
        assert chain(codes=frozenset(_C), reach=other) == Counts()
        assert chain(codes={_C.NOTE_MISSING}, reach=reach).total < len(kept())
        assert chain(codes=frozenset(), reach=reach) == Counts()
        people = kept_finding.of_people(opened, [small.therapist.id], since=AT - DAY, reach=reach)
        assert people[0].code == _C.MEASURE_MISSING
        assert _C.NOTE_MISSING in {one.code for one in people}, "what was put right counts too"
        assert not kept_finding.of_people(opened, [small.therapist.id], since=AT + DAY, reach=reach)


def test_many_chains_are_read_in_as_many_queries_as_one(small: Small) -> None:
    run_session(small)
    ids = [small.infusion_id]
    for number in range(4):
        other = plan(small.course_id, small.therapist)
        sign(small, written(small, "preparation", other, assessment=f"{LONG} {number}"))
        run_session(small, other)
        ids.append(other)
    with db.current().reading() as opened:
        check_facts.chains(opened, ids, at=AT + DAY)
        with asked() as few:
            check_facts.chains(opened, ids[1:2], at=AT + DAY)
        with asked() as many:
            check_facts.chains(opened, ids, at=AT + DAY)
    assert len(many) == len(few) <= MOST
