"""What is due: the lists of whoever sees to it, page by page, and how much of what there is.

`clinic.due` says what is due, and what it said last is kept with each course (`records.kept_due`);
here it meets the clock. Vitals of the sessions that run are worked out as the list is read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.due import InfusionFacts, vitals
from kapnotes.clinic.due_item import OPEN, DueItem, DueKind, Standing, Whose
from kapnotes.clinic.due_kept import as_of
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.note import NoteState
from kapnotes.clinic.timeliness import InfusionTimes
from kapnotes.clinic.vitals import Vitals
from kapnotes.records import due as records
from kapnotes.records import due_keeping, due_session
from kapnotes.records.due import SHOWN, After, Asked, CourseRow, InfusionRow, NoteRow
from kapnotes.records.due_session import Running
from kapnotes.records.kept_due import NEVER

FIRST = MappingProxyType({Standing.OVERDUE: 25, Standing.DUE: 25, Standing.LATER: 12})
"""How much of each stands on the page of all."""
PAGE = 50
"""How much stands on a page of what stands alike."""
COURSES = 500
"""Courses that are worked out anew in one transaction."""
ROLES = {"therapist": Whose.THERAPIST, "medical": Whose.MEDICAL, "supervisor": Whose.SUPERVISOR}
"""Whose list a person's role reads; anybody else's is empty."""
KEEPING = MachineReach("working out what is due")
NOTES = frozenset({DueKind.PREPARATION, DueKind.DOSING, DueKind.INTEGRATION})
"""The kinds that are notes to write."""
_KINDS = {kind: place for place, kind in enumerate(DueKind)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is due, with its course, its infusion and the notes of its kind."""

    item: DueItem
    course: CourseRow
    infusion: InfusionRow | None
    notes: tuple[NoteRow, ...] = ()

    def draft_of(self, person_id: UUID) -> NoteRow | None:
        """The draft that this person began, or got back, if there is one."""
        states = {NoteState.DRAFT.value, NoteState.RETURNED.value}
        mine = (one for one in self.notes if one.author_id == person_id and one.state in states)
        return next(mine, None)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands alike: some rows, how many there are in all, and where the next page begins."""

    standing: Standing
    rows: tuple[Row, ...]
    total: int
    after: str


@dataclass(frozen=True, slots=True)
class DueView:
    """A list: its parts, how many of each kind before it was filtered, and what it leaves out.

    `left_out` counts the courses of the practice that were not worked out yet: none, but while a
    new version of the product is being put in.
    """

    parts: tuple[Part, ...]
    kinds: Mapping[DueKind, int]
    kind: DueKind | None
    whose: Whose
    left_out: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows shown."""
        return tuple(row for part in self.parts for row in part.rows)

    def of(self, standing: Standing) -> tuple[Row, ...]:
        """The rows shown that stand so."""
        return tuple(row for row in self.rows if row.item.standing is standing)


def whose_of(actor: Actor) -> Whose | None:
    """Whose things this person sees to."""
    return ROLES.get(actor.role.key)


@looks(Did.DUE_LISTED)
def look(
    deed: Deed,
    *,
    kind: DueKind | None = None,
    part: Standing | None = None,
    after: str = "",
    by: Actor,
    at: datetime,
) -> DueView:
    """What this person is to see to: the beginning of all of it, or a page of what stands alike.

    `after` is where another page ended; what is no such place is the beginning.
    """
    check_role(by, Action.SEE_PATIENT)
    dues = Dues(deed.session, by=by, at=at)
    kinds = () if kind is None else (kind,)
    standings = SHOWN if part is None else (part,)
    parts = tuple(
        dues.part(one, kinds=kinds, most=FIRST[one] if part is None else PAGE, after=_after(after))
        for one in standings
    )
    deed.details["found"] = sum(len(one.rows) for one in parts)
    counted: Counter[DueKind] = Counter()
    for (one, _), number in dues.counts.items():
        counted[one] += number
    left_out = due_keeping.left_out(deed.session, reach=KEEPING)
    return DueView(parts, counted, kind, dues.whose, left_out)


def _after(text: str) -> After | None:
    ticks, _, id_ = text.partition("-")
    try:
        return After(_EPOCH + int(ticks) * _TICK, UUID(hex=id_))
    except (ValueError, OverflowError):
        return None


