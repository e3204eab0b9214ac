"""A session with everything in it, and nothing but what somebody would record."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kapnotes.actions import infusion, session
from tests.builders import ARRIVAL, AT, DOSE, Small, minute

EVENTS: tuple[tuple[int, str, str], ...] = (
    (8, "onset", ""),
    (14, "tears", "Quiet, hands open"),
    (22, "touch_as_agreed", ""),
    (26, "words", "“It is still. Bigger than me.”"),
)
STEPS = ((16, "dose_paused", "Nausea"), (18, "dose_resumed", ""))
LEFT = {
    "observed_at": minute(52),
    "vitals_near_baseline": True,
    "oriented": True,
    "walking": True,
    "nausea_controlled": True,
    "dissociation_settled": True,
    "risk_rechecked": True,
    "aldrete": 10,
    "escort_present": True,
    "escort_name": "Runa Falk",
    "instructions_given": True,
    "no_driving_told": True,
    "left_at": minute(53),
    "discharged_by": "Mina",
    "words": "Steady, a little tired.",
}
EARLY = "Lives next door, and her sister stays with her"
ENDED = minute(56)


def run_whole_session(
    small: Small, infusion_id: UUID | None = None, *, is_over: bool = True
) -> None:
    """Arrival, an infusion with a pause, late and missed readings, events, leaving, the end."""
    about, by = infusion_id or small.infusion_id, small.medical
    session.record_arrival(infusion_id=about, values=ARRIVAL, by=by, at=minute(-1))
    infusion.start(infusion_id=about, by=by, at=minute(0))
    begun = {**DOSE, "stopped_at": None, "rate_mg_per_h": Decimal(54), "is_running": True}
    for name in ("drawn_mg", "wasted_mg", "wasted_by", "witnessed_by"):
        begun[name] = None
    dose = session.record_dose(
        infusion_id=about, values={**begun, "site": "Left forearm, 22 G"}, by=by, at=minute(1)
    )
    _reading(small, about, -5, 124)
    _reading(small, about, 21, 148)
    for at, kind, words in (*STEPS, *EVENTS):
        _event(small, about, at, kind, words)
    session.record_adverse_event(
        infusion_id=about,
        values={
            "observed_at": minute(15),
            "kind": "nausea",
            "severity": "mild",
            "serious": False,
            "action": "Infusion paused, head raised",
            "outcome": "resolved",
            "resolved_at": minute(20),
            "words": "Brief",
        },
        by=by,
        at=minute(24),
    )
    if is_over:
        session.stop_dose(
            row_id=dose.row_id,
            values={**DOSE, "stopped_at": minute(42), "site": "Left forearm, 22 G"},
            by=by,
            at=minute(43),
        )
        _reading(small, about, 41, 132)
        session.record_discharge(infusion_id=about, values=LEFT, reason=EARLY, by=by, at=minute(54))
        infusion.complete(infusion_id=about, by=by, at=ENDED)


def _reading(small: Small, about: UUID, at: int, systolic: int) -> None:
    values = {
        "observed_at": minute(at),
        "systolic": systolic,
        "diastolic": 80,
        "heart_rate": 72,
        "spo2": 98,
    }
    session.record_vitals(infusion_id=about, values=values, by=small.medical, at=_later(at))


def _event(small: Small, about: UUID, at: int, kind: str, words: str) -> None:
    values: dict[str, Any] = {"observed_at": minute(at), "kind": kind, "words": words or None}
    session.record_session_event(
        infusion_id=about, values=values, by=small.therapist, at=_later(at)
    )


def _later(at: int) -> datetime:
    """A minute later, when it is put down."""
    return min(minute(max(at, 0) + 1), AT)
