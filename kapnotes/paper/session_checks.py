"""The arrival check, recovery and discharge, and the vitals schedule, in words.

The same on page and paper, from plain values: what was confirmed stands on one line, what was not
on a line of its own. Sealed texts are said as they were typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes.clinic import schedule
from kapnotes.clinic.discharge import WORDS as CRITERIA
from kapnotes.clinic.schedule import Slot, SlotState
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.summary import Check, Line

Values = Mapping[str, Any]
ARRIVAL = {
    "identity_checked": "identity",
    "consent_confirmed": "consent, again today",
    "fasting_kept": "fasting",
    "medicines_checked": "medicines gone through",
    "escort_confirmed": "escort home",
    "time_out": "time-out",
}
"""What is confirmed before a dose, in the order of the check."""
NAMED = {
    "escort_confirmed": "escort_name",
    "time_out": "time_out_people",
    "escort_present": "escort_name",
}
"""Who belongs to what is confirmed."""
SETTLED = frozenset({SlotState.DONE, SlotState.LATE, SlotState.MISSED})


def option(noun: str, link_id: str, code: str | None) -> str:
    """The label of a stored code in a record; an unknown one as it is."""
    item = record_definition(noun).item(link_id)
    return next((one.display for one in item.options if one.code == code), code or "")


def arrival_check(values: Values, zone: ZoneInfo) -> Check:
    """The check before the dose, and the team's time-out."""
    return Check(
        values["observed_at"].astimezone(zone),
        values["recorded_by_name"],
        tuple(one for one in _arrival(values, zone) if one.words),
    )


def _arrival(values: Values, zone: ZoneInfo) -> Iterator[Line]:
    day = values["observed_at"].astimezone(zone)
    yield from _confirmed(values, ARRIVAL)
    food, drink = (_when(values[name], zone, day) for name in ("last_food_at", "last_drink_at"))
    yield Line("Last food", food)
    yield Line("Last drink", drink)
    yield Line("Medicines today", values["medicines"] or "")
    weight = words.figure(values["weight_kg"], "kg")
    if values["weighed_on"]:
        weight = f"{weight or 'weighed'}, {words.day(values['weighed_on'])}"
    yield Line("Weight", weight)
    baseline = option("arrival", "baseline", values["baseline"])
    if baseline and values["baseline_by"]:
        baseline += f", judged by {values['baseline_by']}"
    is_open = values["baseline"] == "not_acceptable"
    yield Line("Vitals before the dose", baseline or "not recorded", is_open)
    yield Line("What was found and done", values["baseline_words"] or "")
    yield Line("In words", values["words"] or "")
    yield Line("Why it stands", values["caution_reason"] or "")


def discharge_check(values: Values, zone: ZoneInfo, *, dosed_at: datetime | None) -> Check:
    """Recovery as it was found, and the patient's leaving."""
    return Check(
        values["observed_at"].astimezone(zone),
        values["recorded_by_name"],
        tuple(one for one in _discharge(values, zone, dosed_at) if one.words),
    )


def _discharge(values: Values, zone: ZoneInfo, dosed_at: datetime | None) -> Iterator[Line]:
    yield from _confirmed(
        values, {name: said[0].lower() + said[1:] for name, said in CRITERIA.items()}
    )
    if values["aldrete"] is not None:
        yield Line("Aldrete score", f"{values['aldrete']} of 10")
    left = _when(values["left_at"], zone, values["observed_at"].astimezone(zone))
    if left and dosed_at is not None:
        left += f", {words.minute(values['left_at'], dosed_at)} min after the first dose"
    yield Line("Left at", left or "not recorded", is_open=not left)
    yield Line("Judged by", values["discharged_by"] or "")
    yield Line("In words", values["words"] or "")
    yield Line("Why it stands", values["caution_reason"] or "")


def _confirmed(values: Values, said: Mapping[str, str]) -> Iterator[Line]:
    """What was confirmed, what was found otherwise, and what nobody wrote down."""
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, what in said.items():
        who = values.get(NAMED.get(name, "")) or ""
        found[values[name]].append(f"{what} ({who})" if who else what)
    yield Line("Confirmed", "; ".join(found[True]))
    yield Line("Not confirmed", "; ".join(found[False]), is_open=True)
    yield Line("Not recorded", "; ".join(found[None]))


def _when(at: datetime | None, zone: ZoneInfo, day: datetime) -> str:
    """A time of that day by its clock; of another day with its date."""
    if at is None:
        return ""
    here = at.astimezone(zone)
    said = words.clock(here)
    return said if here.date() == day.date() else f"{words.day(here)}, {said}"


def schedule_said(slots: Sequence[Slot], zone: ZoneInfo) -> tuple[str, ...]:
    """How the vitals schedule was met: how many in time, then each that was late or missed."""
    settled = [one for one in slots if one.state in SETTLED]
    if not settled:
        return ()
    timely = sum(one.state is SlotState.DONE for one in settled)
    if timely == len(settled) > 1:
        return (f"All {timely} readings of the schedule were taken in time.",)
    noun = "reading" if len(settled) == 1 else "readings"
    return (
        f"In time: {timely} of {len(settled)} {noun} of the schedule.",
        *(_late(one, zone) for one in settled if one.state is not SlotState.DONE),
    )


def _late(slot: Slot, zone: ZoneInfo) -> str:
    [said] = schedule.said((slot,))
    if slot.taken_at is None:
        return said
    return f"{said.removesuffix('.')}, at {words.clock(slot.taken_at.astimezone(zone))}."
