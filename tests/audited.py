"""Audits of charts for tests: held sessions, a programme, a sample, and its answers in one call."""

from datetime import date
from uuid import UUID

from kapnotes.actions import audit_chart, audit_list, chart_audit, corrective_action
from kapnotes.actions.audit_chart import ChartView, Given
from kapnotes.actions.audit_result import Result
from kapnotes.clinic.audit_programme import Programme
from kapnotes.clinic.chart_sample import SampleBy
from tests.builders import AT, Small, plan, run_session, signed

DUE = date(2026, 12, 7)


def held(small: Small, number: int = 1) -> list[UUID]:
    """So many sessions that were held; the first of them has a signed dosing note."""
    ids = [small.infusion_id, *(plan(small.course_id, small.therapist) for _ in range(number - 1))]
    for one in ids:
        run_session(small, one)
    signed(small, "dosing")
    return ids


def programme(small: Small, **changed: object) -> Programme:
    """What an audit of the therapist's charts is to look at."""
    known: dict[str, object] = {
        "name": "Autumn charts",
        "aim": "Are goals named?",
        "since": date(2026, 11, 1),
        "until": AT.date(),
        "covers": frozenset({str(small.therapist.id)}),
        "by": SampleBy.CHANCE,
        "count": 2,
    }
    return Programme(**{**known, **changed})  # type: ignore[arg-type] # a test's own words


def planned(small: Small, **changed: object) -> UUID:
    """An audit that is planned."""
    return chart_audit.plan(programme=programme(small, **changed), by=small.supervisor, at=AT)


def drawn(small: Small, **changed: object) -> UUID:
    """An audit whose charts are drawn."""
    made = planned(small, **changed)
    chart_audit.draw(audit_id=made, by=small.supervisor, at=AT)
    return made


def result(small: Small, audit_id: UUID) -> Result:
    """The audit as the supervisor sees it."""
    return audit_list.open_one(audit_id=audit_id, by=small.supervisor, at=AT)


def chart_ids(small: Small, audit_id: UUID) -> list[UUID]:
    """The charts of an audit, in the order of their drawing."""
    return [one.placed.id for one in result(small, audit_id).charts]


def look(small: Small, audit_id: UUID, chart_id: UUID) -> ChartView:
    """A chart of an audit as the supervisor sees it."""
    return audit_chart.look(audit_id=audit_id, chart_id=chart_id, by=small.supervisor, at=AT)


def answer(small: Small, audit_id: UUID, chart_id: UUID, **said: tuple[str, str]) -> int:
    """Answer every row of a chart with Met, but for those that are said."""
    view = look(small, audit_id, chart_id)
    given = {
        row.code: Given(
            *said.get(row.code, ("met", "")),
            view.answers[row.code].version if row.code in view.answers else 0,
        )
        for row in view.rubric.shown
    }
    return audit_chart.answer(
        audit_id=audit_id, chart_id=chart_id, given=given, by=small.supervisor, at=AT
    )


NOT_MET = ("not_met", "No goal is named in the dosing note")


def ended(small: Small, **changed: object) -> UUID:
    """An audit that is ended: the first chart names no goal, the others are met in every row."""
    made = drawn(small, **changed)
    first, *others = chart_ids(small, made)
    answer(small, made, first, goals=NOT_MET)
    for one in others:
        answer(small, made, one)
    chart_audit.end(audit_id=made, by=small.supervisor, at=AT)
    return made


def given(small: Small, audit_id: UUID, **changed: object) -> UUID:
    """A corrective action about the first chart of an audit, for the therapist."""
    known: dict[str, object] = {
        "chart_id": chart_ids(small, audit_id)[0],
        "code": "goals",
        "what": "Add an addendum that names the goal",
        "owner_id": small.therapist.id,
        "due_on": DUE,
    }
    return corrective_action.give(
        audit_id=audit_id,
        **{**known, **changed},  # type: ignore[arg-type] # a test's own words
        by=small.supervisor,
        at=AT,
    )
