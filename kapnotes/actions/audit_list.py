"""The audits of charts that a supervisor reaches, one of them whole, and their scores over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.audit_chart import rubric_of
from kapnotes.actions.audit_result import Result, result_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic import rubric_score
from kapnotes.clinic.audit_state import AuditMove, AuditState, check_audit
from kapnotes.clinic.chart_audit import ActionState
from kapnotes.clinic.rubric_score import Answer, Tally
from kapnotes.db import Session
from kapnotes.records import audit_chart, chart_audit, corrective_action, person
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.person import Person

PAGE = 20
OVER_TIME = 24
"""How many ended audits the scores over time go back."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An audit in the list: how far it is, what it scores, and how many actions are not done."""

    audit: ChartAudit
    covers: Sequence[str]
    charts: int
    answered: int
    points: Decimal | None
    open_actions: int


@dataclass(frozen=True, slots=True)
class AuditsView:
    """A page of the list, newest first; `has_more` if older ones follow."""

    audits: Sequence[Listed]
    has_more: bool
    supervised: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Point:
    """A score of one ended audit: at the last day of its period, of so many charts."""

    audit_id: UUID
    name: str
    on: date
    points: Decimal | None
    charts: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """Scores of ended audits, oldest first: as a whole, by row, by person; labels and names."""

    whole: Sequence[Point]
    rows: Mapping[str, Sequence[Point]]
    people: Mapping[UUID, Sequence[Point]]
    labels: Mapping[str, str]
    names: Mapping[UUID, str]


@looks(Did.CHART_AUDITS_LISTED)
def look(
    deed: Deed, *, before: tuple[datetime, UUID] | None = None, by: Actor, at: datetime
) -> AuditsView:
    """The audits within reach, newest first, a page of them."""
    check_role(by, Action.AUDIT_CHARTS)
    session, reach = deed.session, by.reach(at)
    found = chart_audit.page(session, reach=reach, before=before, most=PAGE + 1)
    shown = found[:PAGE]
    ids = [one.id for one in shown]
    covers = chart_audit.covers(session, ids)
    charts = audit_chart.placed(session, ids)
    actions = corrective_action.standing(session, ids)
    listed = []
    for one in shown:
        mine = [chart for chart in charts if chart.audit_id == one.id]
        undone = [
            act for act in actions if act.audit_id == one.id and act.state != ActionState.VERIFIED
        ]
        listed.append(
            Listed(
                one,
                [who.name for who in covers[one.id]],
                len(mine),
                sum(chart.is_answered for chart in mine),
                rubric_score.mean(chart.points for chart in mine),
                len(undone),
            )
        )
    return AuditsView(listed, len(found) > PAGE, chart_audit.supervised(session, reach=reach))


@looks(Did.CHART_AUDIT_VIEWED)
def open_one(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> Result:
    """One audit with all that it comes to."""
    check_role(by, Action.AUDIT_CHARTS)
    found = chart_audit.fetch(deed.session, audit_id, reach=by.reach(at))
    deed.on(found)
    return result_of(deed.session, found, reach=by.reach(at))


def to_cover(*, by: Actor, at: datetime) -> list[Person]:
    """Whose charts this person can audit: names for a form, so it leaves no event."""
    check_role(by, Action.AUDIT_CHARTS)
    with db.current().reading() as session:
        return chart_audit.supervised(session, reach=by.reach(at))


@looks(Did.CHART_AUDIT_VIEWED)
def plan_of(
    deed: Deed, *, audit_id: UUID, by: Actor, at: datetime
) -> tuple[ChartAudit, list[Person]]:
    """An audit that is planned and whom it covers, to change it. Raises WrongState once drawn."""
    check_role(by, Action.AUDIT_CHARTS)
    found = chart_audit.fetch(deed.session, audit_id, reach=by.reach(at))
    deed.on(found)
    check_audit(AuditState(found.state), AuditMove.EDIT)
    return found, chart_audit.covers(deed.session, [found.id])[found.id]


@looks(Did.CHART_AUDITS_LISTED)
def over_time(deed: Deed, *, by: Actor, at: datetime) -> OverTime:
    """How the scores of the ended audits within reach went, the last so many of them."""
    check_role(by, Action.AUDIT_CHARTS)
    session = deed.session
    found = chart_audit.page(
        session, reach=by.reach(at), most=OVER_TIME, states=(AuditState.ENDED,)
    )
    audits = {one.id: one for one in sorted(found, key=lambda one: (one.until, one.id))}
    deed.details["part"] = "over_time"
    return _over_time(session, audits)


def _over_time(session: Session, audits: Mapping[UUID, ChartAudit]) -> OverTime:
    charts = audit_chart.placed(session, list(audits))
    wrote = audit_chart.wrote(session, list(audits))
    whole: dict[UUID, list[Decimal | None]] = {one: [] for one in audits}
    people: dict[tuple[UUID, UUID], list[Decimal | None]] = {}
    for chart in charts:
        whole[chart.audit_id].append(chart.points)
        for who in wrote.get(chart.id, ()):
            people.setdefault((who, chart.audit_id), []).append(chart.points)
    rows: dict[tuple[str, UUID], dict[str, int]] = {}
    for audit_id, code, answer, number in audit_chart.counts(session, list(audits)):
        rows.setdefault((code, audit_id), {})[Answer(answer).value] = number
    labels: dict[str, str] = {}
    for one in audits.values():
        labels |= {row.code: row.label for row in rubric_of(one).shown}
    known = person.named(session, {who for who, _ in people})
    return OverTime(
        whole=[_point(one, whole[one.id]) for one in audits.values()],
        rows={
            code: [
                _row_point(one, rows[code, one.id])
                for one in audits.values()
                if (code, one.id) in rows
            ]
            for code in labels
        },
        people={
            who: [
                _point(one, people[who, one.id])
                for one in audits.values()
                if (who, one.id) in people
            ]
            for who in sorted(known, key=lambda one: (known[one].name, one))
        },
        labels=labels,
        names={one.id: one.name for one in known.values()},
    )


def _point(audit: ChartAudit, points: Sequence[Decimal | None]) -> Point:
    mean = rubric_score.mean(points)
    return Point(audit.id, audit.name, audit.until, mean, len(points))


def _row_point(audit: ChartAudit, counts: Mapping[str, int]) -> Point:
    tally = Tally(**counts)
    return Point(audit.id, audit.name, audit.until, tally.points, sum(counts.values()))
