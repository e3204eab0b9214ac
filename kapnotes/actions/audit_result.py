"""What an audit comes to: scores by chart, by row, by person and as a whole, and what follows.

The figures are the audit's own and stay with it. Whose chart is whose, and the words on it, are
added only for the charts that the reader reaches on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kapnotes.access.reach import Reach
from kapnotes.actions.audit_chart import rubric_of
from kapnotes.clinic import rubric_score
from kapnotes.clinic.chart_audit import ActionState, CorrectiveAction, is_overdue, is_settled
from kapnotes.clinic.rubric import Rubric, RubricRow
from kapnotes.clinic.rubric_score import Answer, Tally
from kapnotes.db import Session
from kapnotes.records import audit_chart, chart_audit, corrective_action, person
from kapnotes.records.audit_chart import AuditAnswer, AuditChart, Placed
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.corrective_action import Standing

_NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class RowScore:
    """How one row was answered over all charts."""

    row: RubricRow
    tally: Tally


@dataclass(frozen=True, slots=True)
class PersonScore:
    """What the charts of one person score: the mean of so many."""

    id: UUID
    name: str
    charts: int
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ChartScore:
    """One chart: its figures, and the chart itself where the reader reaches it."""

    placed: Placed
    people: Sequence[str]
    answers: Mapping[str, Answer]
    chart: AuditChart | None
    words: Mapping[str, AuditAnswer]


@dataclass(frozen=True, slots=True)
class Followed:
    """One corrective action as a figure: about which chart's row, whose, until when."""

    action: Standing
    place: int
    label: str
    owner: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Result:
    """An audit with all that it comes to. `is_settled`: every action is verified."""

    audit: ChartAudit
    rubric: Rubric
    covers: Sequence[str]
    points: Decimal | None
    rows: Sequence[RowScore]
    people: Sequence[PersonScore]
    charts: Sequence[ChartScore]
    actions: Sequence[Followed]

    @property
    def answered(self) -> int:
        """How many charts are answered in every row."""
        return sum(one.placed.is_answered for one in self.charts)

    @property
    def out_of_reach(self) -> int:
        """How many charts the reader does not reach today."""
        return sum(one.chart is None for one in self.charts)

    @property
    def is_settled(self) -> bool:
        """Whether nothing that follows from it is left to do."""
        return is_settled(_seen(one.action) for one in self.actions)


def result_of(session: Session, audit: ChartAudit, *, reach: Reach, words: bool = False) -> Result:
    """What an audit that was fetched within reach comes to; with `words` those on its rows too."""
    rubric = rubric_of(audit)
    placed = audit_chart.placed(session, [audit.id])
    wrote = audit_chart.wrote(session, [audit.id])
    named = {one.id: one for one in audit_chart.within_reach(session, audit.id, reach=reach)}
    answers: dict[UUID, dict[str, Answer]] = {one.id: {} for one in placed}
    for one in audit_chart.figures(session, audit.id):
        answers[one.chart_id][one.code] = Answer(one.answer)
    said: dict[UUID, dict[str, AuditAnswer]] = {}
    for row in audit_chart.answers(session, list(named)) if words else ():
        said.setdefault(row.chart_id, {})[row.code] = row
    actions = corrective_action.standing(session, [audit.id])
    covers = chart_audit.covers(session, [audit.id])[audit.id]
    who = {one for people in wrote.values() for one in people}
    known = person.named(session, who | {one.owner_id for one in actions})
    names = {one.id: one.name for one in known.values()}
    tallies = rubric_score.tallies(answers.values())
    places = {one.id: one.place for one in placed}
    return Result(
        audit=audit,
        rubric=rubric,
        covers=[one.name for one in covers],
        points=rubric_score.mean(one.points for one in placed),
        rows=[RowScore(row, tallies.get(row.code, _NOTHING)) for row in rubric.shown],
        people=_people(placed, wrote, names),
        charts=[
            ChartScore(
                one,
                [names[who] for who in wrote.get(one.id, ())],
                answers[one.id],
                named.get(one.id),
                said.get(one.id, {}),
            )
            for one in placed
        ],
        actions=[
            Followed(
                one,
                places[one.chart_id],
                rubric.label_of(one.code),
                names[one.owner_id],
                is_overdue(_seen(one), on=reach.on),
            )
            for one in actions
        ],
    )


def _people(
    placed: Iterable[Placed], wrote: Mapping[UUID, Iterable[UUID]], names: Mapping[UUID, str]
) -> list[PersonScore]:
    """What each person's charts score, by name; a chart of two counts for both."""
    points: dict[UUID, list[Decimal | None]] = {}
    for one in placed:
        for who in wrote.get(one.id, ()):
            points.setdefault(who, []).append(one.points)
    return [
        PersonScore(who, names[who], len(points[who]), rubric_score.mean(points[who]))
        for who in sorted(points, key=lambda one: (names[one], one))
    ]


def _seen(one: Standing) -> CorrectiveAction:
    """An action as the rules see it."""
    return CorrectiveAction(
        key=str(one.id),
        state=ActionState(one.state),
        owner=str(one.owner_id),
        due_on=one.due_on,
        closed_by=str(one.closed_by_id or ""),
    )
