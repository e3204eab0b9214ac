"""Answers as a FHIR R4B QuestionnaireResponse, out and back."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from kapnotes.forms.answer import Answers
from kapnotes.forms.definition import Definition
from kapnotes.forms.problem import AnswersError, Problem
from kapnotes.forms.score import scores
from kapnotes.forms.tree import Inward, Outward


def to_response(
    definition: Definition, answers: Answers, *, zone: tzinfo = UTC, **meta: Any
) -> dict[str, Any]:
    """Return a QuestionnaireResponse; `zone` is where the wall times were read.

    `meta` are further elements, such as `id`, `status` (else completed), `subject`, `authored`
    and `author`. Numbers are decimals: `write_json` turns it into JSON without losing a digit.
    Complete scores go with it.
    """
    found = scores(definition, answers)
    results = {each.link_id: each.value for each in found if each.value is not None}
    items = Outward(zone, results).items(definition.items, answers)
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{definition.url}|{definition.version}",
        "status": "completed",
        **meta,
    }
    return {**response, "item": items} if items else response


def from_response(definition: Definition, resource: Mapping[str, Any]) -> Answers:
    """Return the answers in a QuestionnaireResponse; AnswersError with all that does not fit.

    Wall times are taken as written, whatever their offset. Scores are left out: they are worked
    out again. Whether each answer is in its bounds is for `check_draft` to say. Parse the JSON
    with `read_json` to keep every digit.
    """
    reader = Inward(definition)
    named = resource.get("questionnaire", "")
    if named and named not in (definition.url, f"{definition.url}|{definition.version}"):
        sentence = f"This answers {named}, not {definition.url}|{definition.version}."
        reader.problems.append(Problem("questionnaire", sentence))
    answers = reader.read(resource, {})
    if reader.problems:
        raise AnswersError(tuple(reader.problems))
    return answers
