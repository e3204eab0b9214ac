"""How an outcome reads on a page: one verdict, one sentence, a drawing and a table for each scale.

Every figure keeps its sign and its date, and what is not known is said in words.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes.actions.outcome import Point, Scale, Standing
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.outcome import Moved, Outcome, Response
from kapnotes.paper import words
from kapnotes.paper.trend import Dosed, Measured, TrendChart, trend_chart

ARROW = "\N{RIGHTWARDS ARROW}"
VERDICTS = {
    Response.RESPONSE: ("response", "Response"),
    Response.PARTIAL: ("partial", "Partial response"),
    Response.NO_RESPONSE: ("no_response", "No response"),
    Response.WORSE: ("worse", "Worse than at baseline"),
}
SOURCES = {"entered": "", "handed_over": "filled in by the patient", "imported": "imported"}
OCCASIONS = {"baseline": "baseline", "before": "before the dose", "every": "in turn"}
UNKNOWN = ("unknown", "Not known yet")


@dataclass(frozen=True, slots=True)
class Line:
    """One rating as the table says it."""

    at: datetime
    since: str
    total: str
    band: str
    change: str
    said: str
    about: str


@dataclass(frozen=True, slots=True)
class Card:
    """One scale: `state` and `verdict` in one look, the sentence under it, what else holds."""

    key: str
    title: str
    short: str
    state: str
    verdict: str
    sentence: str
    claims: tuple[str, ...]
    rule: str
    chart: TrendChart | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The answer for a course: `main` first, the others after it. `missing` names a main scale.

    That one was never taken.
    """

    main: Card | None
    others: tuple[Card, ...]
    missing: str
    is_dosed: bool


def panel_of(standing: Standing, zone: str) -> Panel:
    """What a course's page says."""
    cards = cards_of(standing, zone)
    main = next((one for one in cards if one.key == standing.main_key), None)
    missing = ""
    if main is None and standing.main_key:
        missing = MEASURES[standing.main_key].title
    return Panel(
        main, tuple(one for one in cards if one is not main), missing, bool(standing.doses)
    )


def cards_of(standing: Standing, zone: str) -> list[Card]:
    """Each scale of the course, the main one first."""
    return [_card(one, ZoneInfo(zone)) for one in standing.scales]


def _card(scale: Scale, zone: ZoneInfo) -> Card:
    state, verdict = _verdict(scale)
    return Card(
        key=scale.key,
        title=scale.title,
        short=scale.short,
        state=state,
        verdict=verdict,
        sentence=_sentence(scale, zone),
        claims=tuple(_claims(scale)),
        rule=_rule(scale),
        chart=chart_of(scale, zone),
        lines=tuple(_line(one) for one in reversed(scale.points)),
    )


def chart_of(scale: Scale, zone: ZoneInfo) -> TrendChart | None:
    """The drawing, for page and paper: complete totals, doses, and where a response begins."""
    points = []
    for one in scale.points:
        if one.taken.total is None or not one.taken.is_complete:
            continue
        at = one.taken.observed_at.astimezone(zone)
        points.append(Measured(_label(one), at.date(), one.taken.total, at))
    return trend_chart(
        scale.short,
        points,
        highest=scale.highest,
        mark=scale.response_total,
        mark_label="response from here",
        doses=[Dosed(one.number, one.at.astimezone(zone)) for one in scale.doses],
    )


def _label(one: Point) -> str:
    if one.is_baseline:
        return "Base"
    return one.since.words.split(" after ")[0] if one.since else "before"


def _verdict(scale: Scale) -> tuple[str, str]:
    outcome = scale.outcome
    if outcome is None:
        return "watched", "Watched"
    if not (scale.doses and scale.baseline and scale.now):
        return _unknown(scale)
    if outcome.is_remission and outcome.response is Response.RESPONSE:
        return "response", "Response and remission"
    if outcome.response is not None:
        return VERDICTS[outcome.response]
    return _moved(outcome)


def _unknown(scale: Scale) -> tuple[str, str]:
    """What is missing for a verdict."""
    if not scale.doses:
        return "unknown", "No dose yet"
    return UNKNOWN if scale.baseline else ("unknown", "No baseline")


