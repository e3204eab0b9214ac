"""Outline and links of joined parts: each leads to the right page of the whole."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pikepdf
import pytest

from kapnotes.paper.binding import Bookmark, Pressed
from kapnotes.paper.press import Printer, PrintFailed
from tests.paper.reading import elements, opened, outline
from tests.paper.sample_parts import binding, contents, part

Press = Callable[[str], Pressed]
BOOKMARKS = (Bookmark("Contents", 0), Bookmark("First", 1), Bookmark("Second", 2))


@pytest.fixture(scope="module")
def chart(printer: Printer, pressed: Press) -> bytes:
    parts = (pressed(html).content for html in (contents(2), part(1), part(2)))
    return printer.bind(binding(*parts, bookmarks=BOOKMARKS))


@pytest.fixture
def document(chart: bytes) -> Iterator[pikepdf.Pdf]:
    with opened(chart) as pdf:
        yield pdf


def test_bookmarks_have_their_part_s_headings_below(document: pikepdf.Pdf) -> None:
    assert outline(document) == [
        (0, "Contents", 1),
        (0, "First", 2),
        (1, "Table of 1", 2),
        (1, "Drawing of 1", 2),
        (0, "Second", 3),
        (1, "Table of 2", 3),
        (1, "Drawing of 2", 3),
    ]
    assert int(document.Root.Outlines.Count) == 3
    assert pikepdf.Name.UseOutlines == document.Root.PageMode


def test_the_outline_can_be_walked_both_ways(document: pikepdf.Pdf) -> None:
    root = document.Root.Outlines
    items = [root.First]
    while "/Next" in items[-1]:
        items.append(items[-1].Next)
    assert items[-1].objgen == root.Last.objgen
    assert all(item.Parent.objgen == root.objgen for item in items)
    assert all(after.Prev.objgen == before.objgen for before, after in pairwise(items))
    assert "/Prev" not in items[0]
    assert [int(item.get("/Count", 0)) for item in items] == [0, -2, -2]


def test_a_part_with_several_bookmarks_shows_no_headings(printer: Printer, pressed: Press) -> None:
    marks = (Bookmark("Alerts", 0), Bookmark("Consents", 0))
    with opened(printer.bind(binding(pressed(part(0)).content, bookmarks=marks))) as pdf:
        assert outline(pdf) == [(0, "Alerts", 1), (0, "Consents", 1)]


def test_one_bookmark_stands_open(printer: Printer, pressed: Press) -> None:
    marks = (Bookmark("Infusion", 0),)
    with opened(printer.bind(binding(pressed(part(0)).content, bookmarks=marks))) as pdf:
        assert len(outline(pdf)) == 3
        assert int(pdf.Root.Outlines.First.Count) == 2
        assert int(pdf.Root.Outlines.Count) == 3


def test_without_bookmarks_the_headings_are_the_outline(printer: Printer, pressed: Press) -> None:
    parts = (pressed(part(number)).content for number in range(2))
    with opened(printer.bind(binding(*parts))) as pdf:
        assert [line for line in outline(pdf) if line[0] == 0] == [
            (0, "Infusion 0", 1),
            (0, "Infusion 1", 2),
        ]
        assert len(outline(pdf)) == 6


def test_contents_link_to_the_first_page_of_each_part(document: pikepdf.Pdf) -> None:
    links = list(document.pages[0].obj.Annots)
    pages = [page.obj.objgen for page in document.pages]
    assert [pages.index(link.Dest[0].objgen) + 1 for link in links] == [2, 3, 1]
    assert [str(link.Contents) for link in links[:2]] == ["First, page 2", "Second, page 3"]
    assert all("/A" not in link for link in links)
    assert all(int(link.F) == 4 for link in links)
    assert "/Names" not in document.Root


def test_a_link_is_tagged_and_leads_back_to_its_element(document: pikepdf.Pdf) -> None:
    found = list(document.Root.StructTreeRoot.ParentTree.Nums)
    numbers = dict(zip(map(int, found[0::2]), found[1::2], strict=True))
    tagged = [one for one in elements(document) if pikepdf.Name.Link == one.S]
    assert len(tagged) == 3
    for link in document.pages[0].obj.Annots:
        element = numbers[int(link.StructParent)]
        assert element.objgen in {one.objgen for one in tagged}
        (kid,) = (one for one in element.K if isinstance(one, pikepdf.Dictionary))
        assert kid.Obj.objgen == link.objgen


def test_links_of_a_later_part_still_lead_to_it(printer: Printer, pressed: Press) -> None:
    parts = (pressed(html).content for html in (part(0), contents(0), part(2)))
    with opened(printer.bind(binding(*parts))) as pdf:
        (up,) = pdf.pages[1].obj.Annots
        assert up.Dest[0].objgen == pdf.pages[1].obj.objgen
        found = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        assert len(set(map(int, found[0::2]))) == len(found) // 2 == 4


def test_a_link_to_a_part_that_is_not_there_is_said(printer: Printer, pressed: Press) -> None:
    with pytest.raises(PrintFailed, match="link to part 1, which is not there"):
        printer.bind(binding(pressed(contents(1)).content))
