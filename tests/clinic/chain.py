"""The chain of one infusion in which no check finds anything, and one change of it in a call."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kapnotes.clinic.adverse_event import AdverseEvent, AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.arrival import ArrivalFacts
from kapnotes.clinic.check import checks
from kapnotes.clinic.check_facts import (
    ChainFacts,
    DoseFact,
    EventFact,
    Leaving,
    NoteFact,
    NoteText,
    ReadingFact,
    RiskFact,
)
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import DEFAULT_RULE, CheckCode, CheckRule
from kapnotes.clinic.consent import POINTS, Consent
from kapnotes.clinic.discharge import DischargeFacts
from kapnotes.clinic.dose import Dose
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.protocol import IV_INDUCTION_SIX
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.clinic.vitals import Vitals

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
DOSED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
COMPLETED = DOSED + 3 * HOUR
LEFT = DOSED + 2 * HOUR + 30 * MINUTE
SIGNED = {
    NoteKind.PREPARATION: DOSED - DAY,
    NoteKind.DOSING: COMPLETED + HOUR,
    NoteKind.INTEGRATION: DOSED + 2 * DAY,
}
GOALS = {NoteKind.PREPARATION: ("focus", "goals"), NoteKind.INTEGRATION: ("meaning", "goal-links")}
NOW = DOSED + 10 * DAY


def note(kind: NoteKind, **changes: Any) -> NoteFact:
    """A signed note of that kind, in time; `state`, `signed_at` and such are of its times."""
    times = {
        name: changes.pop(name)
        for name in ("state", "signed_at", "cosigned_at", "key")
        if name in changes
    }
    section, link_id = GOALS.get(kind, ("closing", "assessment"))
    made = NoteFact(
        times=NoteTimes(
            **{
                "kind": kind,
                "state": NoteState.SIGNED,
                "signed_at": SIGNED[kind],
                "key": kind.value,
                **times,
            }
        ),
        session_on=SIGNED[kind].date(),
        risk=RiskFact(level=RiskLevel.NONE),
        texts=(
            NoteText(link_id=link_id, section=section, label="Goals", text="Goal 1: less washing."),
        ),
    )
    return replace(made, **changes)


def dose(**changes: Any) -> DoseFact:
    """40 mg by drip for 80 kg, all of it accounted for; `reason` is the row's."""
    reason = changes.pop("reason", "")
    known: dict[str, Any] = {
        "observed_at": DOSED,
        "stopped_at": DOSED + 40 * MINUTE,
        "mg": Decimal(40),
        "weight_kg": Decimal(80),
        "weighed_on": date(2026, 3, 1),
        "planned_mg_per_kg": Decimal("0.5"),
        "drawn_mg": Decimal(50),
        "wasted_mg": Decimal(10),
        "wasted_by": "Sam Achterberg",
        "witnessed_by": "Maya Okafor",
    }
    return DoseFact(key=changes.pop("key", "dose-1"), dose=Dose(**known | changes), reason=reason)


def reading(minutes: int, *, is_answered: bool = False, **readings: int) -> ReadingFact:
    """Calm vitals so many minutes after the dose."""
    known = {"systolic": 124, "diastolic": 78, "heart_rate": 72, "spo2": 98} | readings
    row = Vitals(observed_at=DOSED + minutes * MINUTE, **known)
    return ReadingFact(key=f"vitals-{minutes}", reading=row, is_answered=is_answered)


def event(**changes: Any) -> EventFact:
    """Nausea that is over; `is_followed_up` is the row's."""
    followed = changes.pop("is_followed_up", False)
    known: dict[str, Any] = {
        "observed_at": DOSED + 50 * MINUTE,
        "kind": AdverseEventKind.NAUSEA,
        "severity": Severity.MILD,
        "serious": False,
        "outcome": EventOutcome.RESOLVED,
        "resolved_at": DOSED + 80 * MINUTE,
    }
    return EventFact(key="event-1", event=AdverseEvent(**known | changes), is_followed_up=followed)


READY = DischargeFacts(
    vitals_near_baseline=True,
    oriented=True,
    walking=True,
    nausea_controlled=True,
    dissociation_settled=True,
    risk_rechecked=True,
    escort_present=True,
    instructions_given=True,
    no_driving_told=True,
    aldrete=10,
)


def chain(**changes: Any) -> ChainFacts:
    """A completed infusion in which nothing is to be found, with some facts changed."""
    whole = ChainFacts(
        number=1,
        route=Route.IV,
        times=InfusionTimes(
            state=InfusionState.COMPLETED, planned_for=DOSED, dosed_at=DOSED, completed_at=COMPLETED
        ),
        protocol=IV_INDUCTION_SIX,
        notes=tuple(note(kind) for kind in NoteKind),
        doses=(dose(),),
        arrival=ArrivalFacts(observed_at=DOSED - HOUR, escort_confirmed=True),
        readings=tuple(reading(minutes) for minutes in (-5, 15, 30, 40, 60, 90, 145)),
        events=(event(),),
        leaving=Leaving(key="leaving", facts=READY, left_at=LEFT),
        consents=(Consent(form_version="1", points=frozenset(POINTS), signed_on=date(2026, 2, 1)),),
    )
    return replace(whole, **changes)


def running(**changes: Any) -> ChainFacts:
    """The same infusion while its session goes on, ten minutes after the start."""
    times = InfusionTimes(state=InfusionState.IN_PROGRESS, planned_for=DOSED, dosed_at=DOSED)
    known: dict[str, Any] = {
        "times": times,
        "notes": (note(NoteKind.PREPARATION),),
        "leaving": None,
        "readings": (reading(-5),),
        "events": (),
    }
    return chain(**known | changes)


def found(
    facts: ChainFacts, code: CheckCode, *, at: datetime = NOW, **limits: Any
) -> list[CheckFinding]:
    """What one check finds, by a rule with some limits changed."""
    rule: CheckRule = replace(DEFAULT_RULE, **limits)
    return [one for one in checks(facts, rule, at=at) if one.code is code]


def said(facts: ChainFacts, code: CheckCode, *, at: datetime = NOW, **limits: Any) -> list[str]:
    """The sentences of what one check finds."""
    return [one.sentence for one in found(facts, code, at=at, **limits)]