def _moved(outcome: Outcome) -> tuple[str, str]:
    """The verdict of a rule without a response: whether the change is more than chance."""
    counts = outcome.is_meaningful if outcome.is_meaningful is not None else outcome.is_reliable
    if outcome.moved is None:
        return UNKNOWN
    if counts is None:
        return "watched", "Watched"
    if not counts:
        return "no_response", "No change that counts"
    if outcome.moved is Moved.WORSE:
        return VERDICTS[Response.WORSE]
    return "response", "Better"


def _sentence(scale: Scale, zone: ZoneInfo) -> str:
    base, now = scale.baseline, scale.now
    if base is None and now is None:
        return "No complete rating yet." if not scale.doses else "Nothing complete was rated."
    if base is None or base.total is None:
        return "Nothing complete was rated before the first dose, so a change is not known."
    began = f"{words.figure(base.total)} at baseline on {_day(base.observed_at, zone)}"
    if now is None or now.total is None:
        return f"{began}; nothing complete was rated since the first dose."
    return (
        f"{words.figure(base.total)} {ARROW} {words.figure(now.total)}: "
        f"{_changed(scale, now.total - base.total)} since {_day(base.observed_at, zone)}, "
        f"last rated {_day(now.observed_at, zone)}{_after(scale)}."
    )


def _changed(scale: Scale, change: Decimal) -> str:
    said = words.change(change)
    percent = scale.outcome.percent if scale.outcome else None
    return f"{said} ({words.change(percent)} %)" if percent is not None else said


def _after(scale: Scale) -> str:
    point = scale.last_point
    return f", {point.since.words}" if point and point.since else ""


def _day(at: datetime, zone: ZoneInfo) -> str:
    return words.day(at.astimezone(zone).date())


def _claims(scale: Scale) -> list[str]:
    outcome = scale.outcome
    if outcome is None or scale.now is None or scale.baseline is None:
        return []
    found = []
    if outcome.change_from_last is not None:
        found.append(f"{words.change(outcome.change_from_last)} since the rating before")
    if outcome.is_remission is not None:
        found.append("Remission" if outcome.is_remission else "No remission")
    if outcome.is_reliable is not None:
        is_so = outcome.is_reliable
        found.append("Reliable change" if is_so else "Less than a reliable change")
    if outcome.is_meaningful is not None:
        is_so = outcome.is_meaningful
        found.append("Change that patients notice" if is_so else "Less than patients notice")
    if scale.held is not None and scale.held.days:
        found.append(f"Response has lasted {scale.held.days} d between ratings")
    return found


def _rule(scale: Scale) -> str:
    rule = scale.rule
    if rule is None:
        return ""
    said = [f"Rule {rule.scale} {rule.version}" + (f" ({rule.title})" if rule.title else "")]
    if rule.response_percent is not None:
        said.append(f"response from {rule.response_percent} %")
    if rule.partial_percent is not None:
        said.append(f"partial from {rule.partial_percent} %")
    if rule.remission_at_most is not None:
        said.append(f"remission at {rule.remission_at_most} or less")
    if rule.reliable_points is not None:
        said.append(f"reliable from {rule.reliable_points} points")
    if rule.meaningful_points is not None:
        said.append(f"noticed from {rule.meaningful_points} points")
    return ", ".join(said) + "."


def _line(one: Point) -> Line:
    taken = one.taken
    is_known = taken.is_complete and taken.total is not None
    about = [OCCASIONS.get(taken.occasion, ""), SOURCES.get(taken.source, taken.source)]
    if taken.recall == "since last rating":
        about.append(taken.recall)
    said = "Baseline" if one.is_baseline else ""
    if one.response is not None:
        said = VERDICTS[one.response][1]
    return Line(
        at=taken.observed_at,
        since=one.since.words if one.since else "before the first dose",
        total=words.figure(taken.total) if is_known else "",
        band=taken.band if taken.is_complete else "not complete: no total",
        change=words.change(one.change),
        said=said,
        about=", ".join(filter(None, about)),
    )
