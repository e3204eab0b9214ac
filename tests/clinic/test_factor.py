"""Second factors as rules: which codes are codes, how long a factor is fresh, which steps count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.clinic import factor
from kapnotes.clinic.refusals import BadInput

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERS = st.text(alphabet=factor.ALPHABET, min_size=12, max_size=12)


@pytest.mark.safety("ASVS-7.5/fresh-factor")
@pytest.mark.parametrize(
    ("seconds", "fresh"), [(0, True), (299, True), (300, True), (301, False), (-1, False)]
)
def test_a_factor_is_fresh_for_five_minutes_and_never_of_the_future(
    seconds: int, *, fresh: bool
) -> None:
    assert factor.is_fresh(AT - timedelta(seconds=seconds), AT) is fresh


def test_who_gave_none_is_not_fresh() -> None:
    assert not factor.is_fresh(None, AT)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("123456", "123456"),
        (" 123 456\n", "123456"),
        ("12345", ""),
        ("1234567", ""),
        ("12345a", ""),
        ("١٢٣٤٥٦", ""),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", ""),
        ("", ""),
    ],
)
def test_six_plain_digits_are_a_code_of_an_app(typed: str, digits: str) -> None:
    assert factor.digits_of(typed) == digits


@given(LETTERS)
def test_a_recovery_code_is_read_as_it_is_shown_however_it_is_typed(code: str) -> None:
    shown = factor.in_groups(code)
    assert shown.count("-") == 2
    for typed in (shown, shown.upper(), shown.replace("-", " "), f" {code}\n"):
        assert factor.recovery_of(typed) == code


@given(st.text(max_size=40))
def test_what_is_no_recovery_code_reads_as_none(typed: str) -> None:
    read = factor.recovery_of(typed)
    assert read == "" or (len(read) == 12 and set(read) <= set(factor.ALPHABET))


def test_no_letter_of_a_recovery_code_is_taken_for_another() -> None:
    assert not set("0o1il") & set(factor.ALPHABET)


def test_the_step_of_now_and_one_to_each_side_are_believed() -> None:
    now = factor.step_of(AT)
    assert sorted(factor.steps_around(AT)) == [now - 1, now, now + 1]
    assert factor.step_of(AT + timedelta(seconds=30)) == now + 1


def test_a_passkey_has_a_name_in_any_case_and_no_endless_one() -> None:
    assert factor.check_name("  My   tablet ") == "My tablet"
    assert factor.check_name("") == "Passkey"
    with pytest.raises(BadInput):
        factor.check_name("x" * 61)
    with pytest.raises(BadInput):
        factor.check_name("a\u202eb")
