"""Consents: recorded, withdrawn, and asked for before the first dose of a session."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kapnotes import db
from kapnotes.actions import consent, infusion, session, setting
from kapnotes.clinic.consent import POINTS
from kapnotes.clinic.refusals import BadInput, CautionOpen, NotAllowed, OutOfReach, WrongState
from kapnotes.clinic.setting import DEFAULTS, to_plain
from tests.builders import AT, DOSE, Small, add_patient, agree, arrive, minute, signed

TODAY = AT.date()
YESTERDAY = TODAY - timedelta(days=1)


def state(small: Small) -> consent.ConsentState:
    return consent.look(patient_id=small.patient_id, by=small.medical, at=AT).state


def withdraw(small: Small, *, on: date = TODAY, reason: str = "Wants to wait") -> None:
    view = consent.look(patient_id=small.patient_id, by=small.medical, at=AT)
    consent.withdraw(
        patient_id=small.patient_id,
        consent_id=view.consents[0].id,
        withdrawn_on=on,
        reason=reason,
        by=small.medical,
        at=AT,
    )


def dose(small: Small, *, reason: str = "") -> None:
    """The first dose of a session in which everything else is as it should be."""
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    session.record_dose(
        infusion_id=small.infusion_id, values=DOSE, reason=reason, by=small.medical, at=AT
    )


def test_a_consent_is_in_force_until_its_protocol_ends_it(small: Small) -> None:
    found = state(small)
    assert found.in_force is not None
    assert found.in_force.points == list(POINTS)
    assert found.until == YESTERDAY + timedelta(days=365)
    assert found.missing == ()


def test_a_dose_with_consent_asks_for_no_reason(small: Small) -> None:
    dose(small)


def test_a_dose_after_a_withdrawal_asks_for_a_reason_and_keeps_it(small: Small) -> None:
    withdraw(small)
    with pytest.raises(CautionOpen, match="Consent was withdrawn on 23 November 2026"):
        dose(small)
    session.record_dose(
        infusion_id=small.infusion_id,
        values=DOSE,
        reason="Consented again aloud, on paper tomorrow",
        by=small.medical,
        at=AT,
    )
    view = infusion.look(infusion_id=small.infusion_id, by=small.medical, at=AT)
    assert view.doses[0].caution_reason == "Consented again aloud, on paper tomorrow"


def test_a_second_dose_of_the_session_does_not_ask_again(small: Small) -> None:
    dose(small)
    withdraw(small)
    second = {**DOSE, "mg": Decimal(5), "observed_at": minute(45), "stopped_at": minute(50)}
    for name in ("drawn_mg", "wasted_mg", "wasted_by", "witnessed_by", "planned_mg_per_kg"):
        second.pop(name)
    session.record_dose(infusion_id=small.infusion_id, values=second, by=small.medical, at=AT)


def test_an_expired_consent_and_points_left_out_are_said_in_words(small: Small) -> None:
    withdraw(small)
    consent.record(
        patient_id=small.patient_id,
        points=["off-label"],
        signed_on=TODAY,
        held_by="Thea",
        by=small.therapist,
        at=AT,
    )
    later = AT + timedelta(days=400)
    view = consent.look(patient_id=small.patient_id, by=small.therapist, at=later)
    assert [one.code for one in view.state.missing] == ["consent_expired", "consent_points"]


def test_a_session_goes_by_the_form_that_was_in_force_when_it_began(small: Small) -> None:
    values = {**to_plain(DEFAULTS["consent_rule"]), "form_version": "2027-01"}
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    setting.change(name="consent_rule", values=values, by=small.administrator, at=minute(1))
    session.record_dose(infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=AT)
    assert [one.code for one in state(small).missing] == ["consent_old_form"]


def test_a_new_consent_comes_after_a_withdrawal(small: Small) -> None:
    withdraw(small)
    assert state(small).in_force is None
    agree(small.patient_id, small.therapist, signed_on=TODAY)
    assert state(small).in_force is not None


def test_what_a_preparation_note_says_of_it_begins_the_next_one(small: Small) -> None:
    other = add_patient(small.therapist, family_name="Berg", record_number="R-2")
    signed(small, "preparation")
    known = consent.look(patient_id=small.patient_id, by=small.therapist, at=AT).known
    assert (known["form_version"], known["signed_on"]) == ("2026-03", TODAY)
    assert "driving" in str(known["points"])
    assert consent.look(patient_id=other, by=small.therapist, at=AT).known == {}


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"points": []}, "points"),
        ({"points": ["everything"]}, "points"),
        ({"signed_on": TODAY + timedelta(days=1)}, "signed_on"),
        ({"signed_on": date(1900, 1, 1)}, "signed_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    small: Small, changed: dict[str, object], name: str
) -> None:
    values: dict[str, object] = {"points": ["touch"], "signed_on": TODAY, **changed}
    with pytest.raises(BadInput) as refused:
        consent.record(
            patient_id=small.patient_id,
            held_by="Thea",
            by=small.therapist,
            at=AT,
            **values,  # type: ignore[arg-type] # wrong on purpose
        )
    assert set(refused.value.errors) == {name}


def test_a_withdrawal_needs_a_day_that_can_be_and_happens_once(small: Small) -> None:
    with pytest.raises(BadInput):
        withdraw(small, on=YESTERDAY - timedelta(days=1))
    with pytest.raises(BadInput):
        withdraw(small, on=TODAY + timedelta(days=1))
    withdraw(small)
    with pytest.raises(WrongState):
        withdraw(small)


def test_who_records_a_consent_is_the_therapist_or_medical_within_reach(small: Small) -> None:
    with pytest.raises(NotAllowed):
        agree(small.patient_id, small.supervisor)
    with pytest.raises(OutOfReach):
        agree(small.patient_id, small.other_therapist)
    with pytest.raises(OutOfReach):
        consent.look(patient_id=small.patient_id, by=small.other_therapist, at=AT)


def test_a_consent_of_another_patient_is_not_withdrawn_here(small: Small) -> None:
    other = add_patient(small.therapist, family_name="Berg", record_number="R-2")
    mine = consent.look(patient_id=small.patient_id, by=small.therapist, at=AT).consents[0]
    with pytest.raises(OutOfReach):
        consent.withdraw(
            patient_id=other,
            consent_id=mine.id,
            withdrawn_on=TODAY,
            reason="Wrong record",
            by=small.therapist,
            at=AT,
        )
    with db.current().reading() as opened:
        assert opened.get(consent.Consent, mine.id).withdrawn_on is None  # type: ignore[union-attr] # it was just read
