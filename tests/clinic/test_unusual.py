"""Unusual looks at records: each rule, both sides of its limit, and items that are raised once."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic import plain
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.unusual import unusual
from kapnotes.clinic.unusual_rule import (
    BOUNDS,
    DEFAULT_RULE,
    Access,
    Unusual,
    UnusualKind,
    UnusualRule,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
K = UnusualKind


def access(after: timedelta = timedelta(0), **changes: Any) -> Access:
    """A look of a therapist at a patient of their own at noon."""
    known: dict[str, Any] = {
        "key": f"e{after.total_seconds():09.0f}",
        "at": NOON + after,
        "person": "maya",
        "person_name": "Maya Okafor",
        "patient": "p1",
        "given_name": "Ivo",
        "family_name": "Novak",
    }
    return Access(**known | changes)


def raised(*accesses: Access, zone: str = "UTC", **limits: Any) -> list[Unusual]:
    return list(unusual(accesses, replace(DEFAULT_RULE, **limits), zone=zone))


def kinds(*accesses: Access, zone: str = "UTC", **limits: Any) -> list[str]:
    return [one.kind.value for one in raised(*accesses, zone=zone, **limits)]


def test_a_look_in_care_by_day_is_nothing() -> None:
    assert kinds(access(), access(HOUR)) == []


def test_every_emergency_access_is_an_item() -> None:
    [item] = raised(access(is_emergency=True, is_in_care=False))
    assert (item.kind, item.person, item.patient) == (K.EMERGENCY, "maya", "p1")
    assert item.sentence == "Emergency access to a record."
    assert item.key == "emergency:maya:p1:2026-03-02"


def test_a_record_with_ones_own_name_is_that_and_no_surname() -> None:
    own = access(given_name="Maya", family_name="Okafor")
    assert kinds(own) == ["own_record"]
    assert kinds(access(family_name="Okafor")) == ["same_surname"]
    assert kinds(access(family_name="Okafor"), common="okafor") == []
    assert kinds(access(family_name="Okafor", patient="")) == []
    assert kinds(replace(own, patient="")) == []


def test_a_record_reached_from_outside_of_the_team_is_an_item() -> None:
    outside = access(is_in_care=False)
    assert kinds(outside) == ["outside_team"]
    assert kinds(replace(outside, is_refused=True)) == []
    assert kinds(replace(outside, patient="")) == []


def test_what_a_person_did_to_a_record_on_a_day_is_one_item() -> None:
    looks = [access(after * HOUR, is_in_care=False) for after in (0, 3, 1)]
    [item] = raised(*looks)
    assert item.sentence == "A record reached from outside of the care team (3 times)."
    assert (item.since, item.until) == (NOON, NOON + 3 * HOUR)
    assert len(item.accesses) == 3
    others = [replace(looks[0], key="x", patient="p2"), replace(looks[0], key="y", person="ada")]
    next_day = replace(looks[0], key="z", at=NOON + 24 * HOUR)
    assert len(raised(*looks, *others, next_day)) == 4


def test_a_day_is_the_practices() -> None:
    looks = [access(after, is_in_care=False) for after in (11 * HOUR, 13 * HOUR)]
    night = frozenset({"night"})
    assert len(raised(*looks, off=night)) == 2
    assert len(raised(*looks, off=night, zone="America/New_York")) == 1


@pytest.mark.parametrize(
    ("hour", "minute", "is_night"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False)],
)
def test_the_night_is_by_the_practices_clocks(hour: int, minute: int, *, is_night: bool) -> None:
    at = datetime(2026, 7, 1, hour, minute, tzinfo=UTC) - 2 * HOUR  # two hours behind Berlin
    assert kinds(access(at=at), zone="Europe/Berlin") == ["night"] * is_night
    bare = at.replace(tzinfo=None) + 2 * HOUR
    assert kinds(access(at=bare), zone="Europe/Berlin") == ["night"] * is_night


@pytest.mark.parametrize(
    ("night_from", "night_until", "hours"),
    [(1, 5, {1, 2, 3, 4}), (0, 0, set()), (22, 22, set()), (23, 1, {23, 0})],
)
def test_a_night_can_be_any_hours(night_from: int, night_until: int, hours: set[int]) -> None:
    rule = UnusualRule(night_from=night_from, night_until=night_until)
    assert {h for h in range(24) if rule.is_night(datetime(2026, 3, 2, h, 30))} == hours  # noqa: DTZ001 - a wall time


def test_a_night_is_one_item_of_a_person_though_it_goes_over_midnight() -> None:
    looks = [access(after * HOUR, patient=f"p{after}") for after in (11, 13, 16)]
    [item] = raised(*looks)
    assert (item.key, item.patient) == ("night:maya::2026-03-02", "")
    assert item.sentence == "Records looked at in the night."
    assert len(raised(*looks, access(35 * HOUR))) == 2
    assert kinds(access(11 * HOUR, patient="")) == []


def burst(count: int, *, over: timedelta, **changes: Any) -> list[Access]:
    """So many looks, evenly over a time, the first and the last at its ends."""
    return [
        access(
            over * place / (count - 1), **{"patient": f"p{place}", "key": f"b{place:03}"} | changes
        )
        for place in range(count)
    ]


@pytest.mark.parametrize(("count", "is_raised"), [(19, False), (20, True)])
def test_many_records_are_so_many_patients(count: int, *, is_raised: bool) -> None:
    assert kinds(*burst(count, over=30 * MINUTE)) == ["many_records"] * is_raised
    assert kinds(*burst(count, over=30 * MINUTE, patient="p1")) == []
    assert kinds(*burst(count, over=30 * MINUTE, patient="")) == []


@pytest.mark.parametrize(("over", "is_raised"), [(HOUR, True), (HOUR + 20 * SECOND, False)])
def test_many_records_are_within_a_time(over: timedelta, *, is_raised: bool) -> None:
    assert kinds(*burst(20, over=over)) == ["many_records"] * is_raised


def test_a_long_burst_is_one_item_and_two_bursts_are_two() -> None:
    long = burst(40, over=HOUR + 30 * MINUTE)
    [item] = raised(*long)
    assert item.sentence == "Records of 40 patients looked at, 20 or more within 60 minutes."
    assert (item.patient, item.key, len(item.accesses)) == ("", "many_records:maya::b000", 40)
    again = [
        replace(one, at=one.at + 4 * HOUR, key=f"c{one.key}") for one in burst(20, over=MINUTE)
    ]
    assert [one.key for one in raised(*burst(20, over=MINUTE), *again)] == [
        "many_records:maya::b000",
        "many_records:maya::cb000",
    ]


def test_a_patient_who_is_looked_at_again_counts_once() -> None:
    looks = burst(19, over=30 * MINUTE)
    again = [replace(one, key=f"r{one.key}", at=one.at + SECOND) for one in looks]
    assert kinds(*looks, *again) == []
    other = access(20 * MINUTE, person="ada", patient="p99", key="x")
    assert kinds(*looks, other) == []


@pytest.mark.parametrize(("count", "is_raised"), [(4, False), (5, True)])
def test_refusals_in_a_row_are_an_item(count: int, *, is_raised: bool) -> None:
    refused = burst(count, over=10 * MINUTE, is_refused=True, patient="")
    assert kinds(*refused) == ["refusals"] * is_raised
    if is_raised:
        [item] = raised(*refused)
        assert item.sentence == "5 tries refused, 5 or more within 10 minutes."
        assert kinds(*burst(5, over=10 * MINUTE + 10 * SECOND, is_refused=True)) == []


def test_refused_looks_are_not_many_records() -> None:
    assert kinds(*burst(20, over=HOUR, is_refused=True), refusals=100) == []


@pytest.mark.parametrize("kind", K)
def test_each_rule_can_be_switched_off(kind: UnusualKind) -> None:
    everything = [
        access(is_emergency=True, key="a"),
        access(given_name="Maya", family_name="Okafor", key="b"),
        access(family_name="Okafor", patient="p2", key="c"),
        access(is_in_care=False, patient="p3", key="d"),
        access(12 * HOUR, key="e"),
        *burst(20, over=MINUTE),
        *[replace(one, key=f"r{one.key}", is_refused=True) for one in burst(5, over=MINUTE)],
    ]
    assert set(kinds(*everything)) == set(K)
    assert set(kinds(*everything, off=frozenset({kind.value}))) == set(K) - {kind}
    order = kinds(*everything)
    assert order == sorted(order, key=list(K).index)


def test_more_of_the_same_does_not_raise_it_twice() -> None:
    before = raised(access(is_in_care=False))
    after = raised(access(is_in_care=False), access(HOUR, is_in_care=False))
    assert [one.key for one in before] == [one.key for one in after]


def test_the_rule_goes_to_plain_and_back() -> None:
    own = UnusualRule(off=frozenset({"night"}), many_patients=7, common="smith, jones")
    for rule in (DEFAULT_RULE, own):
        assert plain.from_plain(UnusualRule, plain.to_plain(rule), DEFAULT_RULE) == rule


@pytest.mark.parametrize("name", BOUNDS)
def test_each_figure_has_its_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    for wrong in (least - 1, most + 1):
        with pytest.raises(BadInput) as refusal:
            replace(DEFAULT_RULE, **{name: wrong})  # type: ignore[arg-type]
        assert set(refusal.value.errors) == {name}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"off": frozenset({"dawn"})}, "off"),
        ({"common": "x," * 501}, "common"),
        ({"common": "x" * 61}, "common"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        replace(DEFAULT_RULE, **changes)
    assert set(refusal.value.errors) == {name}


ACCESSES = st.lists(
    st.builds(
        Access,
        key=st.uuids().map(str),
        at=st.integers(0, 3000).map(lambda minutes: NOON + minutes * MINUTE),
        person=st.sampled_from(["maya", "ada"]),
        person_name=st.just("Maya Okafor"),
        patient=st.sampled_from(["", "p1", "p2", "p3"]),
        given_name=st.sampled_from(["Maya", "Ivo"]),
        family_name=st.sampled_from(["Okafor", "Novak"]),
        is_in_care=st.booleans(),
        is_refused=st.booleans(),
        is_emergency=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda one: one.key,
)


@given(ACCESSES, st.randoms())
@settings(max_examples=80)
def test_the_same_entries_in_another_order_give_the_same(
    accesses: list[Access], chance: random.Random
) -> None:
    rule = replace(DEFAULT_RULE, many_patients=2, refusals=2)
    found = unusual(accesses, rule, zone="Europe/Berlin")
    chance.shuffle(accesses)
    assert unusual(accesses, rule, zone="Europe/Berlin") == found
    known = {one.key: one for one in accesses}
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    for item in found:
        meant = [known[key] for key in item.accesses]
        assert {one.person for one in meant} == {item.person}
        assert (meant[0].at, meant[-1].at) == (item.since, item.until)
        assert not item.patient or {one.patient for one in meant} == {item.patient}
