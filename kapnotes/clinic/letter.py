"""A letter to a colleague: what of the record may go into it, part by part.

Nothing goes in by itself. Whoever writes it chooses, and signs for the whole.
"""

from enum import StrEnum
from types import MappingProxyType


class LetterPart(StrEnum):
    """A part of the record that a letter can tell."""

    COURSE = "course"
    INFUSION = "infusion"
    SCORES = "scores"
    MEDICINES = "medicines"
    ALERTS = "alerts"
    PLAN = "plan"


PART_WORDS = MappingProxyType(
    {
        LetterPart.COURSE: "Course of treatment",
        LetterPart.INFUSION: "Last infusion",
        LetterPart.SCORES: "Scales",
        LetterPart.MEDICINES: "Medicines and allergies",
        LetterPart.ALERTS: "Alerts",
        LetterPart.PLAN: "What is planned",
    }
)
