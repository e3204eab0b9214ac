"""The measures of a story: filled in on their day, and what their answers called for, seen to."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from kapnotes.actions import alert, measure, task
from kapnotes.actions.demo.posted import posted
from kapnotes.actions.demo.scene import Scene
from kapnotes.clinic.measure import measure_of
from kapnotes.clinic.measure_scale import TotalRule
from kapnotes.library import measure_definition
from kapnotes.library.demo import Story

NEVER_DEALT: Mapping[str, Mapping[str, int]] = {"phq-9": {"q9": 0}}
"""The answer about death is the story's own, 0 unless it is told."""


def tell(scene: Scene, told: Story) -> None:
    """Put down one measure, told by its answers, or by its total and some of its answers."""
    days, act = scene.days, scene.stage.act
    name = f"measure {len(scene.stage.acts)}"
    filled = days.ago(told["ago"]) if "ago" in told else days.moment(told["day"], told["at"])
    act(filled, partial(_fill_in, scene, name, told))
    if "resolved" in told:
        ended = told["resolved"]
        act(days.moment(told["day"], ended["at"]), partial(_see_to, scene, name, ended))


def _fill_in(scene: Scene, name: str, told: Story, at: datetime) -> None:
    key, days = told["key"], scene.days
    answers = told.get("answers", {})
    if "total" in told:
        answers = dealt(key, told["total"], {**NEVER_DEALT.get(key, {}), **answers})
    saved = measure.record(
        patient_id=scene.ids["patient"],
        key=key,
        raw=posted(measure_definition(key), answers, days=days, on=days.today),
        observed_at=at,
        infusion_id=scene.ids[f"infusion {told['infusion']}"] if "infusion" in told else None,
        occasion=told.get("occasion", ""),
        by=scene.therapist,
        at=at,
    )
    scene.ids[name] = saved.measure_id


def dealt(key: str, total: float, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers that come to the total, as even as they can be beside the fixed ones.

    Of a scale in two halves the second has the odd point, if there is one.
    """
    scale = measure_of(key)
    raw = total
    if scale.rule is TotalRule.PERCENT:
        raw = total * sum(part.most for part in scale.parts) / 100
    elif scale.rule is TotalRule.MEAN:
        raw = total * len(scale.parts)
    left = round(raw) - sum(fixed.get(part.link_id, 0) for part in scale.parts)
    free = [part.link_id for part in scale.parts if part.link_id not in fixed]
    shares = {
        link_id: (place + 1) * left // len(free) - place * left // len(free)
        for place, link_id in enumerate(free)
    }
    return {**shares, **fixed}


def _see_to(scene: Scene, name: str, told: Story, at: datetime) -> None:
    """Resolve what a measure called for, and answer the task that came with it."""
    by, patient_id, measure_id = scene.therapist, scene.ids["patient"], scene.ids[name]
    for raised in alert.look(patient_id=patient_id, by=by, at=at).standing:
        if raised.source_id == measure_id:
            alert.resolve(
                patient_id=patient_id, alert_id=raised.id, reason=told["reason"], by=by, at=at
            )
    for task_id in _waiting(scene, measure_id, at):
        task.answer(task_id=task_id, words=told["words"], by=by, at=at)


def _waiting(scene: Scene, measure_id: UUID, at: datetime) -> list[UUID]:
    view = task.look(by=scene.therapist, at=at)
    return [one.id for one in view.waiting if one.source_id == measure_id]
