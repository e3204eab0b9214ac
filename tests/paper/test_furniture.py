"""The furniture of the pages: read back, looked at, and passed over by a reading voice."""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pypdf
import pytest
import segno
from PIL import Image

from kapnotes.paper.binding import Furniture, Pressed
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import PaperSize
from tests.paper.reading import is_sound, opened, pages_of, places_of, told
from tests.paper.sample_binding import FURNITURE
from tests.paper.sample_parts import binding, part

DOTS = 300
"""Dots per inch of the pictures."""
FOOT = (297 - 26) / 25.4 * 72
"""Where the foot of an A4 page begins, in points from the top."""
Press = Callable[[str], Pressed]
Bind = Callable[[Furniture], bytes]


@pytest.fixture(scope="module")
def bind(printer: Printer, pressed: Press) -> Bind:
    parts = tuple(pressed(part(number)).content for number in range(3))
    return lambda furniture: printer.bind(replace(binding(*parts), furniture=furniture))


def test_every_page_has_its_number_and_what_ties_it_to_the_record(bind: Bind) -> None:
    pages = pages_of(bind(FURNITURE))
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert FURNITURE.practice in page
        assert FURNITURE.number in page
        assert FURNITURE.content_digest in page
        assert FURNITURE.trail_head in page
        assert FURNITURE.verify_url in page


def test_a_reading_voice_passes_over_it(bind: Bind) -> None:
    said = told(bind(replace(FURNITURE, draft=True)))
    assert "Infusion 2" in said
    for words in ("Page 1", "DRAFT", FURNITURE.verify_url, FURNITURE.trail_head):
        assert words not in said


def test_the_notice_stands_on_the_first_page_only_and_is_said_first(bind: Bind) -> None:
    document = bind(FURNITURE)
    first, *others = pages_of(document)
    assert f"Replaces document {FURNITURE.replaces}. The earlier document stays on file." in first
    assert not any("Replaces" in page for page in others)
    assert told(document).splitlines()[2].strip().startswith('"Replaces document')
    assert "Replaces" not in told(bind(replace(FURNITURE, replaces="")))


def test_a_draft_says_so_across_each_page_and_in_each_number(bind: Bind) -> None:
    draft = pypdf.PdfReader(io.BytesIO(bind(replace(FURNITURE, draft=True))))
    for number, page in enumerate(draft.pages, start=1):
        said = page.extract_text()
        assert f"DRAFT, page {number} of 3" in said
        assert said.count("DRAFT") == 2
    assert not any("DRAFT" in page for page in pages_of(bind(FURNITURE)))


def test_without_an_address_there_is_no_code(bind: Bind) -> None:
    document = bind(replace(FURNITURE, verify_url=""))
    assert "unchanged" not in pages_of(document)[0]
    assert not _dark(document, FURNITURE.verify_url).any_dark


def test_the_code_holds_the_address(bind: Bind) -> None:
    for address in (FURNITURE.verify_url, "http://127.0.0.1:8000/verify/0123456789AB-F12"):
        document = bind(replace(FURNITURE, verify_url=address))
        seen = _dark(document, address)
        assert seen.modules == seen.expected


class _Seen:
    """The modules of a code as they stand on the picture of a page, and as they should."""

    def __init__(self, picture: Image.Image, address: str) -> None:
        matrix = [list(map(bool, row)) for row in segno.make_qr(address, error="m").matrix]
        millimetre = DOTS / 25.4
        left, top, size = (210 - 16 - 14) * millimetre, (297 - 5 - 16 + 2) * millimetre, 39.7
        step = size / 72 * DOTS / len(matrix)

        def is_dark(x: int, y: int) -> bool:
            at = (round(left + (x + 0.5) * step), round(top + (y + 0.5) * step))
            value = picture.getpixel(at)
            assert isinstance(value, int)
            return value < 128

        self.expected = matrix
        self.modules = [[is_dark(x, y) for x in range(len(matrix))] for y in range(len(matrix))]
        self.any_dark = any(map(any, self.modules))


def _dark(document: bytes, address: str) -> _Seen:
    return _Seen(_picture(document, page=2), address)


def _picture(document: bytes, *, page: int) -> Image.Image:
    draws = shutil.which("pdftoppm")
    assert draws
    words = [draws, "-r", str(DOTS), "-gray", "-f", str(page), "-l", str(page), "-"]
    out = subprocess.run(words, input=document, check=True, capture_output=True)  # noqa: S603 - our own file
    return Image.open(io.BytesIO(out.stdout)).convert("L")


def test_the_foot_of_a_part_s_pages_is_left_free(sample_part: Pressed) -> None:
    for page in places_of(sample_part.content):
        assert max(bottom for _, _, bottom in page) < FOOT


def test_the_foot_stands_in_its_place_and_nothing_on_top_of_it(sample_pdf: bytes) -> None:
    for page in places_of(sample_pdf):
        words = [word for word, top, _ in page if top > FOOT]
        assert words[0] == FURNITURE.practice.split()[0]
        assert {"Content", "Trail", "Page"} <= set(words)


@pytest.mark.parametrize(
    "furniture",
    [
        replace(FURNITURE, practice="מרפאה לטיפול בקטמין"),
        replace(FURNITURE, practice="<b>&amp; Łódź 🌊 \u202e reversed"),
        replace(FURNITURE, practice="Long name " * 30, trail_head="9" * 300),
        replace(FURNITURE, practice="", number="", content_digest="", trail_head=""),
        replace(FURNITURE, verify_url="https://notes.example.org/" + "long/" * 60),
        replace(FURNITURE, paper=PaperSize.LETTER),
    ],
    ids=["hebrew", "odd", "long", "empty", "long address", "letter"],
)
def test_any_furniture_can_be_put_up(bind: Bind, furniture: Furniture) -> None:
    document = bind(furniture)
    assert is_sound(document)
    pages = pages_of(document)
    assert all(f"Page {number} of 3" in page for number, page in enumerate(pages, start=1))


def test_it_is_drawn_once_for_all_pages(bind: Bind) -> None:
    with opened(bind(replace(FURNITURE, draft=True))) as pdf:
        drawings = [
            {str(name) for name in page.obj.Resources.XObject if "furniture" in str(name)}
            for page in pdf.pages
        ]
        assert (
            drawings == [{f"/furniture-{one}" for one in ("foot", "draft", "notice", "code")}] * 3
        )
        forms = {page.obj.Resources.XObject["/furniture-foot"].objgen for page in pdf.pages}
        assert len(forms) == 1
        for page in pdf.pages:
            last = page.obj.Contents[-1]
            assert isinstance(last, pikepdf.Stream)
            assert len(last.read_bytes()) < 400
