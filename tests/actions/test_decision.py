"""What an integration note decides: a request to medical, or what waits on the course's page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import cosigning, course, note, planning
from kapnotes.actions.course_plan import plan_of
from kapnotes.actions.decision import Asked
from kapnotes.clinic.decision import Decision, NextInfusion
from kapnotes.clinic.infusion import Phase
from kapnotes.forms import Coded, Value
from kapnotes.records.task import Task
from tests.builders import AT, Small, plan, raw_of, run_session, sign, signed, written
from tests.library.calm import CALM

LATER = AT + timedelta(hours=1)
CHANGE = {
    "next-infusion": Coded("change-dose"),
    "next-infusion-reason": "Stayed near the surface",
    "dose-direction": Coded("higher"),
    "dose-request": "0.75 mg/kg, please",
}
PAUSE = {
    "next-infusion": Coded("pause"),
    "next-infusion-reason": "A loss in the family",
    "pause-until": date(2026, 12, 14),
}
MAINTENANCE = {
    "next-infusion": Coded("maintenance"),
    "next-infusion-reason": "Remission",
    "maintenance-interval": Decimal(3),
}


def tasks() -> list[Task]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(Task).order_by(Task.raised_at)).scalars())


def asked(small: Small) -> Asked | None:
    return course.look(course_id=small.course_id, by=small.therapist, at=LATER).asked


def decided(small: Small, **answers: Value) -> None:
    run_session(small)
    signed(small, "integration", **answers)


def test_a_change_of_dose_is_asked_of_medical_in_its_own_words(small: Small) -> None:
    decided(small, **CHANGE)
    [task] = tasks()
    assert (task.kind, task.whose, task.source) == ("dose_request", "medical", "note")
    assert task.words == "Higher: 0.75 mg/kg, please"
    assert task.infusion_id == small.infusion_id
    found = asked(small)
    assert found is not None
    assert found.waits
    assert (found.change, found.infusion) == ("Higher", 1)


@pytest.mark.parametrize("answers", [PAUSE, MAINTENANCE])
def test_no_other_decision_is_a_task(small: Small, answers: dict[str, Value]) -> None:
    decided(small, **answers)
    assert tasks() == []


def test_only_a_signature_asks(small: Small) -> None:
    run_session(small)
    written(small, "integration", **CHANGE)
    assert tasks() == []
    assert asked(small) is None


def test_a_note_signed_again_asks_for_what_it_says_then(supervised: Small) -> None:
    small = supervised
    run_session(small)
    made = written(small, "integration", **CHANGE)
    sign(small, made)
    for request, count in (("0.75 mg/kg, please", 1), ("0.6 mg/kg", 2)):
        cosigning.withdraw(note_id=made, reason="A word", by=small.therapist, at=LATER)
        opened = note.open_to_write(note_id=made, by=small.therapist, at=LATER)
        raw = raw_of("integration", **CHANGE | {"dose-request": request})
        base = opened.version
        note.save(note_id=made, base=base, raw=raw, by=small.therapist, at=LATER)
        sign(small, made, at=LATER)
        assert len(tasks()) == count
    [before, now] = sorted(tasks(), key=lambda one: one.answered_at is None)
    assert before.answered_at == LATER
    assert (now.words, now.answered_at) == ("Higher: 0.6 mg/kg", None)


def test_a_pause_waits_until_the_course_is_paused(small: Small) -> None:
    decided(small, **PAUSE)
    found = asked(small)
    assert found is not None
    assert (found.decision.kind, found.waits) == (NextInfusion.PAUSE, True)
    for verb in (course.pause, course.resume):
        verb(course_id=small.course_id, reason="As asked", by=small.therapist, at=LATER)
        found = asked(small)
        assert found is not None
        assert not found.waits


def test_maintenance_ends_the_induction_and_waits_for_its_day(small: Small) -> None:
    decided(small, **MAINTENANCE)
    view = course.look(course_id=small.course_id, by=small.therapist, at=LATER)
    [slot] = planning.proposed_slots(view, zone="UTC")
    assert slot.phase is Phase.MAINTENANCE
    assert slot.planned_for.date() == CALM["integration"]["next-infusion-on"]
    plan(small.course_id, small.therapist)
    found = asked(small)
    assert found is not None
    assert not found.waits


def test_without_a_day_maintenance_is_proposed_at_the_interval_that_was_decided(
    small: Small,
) -> None:
    run_session(small)
    view = course.look(course_id=small.course_id, by=small.therapist, at=LATER)
    decision = Decision(kind=NextInfusion.MAINTENANCE, interval_months=Decimal(3))
    waiting = Asked(decision, 1, small.infusion_id, AT, waits=True)
    [one] = plan_of(view.about, view.days, AT.date(), asked=waiting).infusions
    assert (one.phase, one.on) == (Phase.MAINTENANCE, date(2027, 2, 23))
    done = Asked(decision, 1, small.infusion_id, AT, waits=False)
    assert len(plan_of(view.about, view.days, AT.date(), asked=done).infusions) == 6


def test_the_day_that_was_named_is_proposed_whatever_it_is(small: Small) -> None:
    decided(small, **{"next-infusion": Coded("go-ahead"), "next-infusion-on": date(2026, 11, 28)})
    view = course.look(course_id=small.course_id, by=small.therapist, at=LATER)
    slots = planning.proposed_slots(view, zone="UTC")
    assert slots[0].planned_for.date() == date(2026, 11, 28)
    by_slot, _ = planning.against(view, slots, zone="UTC", today=AT.date())
    assert "Saturday" in " ".join(by_slot[slots[0]])


def test_who_does_not_read_the_note_is_not_told_what_it_says(small: Small) -> None:
    decided(small, **PAUSE)
    view = course.look(course_id=small.course_id, by=small.medical, at=LATER)
    assert view.asked is None
