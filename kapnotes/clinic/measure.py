"""What the answers to a scale come to: total, subscales, band, claim.

A blank is never a zero: without every answer that is asked for there is no total, no band and no
claim, and nothing is made up for what is missing. A subscale has its score once its own questions
are answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.measure_scale import Measure, Subscale, Total, TotalRule, Values
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel, screener_of, triage

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SubScore:
    """The score of a subscale, None while one of its questions is blank; `most` is the highest."""

    key: str
    title: str
    total: Decimal | None
    most: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whether a claim holds, None while the answers are not complete."""

    code: str
    words: str
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the answers come to. `missing` names the questions that are asked and blank.

    `raw` is the sum that counts, before it becomes a percentage or a mean.
    """

    key: str
    rule_version: str
    raw: int | None
    total: Decimal | None
    band: str | None
    subscales: tuple[SubScore, ...]
    claim: Claimed | None
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question that is asked has an answer."""
        return not self.missing


def measure_of(key: str) -> Measure:
    """Return the built-in scale of that key, or raise `BadInput`."""
    if key not in MEASURES:
        raise BadInput({"measure": "Choose one of the scales listed."})
    return MEASURES[key]


def score(key: str, values: Mapping[str, Total | None]) -> Scored:
    """Return what the answers to a scale come to; None and no entry are both a blank.

    `values` are the ordinals of the answers, yes being 1 and no 0. Answers to questions that are
    not asked do not count towards a total. Raises `BadInput`, by the names of the questions, for
    one that the scale does not have and for a value that is none of its answers.
    """
    measure = measure_of(key)
    given = _checked(measure, values)
    asked = [part.link_id for part in measure.parts if part.is_asked(given)]
    counted = {link_id: given[link_id] for link_id in asked if link_id in given}
    missing = tuple(link_id for link_id in asked if link_id not in counted)
    raw = None if missing or not measure.has_total else _raw(measure, counted)
    total = None if raw is None else _total(measure, raw)
    return Scored(
        key=key,
        rule_version=measure.rule_version,
        raw=raw,
        total=total,
        band=band_of(measure, total) if measure.has_total else _level(given),
        subscales=tuple(_subscore(each, counted) for each in measure.subscales),
        claim=_claimed(measure, counted, is_complete=not missing),
        missing=missing,
    )


def band_of(measure: Measure, total: Total | None) -> str | None:
    """Return the word for a total, None for a blank and for a scale without bands.

    Raises `BadInput` outside the scale.
    """
    if total is None:
        return None
    check_total(measure, total)
    return next((band.word for band in measure.bands if total <= band.most), None)


def check_total(measure: Measure, total: Total) -> None:
    """Raise `BadInput` unless the scale can have that total."""
    if not measure.has_total:
        raise BadInput({measure.key: "This scale has no total."})
    if not measure.least <= total <= measure.most:
        sentence = f"A total lies between {measure.least} and {measure.most}."
        raise BadInput({measure.key: sentence})


def _checked(measure: Measure, values: Mapping[str, Total | None]) -> dict[str, int]:
    """Return the answers that are given, as whole numbers; raise `BadInput` with all errors."""
    known = {part.link_id: part for part in measure.parts}
    errors: dict[str, str] = {}
    given: dict[str, int] = {}
    for link_id, value in values.items():
        part = known.get(link_id)
        if part is None and link_id not in measure.beside:
            errors[link_id] = "This scale has no such question."
        elif part is not None and value is not None:
            if _is_whole(value) and part.least <= value <= part.most:
                given[link_id] = int(value)
            else:
                errors[link_id] = "Choose one of the answers offered."
    if errors:
        raise BadInput(errors)
    return given


def _is_whole(value: Total) -> bool:
    """Say whether a value is a whole number."""
    if isinstance(value, int):
        return True
    return isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value()


def _raw(measure: Measure, counted: Values) -> int:
    if measure.rule is TotalRule.DOMAINS:
        return sum(max(counted[link_id] for link_id in domain) for domain in measure.domains)
    return sum(counted.values())


def _total(measure: Measure, raw: int) -> Decimal:
    if measure.rule is TotalRule.PERCENT:
        return Decimal(raw * 100 // sum(part.most for part in measure.parts))
    if measure.rule is TotalRule.MEAN:
        return (Decimal(raw) / len(measure.parts)).quantize(HUNDREDTH, ROUND_HALF_UP)
    return Decimal(raw)


def _level(given: Values) -> str | None:
    """Return the level of the screener, once the blanks can no longer change it.

    Here a yes counts whatever it was that it was asked after.
    """
    found = triage(screener_of(given))
    is_settled = not found.missing or found.level is RiskLevel.HIGH
    return found.level if is_settled else None


def _subscore(subscale: Subscale, counted: Values) -> SubScore:
    missing = tuple(link_id for link_id in subscale.link_ids if link_id not in counted)
    total = None
    if not missing:
        total = Decimal(sum(counted[link_id] for link_id in subscale.link_ids))
        if subscale.is_percent:
            total = (total * 100 / subscale.most).quantize(TENTH, ROUND_HALF_UP)
    most = 100 if subscale.is_percent else subscale.most
    return SubScore(subscale.key, subscale.title, total, most, missing)


def _claimed(measure: Measure, counted: Values, *, is_complete: bool) -> Claimed | None:
    claim = measure.claim
    if claim is None:
        return None
    return Claimed(claim.code, claim.words, claim.holds(counted) if is_complete else None)
