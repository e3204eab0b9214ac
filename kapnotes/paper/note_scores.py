"""The totals of scales that signed notes have, for the page of a patient: latest and line.

It goes by the notes alone, across courses; a document goes by ratings and doses (`scores.py`).
"""

from collections.abc import Sequence
from decimal import Decimal

from kapnotes.clinic.outcome import RULES, judge
from kapnotes.forms import Answers, Coded
from kapnotes.library.rules.scales import HIGHEST
from kapnotes.paper.said import Signed
from kapnotes.paper.score import ScorePoint, ScoreRow, ScoreTrend


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
