"""The entries of a session, each with the minute in which it is made and by whom.

What is typed is recorded a minute after it was seen; a tap is made at once. The medical
professional keeps the record, the therapist taps what is seen and said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kapnotes.access.actor import Actor
from kapnotes.actions.demo.sitting import Sitting
from kapnotes.clinic.infusion import Route
from kapnotes.library.demo import Story

RECORDED_AFTER = 1
"""Minutes from what was seen to its entry."""
READINGS = (
    "observed_at",
    "systolic",
    "diastolic",
    "heart_rate",
    "spo2",
    "respiratory_rate",
    "sedation",
    "distress",
    "nausea",
    "comment",
)
EVENT = ("observed_at", "kind", "words", "rate_mg_per_h")
AT_THE_END = frozenset({"drawn_mg", "wasted_mg", "wasted_by", "witnessed_by", "changes"})
"""What is known of an infusion only once it has stopped."""
JUDGED_BEFORE = {"arrival": 3, "discharge": 4}
"""Minutes from the arrival check to the dose, and from the criteria to the patient's leaving."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a session: what it says, and the minute in which it is made.

    `name` is what the story knows the row by later on; `extra` is what no form asks for.
    """

    noun: str
    minute: int
    values: Story
    by: Actor
    name: str = ""
    extra: Story | None = None


def entries(sitting: Sitting) -> Iterator[Told]:
    """Yield each entry of the session."""
    by, told = sitting.scene.medical, sitting.told
    arrival = {"observed_at": -JUDGED_BEFORE["arrival"], **_usual(sitting, "arrival")}
    yield Told("arrival", -JUDGED_BEFORE["arrival"] + RECORDED_AFTER, arrival, by)
    yield _dose(sitting)
    for row in told["vitals"]:
        yield Told("vitals", row[0] + RECORDED_AFTER, row_of(READINGS, row), by, f"vitals {row[0]}")
    for row in told.get("events", ()):
        seen_by = by if row[1].startswith("dose_") else sitting.scene.therapist
        yield Told("session_event", row[0], row_of(EVENT, row), seen_by)
    for event in told.get("adverse", ()):
        values = {name: event[name] for name in event if name not in {"minute", "resolved"}}
        values |= {"observed_at": event["minute"], "resolved_at": event["resolved"]}
        yield Told("adverse_event", event["resolved"] + RECORDED_AFTER, values, by)
    if "discharge" in told:
        left = sitting.minute_of(told["discharge"]["left_at"])
        judged = {"observed_at": left - JUDGED_BEFORE["discharge"], **_usual(sitting, "discharge")}
        yield Told("discharge", left + RECORDED_AFTER, judged, by)


def _usual(sitting: Sitting, noun: str) -> Story:
    """What is true of each session of the practice, of this patient, and of this one."""
    scene, told = sitting.scene, sitting.told
    usual = {**scene.always.get(noun, {}), **scene.told["always"].get(noun, {})}
    if noun == "arrival":
        dose = {**scene.told["dose"], **told["dose"]}
        usual |= {name: dose[name] for name in ("weight_kg", "weighed_on")}
    return {**usual, **told.get(noun, {})}


def row_of(names: tuple[str, ...], row: list[Any]) -> Story:
    """A row of the story under its names; ValueError for one that is longer than they are."""
    return dict(zip(names, row, strict=len(row) > len(names)))


def _dose(sitting: Sitting) -> Told:
    """The dose; an infusion is recorded as it starts, and stopped later."""
    dose, by = whole_dose(sitting), sitting.scene.medical
    if dose["route"] != Route.IV:
        return Told("dose", dose.get("held_minutes", 0) + RECORDED_AFTER, dose, by)
    begun = {name: dose[name] for name in dose if name not in AT_THE_END}
    return Told("dose", RECORDED_AFTER, begun, by, "dose", {"is_running": True})


def whole_dose(sitting: Sitting) -> dict[str, Any]:
    """Return all that is told of the dose, as it was at its end."""
    told, usual = sitting.told, sitting.scene.told
    dose = {"route": usual["route"], **usual["dose"], **told["dose"], "observed_at": 0}
    dose.pop("minutes", None)
    return dose
