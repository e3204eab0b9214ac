"""Tasks that nobody of the role they wait for can see: no such person cares for the patient.

A task waits for a role. Where nobody of it sees the patient, because nobody supervises the
therapist or the account is closed, it stands with everyone who does, and the administrator is told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from kapnotes.access.reach import MachineReach, Reach
from kapnotes.access.roles import Supervisor
from kapnotes.records.care_team import CareTeam, reaches
from kapnotes.records.person import Person, Supervision, holds
from kapnotes.records.task import MOST, Task

_MEMBER = aliased(CareTeam, name="member")
_WHO = aliased(Person, name="who")
_LINK = aliased(Supervision, name="link")


def _is_seen(on: date) -> sa.ColumnElement[bool]:
    """The condition that somebody of the task's role, whose account is open, sees its patient."""
    cares = sa.and_(
        _MEMBER.patient_id == Task.patient_id,
        _MEMBER.starts_on <= on,
        sa.or_(_MEMBER.ends_on.is_(None), _MEMBER.ends_on > on),
    )
    is_one = sa.and_(_WHO.role == Task.whose, _WHO.disabled_at.is_(None))
    direct = sa.select(_MEMBER.id).join(_WHO, _WHO.id == _MEMBER.person_id).where(cares, is_one)
    linked = (
        sa.select(_MEMBER.id)
        .join(_LINK, _LINK.supervisee_id == _MEMBER.person_id)
        .join(_WHO, _WHO.id == _LINK.supervisor_id)
        .where(cares, is_one, holds(_LINK, on))
    )
    return sa.case(
        (Task.whose == Supervisor.key, linked.correlate(Task).exists()),
        else_=direct.correlate(Task).exists(),
    )


def within_reach(session: Session, whose: str, *, reach: Reach) -> list[Task]:
    """The tasks within reach that wait for another role, of which nobody can see them."""
    query = (
        sa.select(Task)
        .options(
            joinedload(Task.patient, innerjoin=True), joinedload(Task.raised_by, innerjoin=True)
        )
        .where(
            Task.answered_at.is_(None),
            Task.whose != whose,
            reaches(Task.patient_id, reach),
            ~_is_seen(reach.on),
        )
        .order_by(Task.raised_at, Task.whose, Task.id)
        .limit(MOST)
    )
    return list(session.execute(query).scalars())


def among(session: Session, ids: Collection[UUID], *, reach: Reach) -> frozenset[UUID]:
    """Which of these tasks wait for a role of which nobody can see them."""
    if not ids:
        return frozenset()
    query = sa.select(Task.id).where(
        Task.id.in_(ids), reaches(Task.patient_id, reach), ~_is_seen(reach.on)
    )
    return frozenset(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Unseen:
    """A task that waits for a role of which nobody sees it: no patient, and no words of it."""

    id: UUID
    kind: str
    whose: str
    raised_at: datetime
    raised_by: str


def everywhere(session: Session, *, on: date, reach: MachineReach) -> list[Unseen]:
    """Every such task of the practice, the oldest first, for who links people with each other."""
    del reach
    query = (
        sa.select(Task.id, Task.kind, Task.whose, Task.raised_at, Person.name)
        .join(Person, Person.id == Task.raised_by_id)
        .where(Task.answered_at.is_(None), ~_is_seen(on))
        .order_by(Task.raised_at, Task.id)
        .limit(MOST)
    )
    return [Unseen(*row) for row in session.connection().execute(query)]
