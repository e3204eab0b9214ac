"""Text that stands in two notes: how much of it, and which passages.

A run of so many words in a row that stands in both texts is shared; a shorter one is how people
write. What a template of the practice gave is nobody's text, and counts for nothing. The software
shows the passages; a person judges whether they were still true.

Repetitive notes are a finding of chart reviews [S: mentalhealthforms.com]; every figure is [B].
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kapnotes.clinic.word_run import (
    MASKED,
    Alphabet,
    Run,
    masked,
    may_share,
    pieces,
    runs_of,
    seeds_of,
    shared,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityLimits:
    """From when on text counts as cloned: `run` words in a row, `words` of them in all.

    `percent` is of the words of the text in hand, those that templates gave left out.
    """

    run: int = 12
    words: int = 40
    percent: int = 50
    most: int = 3
    """So many earlier texts are named for one text."""


DEFAULT_LIMITS = SimilarityLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A shared run: `text[start:end]` is, word by word, `other[other_start:other_end]`."""

    start: int
    end: int
    other_start: int
    other_end: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two texts are.

    `ratio` is what both share of both, the same from either side; `share` what of the text in hand
    stands in the other; both 0 to 1. `words` of the text in hand are shared. Passages follow each
    other without overlap, and together are all that is shared of it.
    """

    ratio: float
    share: float
    words: int
    passages: tuple[Passage, ...] = ()


NOTHING = Likeness(ratio=0.0, share=0.0, words=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One text, and whatever its caller knows it by."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A text, by its key, that stands in an earlier one, and how alike they are."""

    key: str
    earlier: str
    likeness: Likeness


def likeness(
    text: str,
    other: str,
    limits: SimilarityLimits = DEFAULT_LIMITS,
    *,
    templates: Iterable[str] = (),
) -> Likeness:
    """Return how alike two texts are. Of the limits only `run` counts."""
    desk = _Desk((text, other), tuple(templates), limits.run)
    return desk.compared(text, other)


def clones(
    texts: Iterable[Writing],
    earlier: Iterable[Writing],
    limits: SimilarityLimits = DEFAULT_LIMITS,
    *,
    templates: Iterable[str] = (),
) -> tuple[Clone, ...]:
    """Return each text that reaches the limits beside an earlier one, the most alike first.

    Of several earlier ones the closest are named. In which order texts are given does not matter:
    between equals the keys decide.
    """
    written = [one for one in texts if len(one.text.split()) >= limits.words]
    desk = _Desk([one.text for one in written], templates, limits.run)
    others = tuple(earlier) if written else ()
    found = []
    for one in written:
        near = [(desk.words_in(one.text, other.text), other) for other in others]
        least = max(limits.words, desk.count(one.text) * limits.percent / 100)
        closest = sorted(
            ((-words, other.key, other) for words, other in near if words >= least),
            key=lambda each: each[:2],
        )
        found += [
            Clone(key=one.key, earlier=key, likeness=desk.compared(one.text, other.text))
            for _, key, other in closest[: limits.most]
        ]
    return tuple(sorted(found, key=lambda one: (-one.likeness.share, one.key, one.earlier)))


class _Desk:
    """The texts in hand, spelled and less what templates gave, each worked out once."""

    def __init__(self, in_hand: Iterable[str], templates: Iterable[str], run: int) -> None:
        given = tuple(templates)
        self._run = run
        self._alphabet = Alphabet((*in_hand, *given))
        self._given = frozenset[str]().union(
            *(runs_of(self._alphabet.spell(one), run) for one in given)
        )
        self._own: dict[str, str] = {}
        self._runs: dict[str, AbstractSet[str]] = {}
        self._seeds: dict[str, AbstractSet[str]] = {}

    def own(self, text: str) -> str:
        """Return a text, spelled; what a template gave is masked."""
        if text not in self._own:
            spelled = self._alphabet.spell(text)
            self._own[text] = masked(spelled, self._given, self._run) if self._given else spelled
        return self._own[text]

    def runs(self, text: str) -> AbstractSet[str]:
        """Return the runs of a text."""
        if text not in self._runs:
            self._runs[text] = runs_of(self.own(text), self._run)
        return self._runs[text]

    def seeds(self, text: str) -> AbstractSet[str]:
        """Return by what a text is looked for in another."""
        if text not in self._seeds:
            self._seeds[text] = seeds_of(self.own(text), self._run)
        return self._seeds[text]

    def count(self, text: str) -> int:
        """Return the words of a text that no template gave."""
        return sum(words for _, words in pieces(self.own(text)))

    def runs_in(self, text: str, other: str) -> tuple[Run, ...]:
        """Return what of a text stands in the other."""
        mine, theirs = self.own(text), self.own(other)
        if mine == theirs:
            return tuple((begun, begun, words) for begun, words in pieces(mine))
        if not may_share(theirs, self.seeds(text), self._run):
            return ()
        return tuple(shared(mine, theirs, self.runs(other), self._run))

    def words_in(self, text: str, other: str) -> int:
        """Return how many words of a text stand in the other."""
        return sum(words for _, _, words in self.runs_in(text, other))

    def compared(self, text: str, other: str) -> Likeness:
        """Return how alike two texts are."""
        runs = self.runs_in(text, other)
        if not runs:
            return NOTHING
        words = self.words_in(text, other)
        count, others = self.count(text), len(self.own(other)) - self.own(other).count(MASKED)
        return Likeness(
            ratio=(words + self.words_in(other, text)) / (count + others),
            share=words / count,
            words=words,
            passages=self._passages(text, other, runs),
        )

    def _passages(self, text: str, other: str, runs: Iterable[Run]) -> tuple[Passage, ...]:
        mine, theirs = self._alphabet.places(text), self._alphabet.places(other)
        return tuple(
            Passage(
                start=mine[begun][0],
                end=mine[begun + words - 1][1],
                other_start=theirs[place][0],
                other_end=theirs[place + words - 1][1],
                words=words,
            )
            for begun, place, words in runs
        )
