"""No total of a scale can lie outside its range.

Ranges as published with each scale; no wording of a scale is held here. WHO-5 is in percent,
MEQ-30 the mean of its items, CADSS the 23 items that ketamine trials use.
"""

from decimal import Decimal
from types import MappingProxyType

from kapnotes.forms import Answers, Refused, Rule
from kapnotes.library.rules.claims import code, rows

HIGHEST = MappingProxyType(
    {
        "phq-9": ("PHQ-9", 27),
        "gad-7": ("GAD-7", 21),
        "y-bocs": ("Y-BOCS", 40),
        "y-bocs-ii": ("Y-BOCS-II", 50),
        "pcl-5": ("PCL-5", 80),
        "qids-sr16": ("QIDS-SR16", 27),
        "who-5": ("WHO-5", 100),
        "pain": ("Pain", 10),
        "cadss": ("CADSS", 92),
        "cadss-6": ("CADSS-6", 24),
        "meq-30": ("MEQ-30", 5),
        "ebi": ("EBI", 600),
        "audit-c": ("AUDIT-C", 12),
    }
)
"""Each scale's name and highest total; the lowest is 0."""


def _out_of_range(answers: Answers) -> Refused | None:
    for row in rows(answers, "scales"):
        score = row.get("score")
        name, highest = HIGHEST.get(code(row, "scale"), ("", 0))
        if name and isinstance(score, Decimal) and score > highest:
            return Refused(f"{name}: the highest total is {highest}.")
    return None


RULES: tuple[Rule, ...] = (Rule("scale-range", ("scales",), _out_of_range),)