class Dues:
    """What is due in one person's reach; each question is a fixed number of queries."""

    def __init__(self, session: db.Session, *, by: Actor, at: datetime) -> None:
        self.session, self.at = session, at
        self.reach = by.reach(at)
        self.whose = whose_of(by) or Whose.THERAPIST

    @cached_property
    def counts(self) -> Mapping[tuple[DueKind, Standing], int]:
        """How many things of each kind stand how."""
        found = Counter(records.counts(self.session, self._asked(), reach=self.reach))
        found.update((row.item.kind, row.item.standing) for row in self._vitals)
        return found

    def total(self, standings: Collection[Standing], kinds: Collection[DueKind] = ()) -> int:
        """How many things stand so, of some kinds or of all."""
        return sum(
            number
            for (kind, standing), number in self.counts.items()
            if standing in standings and (not kinds or kind in kinds)
        )

    def part(
        self,
        standing: Standing,
        *,
        kinds: Collection[DueKind] = (),
        most: int,
        after: After | None = None,
    ) -> Part:
        """A page of what stands so; vitals come first, people sit there and wait."""
        found = records.page(
            self.session, self._asked(kinds), standing, reach=self.reach, most=most + 1, after=after
        )
        rows = () if after else self._vitals_of({standing}, kinds)
        place = ""
        if len(found) > most:
            found, last = found[:most], found[most - 1]
            moment = last.item.from_at if standing is Standing.LATER else last.item.due_at
            place = f"{((moment or NEVER) - _EPOCH) // _TICK}-{last.id.hex}"
        rows = (*rows, *self._rows(found))
        return Part(standing, rows, self.total({standing}, kinds), place)

    def open(self, kinds: Collection[DueKind], *, most: int) -> tuple[Row, ...]:
        """What of these kinds is due now, what is overdue longest first."""
        asked = self._asked(kinds)
        found = [
            one
            for standing in (Standing.OVERDUE, Standing.DUE)
            for one in records.page(self.session, asked, standing, reach=self.reach, most=most)
        ]
        return (*self._vitals_of(OPEN, kinds), *self._rows(found[:most]))[:most]

    def of_infusions(self, ids: Collection[UUID], kinds: Collection[DueKind]) -> list[DueItem]:
        """What of these kinds is due now or overdue of those infusions, by its time."""
        found = records.of_infusions(self.session, self._asked(kinds), ids, reach=self.reach)
        return [item for one in found if (item := as_of(self.at, one)).standing in OPEN]

    def _asked(self, kinds: Collection[DueKind] = ()) -> Asked:
        return Asked(whose=self.whose, at=self.at, kinds=kinds)

    def _rows(self, found: Iterable[records.Found]) -> list[Row]:
        """The rows of a page with their notes; those of one moment by patient."""
        rows = [Row(as_of(self.at, one.item), one.course, one.infusion) for one in found]
        ids = {row.infusion.id for row in rows if row.infusion and row.item.kind in NOTES}
        notes = records.notes(self.session, ids, reach=self.reach)
        return sorted((_with_notes(row, notes) for row in rows), key=_place)

    @cached_property
    def _vitals(self) -> tuple[Row, ...]:
        """The readings that the sessions which run are due; they are medical's."""
        if self.whose is not Whose.MEDICAL:
            return ()
        found = due_session.running(self.session, reach=self.reach)
        rules = rules_at(self.session, self.at)
        rows = (
            Row(item, one.course, one.infusion)
            for one in found
            for item in vitals(
                replace(_facts(one), schedule=rules.schedule(Route(one.route))), self.at
            )
            if item.standing in SHOWN
        )
        return tuple(sorted(rows, key=_place))

    def _vitals_of(
        self, standings: Collection[Standing], kinds: Collection[DueKind]
    ) -> tuple[Row, ...]:
        if kinds and DueKind.VITALS not in kinds:
            return ()
        return tuple(row for row in self._vitals if row.item.standing in standings)


def _with_notes(row: Row, notes: Iterable[NoteRow]) -> Row:
    """A row with the notes of its kind."""
    if row.infusion is None or row.item.kind not in NOTES:
        return row
    about = (row.infusion.id, row.item.kind)
    return replace(row, notes=tuple(one for one in notes if (one.infusion_id, one.kind) == about))


def _place(row: Row) -> tuple[float, str, int, int, str]:
    item = row.item
    moment = item.from_at if item.standing is Standing.LATER else item.due_at
    return (
        moment.timestamp() if moment else float("inf"),
        row.course.name,
        item.number or 0,
        _KINDS[item.kind],
        item.about,
    )


def _facts(one: Running) -> InfusionFacts:
    return InfusionFacts(
        key=str(one.infusion.id),
        number=one.infusion.number,
        phase=Phase(one.phase),
        times=InfusionTimes(
            state=InfusionState.IN_PROGRESS, planned_for=one.planned_for, dosed_at=one.dosed_at
        ),
        readings=tuple(Vitals(observed_at=at) for at in one.readings),
        left_at=one.left_at,
    )


def is_behind() -> bool:
    """Whether courses are still to be worked out by the rule of this version of the product."""
    with db.current().reading() as session:
        return due_keeping.left_out(session, reach=KEEPING) > 0


@does(Did.DUE_WORKED_OUT)
def work_out(deed: Deed, *, by: Actor, at: datetime) -> int:
    """Work out the due things of courses that the rule of today has not seen; say of how many."""
    check_role(by, Action.WORK_OUT_DUE)
    ids = due_keeping.to_work_out(deed.session, most=COURSES, reach=KEEPING)
    if not ids:
        deed.keep_silent()
    due_keeping.mark(deed.session, ids)
    deed.details["courses"] = len(ids)
    return len(ids)
