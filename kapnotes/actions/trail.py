"""The trail: reading it in sentences, verifying it, and exporting it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import NOBODY_ID, OPERATOR_ID, Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.roles import Administrator, Operator, role_of
from kapnotes.access.rules import check_role
from kapnotes.audit import seal
from kapnotes.audit.events import Did
from kapnotes.audit.sentences import sentence
from kapnotes.audit.trail import Deed, Entry, looks, record
from kapnotes.records import patient, person, trail


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    position: int
    at: datetime
    who: str
    role: str
    did: str
    category: str
    is_refused: bool
    patient_id: UUID | None
    record_number: str
    object_kind: str
    object_id: UUID | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail, newest first; `before` is where the next one begins."""

    lines: Sequence[Line]
    before: int | None
    people: Sequence[tuple[UUID, str]]


@looks(Did.TRAIL_VIEWED)
def look(
    deed: Deed,
    *,
    before: int | None = None,
    actor_id: UUID | None = None,
    event: str = "",
    outcome: str = "",
    by: Actor,
    at: datetime,
) -> TrailPage:
    """A page of the trail, within reach; the administrator's holds no patient's name."""
    check_role(by, Action.SEE_TRAIL)
    reach = by.reach(at)
    entries = trail.page(
        deed.session,
        reach=reach,
        whole=by.role is Administrator,
        before=before,
        actor_id=actor_id,
        event=event,
        outcome=outcome,
    )
    everyone = person.everyone(deed.session, reach=MachineReach("the trail's filter"))
    return TrailPage(
        _lines(deed, entries[: trail.PAGE], by=by, at=at),
        entries[trail.PAGE - 1].position if len(entries) > trail.PAGE else None,
        [(one.id, one.name) for one in everyone],
    )


@looks(Did.TRAIL_VIEWED)
def of_patient(
    deed: Deed, *, patient_id: UUID, before: int | None = None, by: Actor, at: datetime
) -> tuple[patient.Patient, TrailPage]:
    """Who read and changed the record of a patient in reach."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    entries = trail.page(deed.session, reach=reach, patient_id=patient_id, before=before)
    return found, TrailPage(
        _lines(deed, entries[: trail.PAGE], by=by, at=at),
        entries[trail.PAGE - 1].position if len(entries) > trail.PAGE else None,
        (),
    )


def _lines(deed: Deed, entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[Line]:
    names = person.named(deed.session, {entry.actor_id for entry in entries})
    numbers = trail.record_numbers(
        deed.session, {one.patient_id for one in entries if one.patient_id}, reach=by.reach(at)
    )
    return [
        Line(
            entry.position,
            entry.at,
            _name(entry.actor_id, names),
            role_of(entry.role).label,
            sentence(
                entry.event, outcome=entry.outcome, reason=entry.reason, details=entry.details
            ),
            entry.category,
            entry.outcome == "refused",
            entry.patient_id if entry.patient_id in numbers else None,
            numbers.get(entry.patient_id, "") if entry.patient_id else "",
            entry.object_kind,
            entry.object_id,
        )
        for entry in entries
    ]


def _name(actor_id: UUID, names: dict[UUID, person.Person]) -> str:
    if actor_id == OPERATOR_ID:
        return Operator.label
    if actor_id == NOBODY_ID:
        return "Someone not signed in"
    return names[actor_id].name if actor_id in names else "An unknown account"


def verify(*, by: Actor, at: datetime) -> seal.Verdict:
    """Work the chain out again, compare it with the last head seen, and remember the new one."""
    check_role(by, Action.SEE_TRAIL)
    database = db.current()
    folder = database.settings.data
    with database.standing_still() as session:
        verdict = seal.verify(session, database.ring, seal.remembered(folder))
    if verdict.is_whole:
        seal.remember(folder, seal.sign_head(database.ring, verdict.entries, verdict.head))
        record(Did.TRAIL_VERIFIED, by=by, at=at)
    return verdict


def export(*, by: Actor, at: datetime) -> Iterator[dict[str, Any]]:
    """Every entry from the first, as plain values, for keeping elsewhere."""
    check_role(by, Action.SEE_TRAIL)
    record(Did.TRAIL_EXPORTED, by=by, at=at)
    with db.current().reading() as session:
        for entry in seal.entries(session):
            yield seal.plain(entry)
