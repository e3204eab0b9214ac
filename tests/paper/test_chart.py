"""The vitals drawing: the same for the same values, and never off the sheet."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from kapnotes.paper.axis import LEFT, RIGHT, WIDTH
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.paper.marks import MOST_SAID, ROOM, Mark

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


def test_an_event_is_a_tick_at_the_foot_with_its_minute() -> None:
    marks = [Mark(_at(8), "Onset"), Mark(_at(24), "Tears")]
    chart = _chart(READINGS, doses=[DOSE], marks=marks)
    strip = chart.lanes[-1]
    assert (strip.name, strip.bottom) == ("Events", chart.bottom)
    assert [one.label for one in chart.marks] == ["8", "24"]
    assert strip.strokes[0].d.count("M") == 2
    assert "Onset at 14:08." in chart.description


def test_a_reading_says_what_happened_around_it() -> None:
    marks = [Mark(_at(8), "Onset"), Mark(_at(58), "Water given")]
    spots = _chart(READINGS, doses=[DOSE], marks=marks).spots
    assert spots[1].words.endswith("SpO\u2082 97 %. Around it: Onset (minute 8)")
    assert spots[2].words.endswith("Around it: Water given (minute 58)")
    assert "Around" not in spots[0].words


def test_forty_taps_are_forty_ticks_and_minutes_that_can_be_read() -> None:
    marks = [Mark(_at(minute), "Tears") for minute in range(40)]
    chart = _chart(READINGS, doses=[DOSE], marks=marks[::-1])
    assert chart.lanes[-1].strokes[0].d.count("M") == 40
    places = [one.at for one in chart.marks]
    assert all(b - a >= ROOM for a, b in pairwise(places))
    assert 10 < len(places) < 40
    assert "40 events are marked from 14:00 to 14:39; the table lists them." in chart.description
    busiest = max(spot.words.count("Tears") for spot in chart.spots)
    assert busiest == MOST_SAID
    assert " more" in " ".join(spot.words for spot in chart.spots)


def test_a_chart_without_events_has_no_room_for_them() -> None:
    chart = _chart(READINGS, doses=[DOSE])
    assert not chart.marks
    assert "Events" not in [lane.name for lane in chart.lanes]


def test_the_night_on_which_the_clocks_are_put_back_adds_no_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    at = [(start + timedelta(minutes=minutes)).astimezone(berlin) for minutes in (0, 40, 80)]
    readings = [Reading(moment, 120, 80) for moment in at]
    chart = _chart(
        readings[::-1], doses=[Span(at[0], at[1], "31 mg")], marks=[Mark(at[2], "Tears")]
    )
    assert [spot.words.partition(":  ")[0][:16] for spot in chart.spots] == [
        "02:30, minute 0:",
        "02:10, minute 40",
        "02:50, minute 80",
    ]
    assert (chart.marks[0].label, chart.marks[0].at) == ("80", chart.spots[2].x)
    assert [tick.under for tick in chart.ticks][-1] == "02:50"


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
    marks = [Mark(one.at, "Tears") for one in readings[::2]]
    chart = vitals_chart(readings, doses=[DOSE], marks=marks)
    if chart is None:
        return
    assert all(LEFT <= mark.at <= WIDTH - RIGHT for mark in chart.marks)
    assert len(chart.ticks) <= 12
    for lane in chart.lanes:
        assert len(lane.rules) <= 8
        assert all(lane.top <= rule.at <= lane.bottom for rule in lane.rules)
        for stroke in lane.strokes:
            for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", stroke.d):
                assert LEFT <= float(x) <= WIDTH - RIGHT
                assert lane.top <= float(y) <= lane.bottom


def test_the_page_has_a_stop_for_each_reading_and_paper_has_none() -> None:
    flags, marks = [Flag(_at(20), "A", "<Nausea & more>")], [Mark(_at(30), "<b>Said & done</b>")]
    chart = _chart(READINGS, doses=[DOSE], events=flags, marks=marks)
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
