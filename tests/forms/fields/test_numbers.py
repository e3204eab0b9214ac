"""Integer, decimal and quantity."""

from decimal import Decimal

import pytest

from kapnotes.forms import Definition, Quantity
from tests.forms.fields.reading import answer, error


@pytest.mark.parametrize(("posted", "value"), [("12", 12), (" +7 ", 7), ("007", 7), (" ", None)])
def test_whole_numbers(every_type: Definition, posted: str, value: int | None) -> None:
    assert answer(every_type, "minutes", posted) == value


@pytest.mark.parametrize("posted", ["1.0", "1,5", "1e3", "NaN", "Infinity", "١٢", "12 min", "--1"])
def test_what_is_no_whole_number(every_type: Definition, posted: str) -> None:
    assert error(every_type, "minutes", posted) == "Enter a whole number, such as 12."


@pytest.mark.parametrize("posted", ["2147483648", "-2147483649", "9" * 5000])
def test_whole_numbers_that_fhir_cannot_hold(every_type: Definition, posted: str) -> None:
    assert error(every_type, "change", posted) == "Enter a shorter number."


def test_a_whole_number_out_of_bounds(every_type: Definition) -> None:
    assert error(every_type, "minutes", "-1") == "Enter a value from 0 to 600 min."
    assert error(every_type, "minutes", "601") == "Enter a value from 0 to 600 min."


@pytest.mark.parametrize(
    ("posted", "shown"),
    [
        ("5.10", "5.10"),
        ("5,10", "5.10"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-0.0", "0.0"),
        ("0,500", "0.500"),
        ("1000,500", "1000.500"),
        ("1.500", "1.500"),
    ],
)
def test_decimals_are_exact(every_type: Definition, posted: str, shown: str) -> None:
    assert str(answer(every_type, "figure", posted)) == shown


@pytest.mark.parametrize("posted", ["NaN", "inf", "1e3", "1 000", "1.000,5", "½", ".", "0x10"])
def test_what_is_no_number(every_type: Definition, posted: str) -> None:
    assert error(every_type, "figure", posted) == "Enter a number, such as 12.5."


def test_a_number_of_thirty_digits_is_long_enough(every_type: Definition) -> None:
    assert error(every_type, "figure", "1" * 31) == "Enter a shorter number."


@pytest.mark.parametrize("name", ["figure", "dose"])
def test_a_comma_before_three_digits_is_not_guessed_at(every_type: Definition, name: str) -> None:
    sentence = "Write 1500 or 1.500: the comma can be read both ways."
    assert error(every_type, name, "1,500") == sentence


def test_decimal_places_and_one_sided_bounds(every_type: Definition) -> None:
    assert error(every_type, "saturation", "97.125") == "Enter at most 2 decimal places."
    assert error(every_type, "saturation", "-1") == "Enter 0% or more."
    assert error(every_type, "whole", "1.5") == "Enter a whole number, such as 12."
    assert error(every_type, "whole", "10") == "Enter 9.5 or less."


def test_a_quantity_with_one_unit_needs_no_choice(every_type: Definition) -> None:
    assert answer(every_type, "dose", "0,50") == Quantity(Decimal("0.50"), "mg/kg")
    assert error(every_type, "dose", "3.001") == "Enter 3.00 mg/kg or less."
    assert error(every_type, "dose", "1", unit="mg") == "Choose one of the units offered."


def test_a_quantity_with_several_units_needs_one(every_type: Definition) -> None:
    assert answer(every_type, "weight", "72.0", unit="[lb_av]") == Quantity(
        Decimal("72.0"), "[lb_av]"
    )
    assert error(every_type, "weight", "72") == "Choose a unit."


def test_a_unit_without_a_number_is_a_blank(every_type: Definition) -> None:
    assert answer(every_type, "weight", "", unit="kg") is None
