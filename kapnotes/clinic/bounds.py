"""What a practice's own figures may be: outside of this they cannot be meant.

Wide on purpose, and no advice: they catch a slip of the finger, not a choice.
"""

from collections.abc import Mapping
from typing import TypeAlias

from kapnotes.clinic.refusals import BadInput

Bounds: TypeAlias = Mapping[str, tuple[int, int]]
"""The least and the most of each whole number, by the name of its entry."""


def outside(figures: Mapping[str, int | None], bounds: Bounds) -> dict[str, str]:
    """Return a sentence for each figure outside its bounds, or missing, by its name."""
    errors = {}
    for name, (least, most) in bounds.items():
        figure = figures.get(name)
        if figure is None or not least <= figure <= most:
            errors[name] = f"Enter a whole number from {least} to {most}."
    return errors


def refuse(errors: Mapping[str, str]) -> None:
    """Raise `BadInput` if there are any."""
    if errors:
        raise BadInput(errors)
