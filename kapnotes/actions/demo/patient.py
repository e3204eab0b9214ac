"""One patient's story: who it is, who cares for them, the course, and its infusions."""

from datetime import datetime
from typing import Any

from kapnotes.actions import consent, course, entry, infusion, patient
from kapnotes.actions.demo import live, measure, note
from kapnotes.actions.demo.posted import posted
from kapnotes.actions.demo.scene import Scene
from kapnotes.actions.demo.stage import Stage
from kapnotes.library import record_definition
from kapnotes.library.demo import Story

STEP = 4
"""Minutes from one entry at the desk to the next."""


def tell(told: Story, stage: Stage, always: Story) -> Scene:
    """Put down everything that happens in the story; return the scene, for what refers to it."""
    scene = Scene(stage, told, always)
    begin = stage.days.moment(told["day"], told["at"])
    stage.act(begin, lambda at: _welcome(scene, at))
    stage.act(scene.after(begin, STEP), lambda at: _start_course(scene, at))
    agreed = told["consent"]
    stage.act(stage.days.moment(agreed["day"], agreed["at"]), lambda at: _agree(scene, agreed, at))
    for number, one in enumerate(told["infusions"], 1):
        _tell_infusion(scene, number, one, scene.after(begin, STEP * (number + 1)))
    for measured in told.get("measures", ()):
        measure.tell(scene, measured)
    return scene


def _welcome(scene: Scene, at: datetime) -> None:
    by, told = scene.therapist, scene.told
    scene.ids["patient"] = patient.add(**_record(scene, "patient", told["patient"]), by=by, at=at)
    patient.join_team(
        patient_id=scene.ids["patient"],
        person_id=scene.medical.id,
        starts_on=scene.days.day(told["day"]),
        by=by,
        at=at,
    )


def _start_course(scene: Scene, at: datetime) -> None:
    scene.ids["course"] = course.start(
        patient_id=scene.ids["patient"],
        **_record(scene, "course", {**scene.told["course"], "started_on": scene.told["day"]}),
        by=scene.therapist,
        at=at,
    )


def _agree(scene: Scene, told: Story, at: datetime) -> None:
    """Record the consent on the day on which it was signed."""
    said = {name: told[name] for name in told if name not in {"day", "at"}}
    known = {**scene.always.get("consent", {}), "signed_on": told["day"], **said}
    consent.record(
        patient_id=scene.ids["patient"],
        **_record(scene, "consent", {"held_by": scene.therapist.signature, **known}),
        by=scene.therapist,
        at=at,
    )


def _record(scene: Scene, noun: str, told: Story) -> dict[str, Any]:
    days = scene.days
    raw = posted(record_definition(noun), told, days=days, on=days.today)
    return entry.read(noun, raw, zone=days.zone)


def _tell_infusion(scene: Scene, number: int, told: Story, desk: datetime) -> None:
    key, days, act = f"infusion {number}", scene.days, scene.stage.act
    planned_for = scene.planned_for(told)
    if "planned" in told:
        desk = days.moment(told["planned"]["day"], told["planned"]["at"])
    act(desk, lambda at: _plan(scene, key, told, planned_for, at))
    if "cancelled" in told:
        when = days.moment(told["cancelled"]["day"], told["cancelled"]["at"])
        act(when, lambda at: _cancel(scene, key, told["cancelled"]["reason"], at))
    if "session" in told:
        live.tell(scene, key, told["session"], scene.begins_at(told))
    for place, one in enumerate(told.get("notes", ())):
        note.tell(scene, key, f"note {number}.{place}", {**one, "dosed": told["day"]})


def _plan(scene: Scene, key: str, told: Story, planned_for: datetime, at: datetime) -> None:
    scene.ids[key] = infusion.plan(
        course_id=scene.ids["course"],
        planned_for=planned_for,
        route=told.get("route", scene.told["route"]),
        phase=told.get("phase", "induction"),
        reason="As the patient's week allows.",
        by=scene.therapist,
        at=at,
    )


def _cancel(scene: Scene, key: str, reason: str, at: datetime) -> None:
    infusion.cancel(infusion_id=scene.ids[key], reason=reason, by=scene.therapist, at=at)
