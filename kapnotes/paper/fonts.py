"""Fonts of a document: the usual characters are always the same file, to the byte.

WeasyPrint cuts each font down to the characters of each document, so that twenty parts joined
would carry twenty cuts of the same face. Here a font comes into a document knowing the usual
characters already (those of the warming page); as long as nothing else is printed with it, its
file, widths and names are those of every other document, and joining finds them again.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from string import ascii_lowercase, ascii_uppercase, digits, punctuation

from weasyprint.pdf.fonts import Font

PACKED = 9
"""How hard the usual fonts are packed: once for all documents."""
_SIGNS = (
    *punctuation,
    *"\u00a1\u00a7\u00ab\u00b0\u00b1\u00b5\u00b7\u00bb\u00bd\u00bf\u00d7\u2013\u2014\u2018\u2019",
    *"\u201a\u201c\u201d\u201e\u2020\u2022\u2026\u20ac\u2122\u2192\u2212\u2248\u2264\u2265",
)
_ACCENTED = map(chr, (*range(0xC0, 0x180), *range(0x218, 0x21C)))
_OTHERS = "\u03b1\u03b2\u03b3\u03bc\u2082\u00a0"
USUAL = " ".join(
    (
        *ascii_uppercase,
        *ascii_lowercase,
        *digits,
        *_ACCENTED,
        *_OTHERS,
        *(f"{sign} H{sign}H 0{sign}0 x{sign}x" for sign in _SIGNS),
    )
)
"""What the font files of every document hold; signs also as they look beside others."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font as the warming page left it: its file, plain and packed, and by glyph what it says.

    `widths` are in thousandths of an em.
    """

    content: bytes
    packed: bytes
    widths: Mapping[int, float]
    texts: Mapping[int, str]
    ascent: int
    descent: int

    def glyphs(self, text: str) -> list[int]:
        """The glyphs of a line of usual characters, one by one. Raises KeyError for others."""
        found: dict[str, int] = {}
        for glyph, character in self.texts.items():
            found.setdefault(character, glyph)
        return [found[character] for character in text]


class UsualFont(Font):  # type: ignore[misc]  # WeasyPrint carries no types
    """A font that knew the usual characters before anything was written with it."""

    face: Face
    name: bytes

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:  # noqa: FBT001 - as WeasyPrint calls it
        """Become the usual file, or one of its own under a name of its own."""
        if to_unicode.keys() == self.face.texts.keys() and not self.missing:
            self.file_content = self.face.content
            return
        super().clean(to_unicode, hinting)
        self.name = _tag(to_unicode) + self.name[7:]


class Fonts(dict[int, Font]):
    """The fonts of one document, as WeasyPrint collects them; usual ones know their face."""

    def __init__(self, faces: Mapping[int, Face]) -> None:
        super().__init__()
        self._faces = faces

    def __setitem__(self, key: int, font: Font) -> None:
        """Take a font in, and give it what is known of it."""
        face = self._faces.get(key)
        if face is not None:
            font.__class__ = UsualFont
            font.face = face
            font.widths, font.to_unicode = dict(face.widths), dict(face.texts)
            font.ascent, font.descent = face.ascent, face.descent
        super().__setitem__(key, font)

    @property
    def packed(self) -> dict[bytes, bytes]:
        """Files of the usual fonts with their packed form, which need not be made again."""
        return {face.content: face.packed for face in self._faces.values()}


def faces(fonts: Mapping[int, Font]) -> dict[int, Face]:
    """What the fonts are that printed the usual characters, from now on; others are left out."""
    return {
        key: Face(
            font.file_content,
            zlib.compress(font.file_content, PACKED),
            font.widths,
            font.to_unicode,
            font.ascent,
            font.descent,
        )
        for key, font in fonts.items()
        if set(digits) <= set(font.to_unicode.values()) and not (font.missing or font.bitmap)
    }


def _tag(glyphs: Mapping[int, str]) -> bytes:
    """`/ABCDEF`: six letters that are the same for the same glyphs."""
    digest = sha256(",".join(map(str, sorted(glyphs))).encode()).digest()
    return b"/" + bytes(65 + one % 26 for one in digest[:6])
