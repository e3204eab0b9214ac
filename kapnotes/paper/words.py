"""Days, times and figures as paper says them: 23 Nov 2026, 14:05, 0.5."""

from datetime import date, datetime
from decimal import Decimal

from kapnotes.clinic.instant import instant

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date | None) -> str:
    """`23 Nov 2026`, or nothing."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}" if when else ""


def clock(when: datetime | None) -> str:
    """`14:05`, or nothing."""
    return f"{when.hour:02}:{when.minute:02}" if when else ""


def minute(when: datetime, zero: datetime) -> str:
    """Whole minutes from `zero`, `\u22125` before it; counted between instants."""
    minutes = round((instant(when) - instant(zero)).total_seconds() / 60)
    return str(minutes).replace("-", "\N{MINUS SIGN}")


def moment(when: datetime | None) -> str:
    """`23 Nov 2026, 14:05 CET`, or nothing; a naive time is said without a zone."""
    return f"{day(when)}, {clock(when)} {when.tzname() or ''}".rstrip() if when else ""


def figure(value: Decimal | float | None, unit: str = "") -> str:
    """A number without trailing zeros or exponent, with its unit, or nothing."""
    if value is None:
        return ""
    said = f"{Decimal(str(value)):f}"
    if "." in said:
        said = said.rstrip("0").rstrip(".")
    return f"{said}\N{NO-BREAK SPACE}{unit}" if unit else said


def change(value: Decimal | int | None) -> str:
    """A difference with its sign: `+2`, `\u221213`, `0`, or nothing."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + figure(abs(Decimal(value)))


def shortened(text: str, most: int = 70) -> str:
    """A text for a narrow place: all of it, or its beginning with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"


def opening(text: str) -> str:
    """The same text with a capital at its beginning, as after a full stop."""
    return text[:1].upper() + text[1:]


def sentences(*texts: str | None) -> str:
    """Texts one after the other, each ended by one full stop; blanks are left out."""
    found = [text.strip() for text in texts if text and text.strip()]
    return " ".join(text if text[-1] in ".!?\u2026" else f"{text}." for text in found)
