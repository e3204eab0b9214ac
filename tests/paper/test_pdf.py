"""The printed summary, read back: words, pages, tags, fonts, claims."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest

from kapnotes.paper.draw import draw
from kapnotes.paper.summary import PaperSize
from tests.paper.sample import EMOJI, HEBREW, MADE_AT, MARKUP, SAMPLE, with_text


def _text(pdf: bytes, tmp_path: Path) -> list[str]:
    """The text of each page, as poppler reads it."""
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf)
    reader = shutil.which("pdftotext")
    assert reader
    out = subprocess.run([reader, "-layout", str(file), "-"], check=True, capture_output=True)  # noqa: S603 - our own file
    return out.stdout.decode().split("\f")[:-1]


def _elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every element of the structure tree, in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element
            kids = element.get("/K", pikepdf.Array())
            waiting.extend(reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids]))


@pytest.fixture(scope="module")
def tree(sample_pdf: bytes) -> Iterator[list[pikepdf.Object]]:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        yield list(_elements(pdf))


def test_the_file_is_sound(sample_pdf: bytes, draft_pdf: bytes, tmp_path: Path) -> None:
    checker = shutil.which("qpdf")
    assert checker
    for name, pdf in (("sample", sample_pdf), ("draft", draft_pdf)):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf)
        subprocess.run([checker, "--check", str(file)], check=True, capture_output=True)  # noqa: S603 - our own file


def test_what_was_typed_can_be_read(sample_pdf: bytes, tmp_path: Path) -> None:
    said = "\n".join(_text(sample_pdf, tmp_path))
    squeezed = "".join(said.split())
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
        SAMPLE.proof.content_digest,
        SAMPLE.proof.trail_head,
    ):
        assert "".join(words.split()) in squeezed, words


def test_hebrew_and_emoji_can_be_read(sample_pdf: bytes) -> None:
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sample_pdf)).pages)
    assert all(word.strip(",") in said or word.strip(",")[::-1] in said for word in HEBREW.split())
    assert all(sign in said for sign in EMOJI if not sign.isascii())


def test_every_page_says_who_and_what_and_its_number(sample_pdf: bytes, tmp_path: Path) -> None:
    pages = _text(sample_pdf, tmp_path)
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Müller-Świątek, Aïcha" in page
        assert "4 Mar 1991" in page
        assert "KN-1042" in page
        assert "Infusion summary" in page
        assert "Infusion 3 of 6" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "KN-2026-000317-2" in page
        assert SAMPLE.proof.content_digest[:16] in page
        assert SAMPLE.proof.trail_head[:16] in page


def test_a_draft_says_so_across_each_page_and_a_final_one_never(
    draft_pdf: bytes, sample_pdf: bytes
) -> None:
    for page in pypdf.PdfReader(io.BytesIO(draft_pdf)).pages:
        assert "DRAFT" in page.extract_text()
    for page in pypdf.PdfReader(io.BytesIO(sample_pdf)).pages:
        assert "DRAFT" not in page.extract_text()


def test_the_draft_mark_and_the_margins_are_artifacts(draft_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(draft_pdf)) as pdf:
        for page in pdf.pages:
            kinds = [
                str(one.operands[0])
                for one in pikepdf.parse_content_stream(page)
                if str(one.operator) == "BDC"
                and one.operands[1].get("/Type") == pikepdf.Name.Pagination
            ]
            assert kinds
            assert set(kinds) == {"/Artifact"}


def test_every_mark_in_the_tree_belongs_to_the_tree(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        linked = {element.objgen for element in _elements(pdf)}
        for numbers in list(pdf.Root.StructTreeRoot.ParentTree.Nums)[1::2]:
            assert all(one is None or one.objgen in linked for one in numbers)


def test_it_is_tagged_in_its_language_with_its_title(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]).startswith("Infusion summary: Müller-Świątek, Aïcha")
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


def test_header_ids_are_listed_in_order(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        names = [bytes(one) for one in list(pdf.Root.StructTreeRoot.IDTree.Names)[0::2]]
        assert names == sorted(names)
        heads = [one for one in _elements(pdf) if one.S == pikepdf.Name.TH]
        assert len(names) == len(heads)


def test_every_figure_has_words(tree: list[pikepdf.Object]) -> None:
    figures = [element for element in tree if pikepdf.Name.Figure == element.S]
    words = [str(figure.Alt) for figure in figures]
    assert len(figures) == 3
    assert "Highest blood pressure 148/92" in words[0]
    assert "3, 23 Nov 2026: 19" in words[1]


def test_every_font_is_embedded(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        kinds = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        fonts = [one for one in kinds if one.get("/Type") == pikepdf.Name.FontDescriptor]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert any("Inter" in str(font.FontName) for font in fonts)
        used = [one for one in kinds if one.get("/Type") == pikepdf.Name.Font]
        assert all("/ToUnicode" in font for font in used if font.Subtype == pikepdf.Name.Type0)


def test_it_claims_both_standards_in_one_packet(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        raw = bytes(pdf.Root.Metadata.read_bytes())
        assert raw.count(b"<rdf:RDF") == 1
        claims = pdf.open_metadata(set_pikepdf_as_editor=False)
        assert claims["pdfaid:part"] == "3"
        assert claims["pdfaid:conformance"] == "A"
        assert claims["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert claims["xmp:CreateDate"] == "2026-11-24T08:12:00Z"
        assert pdf.docinfo["/CreationDate"] == "D:20261124081200Z"
        assert "/OutputIntents" in pdf.Root
        assert "/ID" in pdf.trailer


def test_nothing_in_it_acts(sample_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_pdf)) as pdf:
        assert not pdf.attachments
        assert "/OpenAction" not in pdf.Root
        assert all("/Annots" not in page for page in pdf.pages)


def test_addresses_that_were_typed_do_not_become_links(printed: Callable[[str], bytes]) -> None:
    pdf = printed(draw(with_text("file:///etc/passwd javascript:alert(1) https://example.org")))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert all("/Annots" not in page for page in opened.pages)


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
