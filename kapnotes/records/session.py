"""The named queries over a session's rows."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.records.care_team import reaches, within
from kapnotes.records.reader import reader
from kapnotes.records.session_row import Dose, R


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
    query = _of_infusion(table, reach.span, struck=struck)  # type: ignore[arg-type] # a class hashes
    return list(session.execute(query, {"infusion_id": infusion_id, **reader(reach)}).scalars())


@cache
def _of_infusions(table: type[R], span: Span) -> sa.Select[R]:
    return (
        sa.select(table)
        .options(joinedload(table.recorded_by, innerjoin=True))
        .where(
            table.infusion_id.in_(sa.bindparam("ids", expanding=True)),
            table.struck_at.is_(None),
            within(table.patient_id, span),
        )
        .order_by(table.observed_at, table.recorded_at, table.id)
    )


def of_infusions(
    session: Session, table: type[R], ids: Collection[UUID], *, reach: Reach
) -> list[R]:
    """The rows of several infusions by time, struck ones left out; one query for any number."""
    if not ids:
        return []
    query = _of_infusions(table, reach.span)  # type: ignore[arg-type] # a class hashes
    return list(session.execute(query, {"ids": list(ids), **reader(reach)}).scalars())


def fetch(session: Session, table: type[R], row_id: UUID, *, reach: Reach) -> R:
    """A row, struck out or not, or OutOfReach."""
    query = sa.select(table).where(table.id == row_id, reaches(table.patient_id, reach))
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
