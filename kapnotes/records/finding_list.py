"""The lists of findings: pages in the order of time, and how many there are of each check."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.access.reach import Reach, Span
from kapnotes.db.column import Moment
from kapnotes.records.care_team import is_reached
from kapnotes.records.course import Infusion
from kapnotes.records.kept_finding import KeptFinding, within
from kapnotes.records.patient import Patient
from kapnotes.records.person import Person, supervisees
from kapnotes.records.reader import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: of some checks, and as far as it is said of one level, person, kind.

    Found `until` then, for what is older. `author_id` of one's own list is oneself.
    """

    codes: Collection[str]
    level: str = ""
    author_id: UUID | None = None
    note_kind: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class After:
    """Where a page begins: after the finding of that time and id."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding with its patient, its infusion and whose it is."""

    finding: KeptFinding
    given_name: str
    family_name: str
    record_number: str
    infusion: int
    author: str

    @property
    def patient(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"


def page(
    session: Session, asked: Asked, *, reach: Reach, most: int, after: After | None = None
) -> list[Listed]:
    """Findings that stand, the newest first."""
    query = (
        sa.select(
            KeptFinding,
            Patient.given_name,
            Patient.family_name,
            Patient.record_number,
            Infusion.number,
            sa.func.coalesce(Person.name, ""),
        )
        .join(Patient, Patient.id == KeptFinding.patient_id)
        .join(Infusion, Infusion.id == KeptFinding.infusion_id)
        .outerjoin(Person, Person.id == KeptFinding.author_id)
        .where(*_asked(asked), within(reach))
        .order_by(KeptFinding.first_at.desc(), KeptFinding.id.desc())
        .limit(most)
    )
    if after is not None:
        here = sa.tuple_(sa.literal(after.at, Moment()), sa.literal(after.id, sa.Uuid()))
        query = query.where(sa.tuple_(KeptFinding.first_at, KeptFinding.id) < here)
    return [Listed(*row) for row in session.execute(query)]


def counts(session: Session, asked: Asked, *, reach: Reach) -> dict[str, int]:
    """How many findings each check has among those asked for."""
    query = (
        sa.select(KeptFinding.code, sa.func.count().label("number"))
        .where(*_asked(asked), is_reached(KeptFinding.patient_id, reach), *_own(reach))
        .group_by(KeptFinding.code)
    )
    rows = session.connection().execute(query)
    return {row.code: row.number for row in rows}


def people(session: Session, *, reach: Reach) -> list[tuple[UUID, str]]:
    """The people whose findings the reader may choose from, by name: those supervised that day."""
    if reach.span is not Span.SUPERVISED:
        return []
    mine = supervisees(Who(reach.person_id, reach.on))
    query = sa.select(Person.id, Person.name).where(Person.id.in_(mine)).order_by(Person.name)
    return [(row.id, row.name) for row in session.connection().execute(query)]


def _own(reach: Reach) -> tuple[sa.ColumnElement[bool], ...]:
    if reach.span is not Span.SUPERVISED:
        return ()
    return (KeptFinding.author_id.in_(supervisees(Who(reach.person_id, reach.on))),)


def _asked(asked: Asked) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = [
        KeptFinding.gone_at.is_(None),
        KeptFinding.code.in_(asked.codes),
    ]
    if asked.level:
        wanted.append(KeptFinding.level == asked.level)
    if asked.author_id is not None:
        wanted.append(KeptFinding.author_id == asked.author_id)
    if asked.note_kind:
        wanted.append(KeptFinding.note_kind == asked.note_kind)
    if asked.until is not None:
        wanted.append(KeptFinding.first_at <= asked.until)
    return wanted
