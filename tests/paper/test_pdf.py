"""The printed summary, read back: words, pages, tags, fonts, claims."""

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pikepdf
import pypdf
import pytest

from kapnotes.paper.binding import Pressed
from kapnotes.paper.draw import draw
from kapnotes.paper.identity import Identity, identity
from kapnotes.paper.summary import PaperSize
from tests.paper.reading import elements, fonts, is_sound, opened, pages_of
from tests.paper.sample import SAMPLE, with_text
from tests.paper.sample_binding import BINDING, BUNDLE, DIGEST, HEAD, NUMBER
from tests.paper.sample_told import EMOJI, HEBREW, MADE_AT, MARKUP
from tests.paper.spoken import spoken

PAINTING = {"f", "f*", "S", "s", "B", "B*", "b", "b*", "Tj", "TJ", "Do", "sh", "INLINE IMAGE"}


@pytest.fixture(scope="module")
def tree(sample_pdf: bytes) -> Iterator[list[pikepdf.Object]]:
    with opened(sample_pdf) as pdf:
        yield list(elements(pdf))


def test_the_file_is_sound(sample_pdf: bytes, draft_pdf: bytes, sample_part: Pressed) -> None:
    assert is_sound(sample_pdf)
    assert is_sound(draft_pdf)
    assert is_sound(sample_part.content)


def test_what_was_typed_can_be_read(sample_pdf: bytes) -> None:
    squeezed = "".join("".join(pages_of(sample_pdf)).split())
    for words in (
        "Müller-Świątek, Aïcha",
        "Größer als ich",
        MARKUP,
        "0.5\u00a0mg/kg",
        "K7731-B",
        "148/92",
        "Miriam Østergaard-López, PsyD (supervisor)",
        "I reviewed this note and co-sign it",
        "The eyeshade was taken off by the patient at minute 24",
        "Left out by oversight",
        "due 3 Dec 2026",
        "kept apart from the record",
        DIGEST,
        HEAD,
    ):
        assert "".join(words.split()) in squeezed, words


def test_a_reading_voice_hears_it_in_order(sample_pdf: bytes) -> None:
    said = "\n".join(spoken(sample_pdf))
    order = (
        "Infusion summary",
        "Patient",
        "At a glance",
        "kept apart from the record",
        "Arrival check",
        "Ketamine, racemic",
        "Highest blood pressure",
        "Adverse events",
        "Recovery and discharge",
        "Y-BOCS",
        "Preparation note",
        "Dosing-session note",
        "Addendum of",
        "Integration note",
    )
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_hebrew_and_emoji_can_be_read(sample_pdf: bytes) -> None:
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sample_pdf)).pages)
    assert all(word.strip(",") in said or word.strip(",")[::-1] in said for word in HEBREW.split())
    assert all(sign in said for sign in EMOJI if not sign.isascii())


def test_every_page_says_who_and_what(sample_pdf: bytes) -> None:
    pages = pages_of(sample_pdf)
    assert len(pages) > 2
    for page in pages:
        assert "Müller-Świątek, Aïcha" in page
        assert "4 Mar 1991" in page
        assert "KN-1042" in page
        assert "Infusion summary" in page
        assert "Infusion 3 of 6" in page


def test_a_part_knows_nothing_of_the_whole_document(sample_part: Pressed) -> None:
    pages = pages_of(sample_part.content)
    assert len(pages) == sample_part.pages
    said = "".join(pages)
    for words in (NUMBER, HEAD, "Page 1", "Replaces"):
        assert words not in said


def test_all_that_is_drawn_is_tagged_or_an_artifact(sample_pdf: bytes, draft_pdf: bytes) -> None:
    for pdf in (sample_pdf, draft_pdf):
        with opened(pdf) as document:
            for page in document.pages:
                marks: list[str] = []
                for one in pikepdf.parse_content_stream(page):
                    operator = str(one.operator)
                    if operator in {"BDC", "BMC"}:
                        assert not marks
                        marks.append(str(one.operands[0]))
                    elif operator == "EMC":
                        marks.pop()
                    assert marks or operator not in PAINTING
                assert not marks


