"""A dosing session played as it was: begun, each entry in its minute, completed."""

from datetime import datetime
from functools import partial

from kapnotes.actions import infusion, session
from kapnotes.actions.demo.entries import (
    READINGS,
    RECORDED_AFTER,
    Told,
    entries,
    row_of,
    whole_dose,
)
from kapnotes.actions.demo.scene import Scene
from kapnotes.actions.demo.sitting import Sitting
from kapnotes.library.demo import Story

COMPLETED_AFTER = 3
"""Minutes from the patient's leaving to the completion."""


def tell(scene: Scene, key: str, told: Story, ready: datetime) -> None:
    """Put down a session that begins when all are ready, or soon after."""
    act, by = scene.stage.act, scene.medical
    begin = scene.after(ready, told.get("late", 0))
    sitting = Sitting(scene, key, told, scene.after(begin, told["wait"]))
    act(begin, lambda at: infusion.start(infusion_id=scene.ids[key], by=by, at=at))
    for one in entries(sitting):
        act(sitting.at(one.minute), partial(_record, sitting, one))
    if "minutes" in told["dose"]:
        act(sitting.at(told["dose"]["minutes"] + RECORDED_AFTER), partial(_stop, sitting))
    for minute, words in told.get("answered", ()):
        act(sitting.at(minute + 2 * RECORDED_AFTER), partial(_answer, sitting, minute, words))
    if "corrected" in told:
        act(sitting.at(told["corrected"]["after"]), partial(_correct, sitting))
    if "discharge" in told:
        left = sitting.minute_of(told["discharge"]["left_at"])
        act(
            sitting.at(left + COMPLETED_AFTER),
            lambda at: infusion.complete(infusion_id=scene.ids[key], by=by, at=at),
        )


def _record(sitting: Sitting, one: Told, at: datetime) -> None:
    values = {**sitting.values(one.noun, one.values), **(one.extra or {})}
    ids = sitting.scene.ids
    weighed = sitting.told.get("weighed", "") if one.noun == "dose" else ""
    written = session.RECORD[one.noun](
        infusion_id=ids[sitting.key], values=values, reason=weighed, by=one.by, at=at
    )
    if one.name:
        ids[f"{sitting.key} {one.name}"] = written.row_id


def _stop(sitting: Sitting, at: datetime) -> None:
    dose = {**whole_dose(sitting), "stopped_at": sitting.told["dose"]["minutes"]}
    session.stop_dose(
        row_id=sitting.scene.ids[f"{sitting.key} dose"],
        values=sitting.values("dose", dose),
        by=sitting.scene.medical,
        at=at,
    )


def _answer(sitting: Sitting, minute: int, words: str, at: datetime) -> None:
    """Say what was done about a reading that asked for it."""
    ids, by = sitting.scene.ids, sitting.scene.medical
    told = {"observed_at": minute + RECORDED_AFTER, "kind": "level_answered", "words": words}
    about = {"about_id": ids[f"{sitting.key} vitals {minute}"]}
    values = {**sitting.values("session_event", told), **about}
    session.record_session_event(infusion_id=ids[sitting.key], values=values, by=by, at=at)


def _correct(sitting: Sitting, at: datetime) -> None:
    """Correct the reading of a minute."""
    told = sitting.told["corrected"]
    session.correct_vitals(
        row_id=sitting.scene.ids[f"{sitting.key} vitals {told['row'][0]}"],
        values=sitting.values("vitals", row_of(READINGS, told["row"])),
        why=told["reason"],
        by=sitting.scene.medical,
        at=at,
    )
