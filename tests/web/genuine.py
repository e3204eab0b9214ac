"""A kept document of the small practice, small but real: numbered, sealed, and in its row."""

from io import BytesIO
from itertools import count
from uuid import UUID, uuid4

import pikepdf
from pikepdf import Name

from kapnotes.access.actor import operator
from kapnotes.actions import sealing
from kapnotes.clinic.document import DocumentKind, document_number
from kapnotes.paper import identity
from kapnotes.paper.seal import seal
from tests import kept
from tests.builders import AT, Small

DIGEST = "5e" * 32
_lengths = count(100)


def page(number: str) -> bytes:
    """A document of two pages that names itself, before it is sealed."""
    pdf, file = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.add_blank_page(page_size=(200, next(_lengths)))
    packet = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%b</r:RDF>'
    named = packet % identity.packet(number, DIGEST)
    pdf.Root.Metadata = pdf.make_stream(named, Type=Name.Metadata, Subtype=Name.XML)
    pdf.save(file)
    return file.getvalue()


def keep(small: Small, *, about: UUID | None = None, revision: int = 1) -> tuple[str, bytes]:
    """Keep a document about a row, in that revision; return its number and its bytes."""
    about = about or uuid4()
    number = document_number(DocumentKind.INFUSION_SUMMARY, about.hex, "full", revision)
    sealer = sealing.the_sealer(by=operator(), at=AT)
    pdf = seal(page(number), sealer=sealer, signer="Test practice", reason="", at=AT)
    kept.keep(small, about_id=about, revision=revision, content=pdf)
    return number, pdf
