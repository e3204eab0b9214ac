"""The lists of findings: a therapist's own, a supervisor's people's, what is medical's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.check import codes_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.check_rule import CheckCode, CheckLevel
from kapnotes.clinic.note import NoteKind
from kapnotes.records import finding_list as records
from kapnotes.records.finding_list import After, Asked, Listed

PAGE = 50
"""How many findings stand on a page."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Age(StrEnum):
    """How long something has been found."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SPANS = MappingProxyType(
    {Age.DAY: timedelta(days=1), Age.WEEK: timedelta(days=7), Age.MONTH: timedelta(days=30)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None is "any"."""

    code: CheckCode | None = None
    level: CheckLevel | None = None
    person_id: UUID | None = None
    kind: NoteKind | None = None
    age: Age | None = None

    @property
    def is_any(self) -> bool:
        """Whether it is narrowed at all."""
        chosen = (self.code, self.level, self.person_id, self.kind, self.age)
        return any(one is not None for one in chosen)


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of findings: how many there are of each check, and where the next page begins.

    `people` are those whose findings the reader may choose from, `codes` the checks they see to.
    """

    rows: Sequence[Listed]
    counts: Mapping[str, int]
    people: Sequence[tuple[UUID, str]]
    codes: Collection[CheckCode]
    filters: Filters
    after: str = field(default="")

    @property
    def total(self) -> int:
        """How many there are in all, whichever check is looked at."""
        return sum(self.counts.values())


@looks(Did.CHECKS_LISTED)
def look(deed: Deed, *, filters: Filters, after: str = "", by: Actor, at: datetime) -> ListView:
    """What stands of this person's, narrowed as asked.

    `after` is where another page ended; what is no such place is the beginning.
    """
    check_role(by, Action.SEE_CHECKS)
    reach, codes = by.reach(at), codes_of(by)
    people = records.people(deed.session, reach=reach)
    every = _asked(filters, codes, by=by, at=at)
    one = Asked(
        codes=[filters.code.value] if filters.code in codes else every.codes,
        level=every.level,
        author_id=every.author_id,
        note_kind=every.note_kind,
        until=every.until,
    )
    found = records.page(deed.session, one, reach=reach, most=PAGE + 1, after=_after(after))
    place = ""
    if len(found) > PAGE:
        found = found[:PAGE]
        last = found[-1].finding
        place = f"{(last.first_at - _EPOCH) // _TICK}-{last.id.hex}"
    deed.details["found"] = len(found)
    counts = records.counts(deed.session, every, reach=reach)
    return ListView(found, counts, people, codes, filters, place)


def _asked(filters: Filters, codes: Collection[CheckCode], *, by: Actor, at: datetime) -> Asked:
    """What is asked for, whichever check; who writes notes sees those of their own alone."""
    is_own = by.can(Action.WRITE_NOTE)
    return Asked(
        codes=sorted(one.value for one in codes),
        level=filters.level.value if filters.level else "",
        author_id=by.id if is_own else filters.person_id,
        note_kind=filters.kind.value if filters.kind else "",
        until=at - SPANS[filters.age] if filters.age else None,
    )


def _after(text: str) -> After | None:
    ticks, _, id_ = text.partition("-")
    try:
        return After(_EPOCH + int(ticks) * _TICK, UUID(hex=id_))
    except (ValueError, OverflowError):
        return None
