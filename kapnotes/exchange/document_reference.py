"""A document for a chart server: the DocumentReference that points to its bytes."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1

from kapnotes import forms
from kapnotes.clinic.document import DocumentKind
from kapnotes.exchange.charted import Patient, Practice
from kapnotes.exchange.coding import Resource, concept, moment
from kapnotes.exchange.composition import RECORDS, TYPES, numbered
from kapnotes.exchange.narrative import tidy
from kapnotes.exchange.people import record_number

PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A kept document as it is sent: its number, its very bytes, and the number it replaces."""

    kind: DocumentKind
    number: str
    title: str
    made_at: datetime
    content: bytes
    practice: Practice
    patient: Patient
    authors: tuple[str, ...] = ()
    replaces: str = ""
    language: str = "en"
    content_type: str = PDF


def document_reference(sent: Sent, *, url: str) -> str:
    """The DocumentReference as JSON text; `url` is where the server keeps the bytes.

    Patient, practice and the document before it are named by their numbers: the server knows them
    under ids of its own. Raises ValueError if it is no valid R4B DocumentReference.
    """
    from fhir.resources.R4B.documentreference import (  # noqa: PLC0415 - a quarter of a second
        DocumentReference,
    )

    text = forms.write_json(tidy(_made(sent, url)))
    DocumentReference.model_validate_json(text)
    return text


def _made(sent: Sent, url: str) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "masterIdentifier": numbered(sent.number),
        "status": "current",
        "docStatus": "final",
        "type": concept(TYPES[sent.kind], text=sent.title),
        "category": [concept(RECORDS)],
        "subject": {
            "type": "Patient",
            "identifier": record_number(sent.patient, sent.practice),
            "display": sent.patient.name,
        },
        "date": moment(sent.made_at),
        "author": [{"display": name} for name in sent.authors],
        "custodian": {"type": "Organization", "display": sent.practice.name},
        "relatesTo": [_replaced(sent.replaces)] if sent.replaces else [],
        "description": f"{sent.title}, document {sent.number}",
        "content": [{"attachment": attachment(sent, url)}],
    }


def attachment(sent: Sent, url: str) -> Resource:
    """Where the bytes are, how many, and their SHA-1 in base64, which is what FHIR R4B asks for."""
    digest = sha1(sent.content, usedforsecurity=False).digest()
    return {
        "contentType": sent.content_type,
        "language": sent.language,
        "url": url,
        "size": len(sent.content),
        "hash": b64encode(digest).decode(),
        "title": sent.title,
        "creation": moment(sent.made_at),
    }


def _replaced(number: str) -> Resource:
    target = {"type": "DocumentReference", "identifier": numbered(number)}
    return {"code": "replaces", "target": target}
