"""How an outcome reads on a page: one verdict, one sentence, a drawing and a table for each scale.

Every figure keeps its sign and its date, and what is not known is said in words.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kapnotes.clinic.measure_list import MEASURES
from kapnotes.paper import words
from kapnotes.paper.outcome_chart import chart_of
from kapnotes.paper.outcome_effects import EffectLine, effects_of
from kapnotes.paper.outcome_words import VERDICTS, claims, rule_said, sentence, verdict
from kapnotes.paper.trend import TrendChart
from kapnotes.records.scale_standing import Point, Scale, Standing

SOURCES = {"entered": "", "handed_over": "filled in by the patient", "imported": "imported"}
OCCASIONS = {"baseline": "baseline", "before": "before the dose", "every": "in turn"}


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
    effects: tuple[EffectLine, ...]


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
    state, said = verdict(scale)
    return Card(
        key=scale.key,
        title=scale.title,
        short=scale.short,
        state=state,
        verdict=said,
        sentence=sentence(scale, zone),
        claims=tuple(claims(scale)),
        rule=rule_said(scale),
        chart=chart_of(scale, zone),
        lines=tuple(_line(one) for one in reversed(scale.points)),
        effects=effects_of(scale),
    )


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
