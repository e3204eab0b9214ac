"""Checks of the doses: beside plan, limits and protocol, and what became of all that was drawn.

A reason that was written when a dose was recorded explains what is unusual about it; it does not
explain a balance that does not add up.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from kapnotes.clinic import dose as doses
from kapnotes.clinic.check_facts import ChainFacts, DoseFact
from kapnotes.clinic.check_finding import CheckFinding, clock, local
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.dose import Dose
from kapnotes.clinic.dose_limits import per_kg
from kapnotes.clinic.instant import instant
from kapnotes.clinic.protocol import starting_dose
from kapnotes.clinic.refusals import Concern
from kapnotes.clinic.waste import WasteUnbalanced, WasteUnwitnessed, check_waste, in_mg, plain

OUTSIDE = frozenset({"high_dose", "dose_too_high", "unlike_plan", "other_route", "long_dose"})
WEIGHT = frozenset({"no_weight", "undated_weight", "old_weight"})
DOSE = "dose"
"""The record in which these are found."""


def dose_outside(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each dose beside its plan or its limits, and a session unlike its protocol."""
    found = [
        _of_dose(CheckCode.DOSE_OUTSIDE, facts, one, concern)
        for one, concern in _concerns(facts, at)
        if concern.code in OUTSIDE
    ]
    yield from found
    if not any(one.about == "unlike_plan" for one in found):
        yield from _unlike_protocol(facts, rule)


def dose_weight(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each dose whose weight is missing, undated or old."""
    del rule
    for one, concern in _concerns(facts, at):
        if concern.code in WEIGHT:
            yield _of_dose(CheckCode.DOSE_WEIGHT, facts, one, concern)


def waste_unbalanced(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each dose whose drawn, given and wasted mg do not add up."""
    del rule, at
    for one, concern in _wastes(facts):
        if concern.code == WasteUnbalanced.code:
            yield _of_dose(CheckCode.WASTE_UNBALANCED, facts, one, concern, is_explained=False)


def waste_unwitnessed(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each waste without two different people."""
    del rule, at
    for one, concern in _wastes(facts):
        if concern.code == WasteUnwitnessed.code:
            yield _of_dose(CheckCode.WASTE_UNWITNESSED, facts, one, concern, is_explained=False)


def waste_unrecorded(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each dose from a vial of which nothing says how much was drawn."""
    del at
    for one in _in_turn(facts):
        route = one.dose.route or facts.route
        drawn = one.dose.drawn_mg, one.dose.wasted_mg
        if drawn == (None, None) and route in rule.drawn_by and not one.dose.is_running:
            yield CheckFinding(
                code=CheckCode.WASTE_UNRECORDED,
                sentence=(
                    f"{_dose_at(facts, one.dose)}: what was drawn is not recorded, so that given "
                    "and wasted cannot be balanced."
                ),
                row=one.key,
                section=DOSE,
                link_id="drawn_mg",
            )


def _in_turn(facts: ChainFacts) -> list[DoseFact]:
    return sorted(facts.doses, key=lambda one: (instant(one.dose.observed_at), one.key))


def _concerns(facts: ChainFacts, at: datetime) -> Iterator[tuple[DoseFact, Concern]]:
    """Yield what is said of each dose beside those before it, in the practice's own times."""
    before: list[Dose] = []
    for one in _in_turn(facts):
        here = replace(one.dose, observed_at=local(one.dose.observed_at, facts.zone))
        limits = facts.rules.dose_limits[here.route or facts.route]
        for concern in doses.check_dose(
            here, limits, at=at, earlier=before, planned_route=facts.route
        ):
            yield one, concern
        before.append(here)


def _wastes(facts: ChainFacts) -> Iterator[tuple[DoseFact, Concern]]:
    for one in _in_turn(facts):
        dose = one.dose
        if dose.is_running:
            continue
        for concern in check_waste(
            dose.drawn_mg,
            dose.mg,
            dose.wasted_mg,
            wasted_by=dose.wasted_by,
            witnessed_by=dose.witnessed_by,
        ):
            yield one, concern


def _of_dose(
    code: CheckCode,
    facts: ChainFacts,
    one: DoseFact,
    concern: Concern,
    *,
    is_explained: bool | None = None,
) -> CheckFinding:
    return CheckFinding(
        code=code,
        sentence=f"{_dose_at(facts, one.dose)}: {concern.sentence}",
        row=one.key,
        section=DOSE,
        link_id=concern.about,
        about=concern.code,
        is_explained=_is_explained(one) if is_explained is None else is_explained,
    )


def _is_explained(one: DoseFact) -> bool:
    return bool(one.reason.strip() or one.dose.changes.strip())


def _dose_at(facts: ChainFacts, dose: Dose) -> str:
    return f"Dose of {clock(dose.observed_at, facts.zone)}"


def _unlike_protocol(facts: ChainFacts, rule: CheckRule) -> Iterator[CheckFinding]:
    """Compare all that was given by the protocol's route with its dose for this infusion.

    Until the session is over there may be more to come.
    """
    planned, route = starting_dose(facts.number, facts.protocol), facts.protocol.route
    given = [
        one for one in _in_turn(facts) if (one.dose.route or facts.route) == (route or facts.route)
    ]
    weights = [one.dose.weight_kg for one in given if one.dose.weight_kg]
    if planned is None or not weights or any(one.dose.is_running for one in given):
        return
    total = sum((one.dose.mg for one in given), Decimal(0))
    plan = planned * weights[-1]
    is_so_far = total < plan and not facts.is_over
    if abs(total - plan) * 100 > plan * rule.dose_percent and not is_so_far:
        yield CheckFinding(
            code=CheckCode.DOSE_OUTSIDE,
            sentence=(
                f"{in_mg(total)} were given, {plain(per_kg(total, weights[-1]))} mg/kg; the "
                f"protocol plans {plain(planned)} mg/kg for infusion {facts.number}."
            ),
            section=DOSE,
            link_id="mg",
            about="unlike_protocol",
            is_explained=bool(facts.dose_reason.strip()) or any(map(_is_explained, given)),
        )
