"""Courses: the protocol that one keeps, and where it stands."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import course, infusion, setting, today
from kapnotes.audit.trail import Entry
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.protocol import PROTOCOLS, plain_of
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, ReasonNeeded, WrongState
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records.course import Course
from tests.builders import AT, Small, minute, plan, run_session

SIX = "iv_induction_six"
LATER = AT + timedelta(days=1)
WHY = "A physical illness"


def look(small: Small, course_id: UUID | None = None) -> course.CourseView:
    return course.look(course_id=course_id or small.course_id, by=small.therapist, at=LATER)


def practice_changes(small: Small, key: str = SIX, **changed: object) -> None:
    name = f"protocol.{key}"
    values = {**to_plain(DEFAULTS[name]), **changed}
    setting.change(name=name, values=values, by=small.administrator, at=AT)


def begin(small: Small, protocol: str = SIX) -> UUID:
    return course.start(
        patient_id=small.patient_id,
        indication="ocd",
        protocol=protocol,
        started_on=LATER.date(),
        by=small.therapist,
        at=LATER,
    )


def newest_event() -> Entry:
    with db.current().reading() as session:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(1)
        return session.execute(query).scalar_one()


def move(small: Small, verb: str, reason: str = WHY) -> None:
    when = {"on": LATER.date()} if verb == "end" else {}
    act = getattr(course, verb)
    act(course_id=small.course_id, reason=reason, **when, by=small.therapist, at=LATER)


def test_a_course_keeps_the_protocol_that_it_began_with(small: Small) -> None:
    practice_changes(small, induction_count=4, title="Four infusions", minutes=50)
    view, new = look(small), look(small, begin(small))
    assert view.protocol == PROTOCOLS[SIX]
    assert (new.protocol.induction_count, new.protocol.title) == (4, "Four infusions")
    assert view.standing == new.protocol
    assert len(view.steps) == 7
    assert len(new.steps) == 5


def test_another_protocol_is_kept_as_the_practice_has_it_then(small: Small) -> None:
    practice_changes(small, "im_two_dose", title="Two, by us")
    practice_changes(small, induction_count=4)
    for protocol in ("im_two_dose", "im_two_dose", SIX):
        course.edit(
            course_id=small.course_id,
            indication="ocd",
            protocol=protocol,
            started_on=AT.date(),
            by=small.therapist,
            at=LATER,
        )
        kept = look(small).protocol
        assert kept.key == protocol
    assert kept.induction_count == 4


def test_an_edit_that_leaves_the_protocol_leaves_what_is_kept(small: Small) -> None:
    practice_changes(small, induction_count=4)
    course.edit(
        course_id=small.course_id,
        indication="depression",
        protocol=SIX,
        started_on=AT.date(),
        by=small.therapist,
        at=LATER,
    )
    assert look(small).protocol.induction_count == 6


def test_a_course_from_before_goes_by_the_built_in_protocol(small: Small) -> None:
    practice_changes(small, induction_count=4)
    with db.current().writing() as session:
        session.execute(sa.update(Course).values(protocol_kept=None))
    assert look(small).protocol == PROTOCOLS[SIX]


def test_the_notes_of_an_infusion_are_due_by_the_hours_that_its_course_keeps(small: Small) -> None:
    hours = {"dosing_hours": 48, "integration_hours": 100}
    with db.current().writing() as session:
        kept = {**plain_of(PROTOCOLS[SIX]), **hours}
        session.execute(sa.update(Course).values(protocol_kept=kept))
    run_session(small)
    view = infusion.look(infusion_id=small.infusion_id, by=small.therapist, at=AT)
    due = {one.kind: one.due_at for one in today.dues_of(view.infusion, view.notes, AT)}
    assert view.infusion.completed_at is not None
    assert due[NoteKind.DOSING] == view.infusion.completed_at + timedelta(hours=48)
    assert due[NoteKind.INTEGRATION] == minute(0) + timedelta(hours=100)


def test_a_course_is_paused_resumed_ended_and_reopened_each_with_its_reason(small: Small) -> None:
    for verb, state in (("pause", "paused"), ("resume", "active"), ("pause", "paused")):
        move(small, verb, f" Because of {verb} ")
        found = look(small).course
        assert (found.state, found.state_reason) == (state, f"Because of {verb}")
        assert found.state_at == LATER
        assert found.indication_detail == "Treatment-resistant"
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=LATER)
    move(small, "end", "Moved away")
    found = look(small).course
    assert (found.ended_on, found.end_reason, found.state) == (LATER.date(), "Moved away", "ended")
    move(small, "reopen", "Came back")
    found = look(small).course
    assert (found.ended_on, found.state, found.state_reason) == (None, "active", "Came back")
    assert found.end_reason == "Moved away"


@pytest.mark.parametrize("verb", ["pause", "resume", "end", "reopen"])
def test_no_move_without_a_reason_and_none_from_the_wrong_state(small: Small, verb: str) -> None:
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=AT)
    if verb == "resume":
        move(small, "pause")
    if verb == "reopen":
        move(small, "end")
    before = look(small).course.version
    with pytest.raises(ReasonNeeded):
        move(small, verb, "  ")
    assert look(small).course.version == before
    move(small, verb)
    with pytest.raises(WrongState):
        move(small, verb)
    assert newest_event().outcome == "refused"


@pytest.mark.parametrize("verb", ["pause", "end"])
def test_a_course_is_not_paused_or_ended_under_an_infusion_that_runs(
    small: Small, verb: str
) -> None:
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    with pytest.raises(WrongState, match="in progress"):
        move(small, verb)
    assert look(small).state is CourseState.ACTIVE


def test_no_session_begins_in_a_course_that_is_paused(small: Small) -> None:
    move(small, "pause")
    with pytest.raises(WrongState, match=r"paused\. Resume it before a session begins"):
        infusion.start(infusion_id=small.infusion_id, by=small.medical, at=LATER)
    assert newest_event().outcome == "refused"
    move(small, "resume")
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=LATER)


def test_nothing_is_planned_in_a_course_that_is_paused_or_ended(small: Small) -> None:
    move(small, "pause")
    with pytest.raises(WrongState, match="paused"):
        plan(small.course_id, small.therapist)
    assert look(small).plan is None
    assert look(small).proposed == {}
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=LATER)
    with pytest.raises(WrongState, match="paused"):
        infusion.reopen(infusion_id=small.infusion_id, reason="x", by=small.therapist, at=LATER)
    move(small, "end")
    with pytest.raises(WrongState, match="ended"):
        plan(small.course_id, small.therapist)
    with pytest.raises(WrongState, match="ended"):
        infusion.reopen(infusion_id=small.infusion_id, reason="x", by=small.therapist, at=LATER)


def test_a_course_is_not_reopened_beside_a_later_one_that_runs(small: Small) -> None:
    run_session(small)
    move(small, "end")
    begin(small)
    with pytest.raises(WrongState, match="Another course"):
        move(small, "reopen")


def test_only_who_plans_courses_moves_them(small: Small) -> None:
    with pytest.raises(NotAllowed):
        course.pause(course_id=small.course_id, reason=WHY, by=small.medical, at=AT)
    with pytest.raises(OutOfReach):
        course.pause(course_id=small.course_id, reason=WHY, by=small.other_therapist, at=AT)
    assert look(small).state is CourseState.ACTIVE


def test_the_trail_holds_the_move_and_no_reason(small: Small) -> None:
    move(small, "pause")
    event = newest_event()
    assert (event.event, event.outcome) == ("course.paused", "done")
    assert WHY not in str(event.details)
