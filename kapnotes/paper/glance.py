"""The document in ten seconds: dose, reaction, risk and plan, a sentence each."""

from collections.abc import Sequence
from decimal import Decimal

from kapnotes.clinic import dose as dose_rules
from kapnotes.clinic.infusion import Route
from kapnotes.paper import said, words
from kapnotes.paper.parts import ROUTES, Parts
from kapnotes.paper.session_checks import option
from kapnotes.paper.summary import Glance
from kapnotes.records.session_row import Discharge


def glance(parts: Parts, signed: Sequence[said.Signed], *, response: str) -> Glance:
    """Dose and reaction from the session, risk and plan from its signed notes."""
    return Glance(
        dose=dose_sentence(parts),
        reaction=reaction_sentence(parts),
        risk=said.last_told(signed, "risk-level"),
        plan=said.last_told(signed, "next-infusion", "next-step"),
        response=response,
    )


def dose_sentence(parts: Parts) -> str:
    """How much was given by which route in which time, or nothing."""
    if not parts.doses:
        return ""
    total = sum((one.mg for one in parts.doses), Decimal(0))
    first = parts.doses[0]
    per_kg = dose_rules.mg_per_kg(total, first.weight_kg)
    sentence = f"{words.figure(total, 'mg')} ({words.figure(per_kg, 'mg/kg')}) "
    sentence += ROUTES[Route(first.route)]
    last = max((one.stopped_at for one in parts.doses if one.stopped_at), default=None)
    if last is not None:
        sentence += f" over {words.minute(last, first.observed_at)} min"
    return sentence + "."


def reaction_sentence(parts: Parts) -> str:
    """How it was borne: the highest pressure, adverse events, when the patient left."""
    found = []
    pressures = [one for one in parts.vitals if one.systolic is not None]
    if pressures:
        top = max(pressures, key=lambda one: one.systolic or 0)
        found.append(f"Highest blood pressure {top.systolic}/{top.diastolic or '?'} mmHg.")
    if parts.adverse:
        events = "; ".join(
            f"{option('adverse_event', 'kind', one.kind).lower()}, {one.severity}"
            for one in parts.adverse
        )
        found.append(f"Adverse events: {events}.")
    elif parts.doses:
        found.append("No adverse event recorded.")
    if left := next((one.left_at for one in parts.session.of(Discharge) if one.left_at), None):
        found.append(f"Left at {words.clock(left.astimezone(parts.zone))}.")
    return " ".join(found)
