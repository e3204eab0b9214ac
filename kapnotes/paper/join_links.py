"""Links of joined parts: each points to a page, and to no name that another part may have too.

`<a href="#part-3">` in a part opens the first page of part 3 of the document it is bound into,
counted from 0 as in the binding. While the part stands alone, the link is kept as an address.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from kapnotes.paper.binding import Bookmark
from kapnotes.paper.errand import Unprintable

_WRITTEN = "#part-"
_KEPT = "kapnotes:part-"


def adopt(root: Element) -> None:
    """Turn the links to other parts into addresses that survive the part's own making."""
    for link in root.iter("a"):
        href = link.get("href", "")
        if href.startswith(_WRITTEN):
            link.set("href", _KEPT + href.removeprefix(_WRITTEN))


def resolve(
    whole: Pdf,
    names: Sequence[pikepdf.Object],
    spans: Sequence[Sequence[pikepdf.Object]],
    bookmarks: Sequence[Bookmark],
) -> None:
    """Give every link of the parts its page; the parts' own names are then of no use."""
    titles = {one.part: one.title for one in reversed(bookmarks)}
    first = [1 + sum(map(len, spans[:place])) for place in range(len(spans))]
    for places, pages in zip(names, spans, strict=True):
        found = list(places.get("/Names", Array()))
        named = {bytes(one): place for one, place in zip(found[0::2], found[1::2], strict=True)}
        for link in _links(pages):
            if "/Dest" in link:
                link.Dest = named[bytes(link.Dest)]
            elif (part := _part(link)) is not None:
                if part >= len(spans):
                    raise Unprintable(f"It has a link to part {part}, which is not there.")
                del link.A
                link.Dest = top(spans[part][0])
                title = titles.get(part, f"Part {part}")
                link.Contents = String(f"{title}, page {first[part]}")
    if "/Names" in whole.Root:
        del whole.Root.Names


def top(page: pikepdf.Object) -> Array:
    """The place where a page begins."""
    return Array([page, Name.XYZ, 0, page.MediaBox[3], 0])


def _links(pages: Sequence[pikepdf.Object]) -> Iterator[pikepdf.Object]:
    for page in pages:
        for annotation in page.get("/Annots", []):
            if annotation.Subtype == Name.Link:
                yield annotation


def _part(link: pikepdf.Object) -> int | None:
    """The part that a link leads to, if it leads to one."""
    address = str(link.get("/A", Dictionary()).get("/URI", ""))
    number = address.removeprefix(_KEPT)
    if number == address:
        return None
    if not (number.isascii() and number.isdigit()):
        raise Unprintable(f"It has a link to part {number[:20]!r}, which is not there.")
    return int(number)
