"""Measures: what is kept of a scale, what it calls for, and that nothing is overwritten."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db, forms
from kapnotes.access.actor import Actor
from kapnotes.actions import measure, measure_view, own_measure
from kapnotes.actions.measure import Saved
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, ReasonNeeded, Stale
from kapnotes.records import measure as records
from kapnotes.records.alert import PatientAlert
from kapnotes.records.measure import Measure
from kapnotes.records.task import Task
from tests.builders import AT, Small, add_patient, minute, run_session
from tests.plumbing.role import owning

WHY = "Typed in the wrong row"


def answered(*values: int) -> dict[str, list[str]]:
    """The answers to questions 1, 2 and so on, as a browser posts them."""
    return {f"q{number}": [str(value)] for number, value in enumerate(values, 1)}


CALM = answered(*[1] * 8, 0)


def record(
    small: Small,
    raw: dict[str, list[str]],
    key: str = "phq-9",
    *,
    by: Actor | None = None,
    observed_at: datetime = AT,
    **more: Any,
) -> Saved:
    return measure.record(
        patient_id=small.patient_id,
        key=key,
        raw=raw,
        observed_at=observed_at,
        by=by or small.therapist,
        at=max(AT, observed_at),
        **more,
    )


def kept(table: type[Any]) -> list[Any]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(table)).scalars())


def row(measure_id: UUID, small: Small) -> Measure:
    return measure_view.open_one(measure_id=measure_id, by=small.therapist, at=AT).row


def test_a_complete_scale_is_kept_with_total_band_and_rule(small: Small) -> None:
    found = row(record(small, CALM).measure_id, small)
    assert (found.total, found.band, found.is_complete) == (Decimal(8), "mild", True)
    assert (found.rule_version, found.definition_version) == ("1", "1")
    assert (found.recall, found.source) == ("last two weeks", "entered")
    assert found.course_id == small.course_id
    assert found.scores["total"] == "8"


def test_an_incomplete_scale_has_no_total_and_names_what_is_missing(small: Small) -> None:
    found = row(record(small, answered(3, 3, 3)).measure_id, small)
    assert (found.total, found.band, found.is_complete) == (None, "", False)
    assert found.scores["missing"] == ["q4", "q5", "q6", "q7", "q8", "q9"]
    assert (found.scores["asked"], found.scores["answered"]) == (9, 3)


def test_answers_are_sealed_in_the_table(small: Small) -> None:
    record(small, CALM)
    with db.current().reading() as session:
        sealed = session.execute(sa.select(Measure.answers_sealed)).scalar_one()
    assert b"q1" not in sealed


def test_subscales_of_the_y_bocs_are_kept(small: Small) -> None:
    found = row(record(small, answered(*[2] * 5, *[3] * 5), "y-bocs").measure_id, small)
    assert found.total == Decimal(25)
    assert [one["total"] for one in found.scores["subscales"]] == ["10", "15"]


def test_within_a_week_the_y_bocs_is_about_the_time_since_the_last_rating(small: Small) -> None:
    raw = answered(*[2] * 10)
    first = record(small, raw, "y-bocs")
    soon = record(small, raw, "y-bocs", observed_at=AT + timedelta(days=6))
    late = record(small, raw, "y-bocs", observed_at=AT + timedelta(days=13))
    words = [row(one.measure_id, small).recall for one in (first, soon, late)]
    assert words == ["last week", "since last rating", "last week"]


def test_a_dose_shortens_the_period_too(small: Small) -> None:
    run_session(small)
    found = row(record(small, answered(*[2] * 10), "y-bocs").measure_id, small)
    assert found.recall == "since last rating"


def test_an_answer_about_death_raises_an_alert_and_a_task_at_once(small: Small) -> None:
    saved = record(small, {"q9": ["2"]}, infusion_id=small.infusion_id)
    assert [one.about for one in saved.alerts] == ["q9"]
    [alert], [task] = kept(PatientAlert), kept(Task)
    assert (alert.source, alert.source_id) == ("measure", saved.measure_id)
    assert (alert.code, alert.level, alert.resolved_at) == ("suicidal_item", "hold", None)
    assert "item 9 is 2" in alert.sentence
    assert (task.kind, task.whose, task.infusion_id) == (
        "risk_answer",
        "therapist",
        small.infusion_id,
    )


def test_a_screener_raises_by_its_level(small: Small) -> None:
    record(small, {"q1": ["true"], "q2": ["true"], "q4": ["true"]}, "c-ssrs")
    assert [one.code for one in kept(PatientAlert)] == ["screener_level_high"]


def test_a_calm_scale_raises_nothing(small: Small) -> None:
    assert record(small, CALM).alerts == ()
    assert (kept(PatientAlert), kept(Task)) == ([], [])


def test_a_correction_is_a_new_row_that_names_the_old(small: Small) -> None:
    first = record(small, answered(*[1] * 8, 1))
    made = measure.correct(
        measure_id=first.measure_id,
        raw=answered(*[2] * 8, 1),
        observed_at=AT,
        why=WHY,
        by=small.medical,
        at=minute(70),
    )
    old, new = row(first.measure_id, small), row(made.measure_id, small)
    assert (old.total, old.struck_reason, old.struck_by_id) == (9, WHY, small.medical.id)
    assert (new.total, new.corrects_id) == (17, old.id)
    assert made.alerts == ()
    assert len(kept(PatientAlert)) == 1
    with pytest.raises(Stale):
        measure.correct(
            measure_id=old.id, raw=CALM, observed_at=AT, why=WHY, by=small.therapist, at=AT
        )


def test_a_correction_that_is_graver_calls_again(small: Small) -> None:
    first = record(small, {"q9": ["1"]})
    made = measure.correct(
        measure_id=first.measure_id,
        raw={"q9": ["3"]},
        observed_at=AT,
        why=WHY,
        by=small.therapist,
        at=AT,
    )
    assert len(made.alerts) == 1


def test_striking_out_keeps_the_row_and_its_alert(small: Small) -> None:
    saved = record(small, {"q9": ["1"]})
    with pytest.raises(ReasonNeeded):
        measure.strike(measure_id=saved.measure_id, why=" ", by=small.therapist, at=AT)
    measure.strike(measure_id=saved.measure_id, why=WHY, by=small.therapist, at=AT)
    assert row(saved.measure_id, small).struck_reason == WHY
    assert len(kept(PatientAlert)) == 1
    view = measure_view.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    assert view.taken == []
    with pytest.raises(Stale):
        measure.strike(measure_id=saved.measure_id, why=WHY, by=small.therapist, at=AT)


def test_a_row_cannot_be_changed_or_deleted(small: Small) -> None:
    record(small, CALM)
    for statement in ("UPDATE measure SET band = 'x'", "DELETE FROM measure"):
        with pytest.raises(sa.exc.DBAPIError), owning() as session:
            session.execute(sa.text(statement))


def test_a_second_delivery_writes_nothing(small: Small) -> None:
    made = uuid4()
    first = record(small, CALM, delivery=made)
    again = record(small, CALM, delivery=made)
    assert first.measure_id == again.measure_id != made
    assert len(kept(Measure)) == 1


def test_the_id_of_another_measure_is_not_taken(small: Small) -> None:
    first = record(small, CALM).measure_id
    assert record(small, answered(*[1] * 7), "gad-7", delivery=first).measure_id != first


@pytest.mark.parametrize(
    ("raw", "name"),
    [({}, ""), ({"q1": ["9"]}, "q1"), ({"q1": ["0", "1"]}, "q1"), ({"other": ["1"]}, "")],
)
def test_what_cannot_be_taken_is_said_and_not_kept(
    small: Small, raw: dict[str, list[str]], name: str
) -> None:
    with pytest.raises(BadInput) as refused:
        record(small, raw)
    assert list(refused.value.errors) == [name]
    assert kept(Measure) == []


@pytest.mark.parametrize("observed_at", [AT + timedelta(minutes=6), AT.replace(year=1950)])
def test_a_time_that_cannot_be_is_refused(small: Small, observed_at: datetime) -> None:
    with pytest.raises(BadInput) as refused:
        measure.record(
            patient_id=small.patient_id,
            key="phq-9",
            raw=CALM,
            observed_at=observed_at,
            by=small.therapist,
            at=AT,
        )
    assert list(refused.value.errors) == ["_at"]


def test_only_who_cares_for_the_patient_reaches_a_measure(small: Small) -> None:
    saved = record(small, CALM)
    for who in (small.other_therapist,):
        with pytest.raises(OutOfReach):
            measure_view.open_one(measure_id=saved.measure_id, by=who, at=AT)
        with pytest.raises(OutOfReach):
            record(small, CALM, by=who)
    with pytest.raises(NotAllowed):
        record(small, CALM, by=small.supervisor)
    assert row(saved.measure_id, small).total == 8
    reach = small.other_therapist.reach(AT)
    with db.current().reading() as session:
        assert records.of_patient(session, small.patient_id, reach=reach) == []
        assert records.of_course(session, small.course_id, reach=reach) == []
        assert records.latest(session, small.patient_id, reach=reach) == {}


def test_an_infusion_of_another_patient_is_out_of_reach(small: Small) -> None:
    other = add_patient(small.therapist, record_number="R-2")
    with pytest.raises(OutOfReach):
        measure.record(
            patient_id=other,
            key="phq-9",
            raw=CALM,
            observed_at=AT,
            infusion_id=small.infusion_id,
            by=small.therapist,
            at=AT,
        )


@pytest.mark.parametrize("key", ["", "phq9", "own-nothing", "../phq-9"])
def test_an_unknown_scale_is_nowhere(small: Small, key: str) -> None:
    with pytest.raises(OutOfReach):
        record(small, CALM, key)


def test_the_newest_of_each_scale_is_found(small: Small) -> None:
    record(small, CALM, observed_at=AT - timedelta(days=9))
    newest = record(small, CALM, observed_at=AT - timedelta(days=2))
    struck = record(small, CALM, observed_at=AT)
    measure.strike(measure_id=struck.measure_id, why=WHY, by=small.therapist, at=AT)
    gad = record(small, answered(*[1] * 7), "gad-7")
    with db.current().reading() as session:
        found = records.latest(session, small.patient_id, reach=small.therapist.reach(AT))
        of_course = records.of_course(session, small.course_id, reach=small.therapist.reach(AT))
    assert {key: one.id for key, one in found.items()} == {
        "phq-9": newest.measure_id,
        "gad-7": gad.measure_id,
    }
    assert len(of_course) == 3
    with pytest.raises(sa.exc.SQLAlchemyError):
        _ = of_course[0].answers


def test_every_built_in_scale_is_kept_from_its_own_answers(small: Small) -> None:
    with db.current().reading() as session:
        scales = own_measure.offered(session)
    for key in scales:
        with db.current().reading() as session:
            asks = own_measure.definition(session, key)
        raw = {}
        for item in asks.leaves:
            if item.calculated or item.hidden:
                continue
            raw[item.link_id] = [item.options[0].code if item.options else "0"]
            if item.type is forms.ItemType.BOOLEAN:
                raw[item.link_id] = ["false"]
        if key == "ebi":
            raw = {name: ["10"] for name in raw}
        found = row(record(small, raw, key).measure_id, small)
        assert found.is_complete, (key, found.scores["missing"])
