"""The outline of a joined document: its bookmarks, with the parts' own headings below them."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String

from kapnotes.paper.binding import Bookmark
from kapnotes.paper.errand import Unprintable
from kapnotes.paper.join_links import top


def hang(
    whole: Pdf,
    outlines: Sequence[pikepdf.Object],
    spans: Sequence[Sequence[pikepdf.Object]],
    bookmarks: Sequence[Bookmark],
) -> None:
    """Give the document its outline; with bookmarks it opens beside the pages."""
    root = whole.make_indirect(Dictionary(Type=Name.Outlines))
    if bookmarks:
        items = [_item(whole, one, spans) for one in bookmarks]
        uses = Counter(one.part for one in bookmarks)
        for item, bookmark in zip(items, bookmarks, strict=True):
            if uses[bookmark.part] == 1:
                _fill(item, _headings(outlines[bookmark.part]), is_open=len(bookmarks) == 1)
        whole.Root.PageMode = Name.UseOutlines
    else:
        items = [item for one in outlines for item in _items(one)]
    _fill(root, items, is_open=True)
    whole.Root.Outlines = root


def _item(
    whole: Pdf, bookmark: Bookmark, spans: Sequence[Sequence[pikepdf.Object]]
) -> pikepdf.Object:
    is_there = 0 <= bookmark.part < len(spans) and 0 <= bookmark.page < len(spans[bookmark.part])
    if not is_there:
        raise Unprintable("It has a bookmark to a page that is not there.")
    page = spans[bookmark.part][bookmark.page]
    return whole.make_indirect(Dictionary(Title=String(bookmark.title), Dest=top(page)))


def _headings(outline: pikepdf.Object) -> list[pikepdf.Object]:
    """A part's headings without its title, which the bookmark says already."""
    items = list(_items(outline))
    return list(_items(items[0])) if len(items) == 1 else items


def _items(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    item = parent.get("/First")
    while item is not None:
        yield item
        item = item.get("/Next")


def _fill(parent: pikepdf.Object, items: Sequence[pikepdf.Object], *, is_open: bool) -> None:
    """Hang the items under the parent, in this order; its count says how many lines they take."""
    if not items:
        return
    lines = sum(1 + max(0, int(item.get("/Count", 0))) for item in items)
    parent.First, parent.Last, parent.Count = items[0], items[-1], lines if is_open else -lines
    for place, item in enumerate(items):
        item.Parent = parent
        for key, other in (("/Prev", place - 1), ("/Next", place + 1)):
            if 0 <= other < len(items):
                item[key] = items[other]
            elif key in item:
                del item[key]
