"""Today: the infusions of the day, the notes that are due, and what waits for this person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState, is_locked
from kapnotes.clinic.timeliness import Due, DueState, InfusionTimes, NoteTimes, owed
from kapnotes.records import course, note
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.listed_note import ListedNote
from kapnotes.records.note import Note
from kapnotes.records.session_row import Dose

BACK = timedelta(days=30)
AHEAD = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class OwedNote:
    """A note that an infusion owes, and the draft of it if there is one."""

    infusion: Infusion
    due: Due
    draft: Note | None


@dataclass(frozen=True, slots=True)
class TodayView:
    """What Today shows: the queue of a supervisor in `waiting`, for who records it the `doses`."""

    infusions: Sequence[Infusion]
    owed: Sequence[OwedNote] = ()
    returned: Sequence[Note] = ()
    waiting: Sequence[Note] = ()
    doses: Sequence[Dose] = ()


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
    if by.can(Action.REVIEW_NOTE):
        waiting = note.in_state(deed.session, [NoteState.AWAITING_COSIGNATURE.value], reach=reach)
        return TodayView(infusions, waiting=waiting)
    doses = sessions.of_infusions(deed.session, Dose, [one.id for one in infusions], reach=reach)
    if not by.can(Action.WRITE_NOTE):
        return TodayView(infusions, doses=doses)
    recent = course.recent_infusions(deed.session, at - BACK, at + AHEAD, reach=reach)
    notes = note.of_infusions(deed.session, [one.id for one in recent], reach=reach)
    returned = note.in_state(deed.session, [NoteState.RETURNED.value], reach=reach, author_id=by.id)
    return TodayView(infusions, _owed(recent, notes, by, at), returned, doses=doses)


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


def _owed(
    infusions: Sequence[Infusion], notes: Sequence[Note], by: Actor, at: datetime
) -> list[OwedNote]:
    found = []
    for infusion in infusions:
        for due in dues_of(infusion, notes, at):
            if due.state not in {DueState.DUE, DueState.OVERDUE}:
                continue
            drafts = [
                one
                for one in notes
                if one.infusion_id == infusion.id
                and one.kind == due.kind
                and one.state == NoteState.DRAFT
                and one.author_id == by.id
            ]
            found.append(OwedNote(infusion, due, drafts[0] if drafts else None))
    return sorted(found, key=lambda one: one.due.due_at or at)
