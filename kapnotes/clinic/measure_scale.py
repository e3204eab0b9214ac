"""What a scale is: its questions, how they add up, and what a total is called.

Values are the ordinals of the answers, whole numbers by the name of the question. Nothing here
holds the wording of an instrument.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Total: TypeAlias = int | Decimal
Values: TypeAlias = Mapping[str, int]


class Direction(StrEnum):
    """What a higher total means. A neutral scale describes and does not judge."""

    HIGHER_WORSE = "higher_worse"
    HIGHER_BETTER = "higher_better"
    NEUTRAL = "neutral"


class TotalRule(StrEnum):
    """How the answers become one total."""

    SUM = "sum"
    DOMAINS = "domains"
    """The highest answer of each domain, added up."""
    PERCENT = "percent"
    """The sum in percent of what it can reach."""
    MEAN = "mean"
    """The sum by the number of questions, to a hundredth."""
    TRIAGE = "triage"
    """No total: the answers sort into levels (`risk`)."""


@dataclass(frozen=True, slots=True)
class Band:
    """A named span of totals, both ends included."""

    least: int
    most: int
    word: str


@dataclass(frozen=True, slots=True)
class Part:
    """One question that counts, with its lowest and highest answer.

    It is asked only once the question `after` has one of the answers `answers`; "" is always.
    """

    link_id: str
    least: int
    most: int
    after: str = ""
    answers: frozenset[int] = frozenset()

    def is_asked(self, values: Values) -> bool:
        """Say whether the answers so far call for this question."""
        return not self.after or values.get(self.after) in self.answers


@dataclass(frozen=True, slots=True)
class Subscale:
    """Some of the questions added up; `key` is the name of its score in the definition.

    `most` is the highest sum. With `is_percent` the score is the sum in percent of it, to a tenth.
    """

    key: str
    title: str
    link_ids: tuple[str, ...]
    most: int
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What complete answers either say or do not, such as a provisional diagnosis."""

    code: str
    words: str
    holds: Callable[[Values], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One scale. `least` and `most` bound its total; both are 0 where there is none.

    `rule_version` changes with anything that could change a total, band or claim. `recall` is the
    period that is asked about; `is_rated_often` marks a scale that is also rated within that
    period, and then asks about the time since the last rating. `beside` are questions of the
    definition that do not count.
    """

    key: str
    title: str
    short: str
    rule_version: str
    recall: str
    parts: tuple[Part, ...]
    most: int
    least: int = 0
    rule: TotalRule = TotalRule.SUM
    domains: tuple[tuple[str, ...], ...] = ()
    direction: Direction = Direction.HIGHER_WORSE
    subscales: tuple[Subscale, ...] = ()
    bands: tuple[Band, ...] = ()
    claim: Claim | None = None
    is_rated_often: bool = False
    beside: frozenset[str] = frozenset()

    @property
    def has_total(self) -> bool:
        """Whether the answers add up to a total at all."""
        return self.rule is not TotalRule.TRIAGE

    @property
    def is_of_the_moment(self) -> bool:
        """Whether it asks about no period at all, so that it can be rated at any time."""
        return self.recall in {"now", "this moment"}


def parts(
    numbers: range | tuple[int, ...],
    most: int,
    *,
    after: str = "",
    answers: frozenset[int] | None = None,
) -> tuple[Part, ...]:
    """Return questions `q1`, `q2` and so on, each answered from 0 to `most`."""
    return tuple(Part(f"q{n}", 0, most, after, answers or frozenset()) for n in numbers)


def names(*numbers: int) -> tuple[str, ...]:
    """Return the names of questions from their numbers."""
    return tuple(f"q{number}" for number in numbers)
