"""Planning: the rest of a course at once, all or nothing, and what lies outside of its protocol."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import calendar, course, infusion, planning, setting
from kapnotes.actions.planning import Slot
from kapnotes.audit.trail import Entry
from kapnotes.clinic.infusion import Phase
from kapnotes.clinic.refusals import (
    BadInput,
    CautionOpen,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    Stale,
    WrongState,
)
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records.course import Infusion
from tests.builders import AT, Small


def on(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def look(small: Small) -> course.CourseView:
    return course.look(course_id=small.course_id, by=small.therapist, at=AT)


def proposed(small: Small) -> tuple[Slot, ...]:
    return planning.proposed_slots(look(small), zone="UTC")


def plan(small: Small, slots: tuple[Slot, ...], **more: object) -> list[UUID]:
    known = {"route": "iv", "by": small.therapist, "at": AT} | more
    return planning.plan(course_id=small.course_id, slots=slots, **known)  # type: ignore[arg-type] # as named


def rows() -> list[Infusion]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(Infusion).order_by(Infusion.number)).scalars())


def newest_event() -> Entry:
    with db.current().reading() as session:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(1)
        return session.execute(query).scalar_one()


def test_the_rest_of_the_induction_and_maintenance_are_proposed(small: Small) -> None:
    slots = proposed(small)
    assert [slot.phase for slot in slots] == [Phase.INDUCTION] * 5 + [Phase.MAINTENANCE]
    assert all(slot.planned_for.weekday() < 5 for slot in slots)
    assert {slot.planned_for.hour for slot in slots} == {8}
    window = slots[4].planned_for.date() - AT.date()
    assert timedelta(days=7) < window <= timedelta(days=20)


def test_what_is_proposed_is_planned_at_once_with_one_event(small: Small) -> None:
    made = plan(small, proposed(small), base=2)
    found = rows()
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.id for one in found[1:]] == made
    assert {one.plan_reason for one in found} == {None}
    event = newest_event()
    assert (event.event, event.outcome) == ("course.planned", "done")
    assert event.details == {"infusions": 6, "first": 2}
    assert proposed(small) == ()


def test_a_closed_day_of_the_practice_is_not_proposed(small: Small) -> None:
    closed = {one.planned_for.date().isoformat() for one in proposed(small)}
    values = {**to_plain(DEFAULTS["working_days"]), "closed": ", ".join(sorted(closed))}
    setting.change(name="working_days", values=values, by=small.administrator, at=AT)
    assert not closed & {one.planned_for.date().isoformat() for one in proposed(small)}


def test_what_lies_outside_is_said_and_passed_by_a_reason_that_is_kept(small: Small) -> None:
    saturday = Slot(on(date(2026, 11, 28)), Phase.INDUCTION)
    far = Slot(on(date(2027, 1, 4)), Phase.INDUCTION)
    with pytest.raises(CautionOpen) as found:
        plan(small, (far, saturday))
    said = " ".join(one.sentence for one in found.value.cautions)
    assert "Saturday" in said
    assert "3 induction infusions take 43 days" in said
    assert len(rows()) == 1
    plan(small, (far, saturday), reason=" Holidays ")
    assert [one.plan_reason for one in rows()] == [None, "Holidays", "Holidays"]
    assert [one.planned_for.date().day for one in rows()[1:]] == [28, 4]
    with pytest.raises(ReasonNeeded, match="Shorten"):
        plan(small, (Slot(on(date(2026, 11, 29)), Phase.INDUCTION),), reason="x" * 5000)


def test_it_is_all_or_nothing(small: Small) -> None:
    good = Slot(on(date(2026, 11, 25)), Phase.INDUCTION)
    never = Slot(on(date(2226, 11, 25)), Phase.INDUCTION)
    with pytest.raises(BadInput) as found:
        plan(small, (good, never))
    assert set(found.value.errors) == {"1"}
    with pytest.raises(BadInput):
        plan(small, ())
    assert len(rows()) == 1


def test_a_page_that_is_older_than_the_plan_is_stale(small: Small) -> None:
    plan(small, proposed(small)[:1], base=2)
    with pytest.raises(Stale):
        plan(small, (Slot(on(date(2026, 12, 8)), Phase.INDUCTION),), base=2)
    assert len(rows()) == 2


def test_one_infusion_outside_the_protocol_asks_for_a_reason_that_is_kept(small: Small) -> None:
    def one(day: int, **more: str) -> UUID:
        return infusion.plan(
            course_id=small.course_id,
            planned_for=datetime(2026, 11, day, 10, tzinfo=UTC),
            route="iv",
            phase="induction",
            **more,
            by=small.therapist,
            at=AT,
        )

    with pytest.raises(CautionOpen, match="28 November 2026 is a Saturday"):
        one(28)
    made = one(28, reason=" Only then ")
    calm = one(30, reason="Not needed")
    kept = {row.id: row.plan_reason for row in look(small).infusions}
    assert (kept[made], kept[calm]) == ("Only then", None)


def test_a_paused_course_is_not_planned(small: Small) -> None:
    slots = proposed(small)
    course.pause(course_id=small.course_id, reason="A cold", by=small.therapist, at=AT)
    with pytest.raises(WrongState):
        plan(small, slots)
    assert proposed(small) == ()


def test_medical_plans_and_a_stranger_does_not(small: Small) -> None:
    plan(small, proposed(small)[:1], by=small.medical)
    slots = proposed(small)
    with pytest.raises(OutOfReach):
        plan(small, slots, by=small.other_therapist)
    with pytest.raises(NotAllowed):
        plan(small, slots, by=small.supervisor)


def move(small: Small, number: int, to: datetime, reason: str = "", **more: str) -> Infusion:
    one = rows()[number - 1]
    infusion.edit(
        infusion_id=one.id,
        planned_for=to,
        route="iv",
        phase=more.get("phase", one.phase),
        reason=reason,
        by=small.therapist,
        at=AT,
    )
    return rows()[number - 1]


def test_moving_one_says_what_falls_outside_and_keeps_why(small: Small) -> None:
    plan(small, proposed(small))
    third = rows()[2]
    with pytest.raises(CautionOpen, match="Saturday"):
        move(small, 3, on(date(2026, 12, 5)))
    assert rows()[2].planned_for == third.planned_for
    moved = move(small, 3, on(date(2026, 12, 5)), "Only then")
    assert (moved.plan_reason, moved.version) == ("Only then", 2)
    later = move(small, 3, on(date(2026, 12, 5), 15))
    assert later.plan_reason == "Only then"
    back = move(small, 3, third.planned_for)
    assert back.plan_reason is None


def test_another_hour_of_the_day_asks_nothing(small: Small) -> None:
    plan(small, (Slot(on(date(2026, 11, 28)), Phase.INDUCTION),), reason="Only then")
    assert move(small, 2, on(date(2026, 11, 28), 16)).plan_reason == "Only then"


def test_what_was_outside_before_is_not_asked_again(small: Small) -> None:
    days = [on(date(2026, 11, day)) for day in (24, 25, 25, 26)]
    plan(small, tuple(Slot(one, Phase.INDUCTION) for one in days), reason="Two on one day")
    view = look(small)
    assert "0 days apart" in view.cautions[0].sentence
    assert move(small, 5, on(date(2026, 11, 27))).plan_reason is None


def test_cancelling_keeps_what_is_sealed(small: Small) -> None:
    plan(small, (Slot(on(date(2026, 11, 28)), Phase.INDUCTION),), reason="Only then")
    made = rows()[1]
    infusion.cancel(infusion_id=made.id, reason="A cold", by=small.therapist, at=AT)
    infusion.reopen(infusion_id=made.id, reason="Well again", by=small.therapist, at=AT)
    assert (rows()[1].plan_reason, rows()[1].state_reason) == ("Only then", "Well again")


def test_a_calendar_has_every_appointment_and_nobody_in_it(small: Small) -> None:
    plan(small, proposed(small))
    infusion.cancel(infusion_id=rows()[2].id, reason="A cold", by=small.therapist, at=AT)
    title = "Appointment"
    whole = calendar.of_course(course_id=small.course_id, title=title, by=small.medical, at=AT)
    event = newest_event()
    assert (event.event, event.category, event.details) == (
        "calendar.exported",
        "hand_out",
        {"found": 7},
    )
    assert whole.count("BEGIN:VEVENT") == 7
    assert whole.count("STATUS:CANCELLED") == 1
    mine = calendar.mine(title=title, by=small.therapist, at=AT)
    assert mine.count("BEGIN:VEVENT") == 7
    assert "DTEND:20261123T094000Z" in mine  # 8:00, the infusion's 40 minutes and an hour after it
    for text in (whole, mine):
        for secret in ("Falk", "Jördis", "R-1", "ocd", "etamine", "kap", "induction", "Treatment"):
            assert secret not in text
    elsewhere = calendar.mine(title=title, by=small.other_therapist, at=AT)
    assert "VEVENT" not in elsewhere
    with pytest.raises(OutOfReach):
        calendar.of_course(course_id=small.course_id, title=title, by=small.other_therapist, at=AT)
    with pytest.raises(NotAllowed):
        calendar.mine(title=title, by=small.administrator, at=AT)


def test_a_calendar_reaches_90_days(small: Small) -> None:
    for days in (89, 91):
        slot = Slot(AT + timedelta(days=days), Phase.MAINTENANCE)
        plan(small, (slot,), reason="So be it")
    mine = calendar.mine(title="x", by=small.therapist, at=AT)
    assert mine.count("BEGIN:VEVENT") == 2
