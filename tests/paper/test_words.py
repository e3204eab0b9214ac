"""Days, times and figures as paper says them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from kapnotes.clinic.age import age_on
from kapnotes.paper import words


def test_a_day_is_said_without_a_leading_zero() -> None:
    assert words.day(date(2026, 12, 3)) == "3 Dec 2026"
    assert words.day(None) == ""


def test_a_moment_has_its_zone_when_it_is_known() -> None:
    assert words.moment(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "23 Nov 2026, 09:05 UTC"
    assert words.moment(datetime(2026, 11, 23, 9, 5)) == "23 Nov 2026, 09:05"  # noqa: DTZ001 - a naive time is the case
    assert words.moment(None) == words.clock(None) == ""


def test_a_figure_has_no_trailing_zeros_and_no_exponent() -> None:
    assert words.figure(Decimal("31.00")) == "31"
    assert words.figure(Decimal("1E+2"), "mg") == "100\u00a0mg"
    assert words.figure(0.5) == "0.5"
    assert words.figure(None, "mg") == ""


def test_a_change_has_its_sign() -> None:
    assert [words.change(Decimal(one)) for one in (-12, 0, 3)] == ["\u221212", "0", "+3"]
    assert words.change(None) == ""


def test_age_waits_for_the_birthday() -> None:
    assert age_on(date(1991, 3, 4), date(2026, 3, 3)) == 34
    assert age_on(date(1991, 3, 4), date(2026, 3, 4)) == 35


def test_a_narrow_place_gets_the_beginning() -> None:
    assert words.shortened("Aïcha Müller") == "Aïcha Müller"
    assert words.shortened("a" * 100, 10) == "a" * 9 + "…"
