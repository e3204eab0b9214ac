"""A scale in the patient's hands: one page, half an hour, answers kept and called for at once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import hand_over, measure_view, patient, people
from kapnotes.actions.hand_over import Held
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, WrongState
from kapnotes.records.alert import PatientAlert
from kapnotes.records.measure import HandOver, Measure
from kapnotes.records.task import Task
from tests.builders import AT, Small

FULL = {f"q{number}": ["1"] for number in range(1, 10)}
LATER = AT + timedelta(minutes=20)
OVER = AT + timedelta(minutes=30)


def begin(small: Small, key: str = "phq-9", at: Any = AT) -> str:
    return hand_over.begin(patient_id=small.patient_id, key=key, by=small.therapist, at=at)


def held(token: str, at: Any = AT) -> Held:
    return hand_over.held(token=token, at=at)


def save(token: str, raw: dict[str, list[str]], at: Any = AT) -> None:
    hand_over.save(token=token, raw=raw, by=held(token, at).by, at=at)


def kept(table: type[Any]) -> list[Any]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(table)).scalars())


def test_only_a_digest_of_the_token_is_kept(small: Small) -> None:
    token = begin(small)
    assert len(token) >= 43
    [row] = kept(HandOver)
    assert (row.token_hash, row.ends_at) == (hand_over.token_hash(token), OVER)
    with db.current().reading() as session:
        for entry in session.execute(sa.select(Entry)).scalars():
            assert token not in str(vars(entry))


def test_what_stands_behind_a_token_says_nothing_of_the_patient(small: Small) -> None:
    found = held(begin(small))
    assert found.title == "PHQ-9"
    said = repr((found.title, found.recall, found.raw))
    assert not [word for word in ("Falk", "Jördis", "R-1", str(small.patient_id)) if word in said]


def test_answers_are_kept_as_they_are_given_and_given_back_as_a_measure(small: Small) -> None:
    token = begin(small)
    save(token, {"q1": ["1"]})
    assert held(token).raw == {"q1": ["1"]}
    hand_over.give_back(token=token, raw=FULL, by=held(token).by, at=LATER)
    [row], [made] = kept(HandOver), kept(Measure)
    assert (row.ended_at, row.measure_id) == (LATER, made.id)
    assert (made.total, made.source, made.observed_at) == (9, "handed_over", LATER)
    assert made.recorded_by_id == small.therapist.id


def test_a_token_is_good_for_once_and_for_half_an_hour(small: Small) -> None:
    token = begin(small)
    by = held(token).by
    hand_over.give_back(token=token, raw=FULL, by=by, at=AT)
    second = begin(small)
    for used, at in ((token, AT), (second, OVER), ("", AT), ("x" * 43, AT)):
        with pytest.raises(OutOfReach):
            held(used, at)
        with pytest.raises(OutOfReach):
            hand_over.save(token=used, raw=FULL, by=by, at=at)
        with pytest.raises(OutOfReach):
            hand_over.give_back(token=used, raw=FULL, by=by, at=at)
    assert len(kept(Measure)) == 1


def test_an_answer_about_death_calls_before_it_is_given_back_and_once(small: Small) -> None:
    token = begin(small)
    save(token, {"q9": ["1"]})
    [alert], [task] = kept(PatientAlert), kept(Task)
    assert (alert.source, alert.patient_id) == ("hand_over", small.patient_id)
    assert task.kind == "risk_answer"
    save(token, {"q9": ["1"], "q1": ["2"]})
    hand_over.give_back(token=token, raw={**FULL, "q9": ["1"]}, by=held(token).by, at=AT)
    assert len(kept(PatientAlert)) == 1
    assert len(kept(Task)) == 1


def test_a_graver_answer_calls_again_and_a_milder_one_takes_nothing_back(small: Small) -> None:
    token = begin(small, "c-ssrs")
    save(token, {"q1": ["true"]})
    save(token, {"q1": ["true"], "q2": ["true"], "q4": ["true"]})
    save(token, {"q1": ["true"], "q2": ["false"]})
    codes = sorted(one.code for one in kept(PatientAlert))
    assert codes == ["screener_level_high", "screener_level_low"]


def test_the_same_answers_again_write_nothing(small: Small) -> None:
    token = begin(small)
    save(token, {"q1": ["1"]})
    before = len(kept(Entry))
    save(token, {"q1": ["1"]})
    assert len(kept(Entry)) == before


def test_handing_over_again_goes_on_with_the_answers_and_closes_the_first(small: Small) -> None:
    first = begin(small)
    save(first, {"q1": ["2"]})
    second = begin(small, at=LATER)
    assert held(second, LATER).raw == {"q1": ["2"]}
    with pytest.raises(OutOfReach):
        held(first, LATER)


def test_what_ran_out_of_time_is_a_measure_of_its_own(small: Small) -> None:
    save(begin(small), {"q1": ["2"]})
    day_after = AT + timedelta(days=1)
    second = begin(small, at=day_after)
    assert held(second, day_after).raw == {}
    [made] = kept(Measure)
    assert (made.observed_at, made.is_complete, made.total) == (OVER, False, None)


def test_it_is_taken_back_by_who_cares_for_the_patient(small: Small) -> None:
    token = begin(small)
    save(token, {"q1": ["2"], "q2": ["not an answer"]})
    [row] = kept(HandOver)
    with pytest.raises(OutOfReach):
        hand_over.end(hand_over_id=row.id, by=small.other_therapist, at=AT)
    made = hand_over.end(hand_over_id=row.id, by=small.medical, at=LATER)
    assert made is not None
    view = measure_view.open_one(measure_id=made, by=small.therapist, at=LATER)
    assert view.row.scores["answered"] == 1
    with pytest.raises(WrongState):
        hand_over.end(hand_over_id=row.id, by=small.medical, at=LATER)
    with pytest.raises(OutOfReach):
        held(token, LATER)


def test_nothing_answered_leaves_no_measure(small: Small) -> None:
    token = begin(small)
    assert hand_over.give_back(token=token, raw={}, by=held(token).by, at=AT) is None
    assert kept(Measure) == []


def test_it_closes_with_the_account_and_with_the_place_on_the_team(small: Small) -> None:
    token = begin(small)
    team = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).team
    mine = next(one for one in team if one.person_id == small.therapist.id)
    other = hand_over.begin(patient_id=small.patient_id, key="gad-7", by=small.medical, at=AT)
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    patient.leave_team(
        patient_id=small.patient_id, member_id=mine.id, on=AT.date(), by=small.therapist, at=AT
    )
    with pytest.raises(OutOfReach):
        held(token)
    assert held(other).title == "GAD-7"
    people.disable(person_id=small.medical.id, by=small.administrator, at=AT)
    with pytest.raises(OutOfReach):
        held(other)


def test_what_is_rated_by_an_observer_is_not_handed_over(small: Small) -> None:
    for key in hand_over.RATED_BY_OBSERVER:
        with pytest.raises(WrongState):
            begin(small, key)


def test_only_known_names_are_kept_and_not_too_much(small: Small) -> None:
    token = begin(small)
    save(token, {"q1": ["1"], "_id": ["x"], "evil": ["y" * 9]})
    assert held(token).raw == {"q1": ["1"]}
    with pytest.raises(BadInput):
        save(token, {"q1": ["1" * 50_000]})


def test_a_supervisor_hands_nothing_over(small: Small) -> None:
    with pytest.raises(NotAllowed):
        hand_over.begin(patient_id=small.patient_id, key="phq-9", by=small.supervisor, at=AT)


def test_blanks_are_named(small: Small) -> None:
    found = held(begin(small))
    assert hand_over.missing(found, {**FULL, "q4": [""]}) == ("q4",)
