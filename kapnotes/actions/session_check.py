"""What the clinic says to a row of a session before it is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions import consent
from kapnotes.actions.rules import Rules, rules_of
from kapnotes.audit.trail import Deed
from kapnotes.clinic import adverse_event as adverse_events
from kapnotes.clinic import arrival as arrivals
from kapnotes.clinic import discharge as discharges
from kapnotes.clinic import dose as doses
from kapnotes.clinic import infusing, observation
from kapnotes.clinic import tap as taps
from kapnotes.clinic import vitals as vital_signs
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput, Concern, Refusal
from kapnotes.records import alert
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.journal import Act
from kapnotes.records.session_row import (
    DOSE_FIELDS,
    VITALS_FIELDS,
    Arrival,
    Dose,
    SessionEvent,
    Vitals,
    values_of,
)

Values = dict[str, Any]
EARLIEST = timedelta(days=7)
"""How long before its infusion something of its session can have been."""
STEPS = {
    "dose_paused": infusing.StepKind.PAUSED,
    "dose_resumed": infusing.StepKind.RESUMED,
    "rate_changed": infusing.StepKind.RATE_CHANGED,
}
"""The events that are steps of a running infusion."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an entry is checked beside: its infusion, the rows of its session, the rules."""

    deed: Deed
    infusion: Infusion
    act: Act
    reach: Reach
    rules: Rules
    at: datetime

    def doses(self) -> list[Dose]:
        """The doses that stand, by time."""
        return sessions.of_infusion(self.deed.session, Dose, self.infusion.id, reach=self.reach)

    def events(self) -> list[SessionEvent]:
        """The events that stand, by time."""
        return sessions.of_infusion(
            self.deed.session, SessionEvent, self.infusion.id, reach=self.reach
        )

    def arrival(self) -> Arrival | None:
        """The arrival check, if there is one."""
        found = sessions.of_infusion(self.deed.session, Arrival, self.infusion.id, reach=self.reach)
        return found[-1] if found else None

    def safety(self, *, on: date) -> Iterable[Concern]:
        """What speaks against a first dose: consent that is missing, alerts that stand."""
        session, infusion = self.deed.session, self.infusion
        yield from consent.missing(session, infusion.course, self.rules, on=on, reach=self.reach)
        yield from alert.cautions(self.alerts())

    def alerts(self) -> tuple[alert.Listed, ...]:
        """The alerts that stand on the patient."""
        return alert.standing(self.deed.session, self.infusion.patient_id, reach=self.reach)

    def has_reading(self, row_id: UUID) -> bool:
        """Whether a reading of this session has that id."""
        found = sessions.of_infusion(self.deed.session, Vitals, self.infusion.id, reach=self.reach)
        return any(one.id == row_id for one in found)


def check(
    deed: Deed,
    noun: str,
    values: Values,
    infusion: Infusion,
    *,
    act: Act,
    by: Actor,
    at: datetime,
) -> tuple[Concern, ...]:
    """What the clinic says to a row beside the others of its session. Raises BadInput."""
    rules = rules_of(deed.session, infusion, at=at)
    here = ZoneInfo(by.zone)
    beside = Beside(deed, infusion, act, by.reach(at), rules, at.astimezone(here))
    _bring_home(values, here)
    concerns = _CHECKS[noun](values, beside)
    return (*_check_day(values, infusion), *concerns)


def _bring_home(values: Values, here: ZoneInfo) -> None:
    """Give every time the practice's zone: what is compared with a date has that zone's date."""
    moments = {name: value for name, value in values.items() if isinstance(value, datetime)}
    values.update({name: value.astimezone(here) for name, value in moments.items()})


def _check_day(values: Values, infusion: Infusion) -> Iterable[Concern]:
    """A year or a month that was half typed puts an entry long before the infusion."""
    begins = min(infusion.planned_for, infusion.started_at or infusion.planned_for)
    if values["observed_at"] < begins - EARLIEST:
        return (Refusal("This is long before the infusion. Check the date.", about="observed_at"),)
    return ()


def clinical_dose(values: Values) -> doses.Dose:
    """A dose as the clinic's rules see it."""
    known = {name: values[name] for name in DOSE_FIELDS if values.get(name) is not None}
    known["drug_form"] = doses.DrugForm(known["drug_form"])
    if "route" in known:
        known["route"] = Route(known["route"])
    if "after_hold" in known:
        known["after_hold"] = doses.AfterHold(known["after_hold"])
    return doses.Dose(**known)


def _check_dose(values: Values, beside: Beside) -> Iterable[Concern]:
    planned = Route(beside.infusion.route)
    values["route"] = values.get("route") or planned.value
    values["is_running"] = bool(values.get("is_running"))
    if values.get("weight_kg") is None:
        yield Refusal("Enter the weight: a dose is kept with its mg/kg.", about="weight_kg")
    others = beside.doses()
    earlier = tuple(clinical_dose(values_of(other)) for other in others)
    if values["is_running"] and any(one.is_running for one in earlier):
        yield Refusal("An infusion is running already. Stop it before the next one begins.")
    limits = beside.rules.dose_limits(Route(values["route"]))
    yield from doses.check_dose(
        clinical_dose(values), limits, at=beside.at, earlier=earlier, planned_route=planned
    )
    if beside.act is Act.RECORDED and not earlier:
        arrival = beside.arrival()
        facts = clinical_arrival(values_of(arrival)) if arrival else None
        yield from arrivals.missing(facts, beside.rules.arrival, at=values["observed_at"])
        yield from beside.safety(on=values["observed_at"].date())
    if beside.act is Act.RECORDED:
        yield from alert.unanswered(beside.alerts())


