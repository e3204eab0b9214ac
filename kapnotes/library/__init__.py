"""What does each note, record and scale ask? FHIR Questionnaires as YAML, and their list.

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
        "arrival": ("1",),
        "dose": ("1", "2"),
        "vitals": ("1",),
        "session_event": ("1",),
        "adverse_event": ("1",),
        "discharge": ("1",),
        "person": ("1",),
        "cancellation": ("1",),
        "addendum": ("1",),
        "send_back": ("1",),
        "schedule": ("1",),
        "dose_limits": ("1",),
        "vitals_levels": ("1",),
        "arrival_rule": ("1",),
        "discharge_rule": ("1",),
        "taps": ("1",),
        "protocol": ("1",),
        "working_days": ("1",),
        "consent_rule": ("1",),
        "misuse_rule": ("1",),
        "alert_rule": ("1",),
        "outcome_rule": ("1",),
        "check_rule": ("1",),
        "unusual_rule": ("1",),
        "consent": ("1",),
        "withdrawal": ("1",),
        "misuse_event": ("1",),
        "letter": ("1",),
        "letterhead": ("1", "2"),
        "disclosure": ("1",),
        "amendment": ("1",),
    }
)
"""Each record that people type in, and each setting of the practice, with its versions.

Here `required` is enforced at saving.
"""

MEASURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "y-bocs": ("1",),
        "phq-9": ("1",),
        "qids-sr16": ("1",),
        "gad-7": ("1",),
        "pcl-5": ("1",),
        "who-5": ("1",),
        "pain": ("1",),
        "c-ssrs": ("1",),
        "audit-c": ("1",),
        "cadss-6": ("1",),
        "moaa-s": ("1",),
        "rass": ("1",),
        "aldrete": ("1",),
        "meq-30": ("1",),
        "ebi": ("1",),
    }
)
"""Each scale that is built in, with its versions. `clinic/measure.py` scores it.

It holds labels of our own: `copyright` says on which terms a practice imports the official wording.
"""


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


def measure_definition(key: str, version: str | None = None) -> Definition:
    """Return what a scale asks, in the version in use or in the one named.

    KeyError if there is no such scale or version.
    """
    return _definition("measures", key, _version(MEASURES, key, version))


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
