"""What the pages look like, against pictures that somebody looked at and kept.

Small and grey, so that another rounding of an edge passes and a lost column does not. Look at the
new ones before keeping them: `python -m tests.paper.test_pictures`.
"""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from kapnotes.paper.binding import Pressed
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import PaperSize
from tests.paper.logos import TWIG
from tests.paper.sample import SAMPLE
from tests.paper.sample_course import COURSE_PAGES
from tests.paper.sample_told import MADE_AT
from tests.paper.test_logo import logo_of

HERE = Path(__file__).with_name("pictures")
DPI = 36
MOST = 2.5
"""How far two pictures may be apart, as the mean over all grey values (0 to 255)."""
WITH_LOGO = replace(SAMPLE, letterhead=replace(SAMPLE.letterhead, logo=logo_of(TWIG)))
SHEETS: dict[str, tuple[str, int]] = {
    "summary-1": (draw(WITH_LOGO), 1),
    "summary-2": (draw(SAMPLE), 2),
    "summary-letter": (draw(SAMPLE, paper=PaperSize.LETTER), 1),
    "course-1": (COURSE_PAGES, 1),
}


def picture(pdf: bytes, page: int) -> Image.Image:
    """One page, grey and small."""
    program = shutil.which("pdftoppm")
    assert program
    words = [program, "-r", str(DPI), "-gray", "-f", str(page), "-l", str(page), "-"]
    done = subprocess.run(words, input=pdf, check=True, capture_output=True)  # noqa: S603 - ours
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, with edges softened."""
    soft = [each.convert("L").filter(ImageFilter.BoxBlur(1)) for each in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*soft)).mean[0]


@pytest.mark.parametrize("name", SHEETS)
def test_a_page_looks_as_the_one_that_was_kept(
    name: str, pressed: Callable[[str], Pressed]
) -> None:
    html, page = SHEETS[name]
    found = picture(pressed(html).content, page)
    with Image.open(HERE / f"{name}.png") as kept:
        assert found.size == kept.size
        assert apart(found, kept) < MOST


def test_a_lost_column_would_be_seen(pressed: Callable[[str], Pressed]) -> None:
    bare = draw(replace(SAMPLE, vitals=SAMPLE.vitals[:3]))
    with Image.open(HERE / "summary-2.png") as kept:
        assert apart(picture(pressed(bare).content, 2), kept) > MOST


if __name__ == "__main__":
    printer = Printer()
    HERE.mkdir(exist_ok=True)
    for sheet, (html, page) in SHEETS.items():
        made = picture(printer.part(html, at=MADE_AT).content, page)
        made.quantize(16).save(HERE / f"{sheet}.png", optimize=True)
    printer.stop()
