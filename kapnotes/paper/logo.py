"""The practice's logo: read narrowly, checked, and written anew, so that nothing else comes along.

A PNG is decoded within limits and encoded again without anything but its pixels. An SVG goes
through `logo_svg`. What cannot be taken is refused in a sentence.
"""

import io
import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from kapnotes.clinic.refusals import BadInput
from kapnotes.paper import logo_svg

MOST_BYTES = 512 * 1024
MOST_PIXELS = 16_000_000
LEAST_EDGE = 16
LONGEST_EDGE = 1200
"""Pixels kept along an edge: twice what a printer shows on the place of a logo."""
BOX_MM = (56.0, 16.0)
"""The place of a logo on the sheet: a wide one fills its width, a high one its height."""
PNG, SVG = "png", "svg"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"IEND\xaeB`\x82"
HALF = "The picture does not end as a PNG does. Save it as PNG once more, and try again."
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A logo as it is kept: its kind and the bytes that were written anew."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """A logo as it is drawn: PNG in base64 or SVG as markup, and its size on paper in mm."""

    content: str
    width_mm: float
    height_mm: float


def accept(content: bytes) -> Accepted:
    """Take a logo that somebody handed in. Raises BadInput with the reason for another."""
    if not content:
        raise _refused("The file is empty.")
    if len(content) > MOST_BYTES:
        raise _refused(f"The file is larger than {MOST_BYTES // 1024} KiB. Make it smaller.")
    if content.startswith(_SIGNATURE):
        return Accepted(PNG, _encoded(content))
    return Accepted(SVG, logo_svg.rewritten(content).markup.encode())


def read(content: bytes, kind: str) -> Drawing:
    """A kept logo, ready to be drawn; an SVG is checked once more."""
    if kind == SVG:
        found = logo_svg.rewritten(content)
        return Drawing(found.markup, *_placed(found.width, found.height))
    width, height = struct.unpack(">II", content[16:24])
    return Drawing(b64encode(content).decode(), *_placed(width, height))


def _placed(width: float, height: float) -> tuple[float, float]:
    """The size in mm of a picture that fits its place."""
    scale = min(BOX_MM[0] / width, BOX_MM[1] / height)
    return round(width * scale, 2), round(height * scale, 2)


def _encoded(content: bytes) -> bytes:
    """The pixels on white, encoded anew: no metadata, no profile, no further frames.

    It is verified first: the printing library lets Pillow read halves of pictures everywhere.
    """
    if not content.rstrip(b"\x00").endswith(_END):
        raise _refused(HALF)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            _check_size(*picture.size)
            picture.verify()
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            plain = _on_white(picture)
    except _BROKEN:
        raise _refused(
            "The picture cannot be read. Save it as PNG once more, and try again."
        ) from None
    if max(plain.size) > LONGEST_EDGE:
        plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    plain.save(written, format="PNG", optimize=True)
    return written.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, for paper is white."""
    if picture.mode.startswith("I"):
        whole = picture.convert("I").point(lambda value: value * (1 / 256))
        return whole.convert("L").convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _refused(
            f"The picture has {width} by {height} pixels. Make it smaller: "
            f"{LONGEST_EDGE} along its longer edge is enough."
        )
    if min(width, height) < LEAST_EDGE:
        raise _refused(
            f"The picture has {width} by {height} pixels, which is too small to be printed."
        )


def _refused(sentence: str) -> BadInput:
    return BadInput({"logo": sentence})
