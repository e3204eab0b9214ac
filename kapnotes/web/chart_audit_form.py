"""The form of a programme: blank, filled from a plan, or as it was posted, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import request

from kapnotes.clinic.audit_programme import Programme
from kapnotes.clinic.chart_sample import SampleBy
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.person import Person

USUAL_DAYS, USUAL_COUNT = 90, 5
LABELS = {
    "name": "Name",
    "since": "First day",
    "until": "Last day",
    "covers": "Whose charts",
    "by": "How they are chosen",
    "count": "How many",
    "aim": "What it asks",
}
WAYS = (
    (SampleBy.CHANCE.value, "By chance", "Each chart is as likely as any other."),
    (
        SampleBy.RISK.value,
        "By risk",
        "Serious adverse events first, then the level of risk, then findings.",
    ),
    (SampleBy.PERSON.value, "By person", "So many of each person, by chance."),
)
DIGITS = 4


@dataclass(frozen=True, slots=True)
class ProgrammeForm:
    """What the form shows: texts as they were typed, the people chosen, what is wrong."""

    name: str = ""
    aim: str = ""
    since: str = ""
    until: str = ""
    covers: frozenset[str] = frozenset()
    by: str = SampleBy.CHANCE.value
    count: str = str(USUAL_COUNT)
    revision: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""


def blank(people: Sequence[Person], *, on: date) -> ProgrammeForm:
    """A new programme: everyone whom the reader supervises, the last three months."""
    return ProgrammeForm(
        since=(on - timedelta(days=USUAL_DAYS)).isoformat(),
        until=on.isoformat(),
        covers=frozenset(str(one.id) for one in people),
    )


def filled(audit: ChartAudit, covers: Sequence[Person]) -> ProgrammeForm:
    """The form of an audit that is planned."""
    return ProgrammeForm(
        name=audit.name,
        aim=audit.aim or "",
        since=audit.since.isoformat(),
        until=audit.until.isoformat(),
        covers=frozenset(str(one.id) for one in covers),
        by=audit.sampling,
        count=str(audit.how_many),
        revision=str(audit.revision),
    )


def again(refusal: Refusal, *, revision: str = "") -> ProgrammeForm:
    """The form as it was posted, with what is wrong beside it."""
    given = request.form
    is_input = isinstance(refusal, BadInput)
    return ProgrammeForm(
        name=given.get("name", ""),
        aim=given.get("aim", ""),
        since=given.get("since", ""),
        until=given.get("until", ""),
        covers=frozenset(given.getlist("covers")),
        by=given.get("by", ""),
        count=given.get("count", ""),
        revision=revision or given.get("_revision", ""),
        errors=refusal.errors if isinstance(refusal, BadInput) else {},
        sentence="" if is_input else refusal.sentence,
    )


def read() -> Programme:
    """The posted programme. Raises BadInput for what cannot be read."""
    given = request.form
    errors: dict[str, str] = {}
    since, until = _day("since", errors), _day("until", errors)
    count = given.get("count", "").strip()
    if not (count.isascii() and count.isdigit() and len(count) <= DIGITS):
        errors["count"] = "Enter a whole number."
    if given.get("by") not in set(SampleBy):
        errors["by"] = "Choose one."
    if errors or since is None or until is None:
        raise BadInput(errors)
    return Programme(
        name=given.get("name", ""),
        aim=given.get("aim", ""),
        since=since,
        until=until,
        covers=frozenset(given.getlist("covers")),
        by=SampleBy(given["by"]),
        count=int(count),
    )


def base() -> int:
    """The revision that the form was opened on; -1 for what is none."""
    text = request.form.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else -1


def _day(name: str, errors: dict[str, str]) -> date | None:
    found = day_of(request.form.get(name, ""))
    if found is None:
        errors[name] = "Enter a day, as 2026-11-23."
    return found


def day_of(text: str) -> date | None:
    """A day as a form posts it, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
