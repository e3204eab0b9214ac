"""What of the review queue an address asks for, and the address of what is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from kapnotes.clinic.note import NoteKind
from kapnotes.records.queued_note import Age, Asked, Findings, Place

QUEUE = "/review"
AGES = {Age.LATE: "Late", Age.DAY: "A day or longer", Age.WEEK: "A week or longer"}
FOUND = {Findings.SOME: "With findings", Findings.NONE: "Without findings"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue: what is asked for, and after which place it begins."""

    asked: Asked
    after: Place | None


def asked_for(args: Mapping[str, str], at: datetime) -> Asked:
    """What an address asks for; what it says of a filter that there is not is not heard."""
    return Asked(
        at=at,
        author_id=uuid_of(args.get("person", "")),
        kind=_one_of(NoteKind, args.get("kind", "")),
        has_risk=args.get("risk", "") == "yes",
        findings=_one_of(Findings, args.get("findings", "")),
        age=_one_of(Age, args.get("age", "")),
    )


def page_of(args: Mapping[str, str], at: datetime) -> Page:
    """The page that an address asks for; what is no such place is the beginning.

    The place says by which time the first page was sorted: a note that becomes late while somebody
    turns pages keeps its place until the queue is read anew.
    """
    asked = asked_for(args, at)
    is_late, _, rest = args.get("after", "").partition("-")
    try:
        time, key, sorted_at = rest.split("-")
        place = Place(is_late == "late", _moment(time), UUID(hex=key))
        return Page(replace(asked, at=_moment(sorted_at)), place)
    except (ValueError, OverflowError):
        return Page(asked, None)


def after_of(place: Place | None, asked: Asked) -> str:
    """A place as it stands in an address; "" for none."""
    if place is None:
        return ""
    part = "late" if place.is_late else "in_time"
    return f"{part}-{_ticks(place.at)}-{place.note_id.hex}-{_ticks(asked.at)}"


def returned_after(args: Mapping[str, str]) -> tuple[datetime, UUID] | None:
    """Where a page of what is with its authors begins."""
    time, _, key = args.get("after", "").partition("-")
    try:
        return _moment(time), UUID(hex=key)
    except (ValueError, OverflowError):
        return None


def returned_place(after: tuple[datetime, UUID] | None) -> str:
    """The same place in an address."""
    return f"{_ticks(after[0])}-{after[1].hex}" if after else ""


def href(asked: Asked, to: str = QUEUE, **more: str) -> str:
    """The address of what is asked for, or of a note within it."""
    query = urlencode({**dict(_said(asked)), **{key: one for key, one in more.items() if one}})
    return f"{to}?{query}" if query else to


def _said(asked: Asked) -> Iterator[tuple[str, str]]:
    if asked.author_id is not None:
        yield "person", str(asked.author_id)
    for name, one in (("kind", asked.kind), ("findings", asked.findings), ("age", asked.age)):
        if one is not None:
            yield name, one.value
    if asked.has_risk:
        yield "risk", "yes"


def uuid_of(text: str) -> UUID | None:
    """An id, or None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _one_of(words: type[E], text: str) -> E | None:
    return words(text) if text in {one.value for one in words} else None


def _moment(ticks: str) -> datetime:
    return _EPOCH + int(ticks) * _TICK


def _ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK
