"""Today: the infusions of the day, the notes that are due, and what waits for this person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import due as dues
from kapnotes.actions import task as tasks
from kapnotes.actions.due import Row
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.due_item import OPEN, DueItem, DueKind
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState, is_locked
from kapnotes.clinic.timeliness import Due, InfusionTimes, NoteTimes, owed
from kapnotes.records import course, note
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.listed_note import ListedNote
from kapnotes.records.note import Note
from kapnotes.records.session_row import Dose
from kapnotes.records.task import Task

TO_WRITE = frozenset({DueKind.PREPARATION, DueKind.DOSING, DueKind.INTEGRATION})


@dataclass(frozen=True, slots=True)
class TodayView:
    """What Today shows: the queue of a supervisor in `waiting`, for who records it the `doses`.

    `owed` are the notes to write, `due` is everything else that this person sees to now, and
    `cosign` says of each note that waits by when.
    """

    infusions: Sequence[Infusion]
    owed: Sequence[Row] = ()
    returned: Sequence[Note] = ()
    waiting: Sequence[Note] = ()
    doses: Sequence[Dose] = ()
    due: Sequence[Row] = ()
    cosign: Mapping[UUID, DueItem] = field(default_factory=dict)
    tasks: Sequence[Task] = ()


@looks(Did.TODAY_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> TodayView:
    """Today for this person."""
    check_role(by, Action.SEE_TODAY)
    reach = by.reach(at)
    zone = ZoneInfo(by.zone)
    begin = datetime.combine(reach.on, time(), zone)
    if not by.can(Action.SEE_PATIENT):
        return TodayView(())
    infusions = course.infusions_between(
        deed.session, begin, begin + timedelta(days=1), reach=reach
    )
    whose = dues.whose_of(by)
    found = dues.gather(deed.session, by=by, at=at)
    rows = found.of(whose, standings=OPEN) if whose else ()
    asked = tasks.waiting(deed.session, by=by, at=at)
    if by.can(Action.REVIEW_NOTE):
        waiting = note.in_state(deed.session, [NoteState.AWAITING_COSIGNATURE.value], reach=reach)
        cosign = {one.id: row.item for row in rows for one in row.notes}
        return TodayView(infusions, waiting=waiting, cosign=cosign, tasks=asked)
    ids = [one.id for one in infusions]
    doses = sessions.of_infusions(deed.session, Dose, ids, reach=reach)
    others = [row for row in rows if row.item.kind not in TO_WRITE]
    if not by.can(Action.WRITE_NOTE):
        return TodayView(infusions, doses=doses, due=others, tasks=asked)
    returned = note.in_state(deed.session, [NoteState.RETURNED.value], reach=reach, author_id=by.id)
    to_write = [row for row in rows if row.item.kind in TO_WRITE]
    return TodayView(infusions, to_write, returned, doses=doses, due=others, tasks=asked)


def dues_of(
    infusion: Infusion, notes: Sequence[Note | ListedNote], at: datetime
) -> tuple[Due, ...]:
    """Which notes an infusion owes and when."""
    times = InfusionTimes(
        state=InfusionState(infusion.state),
        planned_for=infusion.planned_for,
        dosed_at=infusion.started_at,
        completed_at=infusion.completed_at,
    )
    return owed(
        times,
        [
            NoteTimes(
                kind=NoteKind(one.kind),
                state=NoteState(one.state),
                signed_at=one.signed_at if is_locked(NoteState(one.state)) else None,
            )
            for one in notes
            if one.infusion_id == infusion.id
        ],
        at,
    )