def clinical_arrival(values: Values) -> arrivals.ArrivalFacts:
    """An arrival check as the clinic's rules see it."""
    names = arrivals.ArrivalFacts.__dataclass_fields__
    known: Values = {name: values[name] for name in names if values.get(name) is not None}
    return arrivals.ArrivalFacts(**known)


def _check_arrival(values: Values, beside: Beside) -> Iterable[Concern]:
    return arrivals.check_arrival(clinical_arrival(values), at=beside.at)


def clinical_vitals(values: Values) -> vital_signs.Vitals:
    """A reading as the clinic's rules see it."""
    return vital_signs.Vitals(
        **{name: values.get(name) for name in VITALS_FIELDS if name != "comment"}  # type: ignore[arg-type] # read by the record's definition
    )


def _check_vitals(values: Values, beside: Beside) -> Iterable[Concern]:
    readings = [values.get(name) for name in VITALS_FIELDS if name != "observed_at"]
    if all(reading is None for reading in readings):
        raise BadInput({"systolic": "Enter at least one reading."})
    return vital_signs.check_vitals(clinical_vitals(values), at=beside.at)


def _check_session_event(values: Values, beside: Beside) -> Iterable[Concern]:
    kind, words = str(values["kind"]), (values.get("words") or "").strip()
    yield from taps.check_event(kind, words, beside.rules.taps, at=beside.at, values=values)
    if kind == taps.LEVEL_ANSWERED:
        about = values.get("about_id")
        if about is None or not beside.has_reading(about):
            yield Refusal("The reading that this answers is not in this session.")
    if kind in STEPS:
        yield from _check_step(kind, values, beside)


def _check_step(kind: str, values: Values, beside: Beside) -> Iterable[Concern]:
    running = [one for one in beside.doses() if one.is_running]
    if not running:
        yield Refusal("No infusion is running.")
        return
    new = infusing.Step(STEPS[kind], values["observed_at"], values.get("rate_mg_per_h"))
    yield from infusing.check_step(steps_of(running[-1], beside.events()), new)
    if kind == "dose_resumed":
        yield from alert.unanswered(beside.alerts())


def steps_of(dose: Dose, events: Sequence[SessionEvent]) -> tuple[infusing.Step, ...]:
    """The steps of a dose that runs or ran: start, pauses, changes of rate, stop."""
    steps = [infusing.Step(infusing.StepKind.STARTED, dose.observed_at, dose.rate_mg_per_h)]
    steps += [
        infusing.Step(STEPS[one.kind], one.observed_at, one.rate_mg_per_h)
        for one in events
        if one.kind in STEPS
        and one.observed_at >= dose.observed_at
        and (dose.stopped_at is None or one.observed_at <= dose.stopped_at)
    ]
    if dose.stopped_at is not None:
        steps.append(infusing.Step(infusing.StepKind.STOPPED, dose.stopped_at, None))
    return tuple(steps)


def clinical_adverse_event(values: Values) -> adverse_events.AdverseEvent:
    """An adverse event as the clinic's rules see it."""
    outcome = values.get("outcome")
    return adverse_events.AdverseEvent(
        observed_at=values["observed_at"],
        kind=adverse_events.AdverseEventKind(values["kind"]),
        severity=adverse_events.Severity(values["severity"]),
        serious=values.get("serious"),
        action=values.get("action") or "",
        outcome=adverse_events.EventOutcome(outcome) if outcome else None,
        resolved_at=values.get("resolved_at"),
        words=values.get("words") or "",
    )


def _check_adverse_event(values: Values, beside: Beside) -> Iterable[Concern]:
    return adverse_events.check_event(clinical_adverse_event(values), at=beside.at)


def clinical_discharge(values: Values) -> discharges.DischargeFacts:
    """Recovery and discharge as the clinic's rules see them."""
    names = discharges.DischargeFacts.__dataclass_fields__
    known = {name: values[name] for name in names if values.get(name) is not None}
    return discharges.DischargeFacts(**known)


def _check_discharge(values: Values, beside: Beside) -> Iterable[Concern]:
    left_at = values.get("left_at")
    if left_at is None:
        return
    given = beside.doses()
    if any(one.is_running for one in given):
        yield Refusal("The infusion is still running. Stop it before the patient leaves.")
    if left_at > beside.at:
        yield Refusal("The time of leaving is in the future.", about="left_at")
    if given and left_at < given[0].observed_at:
        yield Refusal("The patient cannot have left before the dose.", about="left_at")
    yield from discharges.missing(clinical_discharge(values), beside.rules.discharge)
    early = [
        observation.too_early(Route(one.route), ended(one), left_at, beside.rules.discharge)
        for one in given
    ]
    yield from [one for one in early if one is not None][-1:]


def ended(dose: Dose) -> datetime:
    """From when the observation after a dose counts: its end where it has one, else its start."""
    return dose.stopped_at or dose.observed_at


_CHECKS: dict[str, Callable[[Values, Beside], Iterable[Concern]]] = {
    "arrival": _check_arrival,
    "dose": _check_dose,
    "vitals": _check_vitals,
    "session_event": _check_session_event,
    "adverse_event": _check_adverse_event,
    "discharge": _check_discharge,
}
