"""The forms of the practice's settings ask for what the clinic's rules are set by, and no more."""

from typing import Any

import pytest

from kapnotes.clinic import (
    arrival,
    check_rule,
    consent,
    discharge,
    dose_limits,
    measure_alert,
    misuse,
    outcome_rule,
    plain,
    protocol,
    scale,
    schedule,
    tap,
    unusual_rule,
    vitals,
    working_days,
)
from kapnotes.clinic.bounds import Bounds
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.setting import DEFAULTS, NAMES, from_plain, to_plain
from kapnotes.forms import Answers, Coded, Definition, check_signing, read
from kapnotes.library import MEASURES, note_definition, record_definition

ENDS = ("least", "most")
BOUNDS: dict[str, Bounds] = {
    "schedule": schedule.BOUNDS,
    "dose_limits": dose_limits.BOUNDS,
    "vitals_levels": vitals.BOUNDS,
    "arrival_rule": arrival.BOUNDS,
    "discharge_rule": {"least_aldrete": (0, discharge.HIGHEST_ALDRETE)}
    | {f"least_minutes_{route}": (0, discharge.LONGEST_MINUTES) for route in Route},
    "protocol": {
        **protocol.BOUNDS,
        **protocol.IF_ANY,
        **{f"{name}_{end}": ends for name, ends in protocol.SPANS.items() for end in ENDS},
    },
    "misuse_rule": misuse.BOUNDS,
    "alert_rule": measure_alert.BOUNDS,
    "check_rule": check_rule.BOUNDS,
    "unusual_rule": unusual_rule.BOUNDS,
}
OWN_FORMS = {"rubric"}
"""Whose entries are rows with a form of their own: tests/web/test_settings.py types them."""
every_setting = pytest.mark.parametrize("name", [one for one in NAMES if one not in OWN_FORMS])


def noun_of(name: str) -> str:
    """Return the form of a setting: those of the routes share one."""
    return name.partition(".")[0]


def typed(value: Any) -> list[str]:
    """Return what a person types or ticks for one value."""
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        numbers = all(isinstance(one, int) for one in value)
        return [", ".join(str(one) for one in value)] if numbers else value
    return [] if value is None else [str(value)]


def posted(plain: dict[str, Any]) -> dict[str, list[str]]:
    """Return what a browser posts for a setting."""
    raw = {}
    for entry, value in plain.items():
        if entry == "taps":
            rows = enumerate(value)
            raw |= {f"taps.{at}.{key}": typed(row[key]) for at, row in rows for key in row}
        else:
            raw[entry] = typed(value)
    return raw


def plain_of(answers: Answers) -> dict[str, Any]:
    """Return read answers as the clinic takes them: a code as its text."""

    def each(value: Any) -> Any:
        if isinstance(value, list):
            return [each(one) for one in value]
        return value.code if isinstance(value, Coded) else value

    return {name: each(value) for name, value in answers.items()}


@every_setting
def test_a_form_asks_for_each_entry_of_its_setting(name: str) -> None:
    asked = [item.link_id for item in record_definition(noun_of(name)).leaves]
    assert set(asked) == set(to_plain(DEFAULTS[name]))


@every_setting
def test_what_is_built_in_can_be_typed_and_read_again(name: str) -> None:
    definition = record_definition(noun_of(name))
    reading = read(definition, posted(to_plain(DEFAULTS[name])))
    assert reading.errors == {}
    assert check_signing(definition, reading.answers, {}) == ()
    assert from_plain(name, plain_of(reading.answers)) == DEFAULTS[name]


@pytest.mark.parametrize("noun", BOUNDS)
def test_what_the_clinic_takes_can_be_typed_and_nothing_more(noun: str) -> None:
    for name, bounds in BOUNDS[noun].items():
        item = record_definition(noun).item(name)
        assert (item.minimum, item.maximum) == bounds, name


def test_pressures_have_the_bounds_of_the_clinic() -> None:
    definition = record_definition("vitals_levels")
    for name in vitals.RISING:
        for part, bounds in vitals.PRESSURE_BOUNDS.items():
            item = definition.item(f"{name}_{part}")
            assert (item.minimum, item.maximum) == bounds


