"""What is due: the facts of many courses, gathered in a fixed number of queries, put to the rule.

`clinic.due` says what is due; here is only what it is asked about. The question about misuse is
asked by every integration note. The course as a whole is looked at with the preparation of a
maintenance infusion [B]: that note's signature is when it was reviewed.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import Rules, rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.due import DueFacts, InfusionFacts, due
from kapnotes.clinic.due_item import OPEN, DueItem, DueKind, Standing, Whose
from kapnotes.clinic.due_measure import MeasureTaken
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.note import NoteKind, NoteState, is_locked
from kapnotes.clinic.protocol import Protocol, protocol_from, protocol_of
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.clinic.vitals import Vitals
from kapnotes.db import Session
from kapnotes.records import due as records
from kapnotes.records.due import CourseRow, InfusionRow, NoteRow

T = TypeVar("T")
ORDER = {standing: place for place, standing in enumerate(Standing)}
SHOWN = OPEN | {Standing.LATER}
OF_NOTES = frozenset(
    {DueKind.PREPARATION, DueKind.DOSING, DueKind.INTEGRATION, DueKind.COSIGNATURE}
)
ROLES = {"therapist": Whose.THERAPIST, "medical": Whose.MEDICAL, "supervisor": Whose.SUPERVISOR}
"""Whose list a person's role reads; anybody else's is empty."""


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
class DueView:
    """A list: its rows in order, how many of each kind before it was filtered, and its bounds."""

    rows: tuple[Row, ...]
    kinds: Mapping[DueKind, int]
    kind: DueKind | None
    whose: Whose
    is_cut: bool

    def of(self, standing: Standing) -> list[Row]:
        """The rows that stand so."""
        return [row for row in self.rows if row.item.standing is standing]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that is due in reach, of every person, and whether courses were left out."""

    rows: tuple[Row, ...]
    is_cut: bool

    def of(self, *whose: Whose, standings: Collection[Standing] = SHOWN) -> tuple[Row, ...]:
        """What is whose, as it stands."""
        return tuple(
            row for row in self.rows if row.item.whose in whose and row.item.standing in standings
        )


def whose_of(actor: Actor) -> Whose | None:
    """Whose things this person sees to."""
    return ROLES.get(actor.role.key)


@looks(Did.DUE_LISTED)
def look(deed: Deed, *, kind: DueKind | None = None, by: Actor, at: datetime) -> DueView:
    """What this person is to see to: overdue, due and later, all of it or of one kind."""
    check_role(by, Action.SEE_PATIENT)
    found = gather(deed.session, by=by, at=at)
    whose = whose_of(by) or Whose.THERAPIST
    rows = found.of(whose)
    kinds = Counter(row.item.kind for row in rows)
    shown = tuple(row for row in rows if kind is None or row.item.kind is kind)
    deed.details["found"] = len(shown)
    return DueView(shown, kinds, kind, whose, found.is_cut)


def gather(session: Session, *, by: Actor, at: datetime) -> Gathered:
    """Everything that is due in this person's reach, in order, in a fixed number of queries."""
    facts = _Facts(session, by=by, at=at)
    rows = [row for course in facts.courses for row in facts.rows(course)]
    return Gathered(tuple(sorted(rows, key=_place)), facts.is_cut)


def _place(row: Row) -> tuple[int, float, str, int]:
    """What is overdue first, then what is due, each by its time."""
    moment = row.item.due_at or row.item.from_at
    return (
        ORDER[row.item.standing],
        moment.timestamp() if moment else 0.0,
        row.course.name,
        row.item.number or 0,
    )


@lru_cache(maxsize=64)
def _protocol(kept: str, key: str) -> Protocol:
    return protocol_from(json.loads(kept)) if kept != "null" else protocol_of(key)


def protocol_kept(course: CourseRow) -> Protocol:
    """The protocol that a course began with."""
    return _protocol(json.dumps(course.protocol_kept, sort_keys=True), course.protocol)


