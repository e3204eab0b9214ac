"""Consent: missing, withdrawn, expired, on an old form, or silent on a point, in words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.consent import (
    DEFAULT_RULE,
    POINTS,
    Consent,
    ConsentRule,
    check_withdrawal,
    expires_on,
    in_force,
    missing,
)
from kapnotes.clinic.refusals import BadInput

SIGNED = date(2027, 3, 1)
YEAR = 365
FULL = Consent(form_version="2027-1", points=frozenset(POINTS), signed_on=SIGNED, by="Ada")


def day(after: int) -> date:
    return SIGNED + timedelta(days=after)


def codes(
    *consents: Consent,
    on: date = SIGNED,
    valid_days: int | None = YEAR,
    rule: ConsentRule = DEFAULT_RULE,
) -> list[str]:
    return [caution.code for caution in missing(consents, rule, valid_days=valid_days, on=on)]


def test_a_consent_that_covers_all_is_enough() -> None:
    assert codes(FULL) == []


def test_no_consent_or_one_of_tomorrow_is_none() -> None:
    assert codes() == ["consent_missing"]
    assert codes(FULL, on=day(-1)) == ["consent_missing"]
    assert in_force([FULL], on=day(-1)) is None


@pytest.mark.parametrize(("after", "found"), [(365, []), (366, ["consent_expired"])])
def test_a_consent_is_good_for_the_days_of_the_protocol(after: int, found: list[str]) -> None:
    assert codes(FULL, on=day(after)) == found
    assert codes(FULL, on=day(after), valid_days=None) == []


def test_a_year_over_a_leap_day_ends_a_day_earlier() -> None:
    assert expires_on(FULL, YEAR) == date(2028, 2, 29)
    assert expires_on(FULL, None) is None
    [expired] = missing([FULL], valid_days=YEAR, on=date(2028, 3, 1))
    assert expired.sentence == "The consent was good until 29 February 2028."


def test_what_was_not_covered_is_named() -> None:
    partly = replace(FULL, points=frozenset(POINTS) - {"touch", "driving", "privacy"})
    [found] = missing([partly], valid_days=YEAR, on=SIGNED)
    assert found.sentence == "Not covered by the consent: No driving until the next day; Touch."
    assert codes(partly, rule=ConsentRule(needed=frozenset({"off-label"}))) == []


def test_a_consent_is_on_the_form_in_force() -> None:
    rule = ConsentRule(form_version="2028-1")
    assert codes(FULL, rule=rule) == ["consent_old_form"]
    assert codes(replace(FULL, form_version="2028-1"), rule=rule) == []
    [found] = missing([replace(FULL, form_version="")], rule, valid_days=None, on=SIGNED)
    assert found.sentence == ("The consent is on form without a version; form 2028-1 is in force.")


def test_a_withdrawn_consent_is_none_and_an_older_one_does_not_come_back() -> None:
    withdrawn = replace(FULL, withdrawn_on=day(10))
    older = replace(FULL, signed_on=day(-10))
    assert codes(older, withdrawn, on=day(9)) == []
    assert codes(older, withdrawn, on=day(10)) == ["consent_withdrawn"]
    assert in_force([older, withdrawn], on=day(10)) is None
    [found] = missing([withdrawn], valid_days=YEAR, on=day(11))
    assert found.sentence == "Consent was withdrawn on 11 March 2027."


def test_a_withdrawal_of_the_old_consent_ends_the_new_one_unless_it_was_signed_since() -> None:
    older = replace(FULL, signed_on=day(-10), withdrawn_on=day(3))
    assert codes(older, FULL, on=day(3)) == ["consent_withdrawn"]
    again = replace(FULL, signed_on=day(3))
    assert codes(older, FULL, again, on=day(3)) == []


def test_of_one_day_the_consent_written_last_counts() -> None:
    first = replace(FULL, points=frozenset())
    assert in_force([first, FULL], on=SIGNED) is FULL
    assert codes(first, FULL) == []


@pytest.mark.parametrize(("after", "is_taken"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_withdrawal_lies_between_the_signature_and_today(after: int, *, is_taken: bool) -> None:
    if is_taken:
        check_withdrawal(FULL, day(after), today=day(5))
        return
    with pytest.raises(BadInput) as refusal:
        check_withdrawal(FULL, day(after), today=day(5))
    assert set(refusal.value.errors) == {"withdrawn_on"}


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"needed": frozenset({"shoe-size"})}, "needed"),
        ({"needed": frozenset()}, "needed"),
        ({"form_version": "x" * 61}, "form_version"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: dict[str, object], name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        ConsentRule(**rule)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {name}


CONSENTS = st.lists(
    st.builds(
        Consent,
        form_version=st.sampled_from(["1", "2"]),
        points=st.frozensets(st.sampled_from(list(POINTS))),
        signed_on=st.integers(-400, 400).map(day),
        withdrawn_on=st.none() | st.integers(-400, 400).map(day),
    ),
    max_size=4,
)


@given(CONSENTS, st.integers(-400, 400).map(day), st.integers(1, 800))
@settings(max_examples=80)
def test_nothing_is_missing_only_where_a_consent_is_in_force(
    consents: list[Consent], on: date, valid_days: int
) -> None:
    found = missing(consents, valid_days=valid_days, on=on)
    standing = in_force(consents, on=on)
    alone = {"consent_missing", "consent_withdrawn"}
    assert (standing is None) == any(caution.code in alone for caution in found)
    if not found:
        assert standing is not None
        assert standing.signed_on <= on <= standing.signed_on + timedelta(days=valid_days)
        assert standing.points >= DEFAULT_RULE.needed
