"""Consents to treatment, and their withdrawal."""

from uuid import UUID

from kapnotes.exchange.charted import Consent
from kapnotes.exchange.coding import LOINC, OWN, Resource, concept, period, reference, terminology
from kapnotes.exchange.narrative import narrative
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

TITLE = "Consents"
CONSENT = Code(LOINC, "59284-0", "Consent Document")
POINTS = f"{OWN}consent-point"


def section(consents: tuple[Consent, ...], *, patient_id: UUID) -> Section:
    """Every consent that the document shows, withdrawn ones too."""
    made = tuple(_consent(one, patient_id) for one in consents)
    words = tuple(" ".join(_told(one)) for one in consents)
    return Section(title=TITLE, words=words, code=CONSENT, resources=made)


def in_force(one: Consent | None, words: tuple[str, ...], *, patient_id: UUID) -> Section:
    """The consent that an infusion was given under, and what was missing."""
    made = (_consent(one, patient_id),) if one else ()
    return Section(title="Consent", words=words, code=CONSENT, resources=made)


def _consent(one: Consent, patient_id: UUID) -> Resource:
    owner = reference(patient_id)
    form = f"Consent to treatment, form {one.form_version}" if one.form_version else ""
    return {
        "resourceType": "Consent",
        "id": str(one.id),
        "text": narrative(_told(one)),
        "status": "inactive" if one.withdrawn_on else "active",
        "scope": concept(terminology("consentscope", "treatment", "Treatment")),
        "category": [concept(CONSENT)],
        "patient": owner,
        "dateTime": one.signed_on.isoformat(),
        "performer": [owner],
        "policyRule": {"text": form or "Consent to treatment"},
        "provision": {
            "type": "permit",
            "period": period(one.signed_on, one.withdrawn_on),
            "code": [concept(Code(POINTS, code), text=words) for code, words in one.points],
        },
    }


def _told(one: Consent) -> list[str]:
    """The consent in sentences."""
    form = f"form {one.form_version}" if one.form_version else "form without a version"
    said = [f"Signed on {one.signed_on.isoformat()}, {form}; conversation with {one.held_by}."]
    if one.points:
        said.append(f"Covered: {'; '.join(words for _, words in one.points)}.")
    if one.words:
        said.append(one.words)
    if one.withdrawn_on:
        said.append(f"Withdrawn on {one.withdrawn_on.isoformat()}: {one.withdrawn_reason}")
    return said
