"""One thing that is due: what it is, whose it is, and in which state it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.instant import instant


class DueKind(StrEnum):
    """What is due. The first three are the kinds of notes."""

    PREPARATION = "preparation"
    DOSING = "dosing"
    INTEGRATION = "integration"
    COSIGNATURE = "cosignature"
    MEASURE = "measure"
    VITALS = "vitals"
    MISUSE = "misuse"
    REVIEW = "review"


class Standing(StrEnum):
    """How it stands. Missed is what can no longer be made up for."""

    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"
    MISSED = "missed"
    DONE_LATE = "done_late"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class Whose(StrEnum):
    """Who sees to it."""

    THERAPIST = "therapist"
    MEDICAL = "medical"
    SUPERVISOR = "supervisor"


OWNERS = MappingProxyType(
    {
        DueKind.PREPARATION: Whose.THERAPIST,
        DueKind.DOSING: Whose.THERAPIST,
        DueKind.INTEGRATION: Whose.THERAPIST,
        DueKind.COSIGNATURE: Whose.SUPERVISOR,
        DueKind.MEASURE: Whose.THERAPIST,
        DueKind.VITALS: Whose.MEDICAL,
        DueKind.MISUSE: Whose.THERAPIST,
        DueKind.REVIEW: Whose.MEDICAL,
    }
)
_STANDINGS = MappingProxyType({standing: place for place, standing in enumerate(Standing)})
_KINDS = MappingProxyType({kind: place for place, kind in enumerate(DueKind)})
OPEN = frozenset({Standing.OVERDUE, Standing.DUE})
"""What a person can do something about now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """One thing that is due, once, or in turn.

    `about` says which of its kind: the scale, the kind of note that waits for a co-signature, the
    label of a vitals row. `occasion` is that of a measure: `baseline`, `before`, `after_24h`,
    `every`. `infusion` is the caller's name for the infusion, "" where the course as a whole is
    meant, and `note` that of the note that waits for a co-signature. `from_at` and `due_at` are
    None until the event that they count from, `over_at` where it stays due for good.
    """

    kind: DueKind
    standing: Standing
    about: str = ""
    occasion: str = ""
    infusion: str = ""
    number: int | None = None
    note: str = ""
    from_at: datetime | None = None
    due_at: datetime | None = None
    over_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def whose(self) -> Whose:
        """Who sees to it."""
        return OWNERS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When something is called for, due, and over for good; None is "not yet known" or "never".

    All of them are instants.
    """

    from_at: datetime | None = None
    due_at: datetime | None = None
    over_at: datetime | None = None

    def standing(self, at: datetime, done_at: datetime | None = None) -> Standing:
        """Return how it stands at an instant. What is done is late only after its time."""
        if done_at is not None:
            is_late = self.due_at is not None and done_at > self.due_at
            return Standing.DONE_LATE if is_late else Standing.DONE
        if self.from_at is None or at < self.from_at:
            return Standing.LATER
        if self.over_at is not None and at >= self.over_at:
            return Standing.MISSED
        return Standing.DUE if self.due_at is None or at <= self.due_at else Standing.OVERDUE


def in_order(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Return what is overdue first, then what is due, then the rest; each by its time."""
    return tuple(sorted(items, key=_place))


def _place(item: DueItem) -> tuple[int, bool, float, int, int, str, str]:
    due_at = item.due_at or item.from_at
    return (
        _STANDINGS[item.standing],
        due_at is None,
        instant(due_at).timestamp() if due_at else 0.0,
        item.number or 0,
        _KINDS[item.kind],
        item.about,
        item.occasion,
    )
