"""How a live session stands, as its page reads it: plain values, instants in UTC."""

from typing import Any

from kapnotes.actions.live import SessionView
from kapnotes.actions.standing import Asked, Given
from kapnotes.clinic.schedule import Slot
from kapnotes.clinic.waste import plain
from kapnotes.web.live_entry import instant


def status_of(view: SessionView) -> dict[str, Any]:
    """The standing of a session; the page runs its clock on from here."""
    stands = view.standing
    return {
        "state": view.infusion.state,
        "is_locked": view.is_locked,
        "started_at": instant(view.infusion.started_at),
        "dosed_at": instant(stands.dosed_at),
        "doses": [_given(one) for one in stands.doses],
        "total_mg": plain(stands.total_mg) if stands.total_mg is not None else None,
        "mg_per_kg": plain(stands.mg_per_kg) if stands.mg_per_kg is not None else None,
        "slots": [_slot(one) for one in stands.slots],
        "alerts": [_asked(one) for one in stands.asked],
        "missing_arrival": list(stands.missing_arrival),
        "missing_discharge": list(stands.missing_discharge),
        "earliest_leaving": instant(stands.earliest_leaving),
        "has_left": stands.left_at is not None,
    }


def _given(one: Given) -> dict[str, Any]:
    dose = one.dose
    rate = one.rate_mg_per_h
    return {
        "id": str(dose.id),
        "at": instant(dose.observed_at),
        "mg": plain(dose.mg),
        "weight_kg": plain(dose.weight_kg),
        "route": dose.route,
        "is_running": dose.is_running,
        "is_paused": one.is_paused,
        "rate_mg_per_h": plain(rate) if rate is not None else None,
        "stopped_at": instant(dose.stopped_at),
        "given_mg": plain(one.given_mg),
    }


def _slot(one: Slot) -> dict[str, Any]:
    return {
        "label": one.label,
        "minutes": one.minutes,
        "due_at": instant(one.due_at),
        "grace_until": instant(one.grace_until),
        "missed_at": instant(one.missed_at),
        "taken_at": instant(one.taken_at),
        "state": one.state.value,
    }


def _asked(one: Asked) -> dict[str, Any]:
    return {
        "row": str(one.row.id),
        "level": one.alert.level.name.lower(),
        "sentence": one.alert.sentence,
        "about": one.alert.about,
        "is_answered": one.is_answered,
    }
