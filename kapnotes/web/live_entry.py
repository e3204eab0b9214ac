"""The entries of a live session as its page reads them: plain values, instants in UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.actions import entry
from kapnotes.actions.live import SessionView
from kapnotes.clinic import tap
from kapnotes.forms import Raw, Tell
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.records.journal import Act, SessionEntry
from kapnotes.records.session_row import Dose, Row, SessionEvent, Vitals, values_of

MOMENTS = {
    "arrival": ("last_food_at", "last_drink_at"),
    "dose": ("stopped_at",),
    "adverse_event": ("resolved_at",),
    "discharge": ("left_at",),
}
"""The times of each noun beside `observed_at`; a live page sends and reads them as instants."""
TITLES = {
    "arrival": "Arrival check",
    "dose": "Dose",
    "vitals": "Vitals",
    "session_event": "Event",
    "adverse_event": "Adverse event",
    "discharge": "Recovery and discharge",
}
MOVES = {
    "planned": "Reopened",
    "in_progress": "Session started",
    "completed": "Session ended",
    "cancelled": "Infusion cancelled",
    "signed": "Dosing note signed: the session is locked",
}
LONGEST = 400
"""Of what a row says at most so many characters stand in its line; the rest is in its form."""


def instant(at: datetime | None) -> str | None:
    """A time as an instant: `2026-11-23T14:05:09Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def entries_of(view: SessionView, me: Actor) -> list[dict[str, Any]]:
    """The journal of a view, each entry with its row as it stands now."""
    rows = {one.id: one for one in view.rows}
    return list(_entries(view, rows, me))


def _entries(view: SessionView, rows: dict[UUID, Row], me: Actor) -> Iterator[dict[str, Any]]:
    for one in view.entries:
        row = rows.get(one.row_id)
        if row is not None:
            yield _entry(one, row, rows, view, me)
        elif one.act == Act.MOVED:
            yield _move(one, view, me)


def _entry(
    one: SessionEntry, row: Row, rows: dict[UUID, Row], view: SessionView, me: Actor
) -> dict[str, Any]:
    zone = ZoneInfo(me.zone)
    before = rows.get(row.corrects_id) if row.corrects_id else None
    return {
        "seq": one.seq,
        "key": str(one.key),
        "act": one.act,
        "noun": one.noun,
        "id": str(row.id),
        "replaces": str(row.corrects_id) if row.corrects_id else None,
        "at": instant(row.observed_at),
        "recorded_at": instant(row.recorded_at),
        "clock": words.clock(row.observed_at.astimezone(zone)),
        "by": view.names.get(one.by_id, ""),
        "mine": one.by_id == me.id,
        "is_struck": row.struck_at is not None,
        "why": row.struck_reason or "",
        "correction": before.struck_reason or "" if before else "",
        "caution": row.caution_reason or "",
        "values": _values(row, me.zone),
        "title": title_of(row, view),
        "words": said(row, me.zone),
    }


def _move(one: SessionEntry, view: SessionView, me: Actor) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "key": str(one.key),
        "act": one.act,
        "noun": one.noun,
        "id": str(one.id),
        "replaces": None,
        "at": instant(one.at),
        "recorded_at": instant(one.at),
        "clock": words.clock(one.at.astimezone(ZoneInfo(me.zone))),
        "by": view.names.get(one.by_id, ""),
        "mine": one.by_id == me.id,
        "is_struck": False,
        "why": "",
        "correction": "",
        "caution": "",
        "values": {},
        "title": MOVES.get(one.noun, one.noun),
        "words": "",
    }


def title_of(row: Row, view: SessionView) -> str:
    """What a line of the log is called: an event by its tap."""
    if isinstance(row, SessionEvent):
        return tap.label_of(row.kind, view.rules.taps)
    return TITLES[row.__tablename__]


def said(row: Row, zone: str) -> str:
    """What a row says, in one line."""
    if isinstance(row, Vitals):
        return _reading(row)
    if isinstance(row, Dose):
        return _dose(row)
    answers = entry.answers_of(row.__tablename__, values_of(row), zone=zone)
    lines = _lines(forms.tell(record_definition(row.__tablename__), answers))
    if isinstance(row, SessionEvent):
        line = row.words or ""
        if row.rate_mg_per_h is not None:
            line = f"{words.figure(row.rate_mg_per_h, 'mg/h')}. {line}".rstrip(". ")
    else:
        line = ", ".join(_said(one) for one in lines if one.link_id != "observed_at")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _lines(tells: tuple[Tell, ...]) -> list[Tell]:
    return [line for one in tells for line in (*_lines(one.items), one) if not line.items]


def _said(one: Tell) -> str:
    value = one.value or ", ".join(one.values)
    return one.label if value == "Yes" else f"{one.label}: {value}"


def _reading(row: Vitals) -> str:
    parts = [f"{row.systolic}/{row.diastolic} mmHg"] if row.systolic is not None else []
    figures = (
        ("heart rate", row.heart_rate, ""),
        ("SpO₂", row.spo2, " %"),
        ("breaths", row.respiratory_rate, ""),
        ("sedation", row.sedation, ""),
        ("distress", row.distress, ""),
        ("nausea", row.nausea, ""),
    )
    parts += [f"{name} {value}{unit}" for name, value, unit in figures if value is not None]
    if row.comment:
        parts.append(row.comment)
    return ", ".join(parts)


def _dose(row: Dose) -> str:
    parts = [words.figure(row.mg, "mg")]
    if row.is_running:
        parts = [f"{parts[0]} to be given"]
        if row.rate_mg_per_h is not None:
            parts.append(f"at {words.figure(row.rate_mg_per_h, 'mg/h')}")
    if row.wasted_mg:
        parts.append(f"{words.figure(row.wasted_mg, 'mg')} wasted")
    return ", ".join(parts)


def _values(row: Row, zone: str) -> dict[str, str]:
    """A row as its form has it, its times as instants."""
    values = values_of(row)
    moments = {"observed_at", *MOMENTS.get(row.__tablename__, ())}
    plain = {name: value for name, value in values.items() if name not in moments}
    raw = entry.to_raw(row.__tablename__, plain, zone=zone)
    found = {name: given[0] for name, given in raw.items() if given}
    found |= {name: instant(values[name]) or "" for name in moments if values.get(name)}
    if isinstance(row, SessionEvent) and row.about_id:
        found["about_id"] = str(row.about_id)
    return found


class NotAnInstant(ValueError):
    """A posted time is no instant."""


def to_wall(noun: str, raw: Raw, zone: str) -> dict[str, list[str]]:
    """A live page's form as its definition reads it: instants become the practice's wall times.

    The wall time is only for the form's own checks; the instant itself is what is kept.
    """
    moments = {"observed_at", *MOMENTS.get(noun, ())}
    found = {name: list(values) for name, values in raw.items()}
    for name in moments & found.keys():
        found[name] = [
            entry.wall(moment_of(value), zone).isoformat(timespec="minutes") if value else ""
            for value in found[name]
        ]
    return found


def moments_in(noun: str, raw: Raw) -> dict[str, datetime]:
    """The instants that were posted, by name. Raises NotAnInstant."""
    return {
        name: moment_of(raw[name][0])
        for name in {"observed_at", *MOMENTS.get(noun, ())}
        if raw.get(name) and raw[name][0]
    }


def moment_of(text: str) -> datetime:
    """The instant of a text such as `2026-11-23T14:05:09Z`. Raises NotAnInstant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotAnInstant(text) from None
    if found.tzinfo is None:
        raise NotAnInstant(text)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise NotAnInstant(text) from None
