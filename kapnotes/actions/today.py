"""Today: the infusions of the day, the notes that are due, and what waits for this person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import amendment, corrective_action
from kapnotes.actions import task as tasks
from kapnotes.actions.due import NOTES, Dues, Row
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.due_item import OPEN, DueKind
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState, is_locked
from kapnotes.clinic.timeliness import Due, InfusionTimes, NoteTimes, owed
from kapnotes.records import course, note, open_question
from kapnotes.records import session as sessions
from kapnotes.records.amendment import Amendment
from kapnotes.records.corrective_action import CorrectiveAction
from kapnotes.records.course import Infusion
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.listed_note import ListedNote
from kapnotes.records.note import Note
from kapnotes.records.open_question import OpenQuestion
from kapnotes.records.queued_note import Asked, Queued
from kapnotes.records.review_queue import Queue
from kapnotes.records.session_row import Dose
from kapnotes.records.task import Task

OTHERS = frozenset(DueKind) - NOTES
MOST = 12
"""How many lines a panel of Today holds; the list of what is due has them all."""
REVIEWS = 8
"""How many notes that wait stand on Today; the queue has them all."""
CARDS = 30
"""How many infusions stand on Today at first."""


@dataclass(frozen=True, slots=True)
class TodayView:
    """What Today shows: the queue of a supervisor in `waiting`, for who records it the `doses`.

    `owed` are the notes to write that did not come `returned`, `due` is everything else that this
    person sees to now, what is overdue longest first. `more_…` says how many there are besides.
    `to_write` says of an infusion of today which note it owes first, and `cosign` of a note that
    waits by when. `actions` are corrective ones to do, and those that others did to look at.
    """

    infusions: Sequence[Infusion]
    more_infusions: int = 0
    owed: Sequence[Row] = ()
    more_owed: int = 0
    returned: Sequence[Note] = ()
    asked: Sequence[OpenQuestion] = ()
    waiting: Sequence[Queued] = ()
    waits: int = 0
    late: int = 0
    doses: Sequence[Dose] = ()
    due: Sequence[Row] = ()
    more_due: int = 0
    to_write: Mapping[UUID, DueKind] = field(default_factory=dict)
    tasks: Sequence[Task] = ()
    actions: Sequence[CorrectiveAction] = ()
    amendments: Sequence[Amendment] = ()


@looks(Did.TODAY_VIEWED)
def look(deed: Deed, *, everyone: bool = False, by: Actor, at: datetime) -> TodayView:
    """Today for this person, with every infusion of the day if that is asked for."""
    check_role(by, Action.SEE_TODAY)
    reach = by.reach(at)
    zone = ZoneInfo(by.zone)
    begin = datetime.combine(reach.on, time(), zone)
    if not by.can(Action.SEE_PATIENT):
        return TodayView(())
    day = begin, begin + timedelta(days=1)
    infusions = course.infusions_between(
        deed.session, *day, reach=reach, most=None if everyone else CARDS
    )
    dues = Dues(deed.session, by=by, at=at)
    known = TodayView(
        infusions,
        more_infusions=course.count_between(deed.session, *day, reach=reach) - len(infusions),
        tasks=tasks.waiting(deed.session, by=by, at=at),
        amendments=amendment.waiting(deed.session, by=by, at=at),
        actions=corrective_action.waiting(deed.session, by=by, at=at, most=MOST),
    )
    if by.can(Action.REVIEW_NOTE):
        return _with_reviews(deed, known, by=by, at=at)
    ids = [one.id for one in infusions]
    others = dues.open(OTHERS, most=MOST)
    known = replace(
        known,
        doses=sessions.of_infusions(deed.session, Dose, ids, reach=reach),
        due=others,
        more_due=dues.total(OPEN, OTHERS) - len(others),
    )
    return _with_notes(deed, known, dues, by=by) if by.can(Action.WRITE_NOTE) else known


def _with_reviews(deed: Deed, known: TodayView, *, by: Actor, at: datetime) -> TodayView:
    """Today with the notes that wait for who reviews them, as the queue has them."""
    queue = Queue(deed.session, reach=by.reach(at))
    shares = queue.shares(at)
    return replace(
        known,
        waiting=queue.page(Asked(at=at), most=REVIEWS),
        waits=sum(one.waiting for one in shares),
        late=sum(one.late for one in shares),
    )


def _with_notes(deed: Deed, known: TodayView, dues: Dues, *, by: Actor) -> TodayView:
    """Today with the notes of who writes some."""
    returned = note.in_state(
        deed.session, [NoteState.RETURNED.value], reach=dues.reach, author_id=by.id
    )
    back = {(one.infusion_id, DueKind(one.kind)) for one in returned}
    ids = {one.id for one in known.infusions} | {infusion_id for infusion_id, _ in back}
    here = [(UUID(item.infusion), item.kind) for item in dues.of_infusions(ids, NOTES)]
    rows = [
        row
        for row in dues.open(NOTES, most=MOST + len(back))
        if row.infusion is None or (row.infusion.id, row.item.kind) not in back
    ][:MOST]
    return replace(
        known,
        owed=rows,
        more_owed=dues.total(OPEN, NOTES) - len(back & set(here)) - len(rows),
        returned=returned,
        asked=open_question.of_author(deed.session, by.id, reach=dues.reach, most=MOST),
        to_write=dict(reversed(here)),
    )


def dues_of(
    infusion: Infusion, notes: Sequence[Note | ListedNote], at: datetime
) -> tuple[Due, ...]:
    """Which notes an infusion owes and when, by the protocol that its course keeps."""
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
                signed_at=one.first_signed_at if is_locked(NoteState(one.state)) else None,
            )
            for one in notes
            if one.infusion_id == infusion.id
        ],
        at,
        protocol_of_course(infusion.course).timeliness,
    )
