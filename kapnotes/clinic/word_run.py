"""Runs of words that stand in two texts.

Each word is written as one character, so that a text is a string and a run of words a piece of
it. Words are what stands between white space, and are compared without case, punctuation, width
and the form of their accents.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import TypeAlias

Run: TypeAlias = tuple[int, int, int]
"""A run that is shared: its place in the one text and in the other, and how many words it has."""

WORD = re.compile(r"\S+")
ELSE = "\0"
"""Any word that is not known: no run goes through it."""
MASKED = "\1"
"""Any word that does not count: no run goes through it."""
BREAKS = frozenset({ELSE, MASKED})
UNBROKEN = re.compile(f"[^{ELSE}{MASKED}]+")
FIRST, SURROGATES, AFTER_SURROGATES = 2, 0xD800, 0xE000
TRIED = 16
"""So many places of a repeated run are tried for the longest one."""
LEAP = 64
"""So many words are compared at a time."""


def normal(word: str) -> str:
    """Return a word as it is compared, "" for one of punctuation alone."""
    if word.isascii() and word.isalnum():
        return word.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


class Alphabet:
    """A character for each word of the texts that it is given; other words are `ELSE`."""

    def __init__(self, texts: Iterable[str]) -> None:
        words = dict.fromkeys(normal(one) for text in texts for one in dict.fromkeys(text.split()))
        words.pop("", None)
        self._letters = {word: _letter(place) for place, word in enumerate(words)}
        self._as_written = _Cached(self._letter_of)

    def spell(self, text: str) -> str:
        """Return a text as a string of its words."""
        return "".join(map(self._as_written.__getitem__, text.split()))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where each word of the text begins and ends."""
        return [found.span() for found in WORD.finditer(text) if self._as_written[found.group()]]

    def _letter_of(self, written: str) -> str:
        word = normal(written)
        return self._letters.get(word, ELSE) if word else ""


class _Cached(dict[str, str]):
    """What a word is spelled as, worked out once for each way of writing it."""

    def __init__(self, letter_of: Callable[[str], str]) -> None:
        super().__init__()
        self._letter_of = letter_of

    def __missing__(self, written: str) -> str:
        self[written] = letter = self._letter_of(written)
        return letter


def _letter(place: int) -> str:
    """Return the character of the word at that place; surrogates are no characters."""
    code = FIRST + place
    return chr(code if code < SURROGATES else code - SURROGATES + AFTER_SURROGATES)


def pieces(spelled: str) -> Iterator[tuple[int, int]]:
    """Return where each unbroken piece of a text begins, and how many words it has."""
    for found in UNBROKEN.finditer(spelled):
        yield found.start(), len(found.group())


def runs_of(spelled: str, length: int) -> set[str]:
    """Return every run of exactly so many words."""
    return {
        spelled[start : start + length]
        for begun, words in pieces(spelled)
        for start in range(begun, begun + words - length + 1)
    }


def seeds_of(spelled: str, length: int) -> set[str]:
    """Return what to look for where a run of that length may begin: every run of half of it."""
    return runs_of(spelled, _half(length))


def may_share(other: str, seeds: AbstractSet[str], length: int) -> bool:
    """Say whether a text can share a run of that length; one that cannot is passed over quickly.

    Looked at is one place in so many that no run of the whole length lies between two of them.
    """
    half = _half(length)
    places = range(0, len(other) - half + 1, length - half + 1)
    return any(other[place : place + half] in seeds for place in places)


def _half(length: int) -> int:
    return (length + 1) // 2


def masked(spelled: str, runs: AbstractSet[str], length: int) -> str:
    """Return the text with whatever is made up of these runs left out of account."""
    letters = list(spelled)
    for start in range(len(spelled) - length + 1):
        if spelled[start : start + length] in runs:
            letters[start : start + length] = MASKED * length
    return "".join(letters)


def shared(spelled: str, other: str, runs: AbstractSet[str], length: int) -> Iterator[Run]:
    """Return what of a text stands in the other, in long runs, by their order.

    `runs` are those of the other of that length. A run that begins inside of the one before is
    given from its end on, so that none overlap.
    """
    start = end = 0
    while start <= len(spelled) - length:
        if spelled[start : start + length] not in runs:
            start += 1
            continue
        place, words = _longest(spelled, other, start, length)
        begun = max(start, end)
        end = start + words
        yield begun, place + begun - start, end - begun
        start = end - length + 1


def _longest(spelled: str, other: str, start: int, length: int) -> tuple[int, int]:
    """Return where in the other text the longest run from `start` stands, and its length."""
    run = spelled[start : start + length]
    best, place = (0, 0), other.find(run)
    for _ in range(TRIED):
        if place < 0:
            break
        words = length + _alike(spelled, other, start + length, place + length)
        best = max(best, (words, -place))
        place = other.find(run, place + 1)
    return -best[1], best[0]


def _alike(spelled: str, other: str, start: int, place: int) -> int:
    """Return how many words from both places on are the same, and count."""
    count = 0
    while ahead := spelled[start + count : start + count + LEAP]:
        theirs = other[place + count : place + count + LEAP]
        if ahead == theirs and ELSE not in ahead and MASKED not in ahead:
            count += len(ahead)
            continue
        pairs = zip(ahead, theirs, strict=False)
        return count + sum(1 for _ in takewhile(lambda pair: _is_same(*pair), pairs))
    return count


def _is_same(one: str, another: str) -> bool:
    return one == another and one not in BREAKS
