"""What stood on the patient at an infusion: alerts, and the consent that was in force.

An alert that was resolved later still stood then, so that a document about an infusion stays what
it was; what stands now is said by the chart.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from uuid import UUID

from kapnotes.clinic import consent as clinic
from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.screening import LEVELS, AlertLevel
from kapnotes.paper.standing_lines import AlertLine, ConsentLine
from kapnotes.paper.words import day
from kapnotes.records.alert import PatientAlert
from kapnotes.records.consent import Consent, clinical

LEVEL_WORDS = MappingProxyType(
    {
        AlertLevel.HOLD: "holds a dose",
        AlertLevel.WEIGH: "weigh before a dose",
        AlertLevel.KNOW: "to know",
    }
)


def alerts_at(
    rows: Iterable[PatientAlert],
    *,
    begun: datetime,
    over: datetime | None,
    sources: Collection[UUID],
) -> list[PatientAlert]:
    """The alerts that stood from `begun` to `over`, and those that its own notes raised.

    The gravest first; `over` is None while the infusion goes on, or is still to come.
    """
    found = [
        one
        for one in rows
        if one.source_id in sources
        or (
            (over is None or one.raised_at <= over)
            and (one.resolved_at is None or one.resolved_at > begun)
        )
    ]
    return sorted(found, key=lambda one: (LEVELS.index(AlertLevel(one.level)), one.raised_at))


def alert_lines(rows: Iterable[PatientAlert], zone: tzinfo | None) -> tuple[AlertLine, ...]:
    """Alerts in words."""
    return tuple(
        AlertLine(
            sentence=one.sentence,
            level=LEVEL_WORDS[AlertLevel(one.level)],
            is_grave=one.level == AlertLevel.HOLD,
            raised_on=one.raised_at.astimezone(zone).date(),
            raised_by=one.raised_by.name,
        )
        for one in rows
    )


def consent_at(rows: Sequence[Consent], *, on: date) -> Consent | None:
    """The consent in force on a day, as the record has it."""
    facts = [clinical(one) for one in rows]
    found = clinic.in_force(facts, on=on)
    return next((row for row, one in zip(rows, facts, strict=True) if one is found), None)


def consent_line(
    rows: Sequence[Consent], rule: ConsentRule, *, valid_days: int | None, on: date
) -> ConsentLine:
    """The consent in force on a day: the form, who held it, until when, and what is missing."""
    facts = [clinical(one) for one in rows]
    missing = clinic.missing(facts, rule, valid_days=valid_days, on=on)
    sentences = tuple(one.sentence for one in missing)
    row = consent_at(rows, on=on)
    if row is None:
        return ConsentLine("", "", sentences)
    found = clinical(row)
    until = clinic.expires_on(found, valid_days)
    said = f"Signed {day(found.signed_on)}"
    said += f", form {found.form_version}" if found.form_version else ""
    said += f", held by {found.by}" if found.by else ""
    said += f", good until {day(until)}" if until else ", without an end"
    covered = [words for key, words in clinic.POINTS.items() if key in found.points]
    return ConsentLine(f"{said}.", "; ".join(covered), sentences)
