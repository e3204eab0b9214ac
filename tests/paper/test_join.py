"""Parts joined to one document, compared with the same pages printed in one go."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest

from kapnotes.paper.binding import Attachment, Bookmark, Pressed
from kapnotes.paper.press import Printer, PrintFailed
from tests.paper.reading import elements, fonts, is_sound, opened, pages_of, tags, told
from tests.paper.sample_binding import FURNITURE
from tests.paper.sample_parts import binding, part, whole
from tests.paper.spoken import spoken

COUNT = 5
BARE = replace(FURNITURE, replaces="")
Press = Callable[[str], Pressed]


@pytest.fixture(scope="module")
def parts(pressed: Press) -> tuple[bytes, ...]:
    return tuple(pressed(part(number)).content for number in range(COUNT))


@pytest.fixture(scope="module")
def joined(printer: Printer, parts: tuple[bytes, ...]) -> bytes:
    return printer.bind(replace(binding(*parts), furniture=BARE))


@pytest.fixture(scope="module")
def at_once(pressed: Press) -> bytes:
    return pressed(whole(COUNT)).content


def _same_but_parts(names: list[str]) -> list[str]:
    return [name for name in names if name not in {"/Part", "/Document"}]


def test_it_has_the_tags_of_the_same_pages_printed_in_one_go(joined: bytes, at_once: bytes) -> None:
    assert _same_but_parts(tags(joined)) == _same_but_parts(tags(at_once))
    assert tags(joined).count("/Part") == 2 * COUNT
    assert tags(joined).count("/Document") == 1


def test_a_reading_voice_says_the_same(joined: bytes, at_once: bytes) -> None:
    def lines(pdf: bytes) -> list[str]:
        said = re.sub(r"[0-9a-f]{16}-\d+-|/BBox.*", "", told(pdf))
        return [line.strip() for line in said.splitlines() if not line.endswith("Part")]

    assert lines(joined) == lines(at_once)
    assert "Infusion 4" in told(joined)


def test_pages_say_the_same_in_order(joined: bytes, at_once: bytes) -> None:
    one, other = pages_of(joined), pages_of(at_once)
    assert len(one) == len(other) == COUNT
    for number, (page, same) in enumerate(zip(one, other, strict=True)):
        assert f"Infusion {number}" in page
        assert set(same.split()) - {"Name", "born", "what"} <= set(page.split())


def test_a_part_says_in_the_document_what_it_says_alone(
    printer: Printer, sample_part: Pressed, parts: tuple[bytes, ...]
) -> None:
    document = printer.bind(replace(binding(parts[0], sample_part.content), furniture=BARE))
    first, second = spoken(parts[0]), spoken(sample_part.content)
    assert len(second) > 400
    assert spoken(document) == first + second


def test_every_page_and_mark_leads_to_an_element_of_that_page(joined: bytes) -> None:
    with opened(joined) as pdf:
        found = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        numbers = dict(zip(map(int, found[0::2]), found[1::2], strict=True))
        assert list(numbers) == sorted(numbers)
        assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) == max(numbers) + 1
        for page in pdf.pages:
            marked = [one for one in numbers[int(page.obj.StructParents)] if one is not None]
            assert marked
            assert all(one.Pg.objgen == page.obj.objgen for one in marked)


def test_no_element_or_page_is_left_of_what_was_joined(joined: bytes) -> None:
    with opened(joined) as pdf:
        pages = {page.obj.objgen for page in pdf.pages}
        linked = {element.objgen for element in elements(pdf)}
        dictionaries = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        assert all(one.objgen in linked for one in dictionaries if "/S" in one and "/P" in one)
        kinds = [one.objgen for one in dictionaries if one.get("/Type") == pikepdf.Name.Page]
        assert set(kinds) == pages


def test_header_ids_are_unique_listed_and_pointed_to_within_their_table(joined: bytes) -> None:
    with opened(joined) as pdf:
        every = list(elements(pdf))
        ids = [bytes(one.ID) for one in every if "/ID" in one]
        assert len(ids) == len(set(ids)) == 3 * COUNT
        listed: list[bytes] = []
        for limb in pdf.Root.StructTreeRoot.IDTree.Kids:
            names = [bytes(name) for name in list(limb.Names)[0::2]]
            assert [bytes(one) for one in limb.Limits] == [names[0], names[-1]]
            listed += names
        assert listed == sorted(ids)
        cells = [one for one in every if one.S == pikepdf.Name.TD]
        assert len(cells) == COUNT
        for table in (one for one in every if pikepdf.Name.Table == one.S):
            inside = list(_below(table))
            heads = {bytes(one.ID) for one in inside if "/ID" in one}
            (cell,) = (one for one in inside if one.S == pikepdf.Name.TD)
            assert {bytes(one) for one in cell.A.Headers} < heads


def _below(element: pikepdf.Object) -> list[pikepdf.Object]:
    """The elements of a table, however deep."""
    found = []
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary):
            found += [kid, *_below(kid)]
    return found


def test_each_font_and_profile_is_in_it_once(joined: bytes, parts: tuple[bytes, ...]) -> None:
    with opened(joined) as pdf:
        names = [str(font.FontName) for font in fonts(pdf)]
        assert sorted(name[8:] for name in names) == ["Inter", "Inter-Bold", "Inter-Semi-Bold"]
        profiles = [
            one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/N") == 3
        ]
        assert len(profiles) == 1
    assert len(joined) < sum(map(len, parts)) / 2


def test_a_part_with_other_signs_brings_its_own_font(pressed: Press, printer: Printer) -> None:
    words = "Ж and \N{OHM SIGN} \N{BLACK STAR}"
    odd, usual = pressed(part(0, words)), pressed(part(1))
    document = printer.bind(binding(odd.content, usual.content))
    assert words.split(maxsplit=1)[0] in pages_of(document)[0]
    with opened(document) as pdf:
        names = [str(font.FontName) for font in fonts(pdf)]
    assert len(names) == len(set(names))
    regular = [name for name in names if name.endswith("+Inter")]
    assert len(regular) == 2


def test_the_document_is_sound_and_claims_itself_once(joined: bytes) -> None:
    assert is_sound(joined)
    with opened(joined) as pdf:
        assert bytes(pdf.Root.Metadata.read_bytes()).count(b"pdfuaid:part=") == 1
        packets = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Type") == pikepdf.Name.Metadata
        ]
        assert len(packets) == 1
        assert str(pdf.docinfo["/Title"]) == "Chart"
        assert "/Subject" not in pdf.docinfo


def test_the_same_binding_gives_the_same_bytes_in_any_printer(
    joined: bytes, parts: tuple[bytes, ...]
) -> None:
    other = Printer()
    try:
        assert tuple(other.part(part(n), at=binding().at).content for n in range(COUNT)) == parts
        assert other.bind(replace(binding(*parts), furniture=BARE)) == joined
    finally:
        other.stop()


def test_bytes_hang_on_every_value_of_the_binding(
    printer: Printer, joined: bytes, parts: tuple[bytes, ...]
) -> None:
    base = replace(binding(*parts), furniture=BARE)
    file = Attachment("a.json", "application/json", b"{}", "Data", "Data")
    for other in (
        replace(base, title="Other"),
        replace(base, language="de"),
        replace(base, attachments=(file,)),
        replace(base, parts=parts[::-1]),
        replace(base, bookmarks=(Bookmark("One", 0),)),
        replace(base, furniture=replace(BARE, number="X")),
        replace(base, at=base.at.replace(year=2027)),
    ):
        assert printer.bind(other) != joined


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": ()}, "at least one part"),
        ({"parts": (b"%PDF-1.7 torn",)}, "cannot be read"),
        ({"bookmarks": (Bookmark("Far", 9),)}, "bookmark to a page that is not there"),
        ({"bookmarks": (Bookmark("Far", 0, 9),)}, "bookmark to a page that is not there"),
        ({"bookmarks": (Bookmark("Back", -1),)}, "bookmark to a page that is not there"),
        ({"attachments": (Attachment("a", "b/c", b"", ""),) * 2}, "the same name"),
    ],
)
def test_what_cannot_be_bound_is_said(
    printer: Printer, parts: tuple[bytes, ...], change: dict[str, object], words: str
) -> None:
    with pytest.raises(PrintFailed, match=words):
        printer.bind(replace(binding(*parts), **change))


def test_the_same_part_twice_is_refused(printer: Printer, parts: tuple[bytes, ...]) -> None:
    with pytest.raises(PrintFailed, match="The same part stands in it twice"):
        printer.bind(binding(parts[0], parts[1], parts[0]))


def test_a_file_without_tags_is_no_part(printer: Printer) -> None:
    untagged = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(untagged)
    with pytest.raises(PrintFailed, match="has no tags"):
        printer.bind(binding(untagged.getvalue()))


def test_each_part_added_costs_as_much_as_the_one_before(printer: Printer, pressed: Press) -> None:
    many = tuple(pressed(part(number)).content for number in range(24))
    sizes = [len(printer.bind(binding(*many[:count]))) for count in (8, 16, 24)]
    steps = [after - before for before, after in pairwise(sizes)]
    assert steps[1] == pytest.approx(steps[0], rel=0.1)
    assert steps[0] / 8 < 6_000
