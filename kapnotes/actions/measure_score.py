"""What the answers to a scale come to, one built in or one of the practice, ready to be kept."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kapnotes import forms
from kapnotes.clinic import measure as clinic
from kapnotes.clinic.measure_alert import AlertRule, RiskAlert, risk_alerts
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.forms import Answers, Definition

BY_DEFINITION = "definition"
"""The rule version of an imported scale: its own expression, in the version that is named."""
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Result:
    """Total, band and parts as a measure keeps them.

    `scores` is JSON: `total`, `most`, `subscales` (key, title, total, most), `claim` (code, words,
    holds), `missing` (linkIds), `asked` and `answered` (counts). Totals are texts or None.
    """

    total: Decimal | None
    band: str
    rule_version: str
    is_complete: bool
    scores: dict[str, Any]


def score(key: str, definition: Definition, answers: Answers) -> Result:
    """Work out what the answers come to; without every answer there is no total."""
    if key in MEASURES:
        return _built_in(key, definition, answers)
    return _own(definition, answers)


def alerts_of(
    key: str, definition: Definition, answers: Answers, *, rule: AlertRule
) -> tuple[RiskAlert, ...]:
    """What the answers so far call for by the practice's rule, complete or not."""
    return risk_alerts(key, forms.ordinals(definition, answers), rule) if key in MEASURES else ()


def _built_in(key: str, definition: Definition, answers: Answers) -> Result:
    measure = MEASURES[key]
    values = forms.ordinals(definition, answers)
    found = clinic.score(key, values)
    counted = {part.link_id for part in measure.parts}
    answered = len(counted & values.keys())
    claim = found.claim
    scores = {
        "total": _text(found.total),
        "most": str(measure.most) if measure.has_total else None,
        "subscales": [
            {"key": one.key, "title": one.title, "total": _text(one.total), "most": str(one.most)}
            for one in found.subscales
        ],
        "claim": claim and {"code": claim.code, "words": claim.words, "holds": claim.holds},
        "missing": list(found.missing),
        "asked": answered + len(found.missing),
        "answered": answered,
    }
    return Result(
        found.total,
        found.band or "",
        found.rule_version,
        found.is_complete,
        scores,
    )


def _own(definition: Definition, answers: Answers) -> Result:
    """The first expression named `total`, or else the first, is the total; the others are parts."""
    found = forms.scores(definition, answers)
    main = next((one for one in found if one.link_id == TOTAL), found[0] if found else None)
    needed = {one for each in found for one in each.missing}
    blank = {one.name for one in forms.check_signing(definition, answers, {})} | needed
    missing = [link_id for link_id in definition.index if link_id in blank]
    answered = len(answers)
    total = main.value if main and not missing else None
    scores = {
        "total": _text(total),
        "most": None,
        "subscales": [
            {"key": one.link_id, "title": one.label, "total": _text(one.value), "most": None}
            for one in found
            if one is not main
        ],
        "claim": None,
        "missing": missing,
        "asked": answered + len(missing),
        "answered": answered,
    }
    return Result(total, "", BY_DEFINITION, not missing, scores)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
