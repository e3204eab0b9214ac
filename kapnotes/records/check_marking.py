"""Marking chains: whoever changes what the checks look at has the chain looked at again.

The session itself sees to it, as with what is due, so that no action can forget. A mark is one
statement; the checks are made later, by whoever keeps them. Drafts are no fact of a chain: saving
one marks nothing and costs nothing here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from kapnotes.access.reach import MachineReach
from kapnotes.records.consent import Consent
from kapnotes.records.course import Infusion
from kapnotes.records.kept_finding import AT_ONCE, ChainCheck, KeptFinding
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note
from kapnotes.records.session_row import TABLES
from kapnotes.records.setting import PracticeSetting
from kapnotes.records.task import Task

RULE_NAME = "check_rule"
"""The setting by which the checks are made."""
OF_INFUSION: Mapping[type[Any], str] = MappingProxyType(
    {**dict.fromkeys(TABLES.values(), "infusion_id"), Note: "infusion_id", Infusion: "id"}
)
"""What belongs to one chain, and how it names its infusion."""
OF_PATIENT = frozenset({Consent, Measure, Task})
"""What any chain of a patient may be about."""
_CHAINS, _PATIENTS, _NEW, _RULES, _WANTED = (
    "chains to look at again",
    "patients whose chains are",
    "new chains",
    "a new rule of the checks",
    "chains to be checked before the commit",
)


class Work(Protocol):
    """Checks chains and keeps what is found; says how much is different."""

    def __call__(self, session: Session, ids: Iterable[UUID], *, at: datetime) -> int: ...  # noqa: D102 - the class says it


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _: object) -> None:
    """Take down what was written."""
    for row in (*session.new, *session.dirty, *session.deleted):
        kind = type(row)
        if kind in OF_INFUSION:
            _taken(session, _CHAINS).add(getattr(row, OF_INFUSION[kind]))
        elif kind in OF_PATIENT:
            _taken(session, _PATIENTS).add(row.patient_id)
        elif kind is PracticeSetting and row.name == RULE_NAME:
            session.info[_RULES] = row.value
    new = [(row.id, row.patient_id) for row in session.new if type(row) is Infusion]
    _taken(session, _NEW).update(new)


@event.listens_for(Session, "before_commit")
def _mark(session: Session) -> None:
    """Mark the chains that are to be looked at again, and check those that somebody asked for."""
    session.flush()
    if any(session.info.get(name) for name in (_CHAINS, _PATIENTS, _NEW, _RULES)):
        _mark_collected(session)
    work, ids = session.info.pop(_WANTED, (None, {}))
    if work is not None:
        work(session, ids, at=max(ids.values()))


def want(session: Session, infusion_id: UUID, work: Work, *, at: datetime) -> None:
    """Have a chain checked before the transaction ends, when it holds the head of the trail."""
    _, ids = session.info.setdefault(_WANTED, (work, {}))
    ids[infusion_id] = at


def _mark_collected(session: Session) -> None:
    chains, patients = session.info.pop(_CHAINS, set()), session.info.pop(_PATIENTS, set())
    new, rule = session.info.pop(_NEW, set()), session.info.pop(_RULES, None)
    connection = session.connection()
    if new:
        connection.execute(sa.insert(ChainCheck), [_waiting(*one) for one in sorted(new)])
    if old := chains - {one for one, _ in new}:
        look_again(connection, ChainCheck.infusion_id.in_(old))
    if patients:
        look_again(connection, ChainCheck.patient_id.in_(patients))
    if rule is not None:
        _anew(connection, sa.true())
        _take_out(connection, rule.get("off", ()), session.info.get("at", AT_ONCE))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _: object) -> None:
    """What was not written marks nothing."""
    for name in (_CHAINS, _PATIENTS, _NEW, _RULES, _WANTED):
        session.info.pop(name, None)


def _taken(session: Session, name: str) -> set[Any]:
    found: set[Any] = session.info.setdefault(name, set())
    return found


def _waiting(infusion_id: UUID, patient_id: UUID) -> dict[str, Any]:
    return {
        "infusion_id": infusion_id,
        "patient_id": patient_id,
        "rule": "",
        "texts": "",
        "checked_at": None,
        "again_at": AT_ONCE,
    }


def look_again(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Have these chains looked at as soon as somebody has time."""
    connection.execute(
        sa.update(ChainCheck).where(which, ChainCheck.again_at != AT_ONCE).values(again_at=AT_ONCE)
    )


def _anew(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Have these chains looked at by another rule, their texts compared again too."""
    connection.execute(sa.update(ChainCheck).where(which).values(again_at=AT_ONCE, texts=""))


def _take_out(connection: sa.Connection, off: Iterable[str], at: datetime) -> None:
    """A check that is switched off finds nothing from this moment on."""
    where = (KeptFinding.code.in_(list(off)), KeptFinding.gone_at.is_(None))
    connection.execute(sa.update(KeptFinding).where(*where).values(gone_at=at))


def to_look_at(session: Session, *, at: datetime, most: int, reach: MachineReach) -> list[UUID]:
    """The infusions whose chains are to be looked at by now, so many at most."""
    del reach
    query = (
        sa.select(ChainCheck.infusion_id)
        .where(ChainCheck.again_at <= at)
        .order_by(ChainCheck.again_at, ChainCheck.infusion_id)
        .limit(most)
    )
    return list(session.connection().execute(query).scalars())


def by_another_rule(session: Session, rule: str, *, reach: MachineReach) -> None:
    """Have every chain looked at again that an earlier version of the product looked at."""
    del reach
    _anew(session.connection(), ChainCheck.rule != rule)
