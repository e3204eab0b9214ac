"""What the lists hold: of whom, for whom, in how many queries; and what they leave out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import due, infusion
from kapnotes.clinic.due_item import DueKind, Standing, Whose
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.records import due as records
from kapnotes.records.course import Course
from tests.actions.test_outcome import dosed, rate, statements
from tests.builders import AT, Small, add_patient, plan, signed

DAY = timedelta(days=1)


def kinds(small: Small, who: str = "therapist", *, after: timedelta = timedelta()) -> set[str]:
    by = getattr(small, who)
    view = due.look(by=by, at=AT + after)
    return {
        f"{row.item.kind}:{row.item.about}:{row.item.occasion}"
        for row in view.rows
        if row.item.standing is not Standing.LATER
    }


def test_before_the_dose_the_preparation_and_the_baseline_are_due(small: Small) -> None:
    found = kinds(small)
    assert "preparation::" in found
    assert "measure:y-bocs:baseline" in found
    rate(small, "y-bocs", 30, at=AT)
    assert "measure:y-bocs:baseline" not in kinds(small)


def test_an_incomplete_or_a_struck_scale_is_still_due(small: Small) -> None:
    rate(small, "y-bocs", None, at=AT)
    assert "measure:y-bocs:baseline" in kinds(small)


def test_after_the_session_its_notes_are_due_and_a_week_later_the_main_scale(small: Small) -> None:
    dosed(small, small.infusion_id)
    infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=AT)
    assert "dosing::" in kinds(small)
    assert "measure:y-bocs:after_168h" in kinds(small, after=7 * DAY)
    rate(small, "y-bocs", 20, at=AT + 7 * DAY)
    assert "measure:y-bocs:after_168h" not in kinds(small, after=8 * DAY)
    assert "measure:y-bocs:every" in kinds(small, after=35 * DAY)


def test_a_list_is_of_its_reader_alone(supervised: Small) -> None:
    signed(supervised, "preparation")
    waits = kinds(supervised, "supervisor")
    assert waits == {"cosignature:preparation:"}
    assert not kinds(supervised, "therapist") & waits
    assert due.look(by=supervised.other_therapist, at=AT).rows == ()
    with pytest.raises(NotAllowed):
        due.look(by=supervised.administrator, at=AT)


def test_vitals_are_due_while_a_session_runs(small: Small) -> None:
    assert not [one for one in kinds(small, "medical") if one.startswith("vitals")]
    dosed(small, small.infusion_id)
    assert [one for one in kinds(small, "medical") if one.startswith("vitals")]


def test_one_kind_alone_keeps_the_counts_of_the_others(small: Small) -> None:
    view = due.look(kind=DueKind.PREPARATION, by=small.therapist, at=AT)
    assert {row.item.kind for row in view.rows} == {DueKind.PREPARATION}
    assert view.kinds[DueKind.MEASURE] > 1
    assert view.whose is Whose.THERAPIST


def test_an_ended_course_owes_its_notes_for_a_while_and_nothing_that_goes_on(small: Small) -> None:
    dosed(small, small.infusion_id)
    infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=AT)
    with db.current().writing() as opened:
        opened.execute(sa.update(Course).values(state="ended", version=Course.version))
    later = kinds(small, after=35 * DAY)
    assert "dosing::" in later
    assert not [one for one in later if one.endswith(":every")]
    assert kinds(small, after=records.OWING + DAY) == set()


def test_many_courses_are_asked_for_as_often_as_one(small: Small) -> None:
    def count() -> int:
        with statements() as asked:
            assert due.look(by=small.therapist, at=AT).rows
        return len(asked)

    before = count()
    for number in range(4):
        made = add_patient(small.therapist, record_number=f"M-{number}")
        with db.current().writing() as opened:
            opened.add(
                Course(
                    patient_id=made,
                    number=1,
                    indication="depression",
                    protocol="im_two_dose",
                    started_on=AT.date(),
                    version=1,
                )
            )
        with db.current().reading() as opened:
            course_id = opened.execute(
                sa.select(Course.id).where(Course.patient_id == made)
            ).scalar_one()
        plan(course_id, small.therapist, route="im")
    dosed(small, small.infusion_id)
    for number in range(9):
        rate(small, "phq-9", number, at=AT - number * DAY)
    assert count() == before
    assert before < 20


def test_more_courses_than_a_list_holds_are_cut_and_said(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add_patient(small.therapist, record_number="M-1")
    course_id = Course(
        patient_id=made,
        number=1,
        indication="ocd",
        protocol="other",
        started_on=AT.date(),
        version=1,
    )
    with db.current().writing() as opened:
        opened.add(course_id)
        opened.flush()
        known = course_id.id
    infusion.plan(
        course_id=known,
        planned_for=AT + 20 * DAY,
        route="iv",
        phase="induction",
        by=small.therapist,
        at=AT,
    )
    assert not due.look(by=small.therapist, at=AT).is_cut
    monkeypatch.setattr(records, "MOST", 1)
    view = due.look(by=small.therapist, at=AT)
    assert view.is_cut
    assert {row.course.id for row in view.rows} == {small.course_id}
