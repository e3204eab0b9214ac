"""Reading a course for its documents: once for all of its infusions, with the practice's rules."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.reach import Reach
from kapnotes.actions.rules import Rules
from kapnotes.actions.session_record import session_records
from kapnotes.clinic.infusion import InfusionState
from kapnotes.db import Session
from kapnotes.paper.course_record import Around, CourseRecord, around, course_record
from kapnotes.paper.gather import Gathered, Rulings, gather
from kapnotes.paper.letterhead import letterhead_of, paper_of
from kapnotes.paper.summary import Edition, Letterhead, PaperSize
from kapnotes.records import course, letterhead, setting
from kapnotes.records.course import Course, Infusion
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice


@dataclass(frozen=True, slots=True)
class Desk:
    """What every document of a practice is made with: its letterhead, its sheet, its rules."""

    practice: Practice
    head: Letterhead
    paper: PaperSize
    edition: Edition
    rules: "RulesThen"
    reach: Reach
    at: datetime


class RulesThen:
    """The practice's rules as they stood at any time, from one reading of all their versions."""

    def __init__(self, versions: Iterable[tuple[str, object, datetime]]) -> None:
        self._versions = list(versions)

    def at(self, when: datetime) -> Rules:
        """Every rule as it stood then."""
        return Rules({name: value for name, value, since in self._versions if since <= when})


def desk(
    session: Session, practice: Practice, edition: Edition, *, reach: Reach, at: datetime
) -> Desk:
    """The desk on which a document is made."""
    row = letterhead.newest(session)
    return Desk(
        practice,
        letterhead_of(practice, row),
        paper_of(practice, row),
        edition,
        RulesThen(setting.every(session)),
        reach,
        at,
    )


def read_course(
    session: Session,
    owner: Patient,
    found: Course,
    table: Desk,
    *,
    only: Collection[UUID] | None = None,
    near: Around | None = None,
) -> CourseRecord:
    """Read a course that was fetched within reach; sessions of `only` these infusions, or of all.

    `near` is given by whoever reads several courses of the patient.
    """
    reach, at = table.reach, table.at
    infusions = course.infusions_of_course(session, found.id, reach=reach)
    shown = [one for one in infusions if only is None or one.id in only]
    sessions = session_records(session, shown, rules=table.rules.at, reach=reach, at=at)
    return course_record(
        session,
        owner,
        found,
        infusions,
        sessions=sessions,
        near=near or around(session, found.patient_id, reach=reach),
        edition=table.edition,
        zone=table.practice.zone,
        reach=reach,
        at=at,
    )


def gathered(record: CourseRecord, infusion: Infusion, table: Desk) -> Gathered:
    """One infusion of a course that was read, by the rules of its session."""
    rules = table.rules.at(infusion.started_at or table.at)
    return gather(
        record,
        infusion,
        practice=table.practice,
        head=table.head,
        paper=table.paper,
        rules=Rulings(rules.outcome, rules.consent),
    )


def is_to_show(infusion: Infusion) -> bool:
    """Whether an infusion has anything to show: it took place, or is taking place."""
    return infusion.state in {InfusionState.IN_PROGRESS, InfusionState.COMPLETED}
