"""An audit of charts as a table: a line for each row of each chart, and one for each score."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.audit_result import ChartScore, Result, result_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.rubric_score import ANSWER_WORDS
from kapnotes.exchange import csv_table
from kapnotes.exchange.csv_table import Cell
from kapnotes.records import chart_audit

HEAD = (
    *("kind", "chart", "record_number", "infusion", "people", "code", "label", "weight"),
    *("answer", "points", "words"),
)


@does(Did.CHART_AUDIT_EXPORTED)
def table(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> str:
    """The audit as CSV. Of charts out of reach there are the figures alone, and nobody's number."""
    check_role(by, Action.AUDIT_CHARTS)
    found = chart_audit.fetch(deed.session, audit_id, reach=by.reach(at))
    deed.on(found)
    result = result_of(deed.session, found, reach=by.reach(at), words=True)
    rows = [*_whole(result), *(row for one in result.charts for row in _chart(result, one))]
    deed.details.update(charts=len(result.charts), out_of_reach=result.out_of_reach)
    return csv_table.write(HEAD, rows)


def _whole(result: Result) -> Iterator[tuple[Cell, ...]]:
    blank: tuple[Cell, ...] = (None, None, None)
    name = result.audit.name
    yield ("audit", *blank, None, None, name, None, None, result.points, None)
    for row in result.rows:
        points = row.tally.points
        yield ("row", *blank, None, row.row.code, row.row.label, row.row.weight, None, points, None)
    for one in result.people:
        yield ("person", *blank, one.name, None, None, None, None, one.points, None)


def _chart(result: Result, one: ChartScore) -> Iterator[tuple[Cell, ...]]:
    chart = one.chart
    where: tuple[Cell, ...] = (
        one.placed.place,
        chart.patient.record_number if chart else None,
        chart.infusion.number if chart else None,
        "; ".join(one.people),
    )
    yield ("chart", *where, None, None, None, None, one.placed.points, None)
    for row in result.rubric.shown:
        answer = one.answers.get(row.code)
        said = one.words.get(row.code)
        words = said.words if said else None
        shown = ANSWER_WORDS[answer] if answer else None
        yield ("answer", *where, row.code, row.label, row.weight, shown, None, words)
