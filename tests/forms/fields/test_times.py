"""Date, time and dateTime."""

from datetime import date, datetime, time

import pytest

from kapnotes.forms import Definition
from tests.forms.fields.reading import answer, error


def test_they_are_read_as_html_posts_them(every_type: Definition) -> None:
    assert answer(every_type, "day", "2026-11-23") == date(2026, 11, 23)
    assert answer(every_type, "clock", " 14:05 ") == time(14, 5)
    assert answer(every_type, "clock", "14:05:30") == time(14, 5, 30)
    moment = datetime.fromisoformat("2026-11-23T14:05")
    assert answer(every_type, "moment", "2026-11-23T14:05") == moment
    assert answer(every_type, "moment", "") is None


@pytest.mark.parametrize("posted", ["23.11.2026", "20261123", "2026-02-30", "12026-01-01", "today"])
def test_what_is_no_date(every_type: Definition, posted: str) -> None:
    sentence = "Enter a date as year-month-day, such as 2026-11-23."
    assert error(every_type, "day", posted) == sentence


@pytest.mark.parametrize("posted", ["2 pm", "24:00", "1405", "14:05Z", "14:5"])
def test_what_is_no_time(every_type: Definition, posted: str) -> None:
    assert error(every_type, "clock", posted) == (
        "Enter a time by the 24-hour clock, such as 14:05."
    )


@pytest.mark.parametrize("posted", ["2026-11-23", "2026-11-23 14:05", "2026-11-23T14:05Z"])
def test_what_is_no_date_and_time(every_type: Definition, posted: str) -> None:
    assert error(every_type, "moment", posted) == (
        "Enter a date and a time, such as 2026-11-23T14:05."
    )


def test_bounds_are_said_as_people_read_them(every_type: Definition) -> None:
    assert error(every_type, "day", "1899-12-31") == "Enter 1 Jan 1900 or later."
    assert error(every_type, "clock", "23:01") == "Enter 23:00 or earlier."
    assert error(every_type, "moment", "3000-01-01T00:00") == (
        "Enter a value from 1 Jan 1900, 00:00 to 31 Dec 2999, 23:59."
    )
