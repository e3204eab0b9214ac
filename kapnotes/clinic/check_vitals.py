"""Checks of the vital signs: rows of the schedule, and levels that asked for an action."""

from collections.abc import Iterator
from datetime import datetime

from kapnotes.clinic import schedule, vitals
from kapnotes.clinic.check_facts import ChainFacts
from kapnotes.clinic.check_finding import CheckFinding, clock
from kapnotes.clinic.check_rule import LEVELS, CheckCode, CheckRule
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.instant import instant
from kapnotes.clinic.schedule import Slot, SlotState

VITALS = "vitals"
"""The record in which these are found."""


def vitals_missed(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each row of the schedule that can no longer be taken."""
    del rule
    yield from (
        _of_slot(CheckCode.VITALS_MISSED, slot)
        for slot in _slots(facts, at)
        if slot.state is SlotState.MISSED
    )


def vitals_late(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each row of the schedule that was taken late, or is late by now."""
    del rule
    yield from (
        _of_slot(CheckCode.VITALS_LATE, slot)
        for slot in _slots(facts, at)
        if slot.state is SlotState.LATE
    )


def level_unanswered(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield what a reading asked for, from the practice's level on, and nobody answered."""
    del at
    rows = sorted(facts.readings, key=lambda one: instant(one.reading.observed_at))
    found = vitals.alerts(
        [one.reading for one in rows], dosed_at=facts.times.dosed_at, limits=facts.rules.levels
    )
    for row, (reading, alerts) in zip(rows, found, strict=True):
        for alert in alerts:
            if alert.level >= LEVELS[rule.level_from] and not row.is_answered:
                yield CheckFinding(
                    code=CheckCode.LEVEL_UNANSWERED,
                    sentence=(
                        f"{clock(reading.observed_at, facts.zone)}: {alert.sentence} "
                        "What was done is not recorded."
                    ),
                    row=row.key,
                    section=VITALS,
                    link_id=alert.about,
                    about=alert.code,
                )


def _slots(facts: ChainFacts, at: datetime) -> tuple[Slot, ...]:
    """Return the schedule of a session that took place, or goes on."""
    if facts.times.dosed_at is None or facts.times.state is InfusionState.CANCELLED:
        return ()
    left_at = facts.leaving.left_at if facts.leaving else None
    return schedule.due(
        facts.rules.schedule_of(facts.route),
        dosed_at=facts.times.dosed_at,
        readings=[one.reading for one in facts.readings],
        at=left_at or facts.times.completed_at or at,
        discharged_at=left_at,
    )


def _of_slot(code: CheckCode, slot: Slot) -> CheckFinding:
    return CheckFinding(
        code=code,
        sentence=f"Vitals, {schedule.said([slot])[0]}",
        section=VITALS,
        about="discharge" if slot.minutes is None else str(slot.minutes),
    )
