"""What a session recorded, as plain values: doses, readings, events, adverse events."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kapnotes.clinic.adverse_event import AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.dose import DrugForm
from kapnotes.clinic.infusion import Route
from kapnotes.exchange.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something seen, said or done; `kind` is the practice's code for it, `what` its label.

    `about_id` is the reading that it answers, `rate_mg_per_h` the new rate of an infusion.
    """

    id: UUID
    at: datetime
    kind: str
    what: str
    by: Person
    words: str = ""
    why: str = ""
    rate_mg_per_h: Decimal | None = None
    about_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose: masses in mg, weight in kg, rate in mg/h, concentration in mg/ml.

    `drug` is said in words, `how` too (site, hold, sprays). `why` passed its cautions.
    """

    id: UUID
    started_at: datetime
    drug_form: DrugForm
    drug: str
    route: Route
    mg: Decimal
    by: Person
    stopped_at: datetime | None = None
    mg_per_kg: Decimal | None = None
    planned_mg_per_kg: Decimal | None = None
    rate_mg_per_h: Decimal | None = None
    concentration_mg_per_ml: Decimal | None = None
    lot: str = ""
    weight_kg: Decimal | None = None
    weighed_on: date | None = None
    drawn_mg: Decimal | None = None
    wasted_mg: Decimal | None = None
    wasted_by: str = ""
    witnessed_by: str = ""
    changes: str = ""
    how: str = ""
    is_running: bool = False
    why: str = ""
    steps: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One row of vitals: mmHg, per minute, %, MOAA/S 0-5, distress and nausea 0-10."""

    id: UUID
    at: datetime
    recorded_at: datetime
    by: Person
    systolic: int | None = None
    diastolic: int | None = None
    heart_rate: int | None = None
    spo2: int | None = None
    respiratory_rate: int | None = None
    sedation: int | None = None
    distress: int | None = None
    nausea: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """One adverse event: `what` is its kind in words, `ended` its outcome in words."""

    id: UUID
    at: datetime
    recorded_at: datetime
    kind: AdverseEventKind
    what: str
    severity: Severity
    by: Person
    is_serious: bool | None = None
    action: str = ""
    outcome: EventOutcome | None = None
    ended: str = ""
    resolved_at: datetime | None = None
    words: str = ""
