"""A goal is for the ratio where there is a floor, else for the value."""

import json
from pathlib import Path

import pytest

from bench.figure import Figure, line, write


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("page", 4.0, floor=2.0, goal=2.0), True),
        (Figure("page", 4.1, floor=2.0, goal=2.0), False),
        (Figure("kept", 9.0, goal=10.0), True),
        (Figure("kept", 11.0, goal=10.0), False),
        (Figure("memory", 80.0, "MB"), True),
    ],
)
def test_a_figure_holds_within_its_goal(figure: Figure, holds: bool) -> None:  # noqa: FBT001 - a case
    assert figure.holds is holds


def test_the_results_are_as_promised(tmp_path: Path) -> None:
    write([Figure("page", 4.0, floor=2.0, goal=2.0), Figure("m", 1.0, "MB")], tmp_path / "r.json")
    paired, alone = json.loads((tmp_path / "r.json").read_text())
    assert paired == {
        "name": "page",
        "value": 4.0,
        "unit": "ms",
        "floor": 2.0,
        "ratio": 2.0,
        "goal": 2.0,
        "holds": True,
    }
    assert (alone["floor"], alone["ratio"], alone["goal"]) == (None, None, None)


def test_a_missed_goal_is_plain_to_see() -> None:
    assert line(Figure("page", 4.1, floor=2.0, goal=2.0)).endswith("NO")
