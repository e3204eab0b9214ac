"""A dosing session as it is recorded: start, dose, vitals, adverse events, completion.

Minutes are counted from the start of the dose; each reading is recorded a minute after it is taken.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

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


def tell(scene: Scene, number: int, told: Story, planned_for: datetime) -> None:
    """Put down a session that began when it was planned."""
    begin = scene.after(planned_for, told.get("late", 0))
    if "ago" in told:
        begin = scene.days.ago(told["ago"])
    dosed = scene.after(begin, told["wait"])
    act, key = scene.stage.act, f"infusion {number}"
    act(begin, lambda at: infusion.start(infusion_id=scene.ids[key], by=scene.medical, at=at))
    dose = {**scene.told["dose"], **told["dose"]}
    stop = dose.pop("minutes", None)
    act(
        scene.after(dosed, (stop or 0) + RECORDED_AFTER),
        partial(_dose, scene, key, dose, dosed, stop),
    )
    for row in told["vitals"]:
        act(scene.after(dosed, row[0] + RECORDED_AFTER), partial(_vitals, scene, key, row, dosed))
    for event in told.get("adverse", ()):
        last = event.get("resolved", event["minute"])
        act(scene.after(dosed, last + RECORDED_AFTER), partial(_event, scene, key, event, dosed))
    if "complete" in told:
        act(
            scene.after(dosed, told["complete"]),
            lambda at: infusion.complete(infusion_id=scene.ids[key], by=scene.medical, at=at),
        )


def _dose(
    scene: Scene, key: str, told: Story, dosed: datetime, stop: int | None, at: datetime
) -> None:
    times = {"observed_at": _wall(scene, dosed)}
    if stop is not None:
        times["stopped_at"] = _wall(scene, scene.after(dosed, stop))
    _record(scene, session.record_dose, "dose", key, {**told, **times}, at)


def _vitals(scene: Scene, key: str, row: list[Any], dosed: datetime, at: datetime) -> None:
    readings = {
        name: value for name, value in zip(READINGS, row[1:], strict=False) if value is not None
    }
    told = {"observed_at": _wall(scene, scene.after(dosed, row[0])), **readings}
    _record(scene, session.record_vitals, "vitals", key, told, at)


def _event(scene: Scene, key: str, told: Story, dosed: datetime, at: datetime) -> None:
    values = {name: value for name, value in told.items() if name not in {"minute", "resolved"}}
    values["observed_at"] = _wall(scene, scene.after(dosed, told["minute"]))
    if "resolved" in told:
        values["resolved_at"] = _wall(scene, scene.after(dosed, told["resolved"]))
    _record(scene, session.record_adverse_event, "adverse_event", key, values, at)


def _record(
    scene: Scene, do: Callable[..., UUID], noun: str, key: str, told: Story, at: datetime
) -> None:
    days = scene.days
    raw = posted(record_definition(noun), told, days=days, on=days.today)
    values = entry.read(noun, raw, zone=days.zone)
    do(infusion_id=scene.ids[key], values=values, by=scene.medical, at=at)


def _wall(scene: Scene, at: datetime) -> str:
    return entry.wall(at, scene.days.zone).isoformat(timespec="minutes")
