"""Blank, half and full answers to every definition come back from every path unchanged."""

import json

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from kapnotes.forms import (
    Answers,
    Definition,
    FindingKind,
    ask,
    canonical,
    check_draft,
    check_signing,
    difference,
    from_response,
    read,
    restore,
    store,
    tell,
    to_raw,
    to_response,
)
from tests.library.answering import ALL, VARIANTS, answered, definition_of

every_definition = pytest.mark.parametrize("name", ALL)


def posted(definition: Definition, variant: int, *, half: bool = False) -> Answers:
    """Return what is left of such answers once a browser has posted them."""
    reading = read(definition, to_raw(definition, answered(definition, variant, half=half)))
    assert reading.errors == {}
    return reading.answers


def unchanged(definition: Definition, answers: Answers) -> None:
    """Claim that the answers survive each path."""
    raw = to_raw(definition, answers)
    again = read(definition, raw)
    assert (again.answers, again.errors) == (answers, {})
    assert restore(definition, json.loads(json.dumps(store(definition, answers)))) == answers
    response = to_response(definition, answers)
    assert from_response(definition, response) == answers
    if answers:
        QuestionnaireResponse.model_validate({"status": "in-progress", **response})
    assert canonical(definition, again.answers) == canonical(definition, answers)
    assert difference(definition, answers, answers) == ()
    assert ask(definition, raw)


@every_definition
@pytest.mark.parametrize("variant", VARIANTS)
def test_full_answers_come_back(name: str, variant: int) -> None:
    definition = definition_of(name)
    answers = posted(definition, variant)
    unchanged(definition, answers)
    assert tell(definition, answers)
    assert check_draft(definition, answers) == ()


@every_definition
@pytest.mark.parametrize("variant", [0, 1])
def test_half_answers_come_back(name: str, variant: int) -> None:
    definition = definition_of(name)
    unchanged(definition, posted(definition, variant, half=True))


@every_definition
def test_blank_answers_come_back(name: str) -> None:
    definition = definition_of(name)
    assert posted_blank(definition) == {}
    unchanged(definition, {})
    assert tell(definition, {}) == ()


def posted_blank(definition: Definition) -> Answers:
    reading = read(definition, {})
    assert reading.errors == {}
    return reading.answers


@every_definition
def test_full_answers_miss_nothing(name: str) -> None:
    definition = definition_of(name)
    for variant in VARIANTS:
        found = check_signing(definition, posted(definition, variant), {})
        assert [each for each in found if each.kind is FindingKind.MISSING] == []


@every_definition
def test_a_blank_can_be_kept_but_not_signed(name: str) -> None:
    definition = definition_of(name)
    assert check_draft(definition, {}) == ()
    assert any(each.kind is FindingKind.MISSING for each in check_signing(definition, {}, {}))


@every_definition
def test_every_question_can_come_to_be_asked(name: str) -> None:
    definition = definition_of(name)
    asked: set[str] = set()
    for variant in VARIANTS:
        asked |= set(posted(definition, variant))
    assert asked == {item.link_id for item in definition.leaves}
