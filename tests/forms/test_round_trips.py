"""An answer survives every path unchanged, whatever it is."""

import json
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from kapnotes import forms
from kapnotes.forms import Answers, Definition, load
from kapnotes.forms.source import parse
from tests.forms.answering import AWKWARD, LONG, answers

SAMPLES = Path(__file__).parent / "samples"
EVERY_TYPE = load(SAMPLES / "every_type.yaml")


def exactly(found: Answers) -> str:
    """Return answers in a form in which 5.1 and 5.10 differ."""
    return json.dumps(forms.store(EVERY_TYPE, found), sort_keys=True)


@given(answers(EVERY_TYPE))
def test_posted_and_read_again(given_answers: Answers) -> None:
    reading = forms.read(EVERY_TYPE, forms.to_raw(EVERY_TYPE, given_answers))
    assert reading.errors == {}
    assert reading.answers == given_answers
    assert exactly(reading.answers) == exactly(given_answers)


@given(answers(EVERY_TYPE))
def test_shown_in_the_form_and_posted_again(given_answers: Answers) -> None:
    raw = forms.to_raw(EVERY_TYPE, given_answers)
    shown: dict[str, list[str]] = {}
    waiting = list(forms.ask(EVERY_TYPE, raw))
    while waiting:
        ask = waiting.pop()
        waiting += ask.items
        for each in ask.rows:
            waiting += each
        if ask.raw:
            shown[ask.name] = list(ask.raw)
        if ask.other:
            shown[f"{ask.name}~other"] = [ask.other]
        for unit in ask.units:
            if unit.chosen:
                shown[f"{ask.name}~unit"] = [unit.code]
    assert forms.read(EVERY_TYPE, shown).answers == given_answers


@given(answers(EVERY_TYPE))
def test_stored_and_restored(given_answers: Answers) -> None:
    text = json.dumps(forms.store(EVERY_TYPE, given_answers))
    restored = forms.restore(EVERY_TYPE, json.loads(text))
    assert restored == given_answers
    assert exactly(restored) == exactly(given_answers)
    assert forms.check_draft(EVERY_TYPE, restored) == ()


@given(answers(EVERY_TYPE), st.sampled_from(["UTC", "Europe/Vienna", "America/St_Johns"]))
def test_sent_and_received(given_answers: Answers, zone: str) -> None:
    response = forms.to_response(EVERY_TYPE, given_answers, zone=ZoneInfo(zone))
    received = forms.from_response(EVERY_TYPE, forms.read_json(forms.write_json(response)))
    assert received == given_answers
    assert exactly(received) == exactly(given_answers)
    QuestionnaireResponse.model_validate(response)


@given(answers(EVERY_TYPE))
def test_canonical_bytes_do_not_depend_on_order(given_answers: Answers) -> None:
    turned = dict(reversed(given_answers.items()))
    assert forms.canonical(EVERY_TYPE, given_answers) == forms.canonical(EVERY_TYPE, turned)


@given(answers(EVERY_TYPE))
def test_every_answer_is_told(given_answers: Answers) -> None:
    told = json.dumps(
        [repr(each) for each in forms.tell(EVERY_TYPE, given_answers)], ensure_ascii=False
    )
    for link_id in given_answers:
        assert f"link_id='{link_id}'" in told


@given(answers(EVERY_TYPE), answers(EVERY_TYPE))
def test_changes_are_found_where_answers_differ(before: Answers, after: Answers) -> None:
    changes = forms.difference(EVERY_TYPE, before, after)
    changed = {change.link_id for change in changes}
    old, new = forms.store(EVERY_TYPE, before), forms.store(EVERY_TYPE, after)
    assert changed == {key for key in old | new if old.get(key) != new.get(key)}
    for change in changes:
        if change.words:
            assert change.before == "".join(text for op, text in change.words if op != "added")
            assert change.after == "".join(text for op, text in change.words if op != "removed")


@pytest.mark.parametrize("text", [*AWKWARD, LONG[:20_000], "\nfirst line blank\n\n", " x "])
def test_awkward_texts_survive_to_the_letter(every_type: Definition, text: str) -> None:
    found = forms.read(every_type, {"story": [text]}).answers
    assert found == {"story": text}
    assert (
        forms.restore(every_type, json.loads(json.dumps(forms.store(every_type, found)))) == found
    )
    response = forms.write_json(forms.to_response(every_type, found))
    assert forms.from_response(every_type, forms.read_json(response)) == found
    assert forms.tell(every_type, found)[0].items[0].value == text


def test_trailing_zeros_survive(every_type: Definition) -> None:
    answer = {"figure": Decimal("5.10")}
    assert '"valueDecimal":5.10' in forms.write_json(forms.to_response(every_type, answer))
    assert forms.tell(every_type, answer)[0].items[0].value == "5.10"


@pytest.mark.parametrize("name", ["every_type", "conditions", "scale"])
def test_the_samples_are_questionnaires_to_others_too(name: str) -> None:
    Questionnaire.model_validate(parse(SAMPLES / f"{name}.yaml"))


@pytest.mark.parametrize("posted", [b"", b"\xff", b"\xd8\x00"])
@given(noise=st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3)))
def test_noise_is_never_an_accident(posted: bytes, noise: dict[str, list[str]]) -> None:
    text = posted.decode("utf-16-be", errors="surrogatepass") if len(posted) > 1 else ""
    raw = {**noise, "story": [text], "minutes": [text], "medicines.0.medicine": [text]}
    reading = forms.read(EVERY_TYPE, raw)
    forms.ask(EVERY_TYPE, raw, reading.errors)
    forms.check_signing(EVERY_TYPE, reading.answers, reading.errors)
    forms.tidy(EVERY_TYPE, raw)
