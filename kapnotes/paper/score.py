"""The scores of a course as plain values: the latest of each scale, its line, each rating."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kapnotes.paper.trend import Dosed


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One total on a trend line; `label` is short (Base, 3 d, 7 d, ...).

    `note_id` is the note that has it, `measure_id` the measure that was taken; `at` is its time on
    the practice's wall.
    """

    label: str
    on: date
    total: Decimal
    note_id: UUID | None = None
    measure_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One scale's latest score; `change` is since baseline, `meaning` what that amounts to.

    `key` is the scale's own, `points` are its totals so far. `last_change` is since the rating
    before, `since` how long after which dose it was rated; `claims` are what else the rule says.
    `is_complete` is False for one with an answer missing, which has no total.
    """

    scale: str
    on: date
    total: Decimal | None
    highest: Decimal | None = None
    band: str = ""
    baseline: Decimal | None = None
    change: Decimal | None = None
    meaning: str = ""
    key: str = ""
    points: tuple[ScorePoint, ...] = ()
    last_change: Decimal | None = None
    since: str = ""
    claims: str = ""
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class ScoreTrend:
    """A scale over the course; `mark` is a total worth a line, said by `mark_label`."""

    scale: str
    points: tuple[ScorePoint, ...]
    highest: Decimal
    mark: Decimal | None = None
    mark_label: str = ""
    doses: tuple[Dosed, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingRow:
    """The totals of one occasion, a cell for each scale; `when` counts from the last dose."""

    on: date
    when: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """All that a document says of scales. `verdict` is of the main one, in a sentence.

    `columns` are the scales of `ratings`, `rules` what they were judged by.
    """

    rows: tuple[ScoreRow, ...] = ()
    trends: tuple[ScoreTrend, ...] = ()
    columns: tuple[str, ...] = ()
    ratings: tuple[RatingRow, ...] = ()
    rules: tuple[str, ...] = ()
    verdict: str = ""
