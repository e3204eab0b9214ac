"""The scores of one seeded patient: the main scale before each infusion and a week after, others.

Of each the total alone is known, as of scores from before the practice used this product.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kapnotes.clinic.measure import band_of
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.scale import MAIN_SCALES
from kapnotes.library import measure_definition

OTHERS = ("who-5", "qids-sr16", "gad-7", "phq-9")
EASED = 8
"""The main scale falls by a part of this size with each infusion, down to a third."""


def plan(indication: str, starts: list[datetime], count: int) -> Iterator[tuple[str, datetime]]:
    """Which scale is rated when: `count` ratings, spread evenly over the infusions."""
    main = MAIN_SCALES[indication]
    for number in range(count):
        turn, place = divmod(number, len(starts))
        start = starts[place]
        if turn == 0:
            yield main, start - timedelta(hours=2)
        elif turn == 1:
            yield main, start + timedelta(hours=160)
        else:
            yield OTHERS[turn % len(OTHERS)], start - timedelta(hours=2, minutes=turn)


def row_of(key: str, at: datetime, *, infusions: int, start: int) -> dict[str, Any]:
    """A measure as it is kept, without what belongs to its patient."""
    measure = MEASURES[key]
    part = max(EASED - infusions, EASED // 3)
    highest = Decimal(measure.most * (60 + start % 40) // 100)
    total = max(Decimal(measure.least), (highest * part / EASED).to_integral_value())
    return {
        "key": key,
        "definition_version": measure_definition(key).version,
        "rule_version": measure.rule_version,
        "occasion": "",
        "recall": measure.recall,
        "source": "imported",
        "total": total,
        "band": band_of(measure, total) or "",
        "scores": {"total": str(total), "most": str(measure.most), "subscales": []},
        "is_complete": True,
        "observed_at": at,
        "recorded_at": at,
    }
