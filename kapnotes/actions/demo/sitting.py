"""A dosing session as it is recorded: start, dose, vitals, adverse events, completion.

Minutes are counted from the start of the dose; each entry is made a minute after what it records.
"""

from datetime import datetime
from functools import partial
from typing import Any

from kapnotes.actions import entry, infusion, session
from kapnotes.actions.demo.posted import posted
from kapnotes.actions.demo.scene import Scene
from kapnotes.library import record_definition
from kapnotes.library.demo import Story

READINGS = (
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
RECORDED_AFTER = 1


def tell(scene: Scene, key: str, told: Story, ready: datetime) -> None:
    """Put down a session that begins when all are ready, or soon after."""
    act = scene.stage.act
    begin = scene.after(ready, told.get("late", 0))
    dosed = scene.after(begin, told["wait"])
    act(begin, lambda at: infusion.start(infusion_id=scene.ids[key], by=scene.medical, at=at))
    for noun, minute, values in _entries(scene, told, dosed):
        when = scene.after(dosed, minute + RECORDED_AFTER)
        act(when, partial(_record, scene, key, noun, values))
    if "corrected" in told:
        when = scene.after(dosed, told["corrected"]["after"])
        act(when, partial(_correct, scene, key, told["corrected"], dosed))
    if "complete" in told:
        act(
            scene.after(dosed, told["complete"]),
            lambda at: infusion.complete(infusion_id=scene.ids[key], by=scene.medical, at=at),
        )


def _entries(scene: Scene, told: Story, dosed: datetime) -> list[tuple[str, int, dict[str, Any]]]:
    """Return each record with its kind and the minute by which it is known."""
    found = []
    dose = {**scene.told["dose"], **told["dose"], "observed_at": _wall(scene, dosed, 0)}
    minutes = dose.pop("minutes", 0)
    if minutes:
        dose["stopped_at"] = _wall(scene, dosed, minutes)
    found.append(("dose", minutes, dose))
    found += [("vitals", row[0], _readings(scene, row, dosed)) for row in told["vitals"]]
    for event in told.get("adverse", ()):
        begun, ended = event["minute"], event["resolved"]
        values = {
            name: value for name, value in event.items() if name not in {"minute", "resolved"}
        }
        values["observed_at"] = _wall(scene, dosed, begun)
        values["resolved_at"] = _wall(scene, dosed, ended)
        found.append(("adverse_event", ended, values))
    return found


def _readings(scene: Scene, row: list[Any], dosed: datetime) -> dict[str, Any]:
    values = dict(zip(READINGS, row[1:], strict=False))
    return {"observed_at": _wall(scene, dosed, row[0]), **values}


def _record(scene: Scene, key: str, noun: str, told: Story, at: datetime) -> None:
    session.RECORD[noun](
        infusion_id=scene.ids[key], values=_values(scene, noun, told), by=scene.medical, at=at
    )


def _correct(scene: Scene, key: str, told: Story, dosed: datetime, at: datetime) -> None:
    """Correct the reading of a minute, found on the session's page as a person finds it."""
    by = scene.medical
    shown = infusion.look(infusion_id=scene.ids[key], by=by, at=at)
    wrong = next(
        one for one in shown.vitals if one.observed_at == scene.after(dosed, told["row"][0])
    )
    session.correct_vitals(
        row_id=wrong.id,
        values=_values(scene, "vitals", _readings(scene, told["row"], dosed)),
        why=told["reason"],
        by=by,
        at=at,
    )


def _values(scene: Scene, noun: str, told: Story) -> dict[str, Any]:
    days = scene.days
    raw = posted(record_definition(noun), told, days=days, on=days.today)
    return entry.read(noun, raw, zone=days.zone)


def _wall(scene: Scene, dosed: datetime, minute: int) -> str:
    at = scene.after(dosed, minute)
    return entry.wall(at, scene.days.zone).isoformat(timespec="minutes")
