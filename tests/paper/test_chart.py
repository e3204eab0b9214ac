"""The vitals drawing: the same for the same values, and never off the sheet."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from kapnotes.paper.chart import LEFT, RIGHT, WIDTH, Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart

ZERO = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return ZERO + timedelta(minutes=minutes)


READINGS = [
    Reading(_at(-15), 122, 78, 74, 99),
    Reading(_at(20), 148, 92, 96, 97),
    Reading(_at(60), 130, 82, None, 98),
]
DOSE = Span(ZERO, _at(40), "31 mg IV")


def _svg(chart: object, **how: object) -> str:
    """The drawing as the templates of page and paper get it."""
    own = Environment(loader=FileSystemLoader("templates"), autoescape=True)
    return str(own.get_template("charts/vitals.svg").module.vitals(chart, **how))


def _chart(readings: list[Reading], **extra: object) -> VitalsChart:
    chart = vitals_chart(readings, **extra)  # type: ignore[arg-type]
    assert chart is not None
    return chart


def test_fewer_than_two_readings_draw_nothing() -> None:
    assert vitals_chart([]) is None
    assert vitals_chart([READINGS[0], Reading(_at(5))]) is None


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert _chart(READINGS[::-1], doses=[DOSE]) == _chart(READINGS, doses=[DOSE])


def test_minutes_count_from_the_dose() -> None:
    ticks = _chart(READINGS, doses=[DOSE]).ticks
    assert [tick.label for tick in ticks][:3] == ["\u221210 min", "0 min", "10 min"]
    assert next(tick.under for tick in ticks if tick.label == "0 min") == "14:00"


def test_only_measures_that_were_taken_have_a_lane() -> None:
    only = [Reading(_at(0), heart_rate=70), Reading(_at(9), heart_rate=72)]
    assert [lane.name for lane in _chart(only).lanes] == ["Heart rate"]


def test_the_description_says_the_extremes() -> None:
    said = _chart(READINGS, doses=[DOSE], events=[Flag(_at(20), "A", "Nausea")]).description
    assert "Highest blood pressure 148/92 mmHg at 14:20." in said
    assert "Lowest SpO\u2082 97 % at 14:20." in said
    assert "Dose 31 mg IV from 14:00 to 14:40." in said
    assert "Event A, Nausea, at 14:20." in said


def test_flags_that_are_near_each_other_do_not_cover_each_other() -> None:
    events = [Flag(_at(20), "A", "Nausea"), Flag(_at(20), "B", "Headache")]
    first, second = _chart(READINGS, events=events).pins
    assert first.x == second.x
    assert second.left - first.left >= 14


def test_a_reading_says_its_values_and_its_minute() -> None:
    spots = _chart(READINGS, doses=[DOSE]).spots
    assert spots[1].words == "14:20, minute 20: 148/92 mmHg, heart rate 96, SpO\u2082 97 %"


def test_a_half_pressure_is_drawn_and_said() -> None:
    half = [Reading(_at(0), systolic=120), Reading(_at(9), systolic=110)]
    chart = _chart(half)
    assert "120/? mmHg" in chart.description
    assert [stroke.kind for stroke in chart.lanes[0].strokes] == ["line"]


@given(
    st.lists(
        st.builds(
            Reading,
            at=st.integers(-(10**6), 10**6).map(_at),
            systolic=st.none() | st.integers(1, 400),
            diastolic=st.none() | st.integers(1, 400),
            heart_rate=st.none() | st.integers(1, 400),
            spo2=st.none() | st.integers(1, 100),
        ),
        max_size=12,
    )
)
@settings(max_examples=80, deadline=None)
def test_whatever_was_measured_stays_on_the_sheet(readings: list[Reading]) -> None:
    chart = vitals_chart(readings, doses=[DOSE])
    if chart is None:
        return
    assert len(chart.ticks) <= 12
    for lane in chart.lanes:
        assert len(lane.rules) <= 8
        assert all(lane.top <= rule.at <= lane.bottom for rule in lane.rules)
        for stroke in lane.strokes:
            for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", stroke.d):
                assert LEFT <= float(x) <= WIDTH - RIGHT
                assert lane.top <= float(y) <= lane.bottom


def test_the_page_has_a_stop_for_each_reading_and_paper_has_none() -> None:
    chart = _chart(READINGS, doses=[DOSE], events=[Flag(_at(20), "A", "<Nausea & more>")])
    page = _svg(chart, focusable=True, key="one")
    paper = _svg(chart)
    assert page.count('tabindex="0"') == len(READINGS)
    assert "tabindex" not in paper
    assert "circle" not in paper
    for svg in (page, paper):
        root = fromstring(svg)  # noqa: S314 - made three lines above
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text
        assert title.text.startswith("Vital signs")
