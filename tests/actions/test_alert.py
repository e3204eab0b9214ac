"""Alerts: raised with a signature, standing until resolved with a reason, asked before a dose."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes.actions import alert, infusion, patient, session, signing
from kapnotes.clinic.refusals import (
    CautionOpen,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    StaleDigest,
    WrongState,
)
from kapnotes.clinic.screening import AlertLevel
from kapnotes.forms import Coded, FindingKind, Value
from kapnotes.records.alert import PatientAlert
from tests.builders import (
    AT,
    DOSE,
    HERE,
    PASSWORD,
    Small,
    add_patient,
    arrive,
    minute,
    sign,
    written,
)
from tests.plumbing.role import owning


def prepared(small: Small, **changed: Value) -> UUID:
    """A signed preparation note, whatever was found told in words, every caution answered."""
    told: dict[str, Value] = {
        f"{link}-words": "Judged"
        for link, value in changed.items()
        if isinstance(value, list) and any(isinstance(one, Coded) for one in value)
    }
    made = written(small, "preparation", **changed, **told)
    shown = signing.review(note_id=made, by=small.therapist, at=AT)
    reasons = {one.key: "Weighed" for one in shown.of_kind(FindingKind.CAUTION)}
    sign(small, made, reasons=reasons)
    return made


def standing(small: Small) -> list[str]:
    view = alert.look(patient_id=small.patient_id, by=small.medical, at=AT)
    return [one.code for one in view.standing]


def resolve(small: Small, reason: str = "Stopped a year ago") -> None:
    view = alert.look(patient_id=small.patient_id, by=small.medical, at=AT)
    alert.resolve(
        patient_id=small.patient_id,
        alert_id=view.standing[0].id,
        reason=reason,
        by=small.medical,
        at=AT,
    )


def dose(small: Small, *, reason: str = "") -> None:
    session.record_dose(
        infusion_id=small.infusion_id, values=DOSE, reason=reason, by=small.medical, at=AT
    )


def test_a_calm_note_leaves_no_alert(small: Small) -> None:
    prepared(small)
    assert standing(small) == []


def test_a_signature_raises_what_the_screening_found_the_gravest_first(small: Small) -> None:
    prepared(
        small,
        interactions=[Coded("lamotrigine"), Coded("opioid")],
        contraindications=[Coded("heart")],
    )
    assert standing(small) == [
        "contraindications.heart",
        "interactions.opioid",
        "interactions.lamotrigine",
    ]


def test_an_alert_that_stands_is_not_raised_twice(small: Small) -> None:
    prepared(small, interactions=[Coded("opioid")])
    prepared(small, interactions=[Coded("opioid")])
    prepared(small)
    assert standing(small) == ["interactions.opioid"]


def test_two_things_in_own_words_are_two_alerts(small: Small) -> None:
    prepared(small, **{"misuse-history": ["Kratom tea", "Kava"]})
    prepared(small, **{"misuse-history": ["Kratom tea"]})
    assert standing(small) == ["misuse-history.own-words"] * 2


def test_a_refused_signature_leaves_no_alert(small: Small) -> None:
    made = written(small, "preparation", interactions=[Coded("opioid")])
    with pytest.raises(StaleDigest):
        signing.sign(
            note_id=made,
            digest="other",
            password=PASSWORD,
            address=HERE,
            reasons={},
            by=small.therapist,
            at=AT,
        )
    assert standing(small) == []


def test_resolved_with_a_reason_it_is_gone_and_a_later_note_raises_it_anew(small: Small) -> None:
    prepared(small, interactions=[Coded("opioid")])
    with pytest.raises(ReasonNeeded):
        resolve(small, "  ")
    resolve(small)
    view = alert.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    assert view.standing == []
    assert [one.resolved_reason for one in view.resolved] == ["Stopped a year ago"]
    assert view.names[small.medical.id] == "Mina"
    prepared(small, interactions=[Coded("opioid")])
    assert standing(small) == ["interactions.opioid"]


def test_it_is_resolved_once_by_who_may_and_beside_its_own_patient(small: Small) -> None:
    prepared(small, interactions=[Coded("opioid")])
    view = alert.look(patient_id=small.patient_id, by=small.supervisor, at=AT)
    known = {"alert_id": view.standing[0].id, "reason": "Gone", "at": AT}
    other = add_patient(small.therapist, family_name="Berg", record_number="R-2")
    with pytest.raises(NotAllowed):
        alert.resolve(patient_id=small.patient_id, by=small.supervisor, **known)
    with pytest.raises(OutOfReach):
        alert.resolve(patient_id=small.patient_id, by=small.other_therapist, **known)
    with pytest.raises(OutOfReach):
        alert.resolve(patient_id=other, by=small.therapist, **known)
    alert.resolve(patient_id=small.patient_id, by=small.therapist, **known)
    with pytest.raises(WrongState):
        alert.resolve(patient_id=small.patient_id, by=small.medical, **known)


def test_before_a_dose_what_weighs_asks_for_a_reason_and_what_is_to_be_known_does_not(
    small: Small,
) -> None:
    prepared(small, interactions=[Coded("lamotrigine")], contraindications=[Coded("heart")])
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    with pytest.raises(CautionOpen) as open_:
        dose(small)
    assert [one.about for one in open_.value.cautions] == ["contraindications.heart"]
    dose(small, reason="Cardiology agreed on Monday")


def test_it_shows_on_the_infusion_and_on_the_patient(small: Small) -> None:
    prepared(small, interactions=[Coded("opioid")])
    view = infusion.look(infusion_id=small.infusion_id, by=small.supervisor, at=AT)
    about = patient.look(patient_id=small.patient_id, by=small.medical, at=AT)
    assert [one.level for one in view.alerts] == [AlertLevel.WEIGH]
    assert list(about.safety.alerts) == list(view.alerts)


def test_the_database_lets_it_be_resolved_once(small: Small) -> None:
    prepared(small, interactions=[Coded("opioid")])
    resolve(small)
    with pytest.raises(sa.exc.DBAPIError, match="change once"), owning() as opened:
        opened.execute(sa.update(PatientAlert).values(resolved_at=None))
    with (
        pytest.raises(sa.exc.DBAPIError, match="never deleted"),
        owning() as opened,
    ):
        opened.execute(sa.delete(PatientAlert))
