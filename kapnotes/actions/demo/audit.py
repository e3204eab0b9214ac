"""A chart audit of the demo: planned, drawn, answered, ended, and what was done about it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from kapnotes.actions import audit_chart, audit_list, chart_audit, corrective_action
from kapnotes.actions.audit_chart import Given
from kapnotes.actions.demo.scene import Scene
from kapnotes.actions.demo.stage import Stage
from kapnotes.clinic.audit_programme import Programme
from kapnotes.clinic.chart_sample import SampleBy
from kapnotes.clinic.rubric_score import Answer
from kapnotes.library.demo import Story

Scenes = Mapping[str, Scene]
HALF = 7
"""How many rows of a chart are answered where somebody has just begun with it."""


class Told:
    """One audit as it goes: its ids by name, and the charts that were drawn by their infusion."""

    def __init__(self, told: Story, stage: Stage, scenes: Scenes) -> None:
        self.told, self.stage, self.scenes = told, stage, scenes
        self.by = stage.cast["supervisor"]
        self.ids: dict[str, UUID] = {}

    def when(self, told: Story) -> datetime:
        """The moment of something that is told with its day and time."""
        return self.stage.days.moment(told["day"], told["at"])

    def chart(self, name: str, at: datetime) -> UUID:
        """The chart of the sample that stands for that infusion."""
        number, _, infusion = name.partition(" ")
        wanted = self.scenes[number].ids[f"infusion {infusion}"]
        shown = audit_list.open_one(audit_id=self.ids["audit"], by=self.by, at=at)
        return next(
            one.placed.id for one in shown.charts if one.chart and one.chart.infusion_id == wanted
        )


def tell(told: Story, stage: Stage, scenes: Scenes) -> None:
    """Put down the audit, as far as it went."""
    one, act = Told(told, stage, scenes), stage.act
    act(one.when(told["planned"]), partial(_plan, one))
    act(one.when(told["drawn"]), partial(_draw, one))
    for chart in told.get("charts", ()):
        at = one.when({"day": told["drawn"]["day"], "at": chart["at"]})
        act(at, partial(_answer_whole, one, chart))
    if "begun" in told:
        act(one.when(told["begun"]), partial(_answer_half, one))
    if "ended" in told:
        act(one.when(told["ended"]), partial(_end, one))
    for number, action in enumerate(told.get("actions", ())):
        _tell_action(one, f"action {number}", action)


def _plan(one: Told, at: datetime) -> None:
    told, days = one.told, one.stage.days
    programme = Programme(
        name=told["name"],
        aim=told["aim"],
        since=days.day(told["since"]),
        until=days.day(told["until"]),
        covers=frozenset({str(one.stage.cast["therapist"].id)}),
        by=SampleBy(told["sampling"]),
        count=told["count"],
    )
    one.ids["audit"] = chart_audit.plan(programme=programme, by=one.by, at=at)


def _draw(one: Told, at: datetime) -> None:
    chart_audit.draw(audit_id=one.ids["audit"], by=one.by, at=at)


def _answer_whole(one: Told, told: Story, at: datetime) -> None:
    """Answer every row of a chart: what is told of it failed, and the rest is met."""
    chart_id = one.chart(told["chart"], at)
    view = audit_chart.look(audit_id=one.ids["audit"], chart_id=chart_id, by=one.by, at=at)
    met = (Answer.MET.value, "")
    said = {row.code: told["failed"].get(row.code, met) for row in view.rubric.shown}
    given = {code: Given(judged, words, base=0) for code, (judged, words) in said.items()}
    audit_chart.answer(audit_id=one.ids["audit"], chart_id=chart_id, given=given, by=one.by, at=at)


def _answer_half(one: Told, at: datetime) -> None:
    """Begin with the first chart of the sample: of what the checks found nothing, all is met."""
    shown = audit_list.open_one(audit_id=one.ids["audit"], by=one.by, at=at)
    chart_id = shown.charts[0].placed.id
    view = audit_chart.look(audit_id=one.ids["audit"], chart_id=chart_id, by=one.by, at=at)
    calm = [row.code for row in view.rubric.shown if row.code not in view.suggested][:HALF]
    given = {code: Given(Answer.MET.value, "", base=0) for code in calm}
    audit_chart.answer(audit_id=one.ids["audit"], chart_id=chart_id, given=given, by=one.by, at=at)


def _end(one: Told, at: datetime) -> None:
    chart_audit.end(audit_id=one.ids["audit"], by=one.by, at=at)


def _tell_action(one: Told, name: str, told: Story) -> None:
    """Put down a corrective action: given, and where it went on, closed and verified by another."""
    one.stage.act(one.when(told["given"]), partial(_give, one, name, told))
    if "closed" in told:
        owner, said = one.stage.cast[told["owner"]], told["closed"]["words"]
        close = partial(corrective_action.close, words=said, by=owner)
        one.stage.act(one.when(told["closed"]), lambda at: close(action_id=one.ids[name], at=at))
    if "verified" in told:
        verify = partial(corrective_action.verify, words=told["verified"]["words"], by=one.by)
        one.stage.act(one.when(told["verified"]), lambda at: verify(action_id=one.ids[name], at=at))


def _give(one: Told, name: str, told: Story, at: datetime) -> None:
    one.ids[name] = corrective_action.give(
        audit_id=one.ids["audit"],
        chart_id=one.chart(told["chart"], at),
        code=told["code"],
        what=told["what"],
        owner_id=one.stage.cast[told["owner"]].id,
        due_on=one.stage.days.day(told["due"]),
        by=one.by,
        at=at,
    )