def test_every_mark_leads_to_the_element_that_has_it(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        linked = {element.objgen for element in elements(pdf)}
        found = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        numbers = dict(zip(map(int, found[0::2]), found[1::2], strict=True))
        for page in pdf.pages:
            for mark, element in enumerate(numbers[int(page.obj.StructParents)]):
                if element is not None:
                    assert element.objgen in linked
                    assert element.Pg.objgen == page.obj.objgen
                    assert mark in [kid for kid in element.K if isinstance(kid, int)]


def test_every_element_knows_its_parent(tree: list[pikepdf.Object]) -> None:
    for element in tree:
        for kid in element.K:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                assert kid.P.objgen == element.objgen


def test_no_line_of_text_has_a_wrapper_that_says_nothing(tree: list[pikepdf.Object]) -> None:
    holders = {"/P", "/TD", "/TH", "/H1", "/H2", "/H3"}
    wrappers = [one for one in tree if str(one.S) in {"/Span", "/NonStruct"}]
    assert not [one for one in wrappers if str(one.P.S) in holders]


def test_it_is_tagged_in_its_language_with_its_title(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == BINDING.title
        assert pikepdf.Name.Document == pdf.Root.StructTreeRoot.K[0].S


def test_headings_go_down_one_step_at_a_time(tree: list[pikepdf.Object]) -> None:
    levels = [int(str(element.S)[2]) for element in tree if re.match(r"/H\d", str(element.S))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_headers_that_their_cells_point_to(tree: list[pikepdf.Object]) -> None:
    heads = [element for element in tree if element.S == pikepdf.Name.TH]
    assert {str(head.A.Scope) for head in heads} == {"/Row", "/Column"}
    named = {str(head.ID) for head in heads}
    cells = [element for element in tree if element.S == pikepdf.Name.TD]
    assert cells
    for cell in cells:
        pointed = [str(one) for one in cell.A.get("/Headers", [])]
        assert pointed
        assert set(pointed) <= named


def test_every_figure_has_words(tree: list[pikepdf.Object]) -> None:
    figures = [element for element in tree if pikepdf.Name.Figure == element.S]
    words = [str(figure.Alt) for figure in figures]
    assert len(figures) == 3
    assert "Highest blood pressure 148/92" in words[0]
    assert "3, 23 Nov 2026: 19" in words[1]


def test_every_figure_says_where_it_stands(tree: list[pikepdf.Object]) -> None:
    chart, left, right = (one for one in tree if pikepdf.Name.Figure == one.S)
    for figure in (chart, left, right):
        x, y, to_x, to_y = map(float, figure.A.BBox)
        assert 40 < x < to_x < 595 - 40
        assert 70 < y < to_y < 842 - 60
    assert float(left.A.BBox[2]) <= float(right.A.BBox[0])
    assert float(left.A.BBox[1]) == float(right.A.BBox[1])


def test_every_font_is_embedded(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        found = fonts(pdf)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in found)
        assert any("Inter" in str(font.FontName) for font in found)
        used = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == pikepdf.Name.Type0
        ]
        assert len(used) == len(found)
        assert all("/ToUnicode" in font for font in used)


def test_texts_of_drawings_are_drawn_in_place(sample_part: Pressed) -> None:
    with opened(sample_part.content) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert not [one for one in streams if one.get("/Subtype") == pikepdf.Name.Form]
    chart = next(page for page in pages_of(sample_part.content) if "Blood pressure" in page)
    assert {"31", "mg", "IV", "15", "min", "SpO₂"} <= set(chart.split())


def test_no_picture_is_smoothed(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        pictures = [one for one in streams if one.get("/Subtype") == pikepdf.Name.Image]
        assert pictures
        assert not any(one.get("/Interpolate") for one in pictures)


def test_it_claims_both_standards_in_one_packet(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        raw = bytes(pdf.Root.Metadata.read_bytes())
        assert raw.count(b"<rdf:RDF") == 1
        claims = pdf.open_metadata(set_pikepdf_as_editor=False)
        assert claims["pdfaid:part"] == "3"
        assert claims["pdfaid:conformance"] == "A"
        assert claims["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert claims["xmp:CreateDate"] == "2026-11-24T08:12:00Z"
        assert claims["dc:title"] == str(pdf.docinfo["/Title"])
        assert claims["dc:description"] == str(pdf.docinfo["/Subject"]) == BINDING.description
        assert claims["pdf:Producer"] == str(pdf.docinfo["/Producer"])
        assert pdf.docinfo["/CreationDate"] == "D:20261124081200Z"
        assert len(pdf.Root.OutputIntents) == 1
        assert "/ID" in pdf.trailer


def test_it_names_itself_and_a_draft_does_not(sample_pdf: bytes, draft_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        assert identity(pdf) == Identity(NUMBER, DIGEST)
    with opened(draft_pdf) as pdf:
        assert identity(pdf) == Identity()


def test_what_is_attached_is_associated_with_it_and_dated(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        assert list(pdf.attachments) == ["bundle.json"]
        (file,) = pdf.Root.AF
        assert pikepdf.Name.Source == file.AFRelationship
        assert (str(file.F), str(file.UF)) == ("bundle.json", "bundle.json")
        assert str(file.Desc) == "What the pages show, as data"
        content = file.EF.F
        assert content.read_bytes() == BUNDLE
        assert str(content.Subtype) == "/application/fhir+json"
        assert int(content.Params.Size) == len(BUNDLE)
        dates = {str(content.Params.CreationDate), str(content.Params.ModDate)}
        assert dates == {"D:20261124081200Z"}


def test_nothing_in_it_acts(sample_pdf: bytes) -> None:
    with opened(sample_pdf) as pdf:
        assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript"} & set(pdf.Root.keys())
        assert all("/Annots" not in page for page in pdf.pages)


def test_addresses_that_were_typed_do_not_become_links(printed: Callable[[str], bytes]) -> None:
    pdf = printed(draw(with_text("file:///etc/passwd javascript:alert(1) https://example.org")))
    with opened(pdf) as document:
        assert all("/Annots" not in page for page in document.pages)


def test_the_same_page_gives_the_same_bytes(
    printed: Callable[[str], bytes], sample_pdf: bytes
) -> None:
    assert printed(draw(SAMPLE)) == sample_pdf
    assert MADE_AT.tzinfo


@pytest.mark.parametrize(
    ("paper", "width", "height"), [(PaperSize.A4, 595, 842), (PaperSize.LETTER, 612, 792)]
)
def test_both_sheets_have_their_size(
    printed: Callable[[str], bytes], paper: PaperSize, width: int, height: int
) -> None:
    box = pypdf.PdfReader(io.BytesIO(printed(draw(SAMPLE, paper=paper)))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (width, height)
