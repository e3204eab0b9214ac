"""The measures of a course as a FHIR R4B Bundle: answers and totals, checked before they leave.

What was answered is a QuestionnaireResponse, what it came to an Observation derived from it. A
scale of which only the total is known, because it was imported so, is an Observation alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from kapnotes import forms
from kapnotes.forms import Answers, Code, Definition

TOTAL = "total"
SURVEY = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "survey",
}
UCUM = "http://unitsofmeasure.org"
SCALES = "urn:kapnotes:scale"


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
    author: str
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
    entries = [entry for one in rated for entry in _entries(one, subject)]
    made: dict[str, Any] = {
        "resourceType": "Bundle",
        "id": str(course_id),
        "type": "collection",
        "timestamp": _moment(at),
    }
    if entries:
        made["entry"] = entries
    text = forms.write_json(made)
    Bundle.model_validate_json(text)
    return text


def _entries(one: Rated, subject: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    derived = None
    if one.answers:
        derived = f"urn:uuid:{one.id}"
        found.append({"fullUrl": derived, "resource": _response(one, subject)})
    if one.is_complete and (one.total is not None or one.band):
        made = _observation(one, subject, derived)
        found.append({"fullUrl": f"urn:uuid:{made['id']}", "resource": made})
    return found


def _response(one: Rated, subject: dict[str, str]) -> dict[str, Any]:
    return forms.to_response(
        one.definition,
        one.answers,
        id=str(one.id),
        status="completed" if one.is_complete else "in-progress",
        subject=subject,
        authored=_moment(one.observed_at),
        author={"display": one.author},
    )


def _observation(one: Rated, subject: dict[str, str], derived: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "id": str(uuid5(one.id, TOTAL)),
        "status": "final",
        "category": [{"coding": [SURVEY]}],
        "code": {"coding": _codes(one), "text": one.title},
        "subject": subject,
        "effectiveDateTime": _moment(one.observed_at),
        "issued": _moment(one.recorded_at),
        "performer": [{"display": one.author}],
        "method": {"text": f"rule version {one.rule_version}"},
    }
    if one.total is not None:
        made["valueQuantity"] = _score(one.total)
        if one.band:
            made["interpretation"] = [{"text": one.band}]
    else:
        made["valueString"] = one.band
    if one.parts:
        made["component"] = [
            {"code": {"text": title}, "valueQuantity": _score(total)}
            for _, title, total in one.parts
        ]
    if derived:
        made["derivedFrom"] = [{"reference": derived}]
    return made


def _codes(one: Rated) -> list[dict[str, str]]:
    """The code of the total in its own system, and our key for the scale."""
    scored = one.definition.scored
    main = next((item for item in scored if item.link_id == TOTAL), None)
    own = {"system": SCALES, "code": one.key}
    return [*map(_code, main.codes if main else ()), own]


def _code(code: Code) -> dict[str, str]:
    made = {"system": code.system, "code": code.code, "display": code.display}
    return {name: value for name, value in made.items() if value}


def _score(total: Decimal) -> dict[str, Any]:
    return {"value": total, "unit": "{score}", "system": UCUM, "code": "{score}"}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
