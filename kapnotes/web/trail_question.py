"""What is looked for in the trail, as it stands in an address and in a form: ids, words, days.

No name, number or text of a patient is ever in an address: who looks for a patient posts what they
typed, and is led to the id.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from kapnotes.actions.trail import Question
from kapnotes.audit.events import Category, Did, Outcome
from kapnotes.audit.things import Thing
from kapnotes.clinic.refusals import BadInput

Word = TypeVar("Word", bound=StrEnum)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "patient_id": "patient",
        "person_id": "person",
        "did": "event",
        "category": "category",
        "thing": "object",
        "outcome": "outcome",
        "first": "from",
        "last": "to",
    }
)
"""What each part of a question is called in an address."""
ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"did": Did, "category": Category, "thing": Thing, "outcome": Outcome}
)
LATEST = date(9999, 12, 30)
"""The last day that has a day after it."""


def asked(given: Mapping[str, str]) -> Question:
    """The question of an address; what is not understood is left out."""
    known: dict[str, Any] = {
        field: _word(kind, given.get(NAMES[field], "")) for field, kind in ENUMS.items()
    }
    known |= {field: _uuid(given.get(NAMES[field], "")) for field in ("patient_id", "person_id")}
    known |= {field: _day(given.get(NAMES[field], "")) for field in ("first", "last")}
    return Question(**known)


def posted(given: Mapping[str, str]) -> Question:
    """The question of a form. Raises BadInput for days that are none, or the wrong way round."""
    found = asked(given)
    errors = {
        name: "Write a day as 2026-11-23."
        for name, day in (("from", found.first), ("to", found.last))
        if given.get(name, "").strip() and day is None
    }
    if not errors and found.first and found.last and found.first > found.last:
        errors["to"] = "This day is before the first one."
    if errors:
        raise BadInput(errors)
    return found


def without_patient(question: Question) -> Question:
    """The same about every patient."""
    return replace(question, patient_id=None)


def address(question: Question) -> dict[str, str]:
    """The question as the query of an address."""
    said = {one.name: getattr(question, one.name) for one in fields(Question)}
    return {NAMES[name]: str(value) for name, value in said.items() if value is not None}


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in set(kind) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return min(day, LATEST)
