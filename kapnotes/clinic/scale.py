"""The scales that a course is measured by, as its protocol names them: keys, never wording."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from kapnotes.clinic.measure_list import MEASURES

MAIN = "main"
"""Stands in a list of measures for the scale of the course's indication."""
MAIN_SCALES: Mapping[str, str] = MappingProxyType(
    {
        "ocd": "y-bocs",
        "depression": "phq-9",
        "anxiety": "gad-7",
        "ptsd": "pcl-5",
        "chronic_pain": "pain",
    }
)
"""The scale that tells first whether treatment of an indication works."""
SCALES = (
    *("y-bocs", "phq-9", "gad-7", "pcl-5", "pain", "who-5", "qids-sr16", "c-ssrs", "audit-c"),
    *("cadss-6", "meq-30", "ebi", "aldrete", "moaa-s", "rass"),
)
"""The built-in scales; a practice may plan with the key of any other that it imported."""
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 40
HOURS_OF_A_WEEK = 168
MOST = 20


def scales_of(listed: tuple[str, ...], indication: str) -> tuple[str, ...]:
    """Return the scales that a list of measures means for an indication, each once."""
    main = MAIN_SCALES.get(indication)
    scales = (main if key == MAIN else key for key in listed)
    return tuple(dict.fromkeys(key for key in scales if key is not None))


def scales_after(listed: tuple[str, ...], indication: str, hours: int) -> tuple[str, ...]:
    """Return the scales that a list means so many hours after a dose.

    Within a week the scale of the indication is asked for only if it can be rated that often: one
    that asks about weeks says nothing of the hours since a dose. A scale that is named stays.
    """
    main = MEASURES.get(MAIN_SCALES.get(indication, ""))
    is_soon = hours < HOURS_OF_A_WEEK
    if is_soon and (main is None or not (main.is_rated_often or main.is_of_the_moment)):
        listed = tuple(key for key in listed if key != MAIN)
    return scales_of(listed, indication)


def wrong_with(listed: tuple[str, ...]) -> str:
    """Return what is wrong with a list of measures, "" if nothing is."""
    if len(listed) > MOST:
        return f"At most {MOST} scales at a time."
    if all(KEY.fullmatch(key) and len(key) <= LONGEST_KEY for key in listed):
        return ""
    return "Write the key of a scale as its page shows it, such as y-bocs."
