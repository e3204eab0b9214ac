"""Codes of the records are the words that the clinic's rules and the roles know."""

import inspect
from enum import StrEnum

import pytest

from kapnotes.clinic.adverse_event import AdverseEvent, AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.dose import Dose, DrugForm
from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.protocol import PROTOCOLS
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.vitals import SPANS, Vitals
from kapnotes.library import note_definition, record_definition
from kapnotes.library.rules.scales import HIGHEST


def options(definition: str, link_id: str) -> set[str]:
    return {option.code for option in record_definition(definition).item(link_id).options}


@pytest.mark.parametrize(
    ("noun", "link_id", "words"),
    [
        ("infusion", "route", Route),
        ("infusion", "phase", Phase),
        ("dose", "drug_form", DrugForm),
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


@pytest.mark.parametrize(
    ("noun", "fact"), [("dose", Dose), ("vitals", Vitals), ("adverse_event", AdverseEvent)]
)
def test_linkids_of_records_are_the_clinics_keywords(noun: str, fact: type) -> None:
    asked = {item.link_id for item in record_definition(noun).leaves}
    assert asked == set(inspect.signature(fact).parameters)
