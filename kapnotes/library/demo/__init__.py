"""The demo practice as data: its people, and the story of each patient. Everyone is invented.

A day is a number of working days from the day of loading: 0 is that day, -3 the third working day
before it. Answers stand under the linkIds of the notes, as codes and words.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from kapnotes.forms.source import parse

Story: TypeAlias = Mapping[str, Any]

PATIENTS: tuple[str, ...] = (
    "amankwah",
    "thorsteinsson",
    "castellano",
    "fernandes",
    "novak",
)
"""The file of each patient's story."""

_HERE = Path(__file__).parent


def practice() -> Story:
    """Return the practice: its name, its people, and what is true of every note of theirs."""
    found: Story = parse(_HERE / "practice.yaml")
    return found


def stories() -> tuple[Story, ...]:
    """Return the story of every patient."""
    return tuple(parse(_HERE / f"{name}.yaml") for name in PATIENTS)


def oversight() -> Story:
    """Return what the practice does about its own records."""
    found: Story = parse(_HERE / "oversight.yaml")
    return found
