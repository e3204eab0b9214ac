"""What binds the samples: furniture, an attachment, and a binding that lacks only its parts."""

from dataclasses import replace

from kapnotes.paper.binding import Attachment, Binding, Furniture
from kapnotes.paper.press import Printer
from tests.paper.sample import SAMPLE
from tests.paper.sample_told import MADE_AT

NUMBER = "KN-2026-000317-2"
DIGEST = "4f2a9c1d77e0b35a6c8812f40de99b7351ab0c4e2f6d8890a1b2c3d4e5f60718"
HEAD = "b81e55d0c2f94a7788aa12fe3409cd6711e0be52a9f3746b5d2c1098f7e6a5b4"
BUNDLE = b'{"resourceType": "Bundle", "type": "document"}\n' * 800
"""About 37 KB of data."""

FURNITURE = Furniture(
    practice=SAMPLE.letterhead.practice,
    number=NUMBER,
    content_digest=DIGEST,
    trail_head=HEAD,
    verify_url=f"https://notes.example.org/verify/{NUMBER}",
    replaces="KN-2026-000317-1",
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
        replaces="",
        verify_url="",
        draft=True,
    ),
    attachments=(),
)


def whole(printer: Printer, html: str, binding: Binding = BINDING) -> bytes:
    """A document of one part, pressed and bound."""
    return printer.bind(replace(binding, parts=(printer.part(html, at=MADE_AT).content,)))
