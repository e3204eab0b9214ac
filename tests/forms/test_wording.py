"""Figures with their units read as people write them."""

import pytest

from kapnotes.forms.exact import measure


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (1, "days", "1 day"),
        (2, "days", "2 days"),
        (0, "hours", "0 hours"),
        (1, "mg", "1 mg"),
        (1, "/min", "1 /min"),
        (98, "%", "98%"),
        (1, "", "1"),
    ],
)
def test_a_figure_stands_with_its_unit(number: int, unit: str, said: str) -> None:
    assert measure(number, unit) == said
