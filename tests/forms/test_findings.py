"""What stands between a note and its signature."""

from datetime import date
from decimal import Decimal
from typing import Any

from kapnotes.forms import (
    Answers,
    Caution,
    Coded,
    Definition,
    Finding,
    FindingKind,
    Refused,
    Rule,
    check_draft,
    check_signing,
    load,
    read,
)

FULL: Answers = {"consent": True, "minutes": 5, "medicines": [{"medicine": "x"}]}


def test_a_blank_note_lacks_what_is_required(every_type: Definition) -> None:
    findings = check_signing(every_type, {}, {})
    assert findings == (
        Finding(
            FindingKind.MISSING,
            "missing:consent",
            "consent",
            "session",
            "“Consent” is not answered yet.",
        ),
        Finding(
            FindingKind.MISSING,
            "missing:minutes",
            "minutes",
            "session",
            "“Minutes” is not answered yet.",
        ),
        Finding(
            FindingKind.MISSING,
            "missing:medicines",
            "medicines",
            "medicines",
            "“Medicines”: At least 1 is needed; there is none.",
        ),
    )
    assert check_draft(every_type, {}) == ()


def test_a_full_note_lacks_nothing(every_type: Definition) -> None:
    assert check_signing(every_type, FULL, {}) == ()


def test_a_row_lacks_what_is_required_in_it(every_type: Definition) -> None:
    answers: Answers = {**FULL, "medicines": [{"medicine": "x"}, {"medicine-note": "y"}]}
    (finding,) = check_signing(every_type, answers, {})
    assert finding.name == "medicines.1.medicine"


def test_an_empty_list_does_not_pass(every_type: Definition) -> None:
    empty: list[Answers] = []
    assert check_signing(every_type, {**FULL, "medicines": empty}, {})[0].name == "medicines"
    assert check_signing(every_type, {**FULL, "medicines": [{}]}, {})[0].name == "medicines"


def test_what_could_not_be_read_is_refused_and_not_missing(every_type: Definition) -> None:
    reading = read(every_type, {"minutes": ["soon"], "consent": ["true"]})
    findings = check_signing(every_type, reading.answers, {**reading.errors, "strange": "What?"})
    assert [(each.kind, each.name, each.section) for each in findings] == [
        ("refusal", "minutes", "session"),
        ("missing", "medicines", "medicines"),
        ("refusal", "strange", ""),
    ]
    assert findings[0].sentence == "“Minutes”: Enter a whole number, such as 12."


def test_answers_from_elsewhere_are_held_against_their_bounds(every_type: Definition) -> None:
    answers: Answers = {
        "consent": True,
        "minutes": 700,
        "figure": Decimal(1),
        "day": date(1800, 1, 1),
        "line": "x" * 41,
        "signs": [Coded("none"), Coded("rash")],
        "people": [Coded("nobody"), "my sister"],
        "medicines": [{"medicine": "x" * 201}, {}, {}, {}],
    }
    findings = check_draft(every_type, answers)
    assert [each.name for each in findings] == [
        "minutes",
        "day",
        "line",
        "signs",
        "people",
        "medicines",
        "medicines.0.medicine",
    ]
    assert {each.kind for each in findings} == {FindingKind.REFUSAL}
    assert set(findings) <= set(check_signing(every_type, answers, {}))


def rule(key: str, result: Any, *needs: str) -> Rule:
    return Rule(key, needs, lambda _: result)


def test_rules_refuse_caution_or_pass(every_type: Definition) -> None:
    rules = (
        rule("too-long", Caution("That is long."), "minutes", "consent"),
        rule("no-consent", Refused("No consent."), "consent"),
        rule("fine", None, "consent"),
        rule("always", Caution("Look again.")),
    )
    findings = check_signing(every_type, FULL, {}, rules)
    assert [(each.kind, each.key, each.name, each.section) for each in findings] == [
        ("caution", "too-long", "minutes", "session"),
        ("refusal", "no-consent", "consent", "session"),
        ("caution", "always", "", ""),
    ]
    assert findings[0].sentence == "That is long."


def test_a_rule_is_skipped_while_an_item_it_needs_is_blank(every_type: Definition) -> None:
    caution = Caution("Look again.")
    assert check_signing(every_type, FULL, {}, [rule("a", caution, "consent", "line")]) == ()
    assert check_signing(every_type, FULL, {}, [rule("a", caution, "medicine-note")]) == ()
    assert len(check_signing(every_type, FULL, {}, [rule("a", caution, "medicine")])) == 1
    assert len(check_signing(every_type, FULL, {}, [rule("a", caution, "medicines")])) == 1


def test_a_choice_of_at_least_two() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs"
    options = [{"valueCoding": {"code": code, "display": code}} for code in ("x", "y")]
    item = {"linkId": "c", "type": "choice", "text": "Two", "repeats": True}
    least = [{"url": url, "valueInteger": 2}]
    head = {"resourceType": "Questionnaire", "url": "u", "version": "1", "name": "N", "title": "T"}
    definition = load(
        {**head, "status": "draft", "item": [{**item, "answerOption": options, "extension": least}]}
    )
    assert check_signing(definition, {}, {})[0].kind is FindingKind.MISSING
    (finding,) = check_signing(definition, {"c": [Coded("x")]}, {})
    assert finding.sentence == "“Two”: At least 2 are needed; there is 1."
    assert check_signing(definition, {"c": [Coded("x"), Coded("y")]}, {}) == ()
