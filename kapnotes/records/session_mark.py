"""The marks of a session's rows: whether anything was recorded or struck out since they were read.

A row is written once, and changes once at most: when it is struck out. So rows with the same
marks say the same, and a page that was drawn from them need not read them again.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kapnotes.access.reach import Reach, Span
from kapnotes.records.care_team import within
from kapnotes.records.person import Person
from kapnotes.records.reader import reader
from kapnotes.records.session_row import AdverseEvent, Dose, Row, SessionEvent, Vitals

SHOWN: tuple[type[Row], ...] = (Dose, Vitals, SessionEvent, AdverseEvent)
"""The records that the page of an infusion reads."""
_STRIKER = aliased(Person, name="striker")


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a row is known. The names are those of today: an account may be renamed."""

    noun: str
    id: UUID
    struck_at: datetime | None
    recorded_by: str
    struck_by: str | None


@cache
def _marks(span: Span) -> sa.CompoundSelect[Any]:
    return sa.union_all(
        *(
            sa.select(
                sa.literal(table.__tablename__),
                table.id,
                table.struck_at,
                Person.name,
                _STRIKER.name,
            )
            .join(Person, Person.id == table.recorded_by_id)
            .outerjoin(_STRIKER, _STRIKER.id == table.struck_by_id)
            .where(table.infusion_id == sa.bindparam("infusion_id"), within(table.patient_id, span))
            for table in SHOWN
        )
    )


def of_infusion(session: Session, infusion_id: UUID, *, reach: Reach) -> frozenset[Mark]:
    """The marks of every row of an infusion's session, struck ones too; one query for all."""
    known = {"infusion_id": infusion_id, **reader(reach)}
    rows = session.connection().execute(_marks(reach.span), known)
    return frozenset(Mark(*row) for row in rows)
