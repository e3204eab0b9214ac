"""The trend drawing: a point for each total, in its place and legible."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from jinja2 import Environment, FileSystemLoader

from kapnotes.paper.trend import Measured, trend_chart

POINTS = [
    Measured("2", date(2026, 11, 19), Decimal(22)),
    Measured("Base", date(2026, 11, 9), Decimal(31)),
    Measured("1", date(2026, 11, 18), Decimal(27)),
]


def _svg(chart: object, **how: object) -> str:
    """The drawing as the templates of page and paper get it."""
    own = Environment(loader=FileSystemLoader("templates"), autoescape=True)
    return str(own.get_template("charts/trend.svg").module.trend(chart, **how))


def test_one_total_is_no_trend() -> None:
    assert trend_chart("Y-BOCS", POINTS[:1], highest=Decimal(40)) is None
    assert trend_chart("Y-BOCS", POINTS, highest=Decimal(0)) is None


def test_points_stand_in_the_order_of_their_days_and_apart() -> None:
    chart = trend_chart("Y-BOCS", POINTS, highest=Decimal(40))
    assert chart is not None
    assert [dot.label for dot in chart.dots] == ["Base", "1", "2"]
    assert all(after.x - before.x >= 26 for before, after in pairwise(chart.dots))
    assert chart.dots[0].y < chart.dots[2].y
    assert all(chart.left <= dot.x <= chart.right for dot in chart.dots)


def test_twenty_totals_still_fit() -> None:
    many = [Measured(str(n), date(2026, 1, 1 + n), Decimal(n)) for n in range(20)]
    chart = trend_chart("Y-BOCS", many, highest=Decimal(40))
    assert chart is not None
    assert chart.dots[-1].x <= chart.right


def test_totals_are_said_in_words_and_the_mark_is_drawn() -> None:
    chart = trend_chart(
        "Y-BOCS", POINTS, highest=Decimal(40), mark=Decimal(20), mark_label="response"
    )
    assert chart is not None
    assert "1, 18 Nov 2026: 27" in chart.description
    svg = _svg(chart, focusable=True)
    assert "response" in svg
    assert svg.count('tabindex="0"') == 3
