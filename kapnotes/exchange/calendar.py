"""Appointments as a calendar that any other program reads (iCalendar, RFC 5545).

It leaves the house, so it says when and how long, and nothing of whom or what for: its title is
the practice's own, its identifiers mean nothing elsewhere, and not even the product is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

LONGEST_LINE = 75
"""Octets of a line without its end (RFC 5545, 3.1); what is longer goes on in the next one."""
PRODUCT = "-//Appointments//Calendar//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment. `revision` counts its changes, so that a calendar takes the newest."""

    id: UUID
    revision: int
    starts_at: datetime
    length: timedelta
    is_cancelled: bool = False


def calendar(appointments: Iterable[Appointment], *, title: str, at: datetime) -> str:
    """Write a calendar of these appointments, each with that title, as it stands at `at`.

    Times are written in UTC: a calendar shows them in its own zone, and no clock change moves them.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for one in appointments for line in _event(one, title=title, at=at)),
        "END:VCALENDAR",
    )
    return "".join(f"{folded(line)}\r\n" for line in lines)


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, no character torn apart."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join((*pieces, piece))


def escaped(text: str) -> str:
    """Return a text as a value of the calendar (RFC 5545, 3.3.11), control characters left out."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join("".join(one for one in line if one.isprintable()) for line in lines)


def _event(one: Appointment, *, title: str, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{one.id}"
    yield f"DTSTAMP:{_utc(at)}"
    yield f"DTSTART:{_utc(one.starts_at)}"
    yield f"DTEND:{_utc(one.starts_at.astimezone(UTC) + one.length)}"
    yield f"SEQUENCE:{one.revision}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}"
    yield "CLASS:PRIVATE"
    yield f"TRANSP:{'TRANSPARENT' if one.is_cancelled else 'OPAQUE'}"
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
