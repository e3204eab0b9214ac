"""Dates and times: as HTML posts them, and as people here read them."""

import re
from datetime import date, datetime, time

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_date(text: str) -> date:
    """Read `2026-11-23`; ValueError for anything else."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def parse_time(text: str) -> time:
    """Read `14:05` or `14:05:30`; ValueError for anything else."""
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


def parse_datetime(text: str) -> datetime:
    """Read `2026-11-23T14:05`, seconds allowed; ValueError for anything else."""
    day, _, clock = text.partition("T")
    return datetime.combine(parse_date(day), parse_time(clock))


def clock_text(value: time | datetime) -> str:
    """Return the ISO form that an HTML input holds: seconds only where there are some."""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def date_words(value: date) -> str:
    """Return `23 Nov 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def time_words(value: time) -> str:
    """Return `14:05`, by the 24-hour clock."""
    return clock_text(value)


def datetime_words(value: datetime) -> str:
    """Return `23 Nov 2026, 14:05`."""
    return f"{date_words(value)}, {clock_text(value.time())}"
