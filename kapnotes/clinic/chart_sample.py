"""Which charts an audit looks at: drawn by chance that can be drawn again, by risk, or by person.

Chance is a seed that is kept: each chart's place is the SHA-256 of the seed and its key, so that
the same seed draws the same charts on every machine, for ever, in whatever order they are listed,
and a chart that is added later moves no other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import ORDER, RiskLevel

ALGORITHM = "1"
"""The version of the drawing; it is kept with each sample."""
DOMAIN = "kapnotes chart sample"
LONGEST_SEED = 100
MOST = 1000


class SampleBy(StrEnum):
    """How charts are chosen."""

    CHANCE = "chance"
    RISK = "risk"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart that can be drawn, by the caller's key.

    `people` are those who wrote in it, `risk` its highest level in the period, `is_grave` whether
    there was a serious adverse event, `musts` how many findings there are of what must be.
    """

    key: str
    people: frozenset[str] = frozenset()
    risk: RiskLevel | None = None
    is_grave: bool = False
    musts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was drawn, and all that it takes to draw it again from the same charts."""

    by: SampleBy
    seed: str
    count: int
    keys: tuple[str, ...]
    algorithm: str = ALGORITHM


def draw(by: SampleBy, charts: Iterable[Chart], *, count: int, seed: str) -> Sample:
    """Draw a sample, in the order of drawing. Raise `BadInput` for no seed or an odd count.

    By person, `count` is for each of them: a chart that two wrote counts for both. By risk, the
    grave come first, then the higher risk, then more findings, and among equals chance decides.
    Fewer are drawn where there are no more.
    """
    errors = {}
    if not 1 <= count <= MOST:
        errors["count"] = f"Enter a whole number from 1 to {MOST}."
    if not seed.strip() or len(seed) > LONGEST_SEED:
        errors["seed"] = f"Enter 1 to {LONGEST_SEED} characters."
    refuse(errors)
    ranked = _ranked(charts, seed)
    if by is SampleBy.PERSON:
        keys = _of_each(ranked, count)
    else:
        in_turn = sorted(ranked, key=_calm) if by is SampleBy.RISK else ranked
        keys = [one.key for one in in_turn[:count]]
    return Sample(by=by, seed=seed, count=count, keys=tuple(keys))


def is_drawn_from(sample: Sample, charts: Iterable[Chart]) -> bool:
    """Say whether drawing again from these charts gives this very sample."""
    again = draw(sample.by, charts, count=sample.count, seed=sample.seed)
    return again == sample


def _ranked(charts: Iterable[Chart], seed: str) -> list[Chart]:
    """Return the charts in the order of chance. A key that comes twice is refused."""
    listed = sorted(charts, key=lambda one: one.key)
    if len({one.key for one in listed}) < len(listed):
        raise BadInput({"charts": "A chart is listed twice."})
    return sorted(listed, key=lambda one: _place(one.key, seed))


def _place(key: str, seed: str) -> bytes:
    """Return a chart's place; lengths stand before the words, so that no two can be mistaken."""
    words = (DOMAIN, ALGORITHM, seed, key)
    encoded = [word.encode() for word in words]
    return sha256(b"".join(len(one).to_bytes(4, "big") + one for one in encoded)).digest()


def _calm(chart: Chart) -> tuple[bool, int, int]:
    """Return how little a chart asks to be looked at."""
    risk = -1 if chart.risk is None else ORDER.index(chart.risk)
    return not chart.is_grave, -risk, -chart.musts


def _of_each(ranked: Sequence[Chart], count: int) -> list[str]:
    """Return so many charts for each person, the people in order, each chart once."""
    people = sorted({person for one in ranked for person in one.people})
    keys: dict[str, None] = {}
    for person in people:
        theirs = [one.key for one in ranked if person in one.people]
        keys |= dict.fromkeys(theirs[:count])
    return list(keys)
