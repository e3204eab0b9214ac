"""Whether it works: Rodriguez' rule on rows of the database, missing data, small groups."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import (
    course,
    infusion,
    outcome,
    patient,
    practice_outcome,
    session,
    setting,
)
from kapnotes.clinic.outcome import Response
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records.measure import Measure
from kapnotes.records.scale_standing import Scale
from tests.builders import AT, DOSE, Small, add_patient, arrive, minute, plan

DAY = timedelta(days=1)


def rate(
    small: Small,
    key: str,
    total: int | None,
    *,
    at: Any = AT,
    course_id: UUID | None = None,
    patient_id: UUID | None = None,
) -> UUID:
    """A scale as it stands in the database; None is one that is not complete."""
    known: dict[str, Any] = {"id": uuid4(), "patient_id": patient_id or small.patient_id}
    with db.current().writing() as opened:
        row = Measure(
            **known,
            course_id=course_id or small.course_id,
            infusion_id=None,
            key=key,
            definition_version="1",
            rule_version="1",
            occasion="",
            recall="",
            source="entered",
            total=None if total is None else Decimal(total),
            band="",
            scores={},
            is_complete=total is not None,
            observed_at=at,
            recorded_at=AT,
            recorded_by_id=small.therapist.id,
            corrects_id=None,
            struck_at=None,
            struck_by_id=None,
            struck_reason_sealed=None,
        )
        row.answers = {}
        opened.add(row)
    return known["id"]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    engine = db.current().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def dosed(small: Small, infusion_id: UUID) -> None:
    """A session with its dose, whatever would have been asked before it."""
    by = small.medical
    arrive(infusion_id, by)
    infusion.start(infusion_id=infusion_id, by=by, at=minute(0))
    session.record_dose(
        infusion_id=infusion_id, values=DOSE, reason="As agreed", by=by, at=minute(41)
    )


def scale_of(small: Small, key: str = "y-bocs") -> Scale:
    view = outcome.look(course_id=small.course_id, by=small.therapist, at=AT)
    return next(one for one in view.standing.scales if one.key == key)


def test_a_drop_of_35_percent_is_a_response_and_just_less_is_partial(small: Small) -> None:
    rate(small, "y-bocs", 20, at=minute(-60))
    dosed(small, small.infusion_id)
    rate(small, "y-bocs", 14, at=AT + 3 * DAY)
    assert scale_of(small).outcome is not None
    assert scale_of(small).outcome.response is Response.PARTIAL  # type: ignore[union-attr] # above
    rate(small, "y-bocs", 13, at=AT + 7 * DAY)
    found = scale_of(small)
    assert found.is_main
    assert found.outcome is not None
    assert (found.outcome.response, found.outcome.change) == (Response.RESPONSE, Decimal(-7))
    assert found.outcome.change_from_last == Decimal(-1)
    assert found.outcome.is_remission is True
    assert (found.outcome.rule_version, found.response_total) == ("1", Decimal(13))
    assert [one.is_baseline for one in found.points] == [True, False, False]
    assert [one.since.words if one.since else "" for one in found.points][2] == "7 d after dose 1"


def choose(small: Small, **choice: str) -> None:
    values = {**to_plain(DEFAULTS["outcome_rule"]), **choice}
    setting.change(
        name="outcome_rule", values=values, by=small.administrator, at=AT - timedelta(minutes=1)
    )


def test_the_practice_says_by_which_rule_it_judges(small: Small) -> None:
    rate(small, "y-bocs", 28, at=minute(-60))
    rate(small, "pcl-5", 50, at=minute(-60))
    dosed(small, small.infusion_id)
    rate(small, "y-bocs", 12, at=AT)
    rate(small, "pcl-5", 38, at=AT)
    before = scale_of(small, "pcl-5").outcome
    assert before is not None
    assert (before.variant, before.is_meaningful) == ("", True)
    choose(small, y_bocs="consensus_2016", pcl_5="marx_2022")
    found, after = scale_of(small).outcome, scale_of(small, "pcl-5").outcome
    assert found is not None
    assert after is not None
    assert (after.variant, after.rule_version, after.is_meaningful) == ("marx_2022", "1", False)
    assert (found.variant, found.response, found.is_remission) == ("consensus_2016", None, None)
    assert course.look(course_id=small.course_id, by=small.therapist, at=AT).outcome == (
        outcome.look(course_id=small.course_id, by=small.therapist, at=AT).standing
    )
    assert practice_outcome.look(by=small.supervisor, at=AT).open_scales == ("y-bocs",)


def test_a_later_dose_begins_from_what_the_first_left(small: Small) -> None:
    rate(small, "y-bocs", 28, at=minute(-60))
    dosed(small, small.infusion_id)
    rate(small, "y-bocs", 17, at=AT + 7 * DAY)
    [first] = scale_of(small).effects
    assert first.before is not None
    assert first.before.total == 28
    assert [reading.total for _, reading in first.points if reading] == [17]


def test_an_incomplete_rating_is_neither_baseline_nor_outcome(small: Small) -> None:
    rate(small, "y-bocs", None, at=minute(-60))
    dosed(small, small.infusion_id)
    rate(small, "y-bocs", 10, at=AT + DAY)
    rate(small, "y-bocs", None, at=AT + 2 * DAY)
    found = scale_of(small)
    assert found.baseline is None
    assert found.now is not None
    assert found.now.total == 10
    assert found.outcome is not None
    assert found.outcome.response is None
    assert len(found.points) == 3


def test_without_a_dose_there_is_a_baseline_and_nothing_to_judge(small: Small) -> None:
    rate(small, "y-bocs", 30, at=AT - DAY)
    found = scale_of(small)
    assert (found.now, found.doses) == (None, ())
    assert found.baseline is not None
    assert found.outcome is not None
    assert found.outcome.response is None


def test_a_rating_that_was_struck_does_not_count(small: Small) -> None:
    row = rate(small, "y-bocs", 30, at=AT - DAY)
    with db.current().writing() as opened:
        opened.execute(sa.update(Measure).where(Measure.id == row).values(struck_at=AT))
    view = outcome.look(course_id=small.course_id, by=small.therapist, at=AT)
    assert view.standing.scales == ()
    assert view.standing.main_key == "y-bocs"


def test_it_is_asked_as_often_with_many_ratings(small: Small) -> None:
    def count() -> int:
        with statements() as asked:
            outcome.look(course_id=small.course_id, by=small.therapist, at=AT)
        return len(asked)

    rate(small, "y-bocs", 30, at=AT - DAY)
    before = count()
    for number in range(12):
        rate(small, ("phq-9", "gad-7", "y-bocs")[number % 3], 9, at=AT + number * DAY)
    assert count() == before


def test_it_is_out_of_reach_for_who_does_not_care_for_the_patient(small: Small) -> None:
    with pytest.raises(OutOfReach):
        outcome.look(course_id=small.course_id, by=small.other_therapist, at=AT)
    with pytest.raises(NotAllowed):
        outcome.look(course_id=small.course_id, by=small.administrator, at=AT)


def treated(small: Small, number: int, *, base: int | None, now: int | None) -> None:
    """Another patient with one dose, rated before and after it or not."""
    by = small.therapist
    made = add_patient(by, record_number=f"G-{number}")
    patient.join_team(
        patient_id=made, person_id=small.medical.id, starts_on=AT.date(), by=by, at=AT
    )
    course_id = course.start(
        patient_id=made,
        indication="ocd",
        protocol="iv_induction_six",
        started_on=AT.date(),
        by=by,
        at=AT,
    )
    infusion_id = plan(course_id, by)
    dosed(small, infusion_id)
    about = {"course_id": course_id, "patient_id": made}
    rate(small, "y-bocs", base, at=minute(-30), **about)
    rate(small, "y-bocs", now, at=AT + 7 * DAY, **about)


def test_a_group_of_four_shows_no_figure_and_five_do_with_the_missing(small: Small) -> None:
    for number, (base, now) in enumerate([(30, 15), (30, 21), (30, 29), (30, None)]):
        treated(small, number, base=base, now=now)
    [few] = practice_outcome.look(by=small.supervisor, at=AT).groups
    assert few.tally is None
    treated(small, 9, base=None, now=10)
    [group] = practice_outcome.look(by=small.supervisor, at=AT).groups
    assert (group.indication, group.route, group.scale) == ("ocd", "iv", "y-bocs")
    assert group.tally is not None
    assert (group.tally.of, group.tally.judged, group.tally.missing) == (5, 3, 2)
    assert (group.tally.responders, group.tally.partial) == (1, 1)


def test_the_practice_is_for_who_supervises(small: Small) -> None:
    for by in (small.therapist, small.medical, small.administrator):
        with pytest.raises(NotAllowed):
            practice_outcome.look(by=by, at=AT)
