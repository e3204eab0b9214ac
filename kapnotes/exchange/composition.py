"""The first page of a bundle: what it is, of whom, by whom, signed by whom, in which sections."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from kapnotes.clinic.document import DocumentKind
from kapnotes.exchange.charted import Charted
from kapnotes.exchange.coding import LOINC, OWN, Resource, concept, moment, reference
from kapnotes.exchange.narrative import narrative
from kapnotes.exchange.people import custodian
from kapnotes.exchange.share import Share
from kapnotes.forms import Code

DOCUMENTS = f"{OWN}document"
"""The system of document numbers."""
TYPES = {
    DocumentKind.INFUSION_SUMMARY: Code(LOINC, "28570-0", "Procedure note"),
    DocumentKind.COURSE_SUMMARY: Code(LOINC, "34133-9", "Summary of episode note"),
    DocumentKind.CHART: Code(LOINC, "11503-0", "Medical records"),
    DocumentKind.NOTE: Code(LOINC, "11506-3", "Progress note"),
    DocumentKind.LETTER: Code(LOINC, "51852-2", "Letter"),
    DocumentKind.DISCLOSURES: Code(LOINC, "11503-0", "Medical records"),
}
RECORDS = Code(LOINC, "11503-0", "Medical records")
"""The class that all of them belong to."""
APART = (
    "Private process notes are kept apart from the record by their author and are never part of "
    "this document."
)


def composition_id(charted: Charted) -> UUID:
    """The id of a document: the same for the same patient and number."""
    return uuid5(charted.patient.id, f"document {charted.number}")


def numbered(number: str) -> Resource:
    """A document's number as an identifier."""
    return {"system": DOCUMENTS, "value": number}


def composition(
    charted: Charted, sections: Sequence[Resource], shares: Sequence[Share]
) -> Resource:
    """The Composition of a document: its own sections, then those of its infusions."""
    wrote = _each_once(one for share in shares for one in share.authors)
    return {
        "resourceType": "Composition",
        "id": str(composition_id(charted)),
        "language": charted.language,
        "text": narrative([charted.title, *filter(None, [charted.edition]), APART]),
        "identifier": numbered(charted.number),
        "status": "final" if charted.is_final else "preliminary",
        "type": concept(TYPES[charted.kind], text=charted.title),
        "category": [concept(RECORDS)],
        "subject": reference(charted.patient.id, charted.patient.name),
        "date": moment(charted.made_at),
        "author": wrote or [custodian(charted.practice)],
        "title": charted.title,
        "attester": _each_once(one for share in shares for one in share.attesters),
        "custodian": custodian(charted.practice),
        "relatesTo": [_replaced(charted.replaces)] if charted.replaces else [],
        "event": [share.event for share in shares],
        "section": [*sections, *(share.section for share in shares)],
    }


def _replaced(number: str) -> Resource:
    return {"code": "replaces", "targetIdentifier": numbered(number)}


def _each_once(found: Iterable[Resource]) -> list[Resource]:
    """Whoever wrote or signed in several infusions stands there once for each signature."""
    kept: list[Resource] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept
