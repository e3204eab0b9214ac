"""What a finished PDF says of itself: its title, dates, number, and the standards it follows.

WeasyPrint writes one variant per file. We ask it for PDF/A-3a and add the PDF/UA-1 claim to the
same XMP packet, with the schema description that PDF/A wants for a foreign property.
"""

from datetime import UTC, datetime

from weasyprint import VERSION
from weasyprint.pdf.metadata import DocumentMetadata

from kapnotes.paper import identity
from kapnotes.paper.binding import Binding

PRODUCT = "kapnotes"
_BEGIN = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">""".encode()
_END = b"""</x:xmpmeta>
<?xpacket end="r"?>"""

_CLAIM = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />\
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


class Claims(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint carries no types
    """WeasyPrint's metadata with our dates, our name and the second claim in one packet."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """The XMP packet's RDF with the PDF/UA-1 claim inside it."""
        rdf: bytes = super().generate_rdf_metadata(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _CLAIM + b"</rdf:RDF>")


def claims(metadata: DocumentMetadata, *, at: datetime) -> Claims:
    """The metadata of a part made `at` (aware): the same moment gives the same bytes."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Claims(
        title=metadata.title,
        authors=metadata.authors,
        description=metadata.description,
        lang=metadata.lang,
        generator=PRODUCT,
        created=moment,
        modified=moment,
    )


def packet(binding: Binding) -> bytes:
    """The XMP packet of a whole document."""
    told = DocumentMetadata(binding.title, [binding.author], binding.description)
    rdf = claims(told, at=binding.at).generate_rdf_metadata("a", 3, "A")
    if not binding.furniture.draft:
        named = identity.packet(binding.furniture.number, binding.furniture.content_digest)
        rdf = rdf.replace(b"</rdf:RDF>", named + b"</rdf:RDF>")
    return b"\n".join((_BEGIN, rdf, _END))


def info(binding: Binding) -> dict[str, str]:
    """The same facts for readers that know no XMP."""
    moment = binding.at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    return {
        "/Title": binding.title,
        "/Author": binding.author,
        "/Subject": binding.description,
        "/Creator": PRODUCT,
        "/Producer": f"WeasyPrint {VERSION}",
        "/CreationDate": moment,
        "/ModDate": moment,
    }
