"""What binds the samples: furniture, an attachment, and a binding that lacks only its parts."""

from dataclasses import replace

from kapnotes.paper.binding import Attachment, Binding, Furniture
from tests.paper.sample import DRAFT, SAMPLE
from tests.paper.sample_told import MADE_AT

NUMBER = SAMPLE.proof.document_number
BUNDLE = b'{"resourceType": "Bundle", "type": "document"}\n' * 800
"""About 37 KB of data."""

FURNITURE = Furniture(
    practice=SAMPLE.letterhead.practice,
    number=NUMBER,
    content_digest=SAMPLE.proof.content_digest,
    trail_head=SAMPLE.proof.trail_head,
    verify_url=f"https://notes.example.org/verify/{NUMBER}",
    replaces=SAMPLE.replaces,
)
BINDING = Binding(
    parts=(),
    furniture=FURNITURE,
    title=f"Infusion summary: {SAMPLE.patient.name}",
    author=SAMPLE.letterhead.practice,
    description=f"Document {NUMBER}, record {SAMPLE.patient.record_number}",
    language="en",
    bookmarks=(),
    attachments=(
        Attachment("bundle.json", "application/fhir+json", BUNDLE, "What the pages show, as data"),
    ),
    at=MADE_AT,
)
DRAFT_BINDING = replace(
    BINDING,
    furniture=replace(
        FURNITURE,
        number="not kept",
        content_digest=DRAFT.proof.content_digest,
        replaces="",
        verify_url="",
        draft=True,
    ),
    attachments=(),
)
