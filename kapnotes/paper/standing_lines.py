"""Alerts and consents as plain values: what a document says of them, in words."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in words: how much it weighs, what it says, since when and by whom."""

    sentence: str
    level: str
    is_grave: bool
    raised_on: date
    raised_by: str
    resolved: str = ""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """The consent that counts on a day, in words; `missing` is what speaks against a dose."""

    words: str
    covered: str
    missing: tuple[str, ...]
