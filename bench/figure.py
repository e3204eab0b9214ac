"""A figure: what was measured, the floor beside it, the goal, and whether it is met."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; the goal is for the ratio where there is a floor, else for the value."""

    name: str
    value: float
    unit: str = "ms"
    floor: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor; None without one."""
        return None if self.floor is None else self.value / self.floor

    @property
    def holds(self) -> bool:
        """Whether the goal is met; a figure without a goal cannot miss it."""
        measured = self.value if self.ratio is None else self.ratio
        return self.goal is None or measured <= self.goal

    def plain(self) -> dict[str, Any]:
        """The figure as `results.json` has it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": self.goal,
            "holds": self.holds,
        }


def write(figures: Iterable[Figure], path: Path = RESULTS) -> None:
    """Write the results for whoever compares runs."""
    path.write_text(json.dumps([one.plain() for one in figures], indent=2) + "\n")


def heading() -> str:
    """The first line of the table."""
    return f"{'':52}{'value':>10} {'unit':4}{'floor':>10}{'ratio':>8}{'goal':>8}  holds"


def line(one: Figure) -> str:
    """A figure as a line of the table."""
    plain = one.plain()
    cells = [f"{_short(plain[name]):>{width}}" for name, width in (("floor", 10), ("ratio", 8))]
    goal = f"{_short(one.goal):>8}"
    verdict = "" if one.goal is None else ("yes" if one.holds else "NO")
    return f"{one.name:52}{_short(one.value):>10} {one.unit:4}{''.join(cells)}{goal}  {verdict}"


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004 - three figures are enough
