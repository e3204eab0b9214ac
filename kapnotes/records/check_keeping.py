"""Keeping what the checks found: the rows that differ are written, those that are gone say so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import MachineReach
from kapnotes.audit import trail
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.records.care_team import CareTeam
from kapnotes.records.kept_finding import ChainCheck, KeptFinding, id_of
from kapnotes.records.person import Person

THERAPIST = "therapist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose a finding is, and on which note it is, or which kind of note is missing."""

    author_id: UUID | None
    note_id: UUID | None
    note_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks said of one chain. `passed_over` are codes that were not asked this time."""

    infusion_id: UUID
    patient_id: UUID
    found: Sequence[tuple[CheckFinding, Place]]
    passed_over: frozenset[str]
    texts: str
    again_at: datetime


def hold_trail(session: Session) -> None:
    """Hold the head of the trail, as every writer does before its commit.

    Whoever keeps findings does it then; so nobody waits for a row of somebody who waits for them.
    """
    session.connection().execute(
        sa.select(trail.head.c.position).where(trail.head.c.id == 1).with_for_update()
    )


def states(
    session: Session, ids: Collection[UUID], *, reach: MachineReach
) -> dict[UUID, ChainCheck]:
    """When these chains were checked, and by which rule."""
    del reach
    query = sa.select(ChainCheck).where(ChainCheck.infusion_id.in_(ids))
    return {one.infusion_id: one for one in session.execute(query).scalars()}


def therapists(
    session: Session, patients: Collection[UUID], *, on: date, reach: MachineReach
) -> dict[UUID, UUID]:
    """The therapist of each of these patients that day, the first of several."""
    del reach
    query = (
        sa.select(CareTeam.patient_id, CareTeam.person_id)
        .join(Person, Person.id == CareTeam.person_id)
        .where(
            CareTeam.patient_id.in_(patients),
            Person.role == THERAPIST,
            CareTeam.starts_on <= on,
            sa.or_(CareTeam.ends_on.is_(None), CareTeam.ends_on > on),
        )
        .order_by(CareTeam.starts_on.desc(), CareTeam.id.desc())
    )
    return {row.patient_id: row.person_id for row in session.connection().execute(query)}


def keep(session: Session, checked: Collection[Checked], *, rule: str, at: datetime) -> int:
    """Write what differs from what is kept; say how many findings came, changed or went."""
    ids = {one.infusion_id for one in checked}
    query = sa.select(KeptFinding).where(KeptFinding.infusion_id.in_(ids))
    there: dict[UUID, dict[UUID, KeptFinding]] = {one: {} for one in ids}
    for row in session.execute(query).scalars():
        there[row.infusion_id][row.id] = row
    changed = sum(_keep_one(session, one, there[one.infusion_id], at) for one in checked)
    session.flush()
    _note_look(session, checked, rule=rule, at=at)
    return changed


def _keep_one(
    session: Session, one: Checked, there: Mapping[UUID, KeptFinding], at: datetime
) -> int:
    wanted = {id_of(one.infusion_id, finding.key): (finding, place) for finding, place in one.found}
    changed = 0
    for key, (finding, place) in wanted.items():
        row = there.get(key)
        if row is None:
            session.add(_row(key, one, finding, place, at))
        elif not _is_same(row, finding, place):
            if row.gone_at is not None:
                row.first_at, row.gone_at = at, None
            row.seen_at, row.author_id = at, place.author_id
            row.level, row.sentence = finding.level.value, finding.sentence
        else:
            continue
        changed += 1
    for row in _gone(there.values(), wanted, one.passed_over):
        row.gone_at = at
        changed += 1
    return changed


def _gone(
    there: Iterable[KeptFinding], wanted: Collection[UUID], passed_over: Collection[str]
) -> list[KeptFinding]:
    return [
        row
        for row in there
        if row.gone_at is None and row.id not in wanted and row.code not in passed_over
    ]


def _is_same(row: KeptFinding, finding: CheckFinding, place: Place) -> bool:
    """Whether a row says what was found again."""
    return row.gone_at is None and (row.level, row.author_id, row.sentence) == (
        finding.level.value,
        place.author_id,
        finding.sentence,
    )


def _row(key: UUID, one: Checked, finding: CheckFinding, place: Place, at: datetime) -> KeptFinding:
    return KeptFinding(
        id=key,
        infusion_id=one.infusion_id,
        patient_id=one.patient_id,
        note_id=place.note_id,
        note_kind=place.note_kind,
        author_id=place.author_id,
        code=finding.code.value,
        level=finding.level.value,
        version=finding.version,
        section=finding.section,
        link_id=finding.link_id,
        first_at=at,
        seen_at=at,
        gone_at=None,
        sentence=finding.sentence,
    )


def _note_look(session: Session, checked: Collection[Checked], *, rule: str, at: datetime) -> None:
    """Keep when each chain was checked, and when it is to be looked at again."""
    connection = session.connection()
    ids = [one.infusion_id for one in checked]
    query = sa.select(ChainCheck.infusion_id).where(ChainCheck.infusion_id.in_(ids))
    there = set(connection.execute(query).scalars())
    for one in sorted(checked, key=lambda each: each.infusion_id):
        values: dict[str, Any] = {
            "rule": rule,
            "texts": one.texts,
            "checked_at": at,
            "again_at": one.again_at,
        }
        if one.infusion_id in there:
            where = ChainCheck.infusion_id == one.infusion_id
            connection.execute(sa.update(ChainCheck).where(where).values(**values))
        else:
            about = {"infusion_id": one.infusion_id, "patient_id": one.patient_id}
            connection.execute(sa.insert(ChainCheck).values(**about, **values))
    stands = (KeptFinding.infusion_id.in_(ids), KeptFinding.gone_at.is_(None))
    connection.execute(sa.update(KeptFinding).where(*stands).values(seen_at=at))
