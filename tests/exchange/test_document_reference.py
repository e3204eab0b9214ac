"""A document as a chart server is told of it: where its bytes are, and that they are these."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha1
from typing import Any

from fhir.resources.R4B.documentreference import DocumentReference

from kapnotes.clinic.document import DocumentKind
from kapnotes.exchange.document_reference import Sent, document_reference
from tests.exchange.sample import MADE_AT, PATIENT, PRACTICE, TYPED

CONTENT = b"%PDF-1.7 the very bytes"
SENT = Sent(
    kind=DocumentKind.INFUSION_SUMMARY,
    number="A1B2C3D4E5F6-F2",
    title="Infusion summary",
    made_at=MADE_AT,
    content=CONTENT,
    practice=PRACTICE,
    patient=PATIENT,
    authors=("Thea K\u00fchn, LMFT",),
    replaces="A1B2C3D4E5F6-F1",
)
URL = "https://chart.example/fhir/Binary/17"


def told(sent: Sent) -> dict[str, Any]:
    text = document_reference(sent, url=URL)
    DocumentReference.model_validate_json(text)
    made: dict[str, Any] = json.loads(text)
    return made


def test_it_points_to_the_bytes_and_says_which_they_are() -> None:
    [content] = told(SENT)["content"]
    found = content["attachment"]
    assert found["url"] == URL
    assert found["contentType"] == "application/pdf"
    assert found["size"] == len(CONTENT)
    assert found["hash"] == b64encode(sha1(CONTENT, usedforsecurity=False).digest()).decode()


def test_it_has_the_documents_number_and_that_of_the_one_before() -> None:
    made = told(SENT)
    assert made["masterIdentifier"]["value"] == "A1B2C3D4E5F6-F2"
    [before] = made["relatesTo"]
    assert before["code"] == "replaces"
    assert before["target"]["identifier"]["value"] == "A1B2C3D4E5F6-F1"
    assert "relatesTo" not in told(replace(SENT, replaces=""))


def test_it_names_patient_practice_and_kind() -> None:
    made = told(SENT)
    assert made["subject"]["identifier"]["value"] == "KN-1042"
    assert made["custodian"]["display"] == "Praxis am Kanal"
    assert made["type"]["coding"][0]["code"] == "28570-0"
    assert made["category"][0]["coding"][0]["code"] == "11503-0"
    assert (made["status"], made["docStatus"]) == ("current", "final")


def test_the_same_document_is_told_in_the_same_bytes() -> None:
    assert document_reference(SENT, url=URL) == document_reference(SENT, url=URL)


def test_typed_words_are_text() -> None:
    made = told(replace(SENT, title=f"{TYPED}\x00", authors=(TYPED,)))
    assert made["author"] == [{"display": TYPED}]
    assert made["content"][0]["attachment"]["title"] == TYPED
