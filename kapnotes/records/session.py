"""What the dosing session records: doses, vitals and adverse events, each with two clocks.

`observed_at` is the clinical time that a person entered, `recorded_at` the server's. A row is
never edited: a correction is a new row that names the old one, and the old one is struck.
"""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, declared_attr, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.person import Person
from kapnotes.records.reader import reader


class SessionRow:
    """What doses, vitals and adverse events have in common."""

    __tablename__: str

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    infusion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("infusion.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    corrects_id: Mapped[UUID | None]
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[UUID | None]
    struck_reason_sealed: Mapped[bytes | None]
    struck_reason = db.sealed_text("struck_reason_sealed")
    caution_reason_sealed: Mapped[bytes | None]
    caution_reason = db.sealed_text("caution_reason_sealed")

    @declared_attr
    def recorded_by(cls) -> Mapped[Person]:  # noqa: N805 - SQLAlchemy's own shape
        """Who recorded the row."""
        return relationship(Person, lazy="raise", foreign_keys=[cls.recorded_by_id])  # type: ignore[list-item] # a column here


class Dose(SessionRow, db.Base):
    """A dose given. mg, mg/kg, mg/ml, mg/h and kg as exact decimals."""

    __tablename__ = "dose"

    stopped_at: Mapped[datetime | None]
    drug_form: Mapped[str] = mapped_column(sa.String(20))
    route: Mapped[str] = mapped_column(sa.String(20))
    concentration_mg_per_ml: Mapped[Decimal | None]
    lot: Mapped[str | None] = mapped_column(sa.String(60))
    weight_kg: Mapped[Decimal]
    weighed_on: Mapped[date | None]
    planned_mg_per_kg: Mapped[Decimal | None]
    mg: Mapped[Decimal]
    rate_mg_per_h: Mapped[Decimal | None]
    drawn_mg: Mapped[Decimal | None]
    wasted_mg: Mapped[Decimal | None]
    wasted_by: Mapped[str | None] = mapped_column(sa.String(200))
    witnessed_by: Mapped[str | None] = mapped_column(sa.String(200))
    changes_sealed: Mapped[bytes | None]
    changes = db.sealed_text("changes_sealed")


class Vitals(SessionRow, db.Base):
    """One reading. mmHg, beats and breaths a minute, percent; MOAA/S 0-5; 0-10 scales."""

    __tablename__ = "vitals"

    systolic: Mapped[int | None]
    diastolic: Mapped[int | None]
    heart_rate: Mapped[int | None]
    spo2: Mapped[int | None]
    respiratory_rate: Mapped[int | None]
    sedation: Mapped[int | None]
    distress: Mapped[int | None]
    nausea: Mapped[int | None]
    comment_sealed: Mapped[bytes | None]
    comment = db.sealed_text("comment_sealed")


class AdverseEvent(SessionRow, db.Base):
    """Something untoward: `observed_at` is its onset."""

    __tablename__ = "adverse_event"

    kind: Mapped[str] = mapped_column(sa.String(40))
    severity: Mapped[str] = mapped_column(sa.String(20))
    serious: Mapped[bool | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    resolved_at: Mapped[datetime | None]
    action_sealed: Mapped[bytes | None]
    action = db.sealed_text("action_sealed")
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")


Row: TypeAlias = Dose | Vitals | AdverseEvent
DOSE_FIELDS = (
    "observed_at",
    "stopped_at",
    "drug_form",
    "concentration_mg_per_ml",
    "lot",
    "weight_kg",
    "weighed_on",
    "planned_mg_per_kg",
    "mg",
    "rate_mg_per_h",
    "drawn_mg",
    "wasted_mg",
    "wasted_by",
    "witnessed_by",
    "changes",
)
VITALS_FIELDS = (
    "observed_at",
    "systolic",
    "diastolic",
    "heart_rate",
    "spo2",
    "respiratory_rate",
    "sedation",
    "distress",
    "nausea",
    "comment",
)
ADVERSE_EVENT_FIELDS = (
    "observed_at",
    "kind",
    "severity",
    "serious",
    "action",
    "outcome",
    "resolved_at",
    "words",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "dose": DOSE_FIELDS,
    "vitals": VITALS_FIELDS,
    "adverse_event": ADVERSE_EVENT_FIELDS,
}
R = TypeVar("R", Dose, Vitals, AdverseEvent)


def values_of(row: Row) -> dict[str, Any]:
    """A row as its form has it."""
    return {name: getattr(row, name) for name in FIELDS[row.__tablename__]}


@cache
def _of_infusion(table: type[R], span: Span, *, struck: bool) -> sa.Select[R]:
    query = (
        sa.select(table)
        .options(joinedload(table.recorded_by, innerjoin=True))
        .where(table.infusion_id == sa.bindparam("infusion_id"), within(table.patient_id, span))
        .order_by(table.observed_at, table.recorded_at, table.id)
    )
    return query if struck else query.where(table.struck_at.is_(None))


def of_infusion(
    session: Session, table: type[R], infusion_id: UUID, *, reach: Reach, struck: bool = False
) -> list[R]:
    """The rows of an infusion by observed time; struck ones only when asked for."""
    query = _of_infusion(table, reach.span, struck=struck)
    return list(session.execute(query, {"infusion_id": infusion_id, **reader(reach)}).scalars())


def doses_of_infusions(session: Session, ids: Collection[UUID], *, reach: Reach) -> list[Dose]:
    """The doses of several infusions by time, struck ones left out; one query for any number."""
    if not ids:
        return []
    query = (
        sa.select(Dose)
        .where(
            Dose.infusion_id.in_(ids),
            Dose.struck_at.is_(None),
            reaches(Dose.patient_id, reach),
        )
        .order_by(Dose.observed_at, Dose.id)
    )
    return list(session.execute(query).scalars())


def fetch(session: Session, table: type[R], row_id: UUID, *, reach: Reach) -> R:
    """A row that is not struck, or OutOfReach; held under lock."""
    query = (
        sa.select(table)
        .where(table.id == row_id, table.struck_at.is_(None), reaches(table.patient_id, reach))
        .with_for_update(of=table)
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def doses_of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[Dose]:
    """Every dose of a patient by time, for the strip and the trend."""
    query = (
        sa.select(Dose)
        .where(
            Dose.patient_id == patient_id,
            Dose.struck_at.is_(None),
            reaches(Dose.patient_id, reach),
        )
        .order_by(Dose.observed_at)
    )
    return list(session.execute(query).scalars())
