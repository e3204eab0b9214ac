"""The measures of a course as a FHIR R4B Bundle: answers and totals, checked before they leave.

What was answered is a QuestionnaireResponse, what it came to an Observation derived from it. A
scale of which only the total is known, because it was imported so, is an Observation alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from kapnotes import forms
from kapnotes.exchange import coding
from kapnotes.exchange.coding import OWN, Resource, concept, moment, reference, terminology
from kapnotes.exchange.person import Person
from kapnotes.forms import Answers, Code, Definition

TOTAL = "total"
SURVEY = terminology("observation-category", "survey")
SCALES = f"{OWN}scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One measure as it goes out. `parts` are the subscales: key, title, total."""

    id: UUID
    key: str
    title: str
    definition: Definition
    answers: Answers
    observed_at: datetime
    recorded_at: datetime
    author: Person
    is_complete: bool
    total: Decimal | None
    band: str
    rule_version: str
    parts: tuple[tuple[str, str, Decimal], ...] = ()


def bundle(rated: Sequence[Rated], *, patient_id: UUID, course_id: UUID, at: datetime) -> str:
    """The Bundle as JSON text. Raises ValueError if it is no valid R4B Bundle."""
    from fhir.resources.R4B.bundle import (  # noqa: PLC0415 - a quarter of a second, rarely needed
        Bundle,
    )

    subject = {"reference": f"Patient/{patient_id}"}
    entries = [
        {"fullUrl": f"urn:uuid:{made['id']}", "resource": made}
        for one in rated
        for made in resources(one, subject, author={"display": one.author.name})
    ]
    made: Resource = {
        "resourceType": "Bundle",
        "id": str(course_id),
        "type": "collection",
        "timestamp": moment(at),
    }
    if entries:
        made["entry"] = entries
    text = forms.write_json(made)
    Bundle.model_validate_json(text)
    return text


def resources(one: Rated, subject: Resource, *, author: Resource) -> list[Resource]:
    """A measure as what was answered, where it was, and what it came to, where it is complete.

    `author` is how its author is referred to there.
    """
    found = []
    if one.answers:
        found.append(_response(one, subject, author))
    if one.is_complete and (one.total is not None or one.band):
        found.append(_observation(one, subject, author))
    return found


def scale(key: str, *codes: Code) -> tuple[Code, ...]:
    """The codes of a scale's total in systems of others, and our own key for it."""
    return (*codes, Code(SCALES, key))


def _response(one: Rated, subject: Resource, author: Resource) -> Resource:
    return forms.to_response(
        one.definition,
        one.answers,
        id=str(one.id),
        status="completed" if one.is_complete else "in-progress",
        subject=subject,
        authored=moment(one.observed_at),
        author=author,
    )


def _observation(one: Rated, subject: Resource, author: Resource) -> Resource:
    made: Resource = {
        "resourceType": "Observation",
        "id": str(uuid5(one.id, TOTAL)),
        "status": "final",
        "category": [{"coding": [coding.coding(SURVEY)]}],
        "code": concept(*scale(one.key, *_codes(one)), text=one.title),
        "subject": subject,
        "effectiveDateTime": moment(one.observed_at),
        "issued": moment(one.recorded_at),
        "performer": [author],
        "method": {"text": f"rule version {one.rule_version}"},
    }
    if one.total is not None:
        made["valueQuantity"] = coding.score(one.total)
        if one.band:
            made["interpretation"] = [{"text": one.band}]
    else:
        made["valueString"] = one.band
    if one.parts:
        made["component"] = [
            {"code": {"text": title}, "valueQuantity": coding.score(total)}
            for _, title, total in one.parts
        ]
    if one.answers:
        made["derivedFrom"] = [reference(one.id)]
    return made


def _codes(one: Rated) -> tuple[Code, ...]:
    """The codes of the total in systems of others."""
    main = next((item for item in one.definition.scored if item.link_id == TOTAL), None)
    return main.codes if main else ()
