"""Codes of the records are the words that the clinic's rules and the roles know."""

import inspect
from enum import StrEnum

import pytest

from kapnotes.clinic.adverse_event import AdverseEvent, AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.arrival import ArrivalFacts, Baseline
from kapnotes.clinic.discharge import WORDS, DischargeFacts, criteria
from kapnotes.clinic.dose import AfterHold, Dose, DrugForm
from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.protocol import PROTOCOLS
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.vitals import SPANS, Vitals
from kapnotes.library import note_definition, record_definition
from kapnotes.library.rules.scales import HIGHEST
from kapnotes.records.session_row import FIELDS, TABLES


def options(definition: str, link_id: str) -> set[str]:
    return {option.code for option in record_definition(definition).item(link_id).options}


@pytest.mark.parametrize(
    ("noun", "link_id", "words"),
    [
        ("infusion", "route", Route),
        ("infusion", "phase", Phase),
        ("dose", "drug_form", DrugForm),
        ("dose", "route", Route),
        ("dose", "after_hold", AfterHold),
        ("arrival", "baseline", Baseline),
        ("adverse_event", "kind", AdverseEventKind),
        ("adverse_event", "severity", Severity),
        ("adverse_event", "outcome", EventOutcome),
    ],
)
def test_options_of_records_are_the_clinics_words(
    noun: str, link_id: str, words: type[StrEnum]
) -> None:
    assert options(noun, link_id) == {str(each) for each in words}


def test_protocols_are_those_built_in() -> None:
    assert options("course", "protocol") == set(PROTOCOLS)


def test_kinds_of_adverse_events_are_the_same_in_note_and_record() -> None:
    listed = note_definition("dosing").item("adverse-kind").options
    assert {option.code for option in listed} == set(AdverseEventKind) - {"other"}


def test_risk_levels_are_the_clinics() -> None:
    listed = note_definition("dosing").item("risk-level").options
    assert [option.code for option in listed] == list(RiskLevel)


def test_every_scale_that_can_be_chosen_has_a_range() -> None:
    listed = note_definition("integration").item("scale").options
    assert {option.code for option in listed} == set(HIGHEST)


def test_ranges_of_vitals_are_the_clinics() -> None:
    definition = record_definition("vitals")
    for name, span in SPANS.items():
        item = definition.item(name)
        assert (item.minimum, item.maximum) == (span.least, span.most), name


NOT_TYPED = {"dose": {"is_running"}, "discharge": {"aldrete_before"}}
"""What the clinic knows of a record and nobody types."""
KEPT_BESIDE = {"discharge": {"observed_at", "escort_name", "left_at", "discharged_by", "words"}}
"""What a record keeps and the clinic's facts do not name."""


@pytest.mark.parametrize(
    ("noun", "fact"),
    [
        ("arrival", ArrivalFacts),
        ("dose", Dose),
        ("vitals", Vitals),
        ("adverse_event", AdverseEvent),
        ("discharge", DischargeFacts),
    ],
)
def test_linkids_of_records_are_the_clinics_keywords(noun: str, fact: type) -> None:
    asked = {item.link_id for item in record_definition(noun).leaves}
    known = set(inspect.signature(fact).parameters) - NOT_TYPED.get(noun, set())
    assert asked == known | KEPT_BESIDE.get(noun, set())


@pytest.mark.parametrize("noun", TABLES)
def test_what_is_typed_of_a_session_is_what_its_row_keeps(noun: str) -> None:
    asked = {item.link_id for item in record_definition(noun).leaves}
    set_by_the_page = {"dose": {"is_running"}, "session_event": {"about_id"}}.get(noun, set())
    assert asked | set_by_the_page == set(FIELDS[noun])


def test_a_discharge_answers_each_criterion_in_the_clinics_words() -> None:
    definition = record_definition("discharge")
    for name in criteria():
        assert definition.item(name).text == WORDS.get(name, "Aldrete score")
