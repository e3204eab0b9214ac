"""What a finished PDF says of itself: its metadata, and tags that hold on every page.

WeasyPrint writes one variant per file. We ask it for PDF/A-3a and add the PDF/UA-1 claim to the
same XMP packet, with the schema description that PDF/A wants for a foreign property. Margin boxes
and the DRAFT mark become artifacts, so that a reader's voice is not interrupted on every page, and
the header cells that the table cells point to can be found by their ids.
"""

import zlib
from datetime import UTC, datetime
from typing import Any

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

PRODUCT = "kapnotes"

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
    """The metadata of a document made `at` (aware): the same moment gives the same bytes."""
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


def finish(document: object, pdf: pydyf.PDF) -> None:
    """Put right in the structure tree what WeasyPrint leaves open (its `finisher`)."""
    del document
    objects: dict[bytes, Any] = {item.reference: item for item in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    _margins_to_artifacts(pdf, objects, root)
    _name_headers(objects, root)
    _settle(pdf)


def _margins_to_artifacts(pdf: pydyf.PDF, objects: dict[bytes, Any], root: Any) -> None:
    """Take what stands in page margins out of the tree: it is there for the eye only."""
    top = root["K"][0]
    linked = set(objects[top]["K"])
    numbers = objects[root["ParentTree"]]["Nums"]
    pages = pdf.pages["Kids"][0::3]
    freed: set[bytes] = set()
    for index, kids in zip(numbers[0::2], numbers[1::2], strict=True):
        if index >= len(pages):
            break
        loose: set[int] = set()
        for mcid, reference in enumerate(kids):
            chain = _chain(objects, reference, top)
            if chain[-1] not in linked:
                loose.add(mcid)
                freed.update(chain)
                kids[mcid] = "null"
        page = objects[b"%d 0 R" % pages[index]]
        _mark(objects[page["Contents"]].stream, loose)
    for reference in freed:
        objects[reference].clear()


def _chain(objects: dict[bytes, Any], reference: bytes, top: bytes) -> list[bytes]:
    """An element and its parents, up to the one that hangs under the document."""
    chain = [reference]
    while (parent := objects[chain[-1]]["P"]) != top:
        chain.append(parent)
    return chain


def _mark(operations: list[Any], loose: set[int]) -> None:
    """Turn the marked content of these ids into pagination artifacts."""
    for place, operation in enumerate(operations):
        if operation == b"BDC":
            properties = operations[place - 1]
            if isinstance(properties, dict) and properties.get("MCID") in loose:
                operations[place - 2] = "/Artifact"
                operations[place - 1] = pydyf.Dictionary({"Type": "/Pagination"})


def _name_headers(objects: dict[bytes, Any], root: Any) -> None:
    """List the header cells' ids in the tree's root, and say which way each header points."""
    named: list[tuple[bytes, bytes]] = []
    for reference, item in objects.items():
        if isinstance(item, dict) and item.get("S") == "/TH":
            row = objects[item["P"]]
            beside = {objects[cell].get("S") for cell in row["K"]}
            item["A"]["Scope"] = "/Row" if "/TD" in beside else "/Column"
            if "ID" in item:
                named.append((item["ID"].data, reference))
    if named:
        names = pydyf.Array()
        for pair in sorted(named):
            names.extend(pair)
        root["IDTree"] = pydyf.Dictionary({"Names": names})


class Settled(pydyf.Object):  # type: ignore[misc]  # pydyf carries no types
    """An object whose bytes are made once, not twice as the library does it (id, writing)."""

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data = item.number, item.data

    data = b""


def _settle(pdf: pydyf.PDF) -> None:
    """Turn every object into its final bytes, streams compressed."""
    for place, item in enumerate(pdf.objects):
        if item.generation or item is pdf.catalog:
            continue
        if not isinstance(item, pydyf.Stream):
            pdf.objects[place] = Settled(item)
        elif item.compress and "Filter" not in item.extra:
            item.stream = [zlib.compress(b"\n".join(map(_plain, item.stream)), 6)]
            item.extra["Filter"] = "/FlateDecode"
            item.compress = False


def _plain(operation: Any) -> bytes:
    """One operation of a content stream as bytes."""
    if isinstance(operation, bytes):
        return operation
    if isinstance(operation, pydyf.Object):
        data: bytes = operation.data
        return data
    return str(operation).encode("ascii")