def test_the_longest_schedule_fits_its_line() -> None:
    longest = record_definition("schedule").item("minutes").max_length
    every_hour = range(1, schedule.MOST_ROWS)
    last = [schedule.LONGEST_MINUTES - schedule.MOST_ROWS + minute for minute in every_hour]
    assert longest is not None
    assert len(", ".join(str(minute) for minute in (0, *last))) <= longest


@pytest.mark.parametrize(
    ("noun", "words", "codes"),
    [
        ("arrival_rule", arrival.WORDS, arrival.criteria()),
        ("discharge_rule", {**discharge.WORDS, "aldrete": "Aldrete score"}, discharge.criteria()),
    ],
)
def test_each_criterion_can_be_asked_for_in_the_clinics_words(
    noun: str, words: dict[str, str], codes: tuple[str, ...]
) -> None:
    options = record_definition(noun).item("needed").options
    assert {option.code: option.display for option in options} == dict(words)
    assert {option.code for option in options} == set(codes)


def test_what_the_arrival_rule_asks_for_is_asked_at_arrival() -> None:
    asked = {item.link_id for item in record_definition("arrival").leaves}
    assert set(arrival.criteria()) <= asked


def test_the_list_of_taps_has_room_for_all_of_them() -> None:
    definition = record_definition("taps")
    assert definition.item("taps").max_occurs == tap.MOST
    assert definition.item("label").max_length == tap.LONGEST_LABEL
    assert definition.item("code").max_length == tap.LONGEST_CODE
    assert record_definition("session_event").item("kind").max_length == tap.LONGEST_CODE


def options(definition: Definition, link_id: str) -> dict[str, str]:
    return {option.code: option.display for option in definition.item(link_id).options}


def test_a_consent_covers_what_the_preparation_note_asks() -> None:
    asked = options(note_definition("preparation"), "consent-points")
    assert asked == dict(consent.POINTS)
    assert options(record_definition("consent_rule"), "needed") == dict(consent.POINTS)
    assert record_definition("consent_rule").item("form_version").max_length == (
        consent.LONGEST_VERSION
    )


def test_signs_of_misuse_are_those_that_the_integration_note_asks_about() -> None:
    asked = options(note_definition("integration"), "misuse-signs")
    assert asked == {**misuse.SIGNS, misuse.NONE: "None of these"}
    assert tuple(options(note_definition("integration"), "misuse-concern")) == misuse.CONCERNS
    offered = options(record_definition("misuse_rule"), "at_once")
    assert tuple(offered) == misuse.signals()
    assert dict(misuse.SIGNS).items() <= offered.items()


@pytest.mark.parametrize("name", protocol.LISTS)
def test_a_protocol_can_ask_for_every_scale_that_is_built_in(name: str) -> None:
    offered = options(record_definition("protocol"), name)
    assert tuple(offered) == (scale.MAIN, *scale.SCALES)
    assert set(scale.SCALES) == set(MEASURES)


def test_the_lines_of_a_protocol_have_the_length_that_the_clinic_reads() -> None:
    definition = record_definition("protocol")
    assert definition.item("title").max_length == protocol.LONGEST_TITLE
    assert definition.item("starting_mg_per_kg").max_length == plain.LONGEST
    assert record_definition("working_days").item("closed").max_length == plain.LONGEST_DAYS
    weekdays = options(record_definition("working_days"), "weekdays")
    assert weekdays == dict(working_days.WEEKDAYS)


def test_a_scale_with_several_rules_offers_all_of_them() -> None:
    definition = record_definition("outcome_rule")
    for scale_, name in (("y-bocs", "y_bocs"), ("pcl-5", "pcl_5")):
        assert tuple(options(definition, name)) == outcome_rule.choices_of(scale_)
    offered = {one for name in ("y_bocs", "pcl_5") for one in options(definition, name)}
    assert offered == {outcome_rule.USUAL, *outcome_rule.VARIANTS}


def test_the_screener_can_call_from_each_level_but_none() -> None:
    offered = options(record_definition("alert_rule"), "screener_from")
    assert tuple(offered) == tuple(level for level in RiskLevel if level is not RiskLevel.NONE)


def test_each_indication_of_a_course_has_its_scale() -> None:
    assert set(options(record_definition("course"), "indication")) == set(scale.MAIN_SCALES)
