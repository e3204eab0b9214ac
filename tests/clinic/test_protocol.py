"""Protocols: built in, kept by their courses in plain form, and refused where they contradict."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.infusion import Route
from kapnotes.clinic.protocol import (
    AFTER,
    AT_HOME,
    BOUNDS,
    IF_ANY,
    IM_TWO_DOSE,
    IV_INDUCTION_SIX,
    LISTS,
    OTHER,
    PROTOCOLS,
    SUBLINGUAL,
    Protocol,
    plain_of,
    protocol_from,
)
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.scale import MAIN, SCALES
from kapnotes.clinic.timeliness import DEFAULT_RULE

D = Decimal


def refused(protocol: Protocol = IV_INDUCTION_SIX, **changes: Any) -> set[str]:
    """The names of the entries that are refused once some of a protocol are changed."""
    try:
        replace(protocol, **changes)
    except BadInput as refusal:
        return set(refusal.errors)
    return set()


def test_six_infusions_in_two_to_three_weeks_then_every_two_to_six_months() -> None:
    iv = IV_INDUCTION_SIX
    assert (iv.induction_count, iv.window_days, iv.maintenance_months) == (6, (14, 21), (2, 6))
    assert (iv.route, iv.starting_mg_per_kg, iv.minutes) == (Route.IV, (D("0.5"),), 40)


def test_two_im_doses_are_measured_as_the_trial_measured_them() -> None:
    im = IM_TWO_DOSE
    assert (im.route, im.starting_mg_per_kg) == (Route.IM, (D("0.5"), D("1.0")))
    assert all(MAIN in im.measures_after[hours] for hours in (1, 2, 24, 168))
    assert im.least_gap_days * 24 == 168


def test_sublingual_is_given_in_the_clinic_and_never_at_home() -> None:
    assert "in the clinic" in SUBLINGUAL.title
    assert "at home are out of scope" in AT_HOME


def test_notes_have_the_hours_that_they_have_by_default() -> None:
    assert all(protocol.timeliness == DEFAULT_RULE for protocol in PROTOCOLS.values())


@pytest.mark.parametrize("key", PROTOCOLS)
def test_a_course_keeps_its_protocol_whatever_becomes_of_it(key: str) -> None:
    kept = json.loads(json.dumps(plain_of(PROTOCOLS[key])))
    assert kept["key"] == key
    assert protocol_from(kept) == PROTOCOLS[key]


@pytest.mark.parametrize("key", [None, "", "nonsense", 6, ["other"]])
def test_a_kept_protocol_has_a_key_that_is_known(key: object) -> None:
    with pytest.raises(BadInput) as refusal:
        protocol_from({**plain_of(OTHER), "key": key})
    assert set(refusal.value.errors) == {"protocol"}


def test_a_kept_protocol_is_read_strictly() -> None:
    kept = plain_of(OTHER)
    del kept["least_gap_days"]
    with pytest.raises(BadInput) as refusal:
        protocol_from(kept | {"colour": "red", "route": "rectal", "asks_misuse": None})
    errors = set(refusal.value.errors)
    assert errors == {"least_gap_days", "colour", "route", "asks_misuse"}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"title": ""}, {"title"}),
        ({"title": "x" * 101}, {"title"}),
        ({"induction_count": 0}, {"induction_count"}),
        ({"induction_count": None}, {"induction_count"}),
        ({"induction_count": None, "window_days": None}, set()),
        ({"induction_count": 22}, {"window_days_most"}),
        ({"window_days": (21, 14)}, {"window_days_most"}),
        ({"window_days": (0, 14)}, {"window_days_least"}),
        ({"window_days": (14, 367)}, {"window_days_most"}),
        ({"window_days": None}, set()),
        ({"least_gap_days": 0}, {"least_gap_days"}),
        ({"least_gap_days": 5}, {"window_days_most"}),
        ({"usual_gap_days": 4}, set()),
        ({"usual_gap_days": 5}, {"window_days_most"}),
        ({"least_gap_days": 3, "usual_gap_days": 2}, {"usual_gap_days"}),
        ({"starting_mg_per_kg": (D(0),)}, {"starting_mg_per_kg"}),
        ({"starting_mg_per_kg": (D("50.1"),)}, {"starting_mg_per_kg"}),
        ({"starting_mg_per_kg": (D(1),) * 25}, {"starting_mg_per_kg"}),
        ({"starting_mg_per_kg": ()}, set()),
        ({"minutes": 601}, {"minutes"}),
        ({"maintenance_months": (6, 2)}, {"maintenance_months_most"}),
        ({"maintenance_months": (0, 25)}, {"maintenance_months_least", "maintenance_months_most"}),
        ({"maintenance_months": None}, set()),
        ({"measures_before": ("PHQ-9",)}, {"measures_before"}),
        ({"every_weeks": None}, {"every_weeks"}),
        ({"every_weeks": None, "measures_every": ()}, set()),
        ({"consent_days": None}, set()),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(
    changes: dict[str, Any], names: set[str]
) -> None:
    assert refused(**changes) == names


@pytest.mark.parametrize("name", [*BOUNDS, *IF_ANY])
def test_a_figure_that_cannot_be_meant_is_refused(name: str) -> None:
    least, most = {**BOUNDS, **IF_ANY}[name]
    assert name in refused(OTHER, **{name: least - 1})
    assert name in refused(OTHER, **{name: most + 1})


COUNTS = st.none() | st.integers(1, 12)


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    """Any protocol that can be meant."""
    count = draw(COUNTS)
    gap = draw(st.integers(1, 14))
    usual = draw(st.none() | st.integers(gap, 21))
    least_days = ((count or 1) - 1) * (usual or gap) + 1
    window = st.tuples(st.integers(1, 366), st.integers(least_days, 366)).map(
        lambda ends: (min(ends[0], ends[1]), ends[1])
    )
    spans = st.tuples(st.integers(1, 24), st.integers(1, 24)).map(sorted).map(tuple)
    listed = st.lists(st.sampled_from((MAIN, *SCALES, "own-1")), unique=True, max_size=5)
    return Protocol(
        key="other",
        title=draw(st.text("abc 12", min_size=1).map(str.strip).filter(bool)),
        route=draw(st.sampled_from([None, *Route])),
        induction_count=count,
        window_days=draw(st.none() | window) if count else None,
        least_gap_days=gap,
        usual_gap_days=usual,
        starting_mg_per_kg=tuple(draw(st.lists(st.decimals("0.01", 10, places=2), max_size=6))),
        minutes=draw(st.none() | st.integers(1, 600)),
        maintenance_months=draw(st.none() | spans),
        review_after_infusions=draw(st.none() | st.integers(1, 50)),
        review_after_months=draw(st.none() | st.integers(1, 24)),
        every_weeks=draw(st.integers(1, 52)),
        recent_days=draw(st.integers(1, 365)),
        dosing_hours=draw(st.integers(1, 720)),
        consent_days=draw(st.none() | st.integers(1, 3650)),
        asks_misuse=draw(st.booleans()),
        **{name: tuple(draw(listed)) for name in LISTS},
    )


@given(protocols())
@settings(max_examples=60)
def test_any_protocol_is_kept_as_it_is(protocol: Protocol) -> None:
    kept = json.loads(json.dumps(plain_of(protocol)))
    assert protocol_from(kept) == protocol
    assert plain_of(protocol_from(kept)) == kept


def test_measures_after_a_dose_are_found_by_their_hours() -> None:
    assert list(IM_TWO_DOSE.measures_after) == list(AFTER)
    assert IM_TWO_DOSE.measures_after[168] == IM_TWO_DOSE.measures_after_168h
