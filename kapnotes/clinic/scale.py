"""The scales that a course is measured by, as its protocol names them: keys, never wording."""

import re
from collections.abc import Mapping
from types import MappingProxyType

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
MOST = 20


def scales_of(listed: tuple[str, ...], indication: str) -> tuple[str, ...]:
    """Return the scales that a list of measures means for an indication, each once."""
    main = MAIN_SCALES.get(indication)
    scales = (main if key == MAIN else key for key in listed)
    return tuple(dict.fromkeys(key for key in scales if key is not None))


def wrong_with(listed: tuple[str, ...]) -> str:
    """Return what is wrong with a list of measures, "" if nothing is."""
    if len(listed) > MOST:
        return f"At most {MOST} scales at a time."
    if all(KEY.fullmatch(key) and len(key) <= LONGEST_KEY for key in listed):
        return ""
    return "Write the key of a scale as its page shows it, such as y-bocs."
