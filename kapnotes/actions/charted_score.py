"""The totals of scales that a page shows, for the bundle of its document."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from kapnotes.exchange import charted as exchange
from kapnotes.exchange.observation import TOTAL
from kapnotes.paper.score import ScorePoint, ScoreRow


def scores_of(rows: Sequence[ScoreRow], infusion_id: UUID) -> Iterator[exchange.Score]:
    """Every total of every scale; the latest has its band, change and meaning beside it.

    The page says a scale with an answer missing too: it stands last, without a total.
    """
    for row in rows:
        seen: Counter[UUID] = Counter()
        for point in row.points:
            found = _score(row, point, seen)
            yield _latest(found, row) if row.is_complete and point is row.points[-1] else found
        if not row.is_complete:
            yield exchange.Score(
                id=uuid5(infusion_id, f"{row.key} incomplete"),
                key=row.key,
                scale=row.scale,
                on=row.on,
                total=None,
                highest=row.highest,
            )


def _score(row: ScoreRow, point: ScorePoint, seen: Counter[UUID]) -> exchange.Score:
    """A total; that of a measure has the id of the measure's own total."""
    if point.measure_id is not None:
        score_id = uuid5(point.measure_id, TOTAL)
    elif point.note_id is not None:
        seen[point.note_id] += 1
        score_id = uuid5(point.note_id, f"{row.key} {seen[point.note_id]}")
    else:
        raise ValueError("A total that is in no record.")
    return exchange.Score(
        id=score_id,
        key=row.key,
        scale=row.scale,
        on=point.on,
        at=point.at,
        total=point.total,
        highest=row.highest,
        note_id=point.note_id,
    )


def _latest(found: exchange.Score, row: ScoreRow) -> exchange.Score:
    return replace(
        found,
        band=row.band,
        baseline=row.baseline,
        change=row.change,
        meaning=". ".join(filter(None, (row.meaning, row.claims))),
    )
