"""Exposure and response prevention between the doses: homework, exposures, and what comes next.

SUDS are 0 (none) to 100 (the worst), as the patient rates them; a blank is never a zero. Within a
session distress may come down from its peak, between sessions the peak may come down: both are
shown as figures, and what they mean is the therapist's to say [B: ERP practice].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class HomeworkState(StrEnum):
    """How a piece of homework stands. Once it is reviewed it is closed, done or not."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


REVIEWED = MappingProxyType(
    {"yes": HomeworkState.DONE, "partly": HomeworkState.PARTLY, "no": HomeworkState.NOT_DONE}
)
"""What the integration note's codes for a reviewed task mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet:
    """Homework as it was set."""

    task: str
    due_on: date
    often: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReviewed:
    """Homework as it was looked at: `done` is `yes`, `partly` or `no`."""

    task: str
    done: str
    times: int | None = None
    learnt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWork:
    """The homework of one integration session: what was reviewed, then what was set."""

    on: date
    reviewed: tuple[TaskReviewed, ...] = ()
    given: tuple[TaskSet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Homework:
    """One piece of homework. `reviewed_on` is None until a session looked at it."""

    task: str
    set_on: date
    due_on: date
    state: HomeworkState
    often: str = ""
    reviewed_on: date | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One exposure to a step of the hierarchy; None is "not rated"."""

    on: date
    step: str
    exposure: str = ""
    before: int | None = None
    peak: int | None = None
    after: int | None = None
    minutes: int | None = None

    @property
    def within(self) -> int | None:
        """The change within the session, from the peak to the end; negative for less."""
        if self.peak is None or self.after is None:
            return None
        return self.after - self.peak


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrend:
    """One step of the hierarchy over time, its exposures in the order of their days.

    `between` is the change from the first peak to the last, None with fewer than two.
    """

    step: str
    exposures: tuple[Exposure, ...]
    between: int | None

    @property
    def minutes(self) -> int | None:
        """All minutes spent on it, as far as they were written down; None if none were."""
        known = [one.minutes for one in self.exposures if one.minutes is not None]
        return sum(known) if known else None


def homework(sessions: Iterable[SessionWork], *, on: date) -> tuple[Homework, ...]:
    """Return every piece of homework as it stands on a day, what is open first, then the newest.

    A review closes the newest open piece of the same words, set at an earlier session. On its due
    date homework is still open.
    """
    pieces: list[Homework] = []
    for session in sorted(sessions, key=lambda session: session.on):
        for review in session.reviewed:
            _close(pieces, review, session.on)
        pieces += [
            Homework(
                task=one.task,
                set_on=session.on,
                due_on=one.due_on,
                state=HomeworkState.OVERDUE if on > one.due_on else HomeworkState.OPEN,
                often=one.often,
            )
            for one in session.given
        ]
    newest = sorted(pieces, key=lambda piece: piece.set_on, reverse=True)
    is_open = [piece for piece in newest if piece.reviewed_on is None]
    closed = [piece for piece in newest if piece.reviewed_on is not None]
    return (*sorted(is_open, key=lambda piece: piece.due_on), *closed)


def passes_peak(*, before: int | None, peak: int | None, after: int | None) -> bool:
    """Say whether the SUDS before or after are worse than the peak, which cannot be."""
    others = [figure for figure in (before, after) if figure is not None]
    return peak is not None and max(others, default=peak) > peak


def trend(exposures: Iterable[Exposure]) -> tuple[StepTrend, ...]:
    """Return each step of the hierarchy with its exposures, in the order of its first.

    Steps are the same whatever their capitals and spaces; each is called as it was last.
    """
    steps: dict[str, list[Exposure]] = {}
    for one in sorted(exposures, key=lambda one: one.on):
        steps.setdefault(_same(one.step), []).append(one)
    return tuple(
        StepTrend(step=found[-1].step.strip(), exposures=tuple(found), between=_between(found))
        for found in steps.values()
    )


def _between(found: Sequence[Exposure]) -> int | None:
    peaks = [one.peak for one in found if one.peak is not None]
    return peaks[-1] - peaks[0] if len(peaks) > 1 else None


def _close(pieces: list[Homework], review: TaskReviewed, on: date) -> None:
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        is_open = piece.reviewed_on is None and piece.set_on < on
        if is_open and _same(piece.task) == _same(review.task):
            pieces[place] = Homework(
                task=piece.task,
                set_on=piece.set_on,
                due_on=piece.due_on,
                state=REVIEWED[review.done],
                often=piece.often,
                reviewed_on=on,
                times=review.times,
            )
            return


def _same(words: str) -> str:
    return " ".join(words.split()).casefold()
