"""What the live session's page and the board show beside the entries themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.actions.glance import Glance
from kapnotes.actions.live import Running, SessionView
from kapnotes.actions.standing import Standing
from kapnotes.clinic import dose as doses
from kapnotes.clinic.schedule import Slot, SlotState
from kapnotes.clinic.vitals import Level
from kapnotes.paper import words
from kapnotes.paper.drawing import VitalsChart
from kapnotes.records.course import Infusion
from kapnotes.records.session_row import (
    AdverseEvent,
    Arrival,
    Discharge,
    Dose,
    Row,
    SessionEvent,
    Vitals,
    values_of,
)
from kapnotes.web import entry
from kapnotes.web.entry import Form
from kapnotes.web.filters import option
from kapnotes.web.live_entry import said
from kapnotes.web.session_chart import session_chart


def forms_of(view: SessionView) -> dict[str, Form]:
    """The forms of the page: arrival and discharge as they stand, the others blank."""
    stands: dict[str, Row | None] = {
        "arrival": next((one for one in view.standing_rows if isinstance(one, Arrival)), None),
        "discharge": next((one for one in view.standing_rows if isinstance(one, Discharge)), None),
    }
    known = {"dose": {"route": view.infusion.route, "drug_form": "racemic"}}
    return {
        noun: entry.blank(noun, values_of(row) if row else {}) for noun, row in stands.items()
    } | {
        noun: entry.blank(noun, known.get(noun, {})) for noun in ("dose", "vitals", "adverse_event")
    }


def glance_of(found: Glance) -> dict[str, str]:
    """What to know before the session, as lines."""
    reactions = [option("adverse_event", "kind", one.kind).lower() for one in found.last_events]
    return {
        "last_dose": _last_dose(found),
        "last_reaction": " · ".join(
            [*([", ".join(reactions).capitalize()] if reactions else []), *found.last_reaction]
        ),
        "touch": found.touch,
        "intention": found.intention,
        "music": found.music,
        "agreed": "for this infusion" if found.is_agreed_for_this else "",
    }


def _last_dose(found: Glance) -> str:
    dose = found.last_dose
    if dose is None:
        return ""
    per_kg = words.figure(doses.mg_per_kg(dose.mg, dose.weight_kg), "mg/kg")
    return f"{words.figure(dose.mg, 'mg')} ({per_kg}) on {words.day(dose.observed_at)}"


def chart_of(view: SessionView, zone: str) -> VitalsChart | None:
    """The vitals with doses and adverse events, as the infusion's page draws them."""
    rows = sorted(view.standing_rows, key=lambda row: row.observed_at)
    return session_chart(
        [one for one in rows if isinstance(one, Vitals)],
        [one for one in rows if isinstance(one, Dose)],
        [one for one in rows if isinstance(one, AdverseEvent)],
        ZoneInfo(zone),
        events=[one for one in rows if isinstance(one, SessionEvent)],
        taps=view.rules.taps,
    )


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One session on the board. `level` is "", warn, hold or urgent; `next_state` of its slot."""

    infusion: Infusion
    dosed_at: datetime | None
    last_at: datetime | None
    last_words: str
    next_label: str
    next_at: datetime | None
    next_state: str
    level: str
    why: str
    is_running: bool
    has_left: bool


def board_rows(running: Sequence[Running], me: Actor, at: datetime) -> list[BoardRow]:
    """The sessions of the board, the most urgent first, then by what is due first."""
    rows = [_row(one, me) for one in running]
    far = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(rows, key=lambda row: (-_RANK[row.level], row.next_at or far))


_RANK = {"": 0, "warn": 1, "hold": 2, "urgent": 3}


def _row(one: Running, me: Actor) -> BoardRow:
    stands = one.standing
    last, slot = stands.last_vitals, _next(stands)
    open_ = [asked for asked in stands.asked if not asked.is_answered]
    worst = max(open_, key=lambda asked: asked.alert.level, default=None)
    level = worst.alert.level if worst else Level.OK
    return BoardRow(
        one.infusion,
        stands.dosed_at,
        last.observed_at if last else None,
        said(last, me.zone) if last else "",
        slot.label if slot else "",
        slot.due_at if slot else None,
        slot.state.value if slot else "",
        "" if level is Level.OK else level.name.lower(),
        worst.alert.sentence if worst else "",
        any(given.dose.is_running for given in stands.doses),
        stands.left_at is not None,
    )


def _next(stands: Standing) -> Slot | None:
    """The row of the schedule that waits to be taken next."""
    open_ = {SlotState.DUE, SlotState.LATE, SlotState.LATER}
    return next((one for one in stands.slots if one.taken_at is None and one.state in open_), None)
