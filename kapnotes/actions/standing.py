"""How a session stands at a moment, worked out from its rows by the clinic's rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from kapnotes.actions.rules import Rules
from kapnotes.actions.session_check import (
    clinical_arrival,
    clinical_discharge,
    clinical_vitals,
    ended,
    steps_of,
)
from kapnotes.clinic import arrival as arrivals
from kapnotes.clinic import discharge as discharges
from kapnotes.clinic import dose as doses
from kapnotes.clinic import infusing, observation, schedule, tap
from kapnotes.clinic import vitals as vital_signs
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.schedule import Slot
from kapnotes.clinic.vitals import Alert
from kapnotes.records.course import Infusion
from kapnotes.records.session_row import (
    Arrival,
    Discharge,
    Dose,
    Row,
    SessionEvent,
    Vitals,
    values_of,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A dose, and of a running one how much of it was given so far, in mg."""

    dose: Dose
    is_paused: bool
    given_mg: Decimal
    rate_mg_per_h: Decimal | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reading asks for, and whether somebody said what was done."""

    row: Vitals
    alert: Alert
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of a session; `earliest_leaving` is when its observation is long enough."""

    dosed_at: datetime | None
    doses: Sequence[Given]
    total_mg: Decimal | None
    mg_per_kg: Decimal | None
    slots: Sequence[Slot]
    asked: Sequence[Asked]
    last_vitals: Vitals | None
    missing_arrival: Sequence[str]
    missing_discharge: Sequence[str]
    earliest_leaving: datetime | None
    left_at: datetime | None

    @property
    def level(self) -> vital_signs.Level:
        """The highest level that nobody has answered yet."""
        open_ = [one.alert.level for one in self.asked if not one.is_answered]
        return max(open_, default=vital_signs.Level.OK)


def standing(
    infusion: Infusion, rows: Sequence[Row], rules: Rules, *, zone: tzinfo = UTC, at: datetime
) -> Standing:
    """Work out how a session stands from the rows that are not struck out.

    `zone` is the practice's, for what is asked of the arrival: a weight's age counts in days.
    """
    given = sorted((one for one in rows if isinstance(one, Dose)), key=lambda one: one.observed_at)
    events = [one for one in rows if isinstance(one, SessionEvent)]
    readings = sorted(
        (one for one in rows if isinstance(one, Vitals)), key=lambda one: one.observed_at
    )
    arrival = next((one for one in rows if isinstance(one, Arrival)), None)
    leaving = next((one for one in rows if isinstance(one, Discharge)), None)
    dosed_at = given[0].observed_at if given else None
    left_at = leaving.left_at if leaving else None
    route = Route(given[0].route if given else infusion.route)
    total = sum((one.mg for one in given), Decimal(0)) if given else None
    return Standing(
        dosed_at,
        [_given(one, events, at) for one in given],
        total,
        doses.mg_per_kg(total, given[0].weight_kg) if total is not None else None,
        schedule.due(
            rules.schedule(route),
            dosed_at=dosed_at,
            readings=[clinical_vitals(values_of(one)) for one in readings],
            at=left_at or infusion.completed_at or at,
            discharged_at=left_at,
        ),
        _asked(readings, events, dosed_at, rules),
        readings[-1] if readings else None,
        [
            one.sentence
            for one in arrivals.missing(
                clinical_arrival(values_of(arrival)) if arrival else None,
                rules.arrival,
                at=(dosed_at or at).astimezone(zone),
            )
        ],
        [
            one.sentence
            for one in discharges.missing(
                clinical_discharge(values_of(leaving) if leaving else {}), rules.discharge
            )
        ],
        max(
            (observation.earliest(Route(one.route), ended(one), rules.discharge) for one in given),
            default=None,
        ),
        left_at,
    )


def _given(dose: Dose, events: Sequence[SessionEvent], at: datetime) -> Given:
    if not dose.is_running:
        return Given(dose, is_paused=False, given_mg=dose.mg, rate_mg_per_h=dose.rate_mg_per_h)
    steps = steps_of(dose, events)
    return Given(
        dose,
        infusing.is_paused(steps),
        infusing.given_mg(steps, dose.mg, at=at),
        infusing.rate(steps),
    )


def _asked(
    readings: Sequence[Vitals],
    events: Sequence[SessionEvent],
    dosed_at: datetime | None,
    rules: Rules,
) -> list[Asked]:
    answered: set[UUID | None] = {one.about_id for one in events if one.kind == tap.LEVEL_ANSWERED}
    found = vital_signs.alerts(
        [clinical_vitals(values_of(one)) for one in readings],
        dosed_at=dosed_at,
        limits=rules.vitals_levels,
    )
    return [
        Asked(row, alert, row.id in answered)
        for row, (_, alerts) in zip(readings, found, strict=True)
        for alert in alerts
    ]
