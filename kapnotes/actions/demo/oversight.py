"""What the practice does about its own records: audits, patients' requests, and unusual access."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from kapnotes.access.actor import Actor, operator
from kapnotes.actions import (
    amendment,
    amendment_answer,
    emergency,
    patient,
    people,
    reading,
    review_question,
    unusual,
)
from kapnotes.actions.amendment_answer import Answer
from kapnotes.actions.demo import audit
from kapnotes.actions.demo.scene import Scene
from kapnotes.actions.demo.stage import Stage
from kapnotes.clinic.unusual_rule import UnusualKind
from kapnotes.library.demo import Story

Scenes = Mapping[str, Scene]
"""The patients' scenes, by record number."""


def tell(told: Story, stage: Stage, scenes: Scenes) -> None:
    """Put down all of it, in any order: the stage plays it by its times."""
    for one in told["asked"]:
        _tell_question(one, stage, scenes)
    for one in told["audits"]:
        audit.tell(one, stage, scenes)
    for one in told["amendments"]:
        _tell_amendment(one, stage, scenes[one["patient"]])
    _tell_emergency(told["emergency"], stage)
    late = told["late_look"]
    by, ids = stage.cast[late["by"]], scenes[late["patient"]].ids
    stage.act(when(stage, late), lambda at: patient.look(patient_id=ids["patient"], by=by, at=at))
    for one in told["watched"]:
        stage.act(when(stage, one), partial(_watch, stage))


def when(stage: Stage, told: Story) -> datetime:
    """Return the moment of something that is told with its day and time."""
    return stage.days.moment(told["day"], told["at"])


def _tell_question(told: Story, stage: Stage, scenes: Scenes) -> None:
    number, _, key = told["chart"].partition(" ")
    scene, asked, answered = scenes[number], told["question"], told["answer"]

    def ask(at: datetime) -> None:
        note_id = scene.ids[f"note {key}"]
        reading.look(note_id=note_id, by=scene.supervisor, at=at)
        review_question.ask(note_id=note_id, words=asked["words"], by=scene.supervisor, at=at)

    def answer(at: datetime) -> None:
        note_id = scene.ids[f"note {key}"]
        review_question.answer(note_id=note_id, words=answered["words"], by=scene.therapist, at=at)

    stage.act(when(stage, asked), ask)
    stage.act(when(stage, answered), answer)


def _tell_amendment(told: Story, stage: Stage, scene: Scene) -> None:
    received_on = stage.days.day(told["received"])
    name = f"amendment {len(stage.acts)}"
    stage.act(when(stage, told["recorded"]), partial(_record, scene, name, told, received_on))
    for step, do in (("denied", amendment_answer.deny), ("disagreed", amendment_answer.disagree)):
        if step in told:
            said = Answer(told[step]["words"], basis=told[step].get("basis", ""))
            stage.act(when(stage, told[step]), partial(_answer, scene, name, do, said))


def _record(scene: Scene, name: str, told: Story, received_on: date, at: datetime) -> None:
    scene.ids[name] = amendment.record(
        patient_id=scene.ids["patient"],
        note_id=scene.ids[f"note {told['note']}"] if "note" in told else None,
        words=told["words"],
        received_on=received_on,
        channel=told["channel"],
        by=scene.therapist,
        at=at,
    )


def _answer(scene: Scene, name: str, do: Any, said: Answer, at: datetime) -> None:
    about = {"patient_id": scene.ids["patient"], "amendment_id": scene.ids[name]}
    do(**about, answer=said, by=scene.therapist, at=at)


def _tell_emergency(told: Story, stage: Stage) -> None:
    """One who is not on the care team reads a record, says why, and is asked about it."""
    by, days = stage.cast[told["by"]], stage.days
    allowed = told["allowed"]
    stage.act(
        when(stage, allowed),
        lambda at: emergency.allow(
            person_id=stage.cast[allowed["part"]].id, by=stage.cast["administrator"], at=at
        ),
    )
    stage.act(when(stage, told), lambda at: _enter(told, stage, by, at))
    ended = days.moment(told["day"], told["ended"])
    stage.act(ended, lambda at: emergency.end(by=by, at=at))
    closed = told["closed"]
    stage.act(when(stage, closed), lambda at: _close(stage, closed["word"], at))


def _enter(told: Story, stage: Stage, by: Actor, at: datetime) -> None:
    wanted = emergency.Wanted(record_number=told["patient"])
    patient_id: UUID = emergency._grant(  # noqa: SLF001 - see Stage.confirm
        wanted=wanted, reason=told["reason"], is_right=stage.confirm(by, at), by=by, at=at
    )
    granted = people.actor_now(by.id) or by
    patient.look(patient_id=patient_id, by=granted, at=at)


def _close(stage: Stage, word: str, at: datetime) -> None:
    by = stage.cast["supervisor"]
    for one in unusual.look(by=by, at=at).waiting:
        if one.kind == UnusualKind.EMERGENCY:
            unusual.close(item_id=one.id, word=word, by=by, at=at)


def _watch(stage: Stage, at: datetime) -> None:
    """The round that the machine makes by itself, until it has read all there is."""
    by = operator(stage.days.zone)
    while unusual.watch(by=by, at=at) >= unusual.BATCH:
        pass
