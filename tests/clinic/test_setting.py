"""A practice's rules go to plain JSON and back as they were, and nonsense is refused by name."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic import arrival, discharge
from kapnotes.clinic.arrival import ArrivalRule
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.consent import POINTS, ConsentRule
from kapnotes.clinic.discharge import DischargeRule
from kapnotes.clinic.dose_limits import DoseLimits
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.measure_alert import AlertRule
from kapnotes.clinic.misuse import MisuseRule, signals
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.protocol import PROTOCOLS, Protocol
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.setting import DEFAULTS, NAMES, Setting, from_plain, to_plain
from kapnotes.clinic.tap import BUILT_IN, Tap, complete
from kapnotes.clinic.vitals import Pressure, VitalsLimits
from kapnotes.clinic.working_days import WEEKDAYS, WorkingDays

D = Decimal
D26 = date(2026, 2, 10)


def there_and_back(name: str, setting: Setting) -> Setting:
    return from_plain(name, json.loads(json.dumps(to_plain(setting))))


def refusals_of(name: str, plain: dict[str, Any]) -> dict[str, str]:
    """What is refused about a plain form, nothing if it is taken."""
    try:
        from_plain(name, plain)
    except BadInput as refusal:
        return refusal.errors or {"": ""}
    return {}


def errors(name: str, **changes: Any) -> set[str]:
    """The names of the errors of a default with some entries changed."""
    return set(refusals_of(name, {**to_plain(DEFAULTS[name]), **changes}))


def test_every_setting_has_its_name() -> None:
    by_route = [f"{kind}.{route}" for kind in ("schedule", "dose_limits") for route in Route]
    whole = ["vitals_levels", "taps", "arrival_rule", "discharge_rule"]
    protocols = [f"protocol.{key}" for key in PROTOCOLS]
    course = [*protocols, "working_days", "consent_rule", "misuse_rule"]
    scales = ["alert_rule", "outcome_rule"]
    supervision = ["check_rule", "rubric", "unusual_rule"]
    assert list(NAMES) == [*by_route, *whole, *course, *scales, *supervision]


@pytest.mark.parametrize("name", NAMES)
def test_each_default_comes_back_as_it_was(name: str) -> None:
    assert there_and_back(name, DEFAULTS[name]) == DEFAULTS[name]


def test_plain_has_the_names_of_the_form() -> None:
    levels = to_plain(DEFAULTS["vitals_levels"])
    assert levels["hold_at_systolic"] == 160
    assert to_plain(DEFAULTS["discharge_rule"])["least_minutes_intranasal"] == 120
    assert to_plain(DEFAULTS["dose_limits.iv"])["refusal_mg_per_kg"] == "2.0"
    assert to_plain(DEFAULTS["schedule.iv"])["minutes"] == [0, 15, 30, 40, 60, 90]
    assert to_plain(DEFAULTS["taps"])["taps"][4] == {
        "code": "tears",
        "label": "Tears",
        "is_shown": True,
    }


GAPS = st.lists(st.integers(1, 60), max_size=20)
SCHEDULES = st.builds(
    lambda gaps, has_discharge, grace, old: Schedule(
        minutes=tuple(sum(gaps[:count]) for count in range(len(gaps) + 1)),
        has_discharge=has_discharge,
        grace_minutes=min([grace, *gaps]),
        baseline_minutes=old,
        discharge_minutes=old,
    ),
    GAPS,
    st.booleans(),
    st.integers(0, 60),
    st.integers(5, 240),
)


@st.composite
def dose_limits(draw: st.DrawFn) -> DoseLimits:
    def pair(most: str) -> tuple[Decimal, Decimal]:
        amounts = st.decimals("0.001", most, places=3)
        low, high = sorted(draw(st.lists(amounts, min_size=2, max_size=2, unique=True)))
        return low, high

    by_weight, fixed = pair("50"), pair("5000")
    return DoseLimits(
        caution_mg_per_kg=by_weight[0],
        refusal_mg_per_kg=by_weight[1],
        caution_mg=draw(st.sampled_from([None, fixed[0]])),
        refusal_mg=draw(st.sampled_from([None, fixed[1]])),
        weight_days=draw(st.integers(0, 365)),
        plan_percent=draw(st.integers(0, 100)),
        longest_hours=draw(st.integers(1, 24)),
    )


@st.composite
def vitals_levels(draw: st.DrawFn) -> VitalsLimits:
    def rising(least: int, most: int) -> list[int]:
        return sorted(draw(st.lists(st.integers(least, most), min_size=4, max_size=4)))

    pressures = [
        Pressure(systolic, diastolic)
        for systolic, diastolic in zip(rising(121, 300), rising(30, 120), strict=True)
    ]
    low, high = sorted(draw(st.tuples(st.integers(40, 100), st.integers(40, 100))))
    return VitalsLimits(
        warn_above=pressures[0],
        hold_at=pressures[1],
        urgent_repeated_above=pressures[2],
        urgent_above=pressures[3],
        urgent_heart_rate_above=draw(st.integers(121, 250)),
        sustained_minutes=draw(st.integers(1, 60)),
        warn_heart_rate_below=draw(st.integers(20, 120)),
        warn_spo2_below=high,
        urgent_spo2_below=low,
        warn_respiratory_rate_below=40,
        urgent_respiratory_rate_below=draw(st.integers(2, 40)),
        urgent_sedation_at_most=draw(st.integers(0, 4)),
    )


ARRIVAL_RULES = st.builds(
    ArrivalRule,
    needed=st.frozensets(st.sampled_from(arrival.criteria())),
    food_hours=st.integers(0, 24),
    drink_hours=st.integers(0, 24),
    weight_days=st.integers(0, 365),
)
DISCHARGE_RULES = st.builds(
    DischargeRule,
    least_aldrete=st.integers(0, 10),
    needed=st.frozensets(st.sampled_from(discharge.criteria())),
    least_minutes=st.fixed_dictionaries({route: st.integers(0, 1440) for route in Route}),
)
TAPS = st.tuples(
    st.permutations(BUILT_IN), st.lists(st.booleans(), min_size=17, max_size=17), st.booleans()
).map(
    lambda drawn: complete(
        [
            Tap("own_drum", "Drum & gong", drawn[2]),
            *(replace(tap, is_shown=shown) for tap, shown in zip(*drawn[:2], strict=True)),
        ]
    )
)


LISTED = st.lists(st.sampled_from(["main", "y-bocs", "phq-9", "our-own"]), unique=True).map(tuple)
PROTOCOL = st.builds(
    Protocol,
    key=st.just("im_two_dose"),
    title=st.sampled_from(["Two IM doses", "Two"]),
    route=st.sampled_from([None, *Route]),
    induction_count=st.integers(1, 6),
    window_days=st.none() | st.tuples(st.integers(1, 90), st.integers(90, 366)),
    least_gap_days=st.integers(1, 7),
    usual_gap_days=st.none() | st.integers(7, 14),
    starting_mg_per_kg=st.lists(st.decimals("0.01", 50, places=2), max_size=4).map(tuple),
    minutes=st.none() | st.integers(1, 600),
    maintenance_months=st.none() | st.tuples(st.integers(1, 6), st.integers(6, 24)),
    measures_baseline=LISTED,
    measures_after_168h=LISTED,
    review_after_months=st.none() | st.integers(1, 24),
    consent_days=st.none() | st.integers(1, 3650),
    asks_misuse=st.booleans(),
)
WORKING_DAYS = st.builds(
    WorkingDays,
    st.frozensets(st.sampled_from(list(WEEKDAYS)), min_size=1),
    st.frozensets(st.dates(D26, D26 + timedelta(days=40)), max_size=30),
)
CONSENT_RULES = st.builds(
    ConsentRule,
    needed=st.frozensets(st.sampled_from(list(POINTS)), min_size=1),
    form_version=st.sampled_from(["", "2026-1", "B 7"]),
)
MISUSE_RULES = st.builds(
    MisuseRule,
    at_once=st.frozensets(st.sampled_from(signals())),
    signals=st.integers(1, 20),
    within_days=st.integers(1, 730),
    craving_from=st.integers(1, 10),
    audit_c_from=st.integers(1, 12),
)
ALERT_RULES = st.builds(
    AlertRule,
    phq9_item9_from=st.integers(1, 3),
    qids_item12_from=st.integers(1, 3),
    screener_from=st.sampled_from([level for level in RiskLevel if level is not RiskLevel.NONE]),
    imported_days=st.integers(1, 365),
)
CHECK_RULES = st.builds(
    CheckRule,
    off=st.frozensets(st.sampled_from([code.value for code in CheckCode])),
    integration_days=st.integers(1, 90),
    plan_from=st.sampled_from([level for level in RiskLevel if level is not RiskLevel.NONE]),
    dose_percent=st.integers(0, 100),
    drawn_by=st.frozensets(st.sampled_from([route.value for route in Route])),
    level_from=st.sampled_from(["warn", "hold", "urgent"]),
    clone_words=st.integers(12, 1000),
    clone_run=st.integers(6, 12),
    quote_words=st.integers(10, 500),
)
OUTCOME_CHOICES = st.builds(
    OutcomeChoice,
    y_bocs=st.sampled_from(["usual", "consensus_2016"]),
    pcl_5=st.sampled_from(["usual", "marx_2022"]),
)


@given(
    st.one_of(
        st.tuples(st.just("protocol.im_two_dose"), PROTOCOL),
        st.tuples(st.just("working_days"), WORKING_DAYS),
        st.tuples(st.just("consent_rule"), CONSENT_RULES),
        st.tuples(st.just("misuse_rule"), MISUSE_RULES),
        st.tuples(st.just("alert_rule"), ALERT_RULES),
        st.tuples(st.just("outcome_rule"), OUTCOME_CHOICES),
        st.tuples(st.just("check_rule"), CHECK_RULES),
        st.tuples(st.just("schedule.im"), SCHEDULES),
        st.tuples(st.just("dose_limits.oral"), dose_limits()),
        st.tuples(st.just("vitals_levels"), vitals_levels()),
        st.tuples(st.just("arrival_rule"), ARRIVAL_RULES),
        st.tuples(st.just("discharge_rule"), DISCHARGE_RULES),
        st.tuples(st.just("taps"), TAPS),
    )
)
@settings(max_examples=100)
def test_whatever_a_practice_sets_comes_back_as_it_was(drawn: tuple[str, Setting]) -> None:
    name, setting = drawn
    back = there_and_back(name, setting)
    assert back == setting
    assert to_plain(back) == to_plain(setting)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.sampled_from(NAMES), st.data())
@settings(max_examples=100)
def test_anything_else_is_refused_and_breaks_nothing(name: str, data: st.DataObject) -> None:
    plain = to_plain(DEFAULTS[name])
    entry = data.draw(st.sampled_from([*plain, "of_no_setting"]))
    plain[entry] = data.draw(JSON)
    refused = refusals_of(name, plain)
    assert all(sentence.endswith(".") for sentence in refused.values())
    if not refused:
        setting = from_plain(name, plain)
        assert there_and_back(name, setting) == setting


def test_a_name_and_a_shape_that_are_none() -> None:
    with pytest.raises(BadInput) as unknown:
        from_plain("schedule.rectal", {})
    assert set(unknown.value.errors) == {"name"}
    with pytest.raises(BadInput) as shapeless:
        from_plain("schedule.iv", [0, 15])
    assert set(shapeless.value.errors) == {"schedule.iv"}


def test_what_is_left_out_is_not_guessed() -> None:
    with pytest.raises(BadInput) as refusal:
        from_plain("vitals_levels", {})
    assert set(refusal.value.errors) == set(to_plain(DEFAULTS["vitals_levels"]))
    assert errors("schedule.iv", minutes=None) == {"minutes"}
    assert errors("discharge_rule", least_minutes_iv=None) == {"least_minutes_iv"}
    assert errors("taps", taps=None) == {"taps"}


def test_a_blank_amount_is_none_and_nothing_ticked_is_nothing_needed() -> None:
    plain = {**to_plain(DEFAULTS["dose_limits.intranasal"]), "caution_mg": None}
    limits = from_plain("dose_limits.intranasal", plain)
    assert isinstance(limits, DoseLimits)
    assert limits.caution_mg is None
    rule = from_plain("arrival_rule", {"food_hours": 4, "drink_hours": 2, "weight_days": 30})
    assert isinstance(rule, ArrivalRule)
    assert rule.needed == frozenset()


@pytest.mark.parametrize("typed", ["0, 15, 30", "0 15 30", " 0,15;30 "])
def test_minutes_can_be_read_as_they_are_typed(typed: str) -> None:
    schedule = from_plain("schedule.iv", {**to_plain(DEFAULTS["schedule.iv"]), "minutes": typed})
    assert isinstance(schedule, Schedule)
    assert schedule.minutes == (0, 15, 30)


@pytest.mark.parametrize(
    "minutes", ["0, x", "0,,15", "0, " * 99, "-0, 15", [0, "15"], [0, True], 15]
)
def test_minutes_that_cannot_be_read(minutes: object) -> None:
    assert errors("schedule.iv", minutes=minutes) == {"minutes"}


@pytest.mark.parametrize("amount", ["1", "1.5", 1, D("1.5")])
def test_an_amount_is_a_number_in_digits(amount: object) -> None:
    assert errors("dose_limits.iv", caution_mg_per_kg=amount) == set()


@pytest.mark.parametrize("amount", ["", "1,5", "1e0", "NaN", "-1", 1.5, True, D("NaN"), "\u0661"])
def test_an_amount_that_is_none(amount: object) -> None:
    assert errors("dose_limits.iv", caution_mg_per_kg=amount) == {"caution_mg_per_kg"}


@pytest.mark.parametrize(
    ("name", "changes", "wrong"),
    [
        ("schedule.iv", {"minutes": [5, 15]}, {"minutes"}),
        ("schedule.iv", {"minutes": [0, 30, 15]}, {"minutes"}),
        ("schedule.iv", {"grace_minutes": 1.5}, {"grace_minutes"}),
        ("schedule.iv", {"has_discharge": 1}, {"has_discharge"}),
        ("schedule.iv", {"later": 1}, {"later"}),
        ("schedule.iv", {"minutes-help": None}, set()),
        ("dose_limits.iv", {"caution_mg_per_kg": "2"}, {"refusal_mg_per_kg"}),
        ("vitals_levels", {"hold_at_systolic": 139}, {"hold_at_systolic"}),
        ("vitals_levels", {"warn_above_diastolic": "90"}, {"warn_above_diastolic"}),
        ("arrival_rule", {"needed": ["shoe_size"]}, {"needed"}),
        ("arrival_rule", {"needed": [["time_out"]]}, {"needed"}),
        ("arrival_rule", {"needed": "time_out"}, {"needed"}),
        ("discharge_rule", {"needed": ["aldrete_before"]}, {"needed"}),
        ("discharge_rule", {"least_minutes_im": -1}, {"least_minutes_im"}),
        ("protocol.other", {"key": "other"}, {"key"}),
        ("protocol.other", {"title": 5}, {"title"}),
        ("protocol.other", {"route": "home"}, {"route"}),
        ("protocol.other", {"route": ["iv"]}, {"route"}),
        ("protocol.other", {"induction_count": "6"}, {"induction_count"}),
        ("protocol.other", {"maintenance_months_least": 2}, {"maintenance_months_most"}),
        ("protocol.other", {"measures_before": "y-bocs"}, {"measures_before"}),
        ("protocol.other", {"measures_before": [5]}, {"measures_before"}),
        ("protocol.other", {"measures_before": ["Y BOCS"]}, {"measures_before"}),
        ("protocol.other", {"starting_mg_per_kg": [0.5]}, {"starting_mg_per_kg"}),
        ("protocol.other", {"starting_mg_per_kg": "0,5 mg"}, {"starting_mg_per_kg"}),
        ("protocol.other", {"starting_mg_per_kg": "1 " * 101}, {"starting_mg_per_kg"}),
        ("working_days", {"weekdays": []}, {"weekdays"}),
        ("working_days", {"weekdays": ["monday"]}, {"weekdays"}),
        ("working_days", {"closed": ["2026-12-24"]}, {"closed"}),
        ("working_days", {"closed": "Christmas"}, {"closed"}),
        ("working_days", {"closed": "2026-02-30"}, {"closed"}),
        ("working_days", {"closed": "2026-12-24 to 2026-12-23"}, {"closed"}),
        ("working_days", {"closed": "1926-12-24 to 2026-12-24"}, {"closed"}),
        (
            "working_days",
            {"closed": "2021-01-01 to 2023-01-01, 2024-01-01 to 2026-01-01"},
            {"closed"},
        ),
        ("working_days", {"closed": "2026-12-24 " * 200}, {"closed"}),
        ("consent_rule", {"needed": None}, {"needed"}),
        ("misuse_rule", {"at_once": ["lunch"]}, {"at_once"}),
        ("misuse_rule", {"signals": 0}, {"signals"}),
        ("alert_rule", {"phq9_item9_from": 0}, {"phq9_item9_from"}),
        ("alert_rule", {"qids_item12_from": 4}, {"qids_item12_from"}),
        ("alert_rule", {"screener_from": "none"}, {"screener_from"}),
        ("alert_rule", {"screener_from": "grave"}, {"screener_from"}),
        ("alert_rule", {"screener_from": ["low"]}, {"screener_from"}),
        ("alert_rule", {"imported_days": 0}, {"imported_days"}),
        ("outcome_rule", {"y_bocs": "marx_2022"}, {"y_bocs"}),
        ("outcome_rule", {"pcl_5": None}, {"pcl_5"}),
        ("taps", {"taps": {}}, {"taps"}),
        ("taps", {"taps": ["tears"]}, {"taps"}),
        ("taps", {"taps": [{"code": 1, "label": "A"}]}, {"taps.0.code", "taps.0.is_shown"}),
        (
            "taps",
            {"taps": [{"label": "A", "is_shown": True, "colour": "red"}], "more": 1},
            {"taps.0.colour", "more"},
        ),
        ("taps", {"taps": [{"code": "drum", "label": "A", "is_shown": True}]}, {"taps.0.code"}),
    ],
)
def test_nonsense_is_refused_under_its_name(
    name: str, changes: dict[str, Any], wrong: set[str]
) -> None:
    assert errors(name, **changes) == wrong


def test_taps_that_are_left_out_are_hidden_and_new_ones_have_a_code() -> None:
    rows = [
        {"code": "own_drum", "label": "Gong", "is_shown": True},
        {"code": None, "label": " Drum ", "is_shown": True},
    ]
    taps = from_plain("taps", {"taps": rows})
    assert isinstance(taps, tuple)
    assert taps[:2] == (Tap("own_drum", "Gong"), Tap("own_drum_2", "Drum"))
    assert [tap.code for tap in taps[2:]] == [tap.code for tap in BUILT_IN]
    assert not any(tap.is_shown for tap in taps[2:])


def test_a_protocol_is_planned_as_it_is_typed() -> None:
    typed = {
        **to_plain(DEFAULTS["protocol.other"]),
        "starting_mg_per_kg": " 0.5; 0.75 1 ",
        "measures_before": ["main", "our-own; another-one", "main"],
        "title": " Our own ",
    }
    protocol = from_plain("protocol.other", typed)
    assert isinstance(protocol, Protocol)
    assert protocol.starting_mg_per_kg == (D("0.5"), D("0.75"), D(1))
    assert protocol.measures_before == ("main", "our-own", "another-one")
    assert (protocol.key, protocol.title) == ("other", "Our own")


def test_closed_days_are_typed_one_by_one_or_as_a_span() -> None:
    typed = "2027-04-05, 2026-12-30 to 2027-01-02;2028-02-28 to 2028-03-01\n2026-12-31"
    days = from_plain("working_days", {"weekdays": ["tue"], "closed": typed})
    assert isinstance(days, WorkingDays)
    assert to_plain(days)["closed"] == (
        "2026-12-30 to 2027-01-02, 2027-04-05, 2028-02-28 to 2028-03-01"
    )
    assert date(2028, 2, 29) in days.closed
    two = WorkingDays(closed=frozenset({D26, D26 + timedelta(days=1)}))
    assert to_plain(two)["closed"] == "2026-02-10, 2026-02-11"
    assert to_plain(WorkingDays())["closed"] is None
