"""What the printer's child is asked to do, by name: only the child loads the printing libraries.

The server's own processes stay small and start at once; what comes back to them is a part, a
document, a `Warmth` or an `Unprintable`.
"""

from dataclasses import dataclass
from datetime import datetime

from kapnotes.paper.binding import Binding, Pressed

FAMILY = "Inter"


class Unprintable(Exception):
    """This document cannot be printed, however often it is tried; the text says why."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """What the warm child found on its machine."""

    fonts: tuple[str, ...]
    has_subsetter: bool

    @property
    def sentence(self) -> str:
        """What is missing for paper as it should be, or that nothing is."""
        if not self.has_subsetter:
            return "Printing works, but slowly: install libharfbuzz-subset0."
        if FAMILY not in self.fonts:
            return f"Printing works, but not in its own font: install fonts-{FAMILY.lower()}."
        return "The printer is warm."


def limit(megabytes: int) -> None:
    """Cap the memory of this process; run before any work."""
    from kapnotes.paper import child  # noqa: PLC0415 - see the module's first line

    child.limit(megabytes)


def warm() -> Warmth:
    """Print one of everything, so that nobody waits for it later."""
    from kapnotes.paper import child  # noqa: PLC0415 - see the module's first line

    return child.warm()


def part(html: str, *, at: datetime) -> Pressed:
    """Press one part. Raises Unprintable where another try would not help."""
    from kapnotes.paper import child  # noqa: PLC0415 - see the module's first line

    return child.part(html, at=at)


def bind(binding: Binding) -> bytes:
    """Make a whole document of its parts. Raises Unprintable as `part` does."""
    from kapnotes.paper import child  # noqa: PLC0415 - see the module's first line

    return child.bind(binding)


def tidy() -> None:
    """Collect what a print left behind."""
    from kapnotes.paper import child  # noqa: PLC0415 - see the module's first line

    child.tidy()
