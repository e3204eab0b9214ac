"""An audit of charts as its pages say it: rows of text, scores as figures, drawings over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from kapnotes.actions.audit_list import Listed, OverTime, Point
from kapnotes.actions.audit_result import Result
from kapnotes.actions.audit_told import points, sampled
from kapnotes.clinic.audit_state import AuditState
from kapnotes.clinic.chart_audit import STATE_WORDS, ActionState
from kapnotes.paper.trend import Measured, TrendChart, trend_chart
from kapnotes.paper.words import opening

STATES = {
    AuditState.PLANNED: ("planned", "Planned"),
    AuditState.DRAWN: ("in_progress", "Under way"),
    AuditState.ENDED: ("ended", "Ended"),
}
"""How a state looks, and its word."""
HIGHEST = Decimal(100)
ROW, PERSON = "row-", "person-"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit in the list."""

    id: UUID
    name: str
    look: str
    state: str
    since: date
    until: date
    covers: str
    led_by: str
    sample: str
    progress: str
    points: str
    open_actions: int


@dataclass(frozen=True, slots=True)
class ActionLine:
    """A corrective action as the audit's page shows it; `href` only where it is within reach."""

    place: int
    label: str
    owner: str
    due_on: date
    look: str
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class ResultWords:
    """What the page of an audit says beside its figures."""

    look: str
    state: str
    points: str
    rows: Sequence[tuple[str, int, int, int, int, int, str]]
    people: Sequence[tuple[str, int, str]]
    actions: Sequence[ActionLine]


@dataclass(frozen=True, slots=True)
class Choice:
    """What scores over time can be shown of."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OverTimeWords:
    """Scores over time of what was chosen, drawn and as lines; nothing for no ended audit."""

    title: str
    rows: Sequence[Choice]
    people: Sequence[Choice]
    is_whole: bool
    chart: TrendChart | None
    lines: Sequence[tuple[UUID, str, date, int, str]]


def words_of(one: Listed) -> AuditRow:
    """An audit in the list, in words."""
    audit = one.audit
    look, state = STATES[AuditState(audit.state)]
    return AuditRow(
        audit.id,
        audit.name,
        look,
        state,
        audit.since,
        audit.until,
        ", ".join(one.covers),
        audit.led_by.name,
        sampled(audit.sampling, audit.how_many),
        f"{one.answered} of {one.charts}" if one.charts else "",
        points(one.points),
        one.open_actions,
    )


def result_words(found: Result) -> ResultWords:
    """An audit's figures, in words."""
    look, state = STATES[AuditState(found.audit.state)]
    reached = {one.placed.id for one in found.charts if one.chart is not None}
    return ResultWords(
        look,
        state,
        points(found.points),
        [
            (
                one.row.label,
                one.row.weight,
                one.tally.met,
                one.tally.partly,
                one.tally.not_met,
                one.tally.not_applicable,
                points(one.tally.points),
            )
            for one in found.rows
        ],
        [(one.name, one.charts, points(one.points)) for one in found.people],
        [
            ActionLine(
                one.place,
                one.label,
                one.owner,
                one.action.due_on,
                *action_look(one.action.state, is_overdue=one.is_overdue),
                f"/corrective-actions/{one.action.id}" if one.action.chart_id in reached else "",
            )
            for one in found.actions
        ],
    )


def action_look(state: str, *, is_overdue: bool) -> tuple[str, str]:
    """How the state of an action looks, and its words."""
    if is_overdue:
        return "overdue", "Overdue"
    looks = {
        ActionState.OPEN: "due",
        ActionState.DONE: "waiting",
        ActionState.VERIFIED: "completed",
    }
    found = ActionState(state)
    return looks[found], opening(STATE_WORDS[found])


def over_time_of(view: OverTime, chosen: str) -> OverTimeWords:
    """The scores over time of a row, of a person, or of the whole, as chosen."""
    rows = {f"{ROW}{code}": (label, view.rows[code]) for code, label in view.labels.items()}
    people = {f"{PERSON}{who}": (view.names[who], found) for who, found in view.people.items()}
    title, found = {**rows, **people}.get(chosen, ("All rows, all people", view.whole))
    scored = [(one, one.points) for one in found if one.points is not None]
    return OverTimeWords(
        title=title,
        rows=[Choice(value, label, value == chosen) for value, (label, _) in rows.items()],
        people=[Choice(value, label, value == chosen) for value, (label, _) in people.items()],
        is_whole=chosen not in {**rows, **people},
        chart=trend_chart(
            title,
            [Measured(str(number), one.on, score) for number, (one, score) in enumerate(scored, 1)],
            highest=HIGHEST,
        ),
        lines=[_line(one) for one in reversed(found)],
    )


def _line(one: Point) -> tuple[UUID, str, date, int, str]:
    return one.audit_id, one.name, one.on, one.charts, points(one.points)