class _Facts:
    """What the database knows of the courses that count."""

    def __init__(self, session: Session, *, by: Actor, at: datetime) -> None:
        reach = by.reach(at)
        ids, self.is_cut = records.near(session, at, reach=reach)
        self.at, self.zone = at, by.zone
        self.since = at - records.OWING
        self.courses = records.courses(session, ids, reach=reach)
        self.infusions = _grouped(records.infusions(session, ids, reach=reach), "course_id")
        self.doses = records.first_doses(session, ids, reach=reach)
        self.notes = _grouped(
            records.notes(session, ids, since=self.since, reach=reach), "infusion_id"
        )
        self.signed = _grouped(records.signed_last(session, ids, reach=reach), "course_id")
        self.taken = _grouped(records.taken(session, ids, at, reach=reach), "course_id")
        running = [
            one.id
            for listed in self.infusions.values()
            for one in listed
            if one.state == InfusionState.IN_PROGRESS
        ]
        self.readings = records.readings(session, running, reach=reach)
        self.left = records.left(session, running, reach=reach)
        self.rules: Rules = rules_at(session, at)

    def rows(self, course: CourseRow) -> Iterable[Row]:
        """What the course is due, as far as a list shows it."""
        infusions = {str(one.id): one for one in self.infusions.get(course.id, ())}
        for item in due(self._course(course, infusions.values()), self.at):
            infusion = infusions.get(item.infusion)
            if item.standing not in SHOWN or self._is_old(item, infusion):
                continue
            kind = item.about if item.kind is DueKind.COSIGNATURE else item.kind
            notes = [
                one
                for one in (self.notes.get(infusion.id, ()) if infusion else ())
                if one.kind == kind
            ]
            yield Row(item, course, infusion, tuple(notes))

    def _is_old(self, item: DueItem, infusion: InfusionRow | None) -> bool:
        """Whether it is of a note of an infusion so old that its notes were not asked for."""
        return item.kind in OF_NOTES and infusion is not None and infusion.planned_for < self.since

    def _course(self, course: CourseRow, infusions: Iterable[InfusionRow]) -> DueFacts:
        signed = self.signed.get(course.id, ())
        return DueFacts(
            protocol=protocol_kept(course),
            indication=course.indication,
            infusions=tuple(map(self._infusion, infusions)),
            measures=tuple(
                MeasureTaken(scale=one.key, at=one.at) for one in self.taken.get(course.id, ())
            ),
            misuse_asked_at=tuple(one.at for one in signed if one.kind == NoteKind.INTEGRATION),
            reviewed_at=tuple(
                one.at
                for one in signed
                if one.kind == NoteKind.PREPARATION and one.phase == Phase.MAINTENANCE
            ),
            state=CourseState(course.state),
            zone=self.zone,
        )

    def _infusion(self, one: InfusionRow) -> InfusionFacts:
        runs = one.state == InfusionState.IN_PROGRESS
        return InfusionFacts(
            key=str(one.id),
            number=one.number,
            phase=Phase(one.phase),
            times=InfusionTimes(
                state=InfusionState(one.state),
                planned_for=one.planned_for,
                dosed_at=self.doses.get(one.id, None if runs else one.started_at),
                completed_at=one.completed_at,
            ),
            notes=tuple(map(_times, self.notes.get(one.id, ()))),
            schedule=self.rules.schedule(Route(one.route)) if runs else None,
            readings=tuple(Vitals(observed_at=at) for at in self.readings.get(one.id, ())),
            left_at=self.left.get(one.id),
        )


def _times(note: NoteRow) -> NoteTimes:
    state = NoteState(note.state)
    return NoteTimes(
        kind=NoteKind(note.kind),
        state=state,
        signed_at=note.signed_at if is_locked(state) else None,
        cosigned_at=note.state_at if state is NoteState.COSIGNED else None,
    )


def _grouped(rows: Iterable[T], name: str) -> dict[UUID, list[T]]:
    found: dict[UUID, list[T]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
