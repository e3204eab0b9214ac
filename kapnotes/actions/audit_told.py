"""An audit of charts in words: the cells of its report, and the digest of what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.reach import Reach
from kapnotes.actions.audit_result import ChartScore, Result
from kapnotes.clinic.audit_state import AuditState
from kapnotes.clinic.chart_audit import STATE_WORDS, ActionState
from kapnotes.clinic.chart_sample import SampleBy
from kapnotes.clinic.rubric_score import ANSWER_WORDS, FAILED
from kapnotes.db import Session
from kapnotes.paper import words
from kapnotes.paper.audit_sheet import AuditSheet, Cells
from kapnotes.paper.summary import Letterhead
from kapnotes.records import corrective_action
from kapnotes.records.corrective_action import CorrectiveAction

WHOLE, FIGURES = "full", "figures"
LEFT_OUT = "left out"
NO_SCORE = "no row applies"
SAMPLED = {
    SampleBy.CHANCE: "{count} by chance",
    SampleBy.RISK: "{count} by risk: serious adverse events first, then the level of risk, then "
    "findings of what must be, then by chance",
    SampleBy.PERSON: "{count} by chance for each person",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a report says, but for the letterhead it says it under."""

    values: Mapping[str, object]

    def sheet(self, head: Letterhead) -> AuditSheet:
        """The report under a letterhead."""
        return AuditSheet(letterhead=head, **self.values)  # type: ignore[arg-type] # built below

    def content(self, head_digest: str) -> dict[str, object]:
        """What the report's digest is over."""
        return {"head": head_digest, **self.values}


def edition_of(result: Result) -> str:
    """The whole for who reaches every chart; the figures for anyone else."""
    return FIGURES if result.out_of_reach else WHOLE


def tell(session: Session, result: Result, *, reach: Reach, zone: str) -> Told:
    """The words of a report. In the edition of figures nothing stands that names a chart."""
    audit = result.audit
    is_whole = edition_of(result) == WHOLE
    known = (
        {one.id: one for one in corrective_action.of_audit(session, audit.id, reach=reach)}
        if is_whole
        else {}
    )
    findings = _findings(result, is_whole=is_whole)
    return Told(
        {
            "name": audit.name,
            "period": f"{words.day(audit.since)} to {words.day(audit.until)}",
            "aim": audit.aim or "",
            "draft": _draft(result),
            "is_whole": is_whole,
            "glance": [
                ("Score", _scored(result)),
                ("Charts", f"{result.answered} of {len(result.charts)} answered"),
                ("Findings", str(len(findings))),
                ("Corrective actions", _following(result)),
            ],
            "facts": _facts(result, ZoneInfo(zone)),
            "rows": [
                (
                    one.row.label,
                    str(one.row.weight),
                    str(one.tally.met),
                    str(one.tally.partly),
                    str(one.tally.not_met),
                    str(one.tally.not_applicable),
                    points(one.tally.points),
                )
                for one in result.rows
            ],
            "people": [(one.name, str(one.charts), points(one.points)) for one in result.people],
            "charts": [_chart(one, is_whole=is_whole) for one in result.charts],
            "findings": findings,
            "actions": _actions(result, known),
        }
    )


def points(score: Decimal | None) -> str:
    """A score as it is read: `92.4`; "" where no row applies."""
    return "" if score is None else f"{score:.1f}"


def sampled(by: str, count: int) -> str:
    """How charts are drawn, in words."""
    charts = "1 chart" if count == 1 else f"{count} charts"
    return SAMPLED[SampleBy(by)].format(count=charts)


def _scored(result: Result) -> str:
    return NO_SCORE if result.points is None else f"{points(result.points)} of 100"


def _draft(result: Result) -> str:
    if result.audit.state == AuditState.ENDED:
        return ""
    return (
        f"The audit has not ended: {result.answered} of {len(result.charts)} charts are answered."
    )


def _facts(result: Result, zone: ZoneInfo) -> list[tuple[str, str]]:
    audit = result.audit
    return [
        ("Led by", audit.led_by.name),
        ("Covers", ", ".join(result.covers)),
        ("Sample", sampled(audit.sampling, audit.how_many)),
        ("Drawn", f"{_moment(audit.drawn_at, zone)}, from {audit.frame_size} charts"),
        ("Seed", f"{audit.seed} (drawing {audit.algorithm})"),
        ("List of charts", f"SHA-256 {audit.frame_digest}"),
        ("Ended", _moment(audit.ended_at, zone) or "not yet"),
    ]


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return words.moment(at.astimezone(zone)) if at else ""


def _chart(one: ChartScore, *, is_whole: bool) -> Cells:
    chart = one.chart
    named = (
        (chart.patient.record_number, str(chart.infusion.number))
        if chart is not None and is_whole
        else (LEFT_OUT, LEFT_OUT)
    )
    score = points(one.placed.points) if one.placed.is_answered else "not answered"
    return (str(one.placed.place), *named, ", ".join(one.people), score or NO_SCORE)


def _findings(result: Result, *, is_whole: bool) -> list[Cells]:
    found: list[Cells] = []
    for one in result.charts:
        for row in result.rubric.shown:
            answer = one.answers.get(row.code)
            if answer not in FAILED:
                continue
            said = one.words.get(row.code) if is_whole else None
            text = (said.words or "") if said else LEFT_OUT
            found.append((str(one.placed.place), row.label, ANSWER_WORDS[answer], text))
    return found


def _actions(result: Result, known: Mapping[UUID, CorrectiveAction]) -> list[Cells]:
    return [
        (
            str(one.place),
            one.label,
            one.owner,
            words.day(one.action.due_on),
            words.opening(STATE_WORDS[ActionState(one.action.state)]),
            known[one.action.id].what if one.action.id in known else LEFT_OUT,
        )
        for one in result.actions
    ]


def _following(result: Result) -> str:
    """How many actions there are, and how many of them are verified."""
    if not result.actions:
        return "none"
    verified = sum(one.action.state == ActionState.VERIFIED for one in result.actions)
    return f"{verified} of {len(result.actions)} verified"
