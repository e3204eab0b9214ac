"""What does each note and record ask? FHIR Questionnaires as YAML, and the list that names them.

A published version never changes: a change is a new file with the next version, added at the end
of its line below. Retired versions stay, for the notes that were written with them.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kapnotes.forms import Definition, load

_HERE = Path(__file__).parent

NOTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "preparation": ("1",),
        "dosing": ("1",),
        "integration": ("1",),
    }
)
"""Each kind of note, in the order of an infusion, with its versions; the last is in use."""

RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "patient": ("1",),
        "course": ("1",),
        "infusion": ("1",),
        "dose": ("1",),
        "vitals": ("1",),
        "adverse_event": ("1",),
        "person": ("1",),
        "cancellation": ("1",),
        "addendum": ("1",),
        "send_back": ("1",),
    }
)
"""Each record that people type in, with its versions. Here `required` is enforced at saving."""


def note_definition(kind: str, version: str | None = None) -> Definition:
    """Return what a kind of note asks, in the version in use or in the one named.

    KeyError if there is no such kind or version.
    """
    return _definition("notes", kind, _version(NOTES, kind, version))


def record_definition(noun: str, version: str | None = None) -> Definition:
    """Return what a record asks, in the version in use or in the one named.

    KeyError if there is no such record or version.
    """
    return _definition("records", noun, _version(RECORDS, noun, version))


def _version(listed: Mapping[str, tuple[str, ...]], name: str, version: str | None) -> str:
    """Return a listed version of a name; nothing that is not listed becomes a file's name."""
    if name not in listed:
        raise KeyError(name)
    if version is None:
        return listed[name][-1]
    if version not in listed[name]:
        raise KeyError(f"{name}-{version}")
    return version


@cache
def _definition(folder: str, name: str, version: str) -> Definition:
    return load(_HERE / folder / f"{name}-{version}.yaml")
