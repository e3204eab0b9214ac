"""A past score as a row of a table says it: the total, or every answer, at a day or a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.actions import entry, measure_score
from kapnotes.clinic.measure import band_of, check_total
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_scale import Measure, TotalRule
from kapnotes.clinic.refusals import BadInput
from kapnotes.exchange.csv_table import Line
from kapnotes.forms import Answers, Definition
from kapnotes.library import measure_definition
from kapnotes.records.transfer import CourseSpan, Known

BEFORE_COURSE = timedelta(days=60)
"""A score this long before a course began counts for it, as its baseline [B]."""
NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PastScore:
    """A past score, checked."""

    patient_id: UUID
    course_id: UUID | None
    rule: Measure
    definition: Definition
    answers: Answers
    observed_at: datetime
    total: Decimal | None
    band: str
    scores: Mapping[str, Any]


def is_question(name: str) -> bool:
    """Say whether a column holds the answers to a question of a scale."""
    return name[:1] == "q" and name[1:].isascii() and name[1:].isdigit()


def read(
    line: Line,
    known: Mapping[str, Known],
    spans: Sequence[CourseSpan],
    *,
    zone: str,
    at: datetime,
) -> PastScore:
    """Check a row against what is known. Raises BadInput by the names of its columns."""
    cells = line.cells
    owner = known.get(cells.get("record_number", ""))
    if owner is None:
        raise BadInput({"record_number": "No patient in your care has this record number."})
    rule = MEASURES.get(cells.get("scale", "").casefold())
    if rule is None:
        raise BadInput({"scale": f"Write one of: {', '.join(MEASURES)}."})
    observed_at = _time(cells.get("observed_at", ""), zone)
    if observed_at > at:
        raise BadInput({"observed_at": "This time is still to come."})
    if observed_at.date() < owner.birth_date:
        raise BadInput({"observed_at": "This is before the patient was born. Check the year."})
    definition = measure_definition(rule.key)
    asked = {name: cell for name, cell in cells.items() if is_question(name)}
    told = _total(cells["total"], rule) if "total" in cells else None
    if asked:
        answers, result = _answered(rule, definition, asked)
        if told is not None and told != result.total:
            raise BadInput({"total": f"The answers come to {result.total}, not to {told}."})
        total, band, scores = result.total, result.band, result.scores
    elif told is not None:
        answers, total, band = {}, told, band_of(rule, told) or ""
        scores = _only(told, rule)
    else:
        raise BadInput({"total": "Write the total, or every answer in q1, q2 and so on."})
    return PastScore(
        patient_id=owner.id,
        course_id=_course(spans, owner.id, observed_at.astimezone(ZoneInfo(zone)).date()),
        rule=rule,
        definition=definition,
        answers=answers,
        observed_at=observed_at,
        total=total,
        band=band,
        scores=scores,
    )


def _time(text: str, zone: str) -> datetime:
    """A day, which is noon of the practice, or a time, which is the practice's unless it says."""
    sentence = "Write a day such as 2026-11-23, or a time such as 2026-11-23 14:05."
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput({"observed_at": sentence}) from None
    if "T" not in text and ":" not in text:
        found = found.replace(hour=NOON)
    try:
        aware = found if found.tzinfo else entry.local(found, ZoneInfo(zone))
        return aware.astimezone(UTC)
    except BadInput as refusal:
        raise BadInput({"observed_at": refusal.errors[""]}) from None
    except OverflowError:
        raise BadInput({"observed_at": "Check the year."}) from None


def _total(text: str, rule: Measure) -> Decimal:
    try:
        total = Decimal(text)
    except InvalidOperation:
        raise BadInput({"total": "Write a number."}) from None
    if not total.is_finite() or len(text) > len("100.00"):
        raise BadInput({"total": "Write a number."})
    if rule.rule is not TotalRule.MEAN and total != total.to_integral_value():
        raise BadInput({"total": "A total of this scale is a whole number."})
    try:
        check_total(rule, total)
    except BadInput as refusal:
        raise BadInput({"total": refusal.errors[rule.key]}) from None
    return total


def _answered(
    rule: Measure, definition: Definition, asked: Mapping[str, str]
) -> tuple[Answers, measure_score.Result]:
    """The answers of a row as a form would post them, and what they come to."""
    raw, errors = {}, {}
    for name, cell in asked.items():
        item = definition.index.get(name)
        if item is None:
            errors[name] = "This scale has no such question."
            continue
        option = next((one for one in item.options if str(one.ordinal) == cell), None)
        raw[name] = [option.code if option else cell]
    reading = forms.read(definition, raw)
    errors |= reading.errors
    result = measure_score.score(rule.key, definition, reading.answers)
    for name in result.scores["missing"] if not errors else ():
        errors[name] = "This answer is missing: a scale in part has no total."
    if errors:
        raise BadInput(errors)
    return reading.answers, result


def _only(total: Decimal, rule: Measure) -> dict[str, Any]:
    """What a measure keeps of a score of which the total alone is known."""
    return {
        "total": format(total, "f"),
        "most": str(rule.most),
        "subscales": [],
        "claim": None,
        "missing": [],
        "asked": 0,
        "answered": 0,
    }


def _course(spans: Sequence[CourseSpan], patient_id: UUID, on: date) -> UUID | None:
    """The newest course that ran on that day, or began within `BEFORE_COURSE` after it."""
    fitting = [
        one
        for one in spans
        if one.patient_id == patient_id
        and one.started_on - BEFORE_COURSE <= on
        and (one.ended_on is None or on <= one.ended_on)
    ]
    running = [one for one in fitting if one.started_on <= on] or fitting
    return max(running, key=lambda one: one.number).id if running else None
