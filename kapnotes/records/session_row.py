"""The rows of a dosing session: arrival, doses, vitals, events, adverse events, discharge.

Each has two clocks: `observed_at` is the clinical time that a person entered, `recorded_at` the
server's. A row is never edited: a correction is a new row that names the old one, and the old one
is struck. What was recorded once stays readable.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from kapnotes import db
from kapnotes.records.person import Person


class SessionRow:
    """What all rows of a session have in common."""

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


class Arrival(SessionRow, db.Base):
    """The check before the dose: identity, consent, fasting, escort, weight, baseline, time-out."""

    __tablename__ = "arrival"

    identity_checked: Mapped[bool | None]
    consent_confirmed: Mapped[bool | None]
    last_food_at: Mapped[datetime | None]
    last_drink_at: Mapped[datetime | None]
    fasting_kept: Mapped[bool | None]
    medicines_checked: Mapped[bool | None]
    medicines_sealed: Mapped[bytes | None]
    medicines = db.sealed_text("medicines_sealed")
    escort_confirmed: Mapped[bool | None]
    escort_name_sealed: Mapped[bytes | None]
    escort_name = db.sealed_text("escort_name_sealed")
    weight_kg: Mapped[Decimal | None]
    weighed_on: Mapped[date | None]
    baseline: Mapped[str | None] = mapped_column(sa.String(20))
    baseline_by: Mapped[str | None] = mapped_column(sa.String(100))
    baseline_words_sealed: Mapped[bytes | None]
    baseline_words = db.sealed_text("baseline_words_sealed")
    time_out: Mapped[bool | None]
    time_out_people_sealed: Mapped[bytes | None]
    time_out_people = db.sealed_text("time_out_people_sealed")
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")


class Dose(SessionRow, db.Base):
    """A dose given. mg, mg/kg, mg/ml, mg/h and kg as exact decimals.

    While `is_running` an infusion goes on, and `mg` is what is to be given.
    """

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
    site: Mapped[str | None] = mapped_column(sa.String(60))
    held_minutes: Mapped[int | None]
    after_hold: Mapped[str | None] = mapped_column(sa.String(20))
    sprays: Mapped[int | None]
    is_running: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


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


class SessionEvent(SessionRow, db.Base):
    """Something that was seen, said or done, by one tap or in quick words.

    `about_id` is the reading that the words answer, where a level asked what was done.
    """

    __tablename__ = "session_event"

    kind: Mapped[str] = mapped_column(sa.String(40))
    rate_mg_per_h: Mapped[Decimal | None]
    about_id: Mapped[UUID | None]
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")


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


class Discharge(SessionRow, db.Base):
    """Recovery and leaving: each criterion as found, and `left_at` once the patient has gone."""

    __tablename__ = "discharge"

    vitals_near_baseline: Mapped[bool | None]
    oriented: Mapped[bool | None]
    walking: Mapped[bool | None]
    nausea_controlled: Mapped[bool | None]
    dissociation_settled: Mapped[bool | None]
    risk_rechecked: Mapped[bool | None]
    aldrete: Mapped[int | None]
    escort_present: Mapped[bool | None]
    escort_name_sealed: Mapped[bytes | None]
    escort_name = db.sealed_text("escort_name_sealed")
    instructions_given: Mapped[bool | None]
    no_driving_told: Mapped[bool | None]
    follow_up_booked: Mapped[bool | None]
    left_at: Mapped[datetime | None]
    discharged_by: Mapped[str | None] = mapped_column(sa.String(100))
    words_sealed: Mapped[bytes | None]
    words = db.sealed_text("words_sealed")


Row: TypeAlias = Arrival | Dose | Vitals | SessionEvent | AdverseEvent | Discharge
TABLES: dict[str, type[Row]] = {
    "arrival": Arrival,
    "dose": Dose,
    "vitals": Vitals,
    "session_event": SessionEvent,
    "adverse_event": AdverseEvent,
    "discharge": Discharge,
}
"""Each noun of a session with its table, in the order of a session."""

DOSE_FIELDS = (
    "observed_at",
    "stopped_at",
    "route",
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
    "site",
    "held_minutes",
    "after_hold",
    "sprays",
    "is_running",
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
ARRIVAL_FIELDS = (
    "observed_at",
    "identity_checked",
    "consent_confirmed",
    "last_food_at",
    "last_drink_at",
    "fasting_kept",
    "medicines_checked",
    "medicines",
    "escort_confirmed",
    "escort_name",
    "weight_kg",
    "weighed_on",
    "baseline",
    "baseline_by",
    "baseline_words",
    "time_out",
    "time_out_people",
    "words",
)
SESSION_EVENT_FIELDS = ("observed_at", "kind", "rate_mg_per_h", "about_id", "words")
DISCHARGE_FIELDS = (
    "observed_at",
    "vitals_near_baseline",
    "oriented",
    "walking",
    "nausea_controlled",
    "dissociation_settled",
    "risk_rechecked",
    "aldrete",
    "escort_present",
    "escort_name",
    "instructions_given",
    "no_driving_told",
    "follow_up_booked",
    "left_at",
    "discharged_by",
    "words",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "arrival": ARRIVAL_FIELDS,
    "dose": DOSE_FIELDS,
    "vitals": VITALS_FIELDS,
    "session_event": SESSION_EVENT_FIELDS,
    "adverse_event": ADVERSE_EVENT_FIELDS,
    "discharge": DISCHARGE_FIELDS,
}
R = TypeVar("R", bound=Row)


def values_of(row: Row) -> dict[str, Any]:
    """A row as its form has it."""
    return {name: getattr(row, name) for name in FIELDS[row.__tablename__]}
