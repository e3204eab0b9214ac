"""Ages in completed years, and birth dates that can be true."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic.age import age_on, check_birth_date
from kapnotes.clinic.refusals import BadInput

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(1990, 3, 2), 36),
        (date(1990, 3, 3), 35),
        (date(2026, 3, 2), 0),
        (date(2004, 2, 29), 22),
    ],
)
def test_age_is_in_completed_years(born: date, age: int) -> None:
    assert age_on(born, TODAY) == age


def test_one_born_on_a_leap_day_is_older_from_the_first_of_march() -> None:
    assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert age_on(date(2004, 2, 29), date(2026, 3, 1)) == 22


@pytest.mark.parametrize("born", [date(2026, 3, 3), date(1905, 3, 2)])
def test_a_birth_date_is_neither_ahead_nor_beyond_a_life(born: date) -> None:
    with pytest.raises(BadInput) as refused:
        check_birth_date(born, TODAY)
    assert list(refused.value.errors) == ["birth_date"]


@given(st.dates(date(1905, 3, 3), TODAY))
def test_any_other_birth_date_passes_with_a_possible_age(born: date) -> None:
    check_birth_date(born, TODAY)
    assert 0 <= age_on(born, TODAY) <= 120
