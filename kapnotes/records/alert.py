"""Alerts that stay on a patient until somebody resolves them with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from kapnotes import db
from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.measure_alert import CALLING, NO_NOTE
from kapnotes.clinic.refusals import Caution, OutOfReach
from kapnotes.clinic.screening import LEVELS, AlertLevel
from kapnotes.records import patient
from kapnotes.records.care_team import reaches, within
from kapnotes.records.person import Person
from kapnotes.records.reader import reader


class PatientAlert(db.Base):
    """One alert: a code of `clinic.screening`, raised by a signed note or an answer to a scale.

    It changes once at most: when it is resolved.
    """

    __tablename__ = "patient_alert"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(60))
    level: Mapped[str] = mapped_column(sa.String(20))
    source: Mapped[str] = mapped_column(sa.String(20))
    source_id: Mapped[UUID]
    sentence_sealed: Mapped[bytes]
    sentence = db.sealed_text("sentence_sealed")
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[UUID | None]
    resolved_reason_sealed: Mapped[bytes | None]
    resolved_reason = db.sealed_text("resolved_reason_sealed")

    raised_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[raised_by_id])

    @property
    def stands(self) -> bool:
        """Whether nobody has resolved it yet."""
        return self.resolved_at is None

    @property
    def calls(self) -> bool:
        """Whether it is an answer about risk, which a risk note ends."""
        return self.code in CALLING


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert that stands, as pages show it: plain values, the same for as long as it stands."""

    id: UUID
    code: str
    level: AlertLevel
    sentence: str
    raised_at: datetime

    @property
    def calls(self) -> bool:
        """Whether it is an answer about risk, which a risk note ends."""
        return self.code in CALLING


@cache
def _standing(span: Span) -> sa.Select[Any]:
    return (
        sa.select(*PatientAlert.__table__.columns)
        .where(
            PatientAlert.patient_id == sa.bindparam("patient_id"),
            PatientAlert.resolved_at.is_(None),
            within(PatientAlert.patient_id, span),
        )
        .order_by(PatientAlert.raised_at, PatientAlert.id)
    )


def standing(session: Session, patient_id: UUID, *, reach: Reach) -> tuple[Listed, ...]:
    """The alerts that stand on a patient, the gravest first, then the oldest."""
    known = {"patient_id": patient_id, **reader(reach)}
    rows = session.connection().execute(_standing(reach.span), known).mappings()
    found = [
        Listed(one.id, one.code, AlertLevel(one.level), one.sentence, one.raised_at)
        for one in (PatientAlert(**row) for row in rows)
    ]
    return tuple(sorted(found, key=lambda one: LEVELS.index(one.level)))


def of_patient(session: Session, patient_id: UUID, *, reach: Reach) -> list[PatientAlert]:
    """Every alert of a patient with who raised it, resolved ones too, the newest first."""
    known = {"patient_id": patient_id, **reader(reach)}
    return list(session.execute(_of_patient(reach.span), known).scalars())


@cache
def _of_patient(span: Span) -> sa.Select[PatientAlert]:
    return (
        sa.select(PatientAlert)
        .options(joinedload(PatientAlert.raised_by, innerjoin=True))
        .where(
            PatientAlert.patient_id == sa.bindparam("patient_id"),
            within(PatientAlert.patient_id, span),
        )
        .order_by(PatientAlert.raised_at.desc(), PatientAlert.id)
    )


def fetch(session: Session, alert_id: UUID, *, reach: Reach) -> PatientAlert:
    """The alert, or OutOfReach."""
    query = sa.select(PatientAlert).where(
        PatientAlert.id == alert_id, reaches(PatientAlert.patient_id, reach)
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise OutOfReach
    return found


def raised_from(session: Session, ids: Collection[UUID]) -> list[PatientAlert]:
    """The alerts that rows which were fetched within reach have raised, resolved ones too."""
    query = sa.select(PatientAlert).where(PatientAlert.source_id.in_(ids))
    return list(session.execute(query).scalars())


def raise_alert(
    session: Session,
    *,
    patient_id: UUID,
    code: str,
    level: str,
    sentence: str,
    source: str,
    source_id: UUID,
    by_id: UUID,
    at: datetime,
) -> PatientAlert:
    """Raise an alert in the caller's transaction, or return the one that says it already.

    One does if it stands, has the code and the words, and weighs as much. `level` is a word of
    `AlertLevel`, `source` the noun of what raises it.
    """
    patient.hold(session, patient_id)
    session.flush()
    query = sa.select(PatientAlert).where(
        PatientAlert.patient_id == patient_id,
        PatientAlert.code == code,
        PatientAlert.resolved_at.is_(None),
    )
    weight = LEVELS.index(AlertLevel(level))
    for one in session.execute(query).scalars():
        if one.sentence == sentence and LEVELS.index(AlertLevel(one.level)) <= weight:
            return one
    made = PatientAlert(
        id=uuid4(),
        patient_id=patient_id,
        code=code,
        level=AlertLevel(level).value,
        source=source,
        source_id=source_id,
        sentence=sentence,
        raised_at=at,
        raised_by_id=by_id,
        resolved_at=None,
        resolved_by_id=None,
        resolved_reason_sealed=None,
    )
    session.add(made)
    return made


def cautions(stand: tuple[Listed, ...]) -> tuple[Caution, ...]:
    """What asks for a reason before a first dose: each alert that is more than to be known."""
    return tuple(
        Caution("alert_standing", one.sentence, one.code)
        for one in stand
        if one.level is not AlertLevel.KNOW and not one.calls
    )


def unanswered(stand: tuple[Listed, ...]) -> tuple[Caution, ...]:
    """What asks for a reason whenever a dose is given or goes on: no risk note was written."""
    return tuple(
        Caution("risk_note_missing", f"{one.sentence} {NO_NOTE}", one.code)
        for one in stand
        if one.calls
    )


def mark_of(count: int, newest: datetime | None) -> str:
    """A word that changes with the alerts that call for a risk note; "" for none."""
    return f"{count}-{newest.astimezone(UTC):%Y%m%dT%H%M%S%f}" if newest else ""


def calling(session: Session, patient_id: UUID, *, reach: Reach) -> list[PatientAlert]:
    """The alerts of a patient that stand and call for a risk note, the oldest first."""
    query = (
        sa.select(PatientAlert)
        .where(
            PatientAlert.patient_id == patient_id,
            PatientAlert.resolved_at.is_(None),
            PatientAlert.code.in_(CALLING),
            reaches(PatientAlert.patient_id, reach),
        )
        .order_by(PatientAlert.raised_at, PatientAlert.id)
    )
    return list(session.execute(query).scalars())
