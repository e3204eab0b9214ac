"""What is kept of due things changes with each act, at once, and says what the rule says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.reach import MachineReach, Reach, Span
from kapnotes.actions import course, infusion, measure, session
from kapnotes.clinic.due import due
from kapnotes.clinic.due_item import DueItem, DueKind, Whose
from kapnotes.clinic.due_kept import as_of
from kapnotes.clinic.refusals import WrongState
from kapnotes.records import due as records
from kapnotes.records import due_facts
from kapnotes.records.course import Course, Infusion
from kapnotes.records.due import SHOWN, Asked
from kapnotes.records.measure import Measure
from tests.actions.test_outcome import rate
from tests.builders import (
    AT,
    DOSE,
    Small,
    arrive,
    cosign,
    plan,
    send_back,
    sign,
    small_practice,
    written,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = [AT + gap for gap in (0 * DAY, 2 * HOUR, DAY, 4 * DAY, 11 * DAY, 40 * DAY, 400 * DAY)]
PHQ_9 = [f"q{number}" for number in range(1, 11)]
EVERYTHING = Reach(Span.PRACTICE, UUID(int=0), AT.date())


def said(item: DueItem) -> tuple[str, ...]:
    about = (item.kind, item.about, item.occasion, item.infusion, item.note, item.standing)
    return tuple(map(str, (*about, item.from_at, item.due_at)))


def by_the_lists() -> list[list[tuple[str, ...]]]:
    """What the lists of everybody say at each moment, a page long enough for all of it."""
    with db.current().reading() as opened:
        return [
            sorted(
                said(as_of(at, found.item))
                for whose in Whose
                for standing in SHOWN
                for found in records.page(
                    opened, Asked(whose=whose, at=at), standing, reach=EVERYTHING, most=5000
                )
                if as_of(at, found.item).standing is standing
            )
            for at in MOMENTS
        ]


def by_the_rule() -> list[list[tuple[str, ...]]]:
    """What the rule says of the facts at each moment."""
    with db.current().reading() as opened:
        ids = opened.execute(sa.select(Course.id)).scalars().all()
        facts = due_facts.of_courses(opened, ids, reach=MachineReach("a test"))
    return [
        sorted(
            said(item)
            for one in facts
            for item in due(one.facts, at)
            if item.standing in SHOWN and item.kind is not DueKind.VITALS
        )
        for at in MOMENTS
    ]


def strike(measure_id: UUID) -> None:
    with db.current().writing() as opened:
        opened.execute(sa.update(Measure).where(Measure.id == measure_id).values(struck_at=AT))


def story(small: Small) -> Iterator[str]:
    """A course from its plan to its end; what was done is said after each step that shows."""
    one, by, medical = small.infusion_id, small.therapist, small.medical
    taken = rate(small, "y-bocs", 30, at=AT - DAY)
    yield "a scale was filled in"
    strike(taken)
    yield "it was struck out"
    infusion.cancel(infusion_id=one, reason="A cold", by=medical, at=AT)
    yield "the infusion was cancelled"
    infusion.reopen(infusion_id=one, reason="Well again", by=medical, at=AT)
    yield "it was taken up again"
    later = {"planned_for": AT + 2 * HOUR, "route": "iv"}
    infusion.edit(infusion_id=one, **later, phase="induction", by=by, at=AT)
    yield "it was moved"
    arrive(one, medical)
    infusion.start(infusion_id=one, by=medical, at=AT)
    dose = session.record_dose(infusion_id=one, values=DOSE, by=medical, at=AT).row_id
    yield "a dose was given"
    session.strike_dose(row_id=dose, why="Mistyped", by=medical, at=AT)
    yield "it was struck out"
    session.record_dose(infusion_id=one, values=DOSE, by=medical, at=AT)
    infusion.complete(infusion_id=one, by=medical, at=AT)
    yield "the session was over"
    for kind in ("preparation", "dosing"):
        note_id = written(small, kind)
        sign(small, note_id)
        yield f"the {kind} note was signed"
        send_back(small, note_id)
        yield "it came back"
        sign(small, note_id)
        yield "it was signed again"
        cosign(small, note_id)
        yield "it was co-signed"
    two = plan(small.course_id, by)
    yield "another was planned"
    infusion.edit(infusion_id=two, **later, phase="induction", by=by, at=AT)
    infusion.edit(infusion_id=two, **later, phase="maintenance", reason="Agreed", by=by, at=AT)
    yield "it became a maintenance"
    infusion.cancel(infusion_id=two, reason="A cold", by=medical, at=AT)
    about = {"course_id": small.course_id, "reason": "Moved away"}
    course.end(**about, on=AT.date(), by=by, at=AT)
    yield "the course ended"
    course.reopen(**about, by=by, at=AT)
    yield "it was opened again"


def test_each_act_shows_at_once_and_as_the_rule_says(database: db.Database) -> None:
    del database
    before = by_the_lists()
    for said_of in story(small_practice(cosigns=True)):
        now = by_the_lists()
        assert now == by_the_rule(), said_of
        assert now != before, said_of
        before = now


def test_many_rows_changed_by_one_statement_are_worked_out_too(database: db.Database) -> None:
    del database
    small = small_practice()
    for change in (
        sa.update(Course).values(indication="depression", version=2),
        sa.update(Infusion).where(Infusion.state == "planned").values(planned_for=AT + DAY),
    ):
        before = by_the_lists()
        with db.current().writing() as opened:
            opened.execute(change)
        assert by_the_lists() == by_the_rule() != before
    values = {"course_id": small.course_id, "patient_id": small.patient_id}
    with pytest.raises(TypeError, match="one by one"), db.current().writing() as opened:
        opened.execute(sa.insert(Infusion), [values])


def test_what_is_refused_changes_nothing_that_is_kept(database: db.Database) -> None:
    del database
    small = small_practice()
    before = by_the_lists()
    with pytest.raises(WrongState):
        infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=AT)
    assert by_the_lists() == before


def test_two_people_at_one_course_in_one_moment_leave_what_the_rule_says(
    database: db.Database,
) -> None:
    """One moves an infusion again and again, the other records a scale and strikes it out."""
    del database
    small = small_practice()
    together = Barrier(2)
    about = {"patient_id": small.patient_id, "by": small.therapist, "at": AT}

    def moves() -> None:
        for day in range(1, 7):
            together.wait(30)
            later = {"planned_for": AT + day * DAY, "route": "iv", "phase": "induction"}
            known = {"reason": "Asked for it", "by": small.medical, "at": AT}
            infusion.edit(infusion_id=small.infusion_id, **later, **known)

    def rates() -> None:
        for _ in range(6):
            together.wait(30)
            made = measure.record(
                key="phq-9", raw={key: ["1"] for key in PHQ_9}, observed_at=AT, **about
            )
            measure.strike(measure_id=made.measure_id, why="Mistyped", by=small.therapist, at=AT)

    with ThreadPoolExecutor(2) as hands:
        for act in [hands.submit(moves), hands.submit(rates)]:
            act.result(120)
    assert by_the_lists() == by_the_rule()
