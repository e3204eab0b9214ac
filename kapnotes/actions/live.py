"""The live session: what everyone on it sees, what is new, and the sessions running now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.glance import Glance, glance
from kapnotes.actions.rules import Rules, rules_of
from kapnotes.actions.standing import Standing, standing
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.note import NoteState, may_change_records
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records import alert, course, journal, note, person
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.journal import SessionEntry
from kapnotes.records.session_row import TABLES, Row


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as it stands: its rows, struck ones too, and the journal after an entry.

    `names` are those of the people who wrote in it; `cursor` is the last entry's number.
    """

    infusion: Infusion
    rows: Sequence[Row]
    entries: Sequence[SessionEntry]
    names: dict[UUID, str]
    rules: Rules
    standing: Standing
    cursor: int
    is_locked: bool

    @property
    def standing_rows(self) -> list[Row]:
        """The rows that are not struck out."""
        return [one for one in self.rows if one.struck_at is None]


@looks(Did.SESSION_VIEWED)
def look(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> SessionView:
    """The whole session."""
    check_role(by, Action.SEE_PATIENT)
    found = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at))
    deed.on(found, infusion=found.number)
    return _view(deed, found, 0, by=by, at=at)


@looks(Did.SESSION_VIEWED)
def look_before(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> Glance:
    """What to know before the session; it stands beside the session that is being looked at."""
    check_role(by, Action.SEE_PATIENT)
    deed.keep_silent()
    found = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at))
    deed.on(found, infusion=found.number)
    return glance(deed, found, by=by, at=at)


@looks(Did.SESSION_VIEWED)
def since(
    deed: Deed, *, infusion_id: UUID, after: int, by: Actor, at: datetime
) -> SessionView | None:
    """What is new after an entry, None for nothing.

    A page asks every second or two. Its opening stands in the trail; its asking does not.
    """
    check_role(by, Action.SEE_PATIENT)
    deed.keep_silent()
    return _after(deed, infusion_id, after, by=by, at=at)[0]


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a session, None for nothing, and the mark of what calls for a risk note."""

    view: SessionView | None
    risk: str


@looks(Did.SESSION_VIEWED)
def news(deed: Deed, *, infusion_id: UUID, after: int, by: Actor, at: datetime) -> News:
    """What is new after an entry, and whether an answer calls for a risk note, as a page asks."""
    check_role(by, Action.SEE_PATIENT)
    deed.keep_silent()
    return News(*_after(deed, infusion_id, after, by=by, at=at))


def _after(
    deed: Deed, infusion_id: UUID, after: int, *, by: Actor, at: datetime
) -> tuple[SessionView | None, str]:
    reach = by.reach(at)
    last, mark = journal.news(deed.session, infusion_id, reach=reach)
    if last == after:
        return None, mark
    found = course.fetch_infusion(deed.session, infusion_id, reach=reach)
    deed.on(found, infusion=found.number)
    return _view(deed, found, after, by=by, at=at), mark


@dataclass(frozen=True, slots=True)
class Risk:
    """The answers about risk that no note answers yet, about the patient of a session."""

    patient_id: UUID
    alerts: tuple[alert.Listed, ...]

    @property
    def mark(self) -> str:
        """The word that changes with them."""
        newest = max((one.raised_at for one in self.alerts), default=None)
        return alert.mark_of(len(self.alerts), newest)


@looks(Did.SESSION_VIEWED)
def risk(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> Risk:
    """What calls for a risk note; it stands beside the session that is being looked at."""
    check_role(by, Action.SEE_PATIENT)
    deed.keep_silent()
    reach = by.reach(at)
    found = course.fetch_infusion(deed.session, infusion_id, reach=reach)
    deed.on(found, infusion=found.number)
    standing = alert.standing(deed.session, found.patient_id, reach=reach)
    return Risk(found.patient_id, tuple(one for one in standing if one.calls))


@looks(Did.SESSION_VIEWED)
def check_reach(
    deed: Deed, *, infusion_id: UUID, noun: str, row_id: UUID | None, by: Actor, at: datetime
) -> None:
    """Raise OutOfReach unless the session is within reach and the row, if one is named, its own.

    Asked before what was sent is read, so that a stranger learns nothing from its mistakes.
    """
    check_role(by, Action.RECORD_SESSION)
    deed.keep_silent()
    reach = by.reach(at)
    journal.newest(deed.session, infusion_id, reach=reach)
    if row_id is None or noun not in TABLES:
        return
    row = sessions.fetch(deed.session, TABLES[noun], row_id, reach=reach)
    if row.infusion_id != infusion_id:
        raise OutOfReach


def _view(deed: Deed, found: Infusion, after: int, *, by: Actor, at: datetime) -> SessionView:
    reach = by.reach(at)
    entries = journal.since(deed.session, found.id, after, reach=reach)
    rows: list[Row] = [
        row
        for table in TABLES.values()
        for row in sessions.of_infusion(deed.session, table, found.id, reach=reach, struck=True)
    ]
    rules = rules_of(deed.session, found, at=at)
    people = person.named(deed.session, {one.by_id for one in entries})
    names = {one.id: one.name for one in people.values()}
    names |= {one.recorded_by_id: one.recorded_by.name for one in rows}
    states = note.dosing_states(deed.session, found.id)
    return SessionView(
        found,
        rows,
        entries,
        names,
        rules,
        standing(
            found,
            [one for one in rows if one.struck_at is None],
            rules,
            zone=ZoneInfo(by.zone),
            at=at,
        ),
        entries[-1].seq if entries else after,
        not may_change_records(NoteState(state) for state in states),
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A session that runs now, on the board."""

    infusion: Infusion
    standing: Standing


@looks(Did.SESSIONS_LISTED)
def running(deed: Deed, *, by: Actor, at: datetime, is_asked_again: bool = False) -> list[Running]:
    """The sessions in progress within reach, by the time when they began.

    A board that stays open asks again by itself; its opening stands in the trail.
    """
    check_role(by, Action.SEE_PATIENT)
    if is_asked_again:
        deed.keep_silent()
    reach = by.reach(at)
    found = course.in_progress(deed.session, reach=reach)
    deed.details["found"] = len(found)
    ids = [one.id for one in found]
    rows: list[Row] = [
        row
        for table in TABLES.values()
        for row in sessions.of_infusions(deed.session, table, ids, reach=reach)
    ]
    return [
        Running(
            one,
            standing(
                one,
                [row for row in rows if row.infusion_id == one.id],
                rules_of(deed.session, one, at=at),
                zone=ZoneInfo(by.zone),
                at=at,
            ),
        )
        for one in found
    ]
