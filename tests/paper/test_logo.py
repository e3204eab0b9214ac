"""A logo is taken as a plain picture, written anew, or refused in a sentence."""

import io
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from kapnotes.clinic.refusals import BadInput
from kapnotes.paper import logo_svg, logo_values
from kapnotes.paper.draw import draw
from kapnotes.paper.logo import BOX_MM, LONGEST_EDGE, accept, read
from kapnotes.paper.logo_markup import lifted, markup
from kapnotes.paper.summary import Letterhead, Logo
from tests.paper.logos import ATTACKS, TWIG, png, svg
from tests.paper.reading import elements, opened
from tests.paper.sample import SAMPLE

WORDS = 'Two "hills" & a <moon>'


def logo_of(content: bytes) -> Logo:
    taken = accept(content)
    found = read(taken.content, taken.kind)
    return Logo(taken.kind, found.content, WORDS, found.width_mm, found.height_mm)


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("is_lenient", [True, False])
def test_what_is_more_than_a_logo_is_refused_in_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, *, is_lenient: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", is_lenient)
    with pytest.raises(BadInput) as refused:
        accept(ATTACKS[name])
    sentence = refused.value.errors["logo"]
    assert sentence.endswith(".")
    assert "passwd" not in sentence


def test_a_picture_is_written_anew_without_its_words_and_on_white() -> None:
    taken = accept(png(Comment="canary", Author="somebody"))
    assert b"canary" not in taken.content
    assert taken.content != png(Comment="canary", Author="somebody")
    with Image.open(io.BytesIO(taken.content)) as picture:
        assert picture.info == {}
        assert picture.mode == "RGB"
        assert picture.getpixel((80, 9)) == (255, 255, 255)
        assert picture.getpixel((9, 9)) == (200, 0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "1", "I;16"])
def test_every_kind_of_picture_is_taken(mode: str) -> None:
    with Image.open(io.BytesIO(accept(png(mode=mode)).content)) as picture:
        assert picture.size == (90, 30)


def test_a_large_picture_is_made_as_large_as_paper_needs() -> None:
    with Image.open(io.BytesIO(accept(png((3000, 600))).content)) as picture:
        assert picture.size == (LONGEST_EDGE, LONGEST_EDGE // 5)


@pytest.mark.parametrize(("size", "edge"), [((600, 100), 0), ((100, 600), 1)])
def test_a_logo_fills_its_place_and_no_more(size: tuple[int, int], edge: int) -> None:
    found = read(accept(png(size)).content, "png")
    placed = (found.width_mm, found.height_mm)
    assert placed[edge] == BOX_MM[edge]
    assert placed[1 - edge] <= BOX_MM[1 - edge]


def test_a_drawing_from_a_drawing_program_is_understood() -> None:
    made = svg(
        "<!-- Generator --><metadata>who</metadata><style>.st0,.st1{fill:#16404D}"
        ".st1{stroke:url(#g)}</style><defs><linearGradient id='g'>"
        "<stop offset='0' style='stop-color:#fff;font-family:x'/></linearGradient></defs>"
        "<g transform='translate(2, 1)' data-name='Layer 1'><path class='st1' d='M0,0L9 9z'/></g>"
    )
    found = logo_svg.rewritten(b'<?xml version="1.0"?>' + made).markup
    assert "who" not in found
    assert "data-name" not in found
    assert 'fill="#16404D"' in found
    assert 'stroke="url(#logo-1)"' in found
    assert 'id="logo-1"' in found
    assert logo_svg.rewritten(found.encode()).markup == found


@settings(max_examples=100)
@given(st.text(max_size=60), st.sampled_from(sorted(logo_values.PAINT | {"d", "transform", "x"})))
def test_no_value_leaves_its_attribute(value: str, name: str) -> None:
    kept = logo_values.checked(name, value)
    assert kept is None or not set(kept) & set('<>&"')


def test_long_values_cost_no_time() -> None:
    for name in ("d", "points", "transform", "stroke-dasharray", "x", "fill"):
        logo_values.checked(name, "1" * 59_000 + "!")
        logo_values.checked(name, "translate(1) " * 4_000 + "!")
    logo_values.classes(".a " * 20_000)


@pytest.mark.parametrize("content", [TWIG, png()])
def test_the_logo_stands_on_paper_with_its_words(
    content: bytes, printed: Callable[[str], bytes]
) -> None:
    head = Letterhead("Praxis am Kanal", ("Uferstraße 12",), logo_of(content))
    with opened(printed(draw(replace(SAMPLE, letterhead=head)))) as pdf:
        figures = [one for one in elements(pdf) if pikepdf.Name.Figure == one.S]
        assert str(figures[0].Alt) == WORDS
        assert len(figures) == 4


def test_the_printer_takes_only_what_the_page_brings_along() -> None:
    logo = logo_of(png())
    root = fromstring(f"<p>{markup(logo)}</p>")  # noqa: S314 - made above
    found = lifted(root)
    [(name, (content, kind))] = found.items()
    assert (content, kind) == (b64decode(logo.content), "image/png")
    assert root[0].get("src") == f"kapnotes:{name}"
    assert root[0].get("data-png") is None
    assert lifted(fromstring('<p><img src="kapnotes:x" data-png="?"/></p>')) == {}  # noqa: S314 - ours
