"""How a document names itself inside the file: its number and the digest of its content.

Both stand in the XMP packet under names that PDF/A knows: `dc:identifier` is the number,
`dc:source` the digest as `urn:sha256:…`. Anyone can write them, so they prove nothing; they say
which of our documents a file claims to be once its seal is gone.
"""

import re
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, ParseError, XMLParser

from pikepdf import Name, Pdf, Stream

DC = "http://purl.org/dc/elements/1.1/"
DIGEST = "urn:sha256:"
LARGEST_PACKET = 1 << 20
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{3,39}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file says that it is; "" where it says nothing that could be ours."""

    number: str = ""
    content_digest: str = ""


def packet(number: str, content_digest: str) -> bytes:
    """The part of an XMP packet that names a document, to stand inside its `rdf:RDF`."""
    said = (DC, escape(number), DIGEST, escape(content_digest))
    return (
        b'<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:dc="%b" rdf:about=""><dc:identifier>%b</dc:identifier>'
        b"<dc:source>%b%b</dc:source></rdf:Description>"
    ) % tuple(one.encode() for one in said)


def identity(pdf: Pdf) -> Identity:
    """What an open file says of itself."""
    found = pdf.Root.get(Name.Metadata)
    if not isinstance(found, Stream):
        return Identity()
    root = _parsed(found.read_bytes()[:LARGEST_PACKET])
    if root is None:
        return Identity()
    number = _said(root, "identifier")
    digest = _said(root, "source").removeprefix(DIGEST)
    return Identity(
        number if _NUMBER.fullmatch(number) else "", digest if _HEX.fullmatch(digest) else ""
    )


def _parsed(xml: bytes) -> Element | None:
    """The packet as a tree; None for what is not XML, or defines entities of its own."""
    if b"<!" in xml:
        return None
    parser = XMLParser()  # noqa: S314 - nothing is defined or fetched: see the line above
    try:
        parser.feed(xml)
        root: Element = parser.close()
    except (ParseError, ValueError):
        return None
    return root


def _said(root: Element, name: str) -> str:
    """A property, written as an element or as an attribute."""
    tag = f"{{{DC}}}{name}"
    for one in root.iter():
        if one.tag == tag:
            return (one.text or "").strip()
        if tag in one.attrib:
            return one.attrib[tag].strip()
    return ""
