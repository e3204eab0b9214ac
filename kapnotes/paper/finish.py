"""The last hand on a part: tags that hold on every page, and bytes made once.

Margin boxes become artifacts, so that a reader's voice is not interrupted on every page; the header
cells that the table cells point to can be found by ids that no other part has; figures say where
they stand.
"""

import zlib
from typing import Any

import pydyf
from weasyprint.document import Document

POINTS = 0.75
"""Points in one of WeasyPrint's units of length, which it counts from the upper left corner."""


def finish(document: Document, pdf: pydyf.PDF, *, key: str) -> None:
    """Put right in the structure tree what WeasyPrint leaves open (its `finisher`).

    `key` comes before every element id: no other part has it.
    """
    objects: dict[bytes, Any] = {item.reference: item for item in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    _margins_to_artifacts(pdf, objects, root)
    _name_headers(objects, root, key)
    _place_figures(objects)
    settle(document, pdf)


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


def _name_headers(objects: dict[bytes, Any], root: Any, key: str) -> None:
    """List the header cells' ids in the tree's root, and say which way each header points.

    A cell that points to a header holds the very string that is the header's id.
    """
    named: list[tuple[bytes, bytes]] = []
    for reference, item in objects.items():
        if isinstance(item, dict) and item.get("S") == "/TH":
            row = objects[item["P"]]
            beside = {objects[cell].get("S") for cell in row["K"]}
            item["A"]["Scope"] = "/Row" if "/TD" in beside else "/Column"
            if "ID" in item:
                item["ID"].string = f"{key}-{item['ID'].string}"
                named.append((item["ID"].data, reference))
    if named:
        names = pydyf.Array()
        for pair in sorted(named):
            names.extend(pair)
        root["IDTree"] = pydyf.Dictionary({"Names": names})


def _place_figures(objects: dict[bytes, Any]) -> None:
    """Say where figures stand in points from the lower left corner, as everything else does."""
    for item in objects.values():
        if isinstance(item, dict) and item.get("S") == "/Figure":
            height = objects[item["Pg"]]["MediaBox"][3]
            left, top, right, bottom = (value * POINTS for value in item["A"]["BBox"])
            item["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


class Settled(pydyf.Object):  # type: ignore[misc]  # pydyf carries no types
    """An object whose bytes are made once, not twice as the library does it (id, writing)."""

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data = item.number, item.data

    data = b""


def settle(document: Document, pdf: pydyf.PDF) -> None:
    """Turn every object into its final bytes, streams compressed (also a `finisher`).

    Pictures are shown as they are: PDF/A allows no smoothing of them.
    """
    packed = document.fonts.packed
    for place, item in enumerate(pdf.objects):
        if item.generation or item is pdf.catalog:
            continue
        if isinstance(item, pydyf.Stream) and "Interpolate" in item.extra:
            item.extra["Interpolate"] = "false"
        if not isinstance(item, pydyf.Stream):
            pdf.objects[place] = Settled(item)
        elif item.compress and "Filter" not in item.extra:
            content = b"\n".join(map(_plain, item.stream))
            item.stream = [packed.get(content) or zlib.compress(content, 6)]
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
