"""The shapes that FHIR writes codes, amounts, times and references in.

Codes of public systems are given where they are known, words always: a reader without the system
still reads. Our own codes stand in systems that begin with `urn:kapnotes:`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from kapnotes.exchange.person import Person
from kapnotes.forms import Code

Resource: TypeAlias = dict[str, Any]
"""A FHIR resource, or a part of one, as JSON has it; numbers may be exact decimals."""

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
"""What the addresses of HL7's own code systems begin with."""
OWN = "urn:kapnotes:"


def coding(code: Code) -> Resource:
    """A code in its system, with its display where it has one."""
    made = {"system": code.system, "code": code.code, "display": code.display}
    return {name: value for name, value in made.items() if value}


def concept(*codes: Code, text: str = "") -> Resource:
    """Codes that mean the same, and what a person reads."""
    return {"coding": [coding(code) for code in codes], "text": text}


def terminology(system: str, code: str, display: str = "") -> Code:
    """A code of one of HL7's own systems."""
    return Code(TERMINOLOGY + system, code, display)


def quantity(value: Decimal | int, unit: str, code: str = "") -> Resource:
    """An amount; `code` is the UCUM unit where it is written otherwise than for people."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def score(total: Decimal) -> Resource:
    """The total of a scale."""
    return quantity(total, "{score}")


def moment(at: datetime) -> str:
    """A point in time with its offset, to the second."""
    return at.isoformat(timespec="seconds")


def period(start: date | datetime | None, end: date | datetime | None) -> Resource:
    """From when to when; an end that is not known is left out."""
    return {
        name: moment(at) if isinstance(at, datetime) else at.isoformat()
        for name, at in (("start", start), ("end", end))
        if at is not None
    }


def reference(resource_id: UUID | str, display: str = "") -> Resource:
    """A reference to a resource of the same bundle."""
    made = {"reference": f"urn:uuid:{resource_id}"}
    return {**made, "display": display} if display else made


def by(person: Person | None) -> list[Resource]:
    """Who did it, as a performer; nobody where nobody is known."""
    return [reference(person.id, person.words)] if person else []
