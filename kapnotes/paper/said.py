"""What the notes of a course say of scores, risk and plan, for the first lines of a summary."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kapnotes.clinic.outcome import RULES, judge
from kapnotes.forms import Answers, Coded, Definition, Tell
from kapnotes.library.rules.scales import HIGHEST
from kapnotes.paper.summary import ScorePoint, ScoreRow, ScoreTrend


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed note of the course: whose infusion, on which day, and what was answered."""

    infusion: int
    kind: str
    on: date
    definition: Definition
    answers: Answers
    tells: tuple[Tell, ...]


def told(tells: Iterable[Tell], link_id: str) -> str:
    """What a note says under one question, in words, or nothing."""
    for tell in tells:
        if tell.link_id == link_id:
            return tell.value or ", ".join(tell.values)
        if found := told(tell.items, link_id):
            return found
    return ""


def last_told(notes: Sequence[Signed], *link_ids: str) -> str:
    """The last of the notes that says anything under these questions, and what."""
    for note in reversed(notes):
        said = [told(note.tells, link_id) for link_id in link_ids]
        if any(said):
            return ". ".join(one.rstrip(".") for one in said if one) + "."
    return ""


def scores(notes: Sequence[Signed]) -> tuple[tuple[ScoreRow, ...], tuple[ScoreTrend, ...]]:
    """The latest total of each scale with its change since baseline, and the trends."""
    points: dict[str, list[ScorePoint]] = {}
    for note in notes:
        for row in _rows(note.answers):
            scale, total = row.get("scale"), row.get("score")
            if isinstance(scale, Coded) and scale.code in HIGHEST and isinstance(total, Decimal):
                label = "Base" if scale.code not in points else f"{note.infusion}{note.kind[0]}"
                points.setdefault(scale.code, []).append(ScorePoint(label, note.on, total))
    rows = tuple(_row(code, found) for code, found in points.items())
    trends = tuple(
        ScoreTrend(HIGHEST[code][0], tuple(found), Decimal(HIGHEST[code][1]))
        for code, found in points.items()
        if len(found) > 1
    )
    return rows, trends


def _rows(answers: Answers) -> list[Answers]:
    rows = answers.get("scales")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _row(code: str, found: Sequence[ScorePoint]) -> ScoreRow:
    name, highest = HIGHEST[code]
    baseline, now = found[0].total, found[-1].total
    rule = RULES.get(code)
    band = meaning = ""
    if rule is not None and now == now.to_integral_value():
        whole = int(baseline) if baseline == baseline.to_integral_value() else None
        outcome = judge(rule, baseline=whole if len(found) > 1 else None, now=int(now))
        band = (outcome.band or "").capitalize()
        meaning = _meaning(outcome.percent, outcome.response, is_remission=outcome.is_remission)
    return ScoreRow(
        scale=name,
        on=found[-1].on,
        total=now,
        highest=Decimal(highest),
        band=band,
        baseline=baseline if len(found) > 1 else None,
        change=now - baseline if len(found) > 1 else None,
        meaning=meaning,
    )


def _meaning(percent: Decimal | None, response: object, *, is_remission: bool | None) -> str:
    if percent is None or response is None:
        return ""
    words = str(response).replace("_", " ").capitalize()
    sign = "\N{MINUS SIGN}" if percent < 0 else "+" if percent > 0 else ""
    said = f"{words} ({sign}{abs(percent)} %)"
    return f"{said}, in remission" if is_remission else said
