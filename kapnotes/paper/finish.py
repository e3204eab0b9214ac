"""The last hand on a part: tags that hold on every page, and bytes made once.

Margin boxes become artifacts, so that a reader's voice is not interrupted on every page; the header
cells that the table cells point to can be found by ids that no other part has; figures say where
they stand.
"""

import zlib
from typing import Any

import pydyf
from weasyprint.document import Document

from kapnotes.paper.in_place import draw_in_place
from kapnotes.paper.language import mark

_HOLDS_TEXT = {"/P", "/TD", "/TH", "/Link", "/Lbl", "/LBody", *(f"/H{one}" for one in range(1, 7))}
"""Elements that may hold text themselves."""
POINTS = 0.75
"""Points in one of WeasyPrint's units of length, which it counts from the upper left corner."""


def finish(document: Document, pdf: pydyf.PDF, *, key: str) -> None:
    """Put right in the structure tree what WeasyPrint leaves open (its `finisher`).

    `key` comes before every element id: no other part has it.
    """
    objects: dict[bytes, Any] = {item.reference: item for item in pdf.objects}
    draw_in_place(pdf, objects, [objects[page] for page in pdf.page_references])
    root = objects[pdf.catalog["StructTreeRoot"]]
    _margins_to_artifacts(pdf, objects, root)
    mark(_marks(pdf, objects, root), objects)
    _unwrap(_marks(pdf, objects, root), objects, root["K"][0])
    _name_headers(objects, root, key)
    _place_figures(objects)
    _share_attributes(pdf, objects)
    _lighten(objects)
    settle(document, pdf)


def _marks(pdf: pydyf.PDF, objects: dict[bytes, Any], root: Any) -> dict[bytes, Any]:
    """The elements of each page's marked content, by their numbers on the page."""
    numbers = objects[root["ParentTree"]]["Nums"]
    return dict(zip(pdf.page_references, numbers[1::2], strict=False))


def _margins_to_artifacts(pdf: pydyf.PDF, objects: dict[bytes, Any], root: Any) -> None:
    """Take what stands in page margins out of the tree: it is there for the eye only."""
    top = root["K"][0]
    linked = set(objects[top]["K"])
    freed: set[bytes] = set()
    for page, kids in _marks(pdf, objects, root).items():
        loose: set[int] = set()
        for mcid, reference in enumerate(kids):
            chain = _chain(objects, reference, top)
            if chain[-1] not in linked:
                loose.add(mcid)
                freed.update(chain)
                kids[mcid] = "null"
        _mark(objects[objects[page]["Contents"]].stream, loose)
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


def _unwrap(marks: dict[bytes, Any], objects: dict[bytes, Any], reference: bytes) -> None:
    """Take out the wrappers that say nothing: half of all elements, and of the file's objects.

    WeasyPrint wraps every line of text in a span of its own; a paragraph or cell can hold it.
    """
    owner = objects[reference]
    kept = pydyf.Array()

    def take(kid: Any) -> None:
        item = objects[kid] if isinstance(kid, bytes) else None
        if item is None:
            marks[owner["Pg"]][kid] = reference
        elif owner["S"] in _HOLDS_TEXT and _is_wrapper(item, objects) and item["Pg"] == owner["Pg"]:
            inside = list(item["K"])
            item.clear()
            for one in inside:
                take(one)
            return
        elif "S" in item:
            item["P"] = reference
            _unwrap(marks, objects, kid)
        kept.append(kid)

    for kid in owner["K"]:
        take(kid)
    owner["K"] = kept


def _is_wrapper(item: Any, objects: dict[bytes, Any]) -> bool:
    """Whether an element does no more than to hold others, or text."""
    return (
        item.get("S") in {"/Span", "/NonStruct"}
        and item.keys() == {"Type", "S", "K", "Pg", "P"}
        and all("S" in objects[kid] for kid in item["K"] if isinstance(kid, bytes))
    )


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


def _share_attributes(pdf: pydyf.PDF, objects: dict[bytes, Any]) -> None:
    """Let all cells of a column point to their headers with one and the same object."""
    shared: dict[bytes, bytes] = {}
    for item in objects.values():
        if isinstance(item, dict) and item.get("S") in {"/TD", "/TH"}:
            attributes = item["A"]
            content = attributes.data
            if content not in shared:
                pdf.add_object(attributes)
                shared[content] = attributes.reference
            item["A"] = shared[content]


def _lighten(objects: dict[bytes, Any]) -> None:
    """Leave out of each element what may be left out: a chart of years has a hundred thousand."""
    for item in objects.values():
        if isinstance(item, dict) and item.get("Type") == "/StructElem":
            del item["Type"]
            if "Pg" in item and not any(isinstance(kid, int) for kid in item["K"]):
                del item["Pg"]


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
