"""What a person typed, made safe to lay out: still their words, without what harms a page.

Three kinds of character are no words and can spoil paper: controls, which have no glyph; overrides
of the writing direction, which make a line read as something else than was typed; and piles of
combining marks, which cost seconds to lay out. Everything else stays to the letter.
"""

import re
import unicodedata

MARKS_KEPT = 6
"""Combining marks kept on one letter; Hebrew and Vietnamese need at most four."""

PIECE = 1_500
"""About how many characters are laid out at a time; the cost of a piece grows with its square."""
WORD = 500
"""A word longer than this is no word: it is cut, so that it cannot hold up a page."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONG = re.compile(rf"(\S{{{WORD}}})(?=\S)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_OPENING = 200
"""How far into a text its first strong character is looked for."""


def quiet(text: str) -> str:
    """The same words without controls, direction overrides and piles of combining marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _CONTROLS.sub("", text)
    text = _SURROGATES.sub("\ufffd", text)
    return _thinned(_OVERRIDES.sub("", _CONTROLS.sub("", text)))


def direction(text: str) -> str:
    """`rtl` when the first strong character runs right to left, otherwise `ltr`."""
    if text.isascii():
        return "ltr"
    for character in text[:_OPENING]:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def pieces(text: str) -> list[str]:
    """The text in pieces that, set one under the other, read as the whole; cut at line ends.

    An empty line at the end of a piece is doubled, for the last line end of a block shows nothing.
    """
    found: list[str] = []
    waiting: list[str] = []
    size = 0
    for line in _LONG.sub(r"\1\n", text).split("\n"):
        waiting.append(line)
        size += len(line) + 1
        if size > PIECE:
            found.append("\n".join(waiting) + ("" if line else "\n"))
            waiting, size = [], 0
    return found + (["\n".join(waiting)] if waiting else [])


def _thinned(text: str) -> str:
    """At most MARKS_KEPT combining marks in a row."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_KEPT:
            kept.append(character)
    return "".join(kept)
