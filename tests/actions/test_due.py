"""What the lists hold: of whom, for whom, in how many queries; and what they leave out."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import course, due, infusion
from kapnotes.clinic.due_item import DueKind, Standing, Whose
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.records.course import Course
from kapnotes.records.kept_due import DueCourse, KeptDue
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


def test_an_ended_course_owes_its_notes_until_they_are_written_and_nothing_else(
    small: Small,
) -> None:
    dosed(small, small.infusion_id)
    infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=AT)
    course.end(
        course_id=small.course_id, on=AT.date(), reason="Moved away", by=small.therapist, at=AT
    )
    assert kinds(small, after=700 * DAY) == {"preparation::", "dosing::", "integration::"}
    signed(small, "dosing")
    assert kinds(small, after=700 * DAY) == {"preparation::", "integration::"}


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


def pages(small: Small, standing: Standing, at: datetime) -> list[due.Part]:
    """Every page of what stands so, one after another."""
    found, after = [], ""
    while not found or after:
        [page] = due.look(part=standing, after=after, by=small.therapist, at=at).parts
        found.append(page)
        after = page.after
    return found


@pytest.mark.parametrize("standing", [Standing.OVERDUE, Standing.DUE, Standing.LATER])
def test_what_does_not_fit_a_page_is_on_the_next_and_is_counted(
    small: Small, monkeypatch: pytest.MonkeyPatch, standing: Standing
) -> None:
    at = AT if standing is Standing.OVERDUE else AT - timedelta(hours=2)
    whole = due.look(by=small.therapist, at=at).of(standing)
    monkeypatch.setattr(due, "FIRST", dict.fromkeys(Standing, 2))
    monkeypatch.setattr(due, "PAGE", 2)
    assert len(due.look(by=small.therapist, at=at).of(standing)) == 2
    found = pages(small, standing, at)
    seen = [row.item for page in found for row in page.rows]
    assert {page.total for page in found} == {len(whole)} == {len(seen)}
    assert set(seen) == {row.item for row in whole}
    times = [item.from_at if standing is Standing.LATER else item.due_at for item in seen]
    known = sorted(time for time in times if time is not None)
    assert times == [*known, *[None] * (len(times) - len(known))]


@pytest.mark.parametrize("after", ["", "x", "1-", f"{10**40}-{'0' * 32}", "1-1-1"])
def test_a_place_that_is_none_is_the_beginning(small: Small, after: str) -> None:
    beginning = due.look(part=Standing.DUE, by=small.therapist, at=AT)
    assert due.look(part=Standing.DUE, after=after, by=small.therapist, at=AT) == beginning


def test_a_course_that_was_not_worked_out_is_said_and_is_worked_out(small: Small) -> None:
    whole = due.look(by=small.therapist, at=AT)
    assert whole.left_out == 0
    assert not due.is_behind()
    with db.current().writing() as opened:
        opened.execute(sa.delete(KeptDue))
        opened.execute(sa.update(DueCourse).values(rule="of yesterday"))
    assert due.is_behind()
    view = due.look(by=small.therapist, at=AT)
    assert (view.left_out, view.rows) == (1, ())
    assert due.work_out(by=operator(), at=AT) == 1
    assert due.work_out(by=operator(), at=AT) == 0
    assert due.look(by=small.therapist, at=AT) == whole
    with pytest.raises(NotAllowed):
        due.work_out(by=small.therapist, at=AT)
