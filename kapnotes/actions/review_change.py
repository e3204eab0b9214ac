"""What changed between two signed versions of a note: in its sections, and in its session.

A dosing-session note that came back opens its session too, so that dose, vitals and events may have
been corrected; a supervisor sees that beside the changed words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.actions.entry import answers_of as answers_in
from kapnotes.forms import Change, ChangeKind
from kapnotes.library import note_definition, record_definition
from kapnotes.records.content import answers_of
from kapnotes.records.note import NoteVersion
from kapnotes.records.session_record import SessionValues
from kapnotes.records.session_row import FIELDS
from kapnotes.records.signed_session import session_of

NOUNS = {
    "arrival": "Arrival check",
    "dose": "Dose",
    "vitals": "Vitals",
    "session_event": "Event",
    "adverse_event": "Adverse event",
    "discharge": "Recovery and discharge",
}
"""What the rows of a session are called, in their order."""
SESSION = "Recorded in the session"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """One section, or the session, with what changed in it; `section` is "" for the session."""

    section: str
    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since an earlier version: which one, and why it is compared with that.

    `was_opened` says that this supervisor opened it last; else it is the one before. None of
    `parts` can be told where the questions themselves are of another version.
    """

    number: int
    signed_at: datetime
    was_opened: bool
    is_comparable: bool
    parts: tuple[Changed, ...]


def since(
    kind: str, before: NoteVersion, after: NoteVersion, *, was_opened: bool, zone: str
) -> Since:
    """Compare two signed versions of a note of that kind."""
    is_comparable = before.definition_version == after.definition_version
    parts = tuple(_parts(kind, before, after, zone)) if is_comparable else ()
    return Since(before.number, before.signed_at, was_opened, is_comparable, parts)


def _parts(kind: str, before: NoteVersion, after: NoteVersion, zone: str) -> Iterator[Changed]:
    definition = note_definition(kind, after.definition_version)
    found = forms.difference(definition, answers_of(kind, before), answers_of(kind, after))
    for section, changes in groupby(found, key=lambda one: one.section):
        grouped = tuple(changes)
        yield Changed(section, grouped[0].heading, grouped)
    of_session = session_changes(session_of(before.content), session_of(after.content), zone)
    if of_session:
        yield Changed("", SESSION, of_session)


def session_changes(before: SessionValues, after: SessionValues, zone: str) -> tuple[Change, ...]:
    """What was recorded, corrected or struck out in a session between two signatures.

    A corrected row is a new one: it is told beside the one of its kind and time that went.
    """
    found = []
    for noun, name in NOUNS.items():
        old = {row["id"]: row for row in before.of(noun)}
        new = {row["id"]: row for row in after.of(noun)}
        gone = [row for key, row in old.items() if key not in new]
        for key, row in new.items():
            was = old.get(key) or _taken(gone, row)
            found.append(_change(noun, name, was, row, zone))
        found += [_change(noun, name, row, None, zone) for row in gone]
    return tuple(one for one in found if one is not None)


def _taken(gone: list[Values], row: Values) -> Values | None:
    """Take the row that went for this one out of those that are gone."""
    was = next((one for one in gone if one["observed_at"] == row["observed_at"]), None)
    if was is not None:
        gone.remove(was)
    return was


def _change(
    noun: str, name: str, was: Values | None, row: Values | None, zone: str
) -> Change | None:
    before, after = _words(noun, was, zone), _words(noun, row, zone)
    if before == after:
        return None
    kind = ChangeKind.CHANGED
    if was is None or row is None:
        kind = ChangeKind.REMOVED if row is None else ChangeKind.ADDED
    about = row or was or {}
    return Change(
        section="",
        label=f"{name}, {about['observed_at'].astimezone(ZoneInfo(zone)):%H:%M}",
        kind=kind,
        before=before,
        after=after,
        words=forms.word_difference(before, after) if kind is ChangeKind.CHANGED else (),
        heading=SESSION,
    )


def _words(noun: str, row: Values | None, zone: str) -> str:
    """What a row says, on one line."""
    if row is None:
        return ""
    values = {name: row[name] for name in FIELDS[noun] if name != "observed_at"}
    tells = forms.tell(record_definition(noun), answers_in(noun, values, zone=zone))
    said = [f"{one.label}: {one.value or ', '.join(one.values)}" for one in tells]
    reason = row["caution_reason"]
    return "; ".join([*said, *([f"Stands because: {reason}"] if reason else [])])
