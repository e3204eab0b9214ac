"""Process content in a chart note: plain cases are hinted at, a realistic chart is left alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes import library
from kapnotes.clinic.process_content import QUOTE_WORDS, hints
from kapnotes.clinic.process_words import WORDS, ProcessTheme

T = ProcessTheme

PROCESS = (
    (T.COUNTERTRANSFERENCE, "Strong countertransference today."),
    (T.COUNTERTRANSFERENCE, "Counter-transference: boredom, then a wish to rescue."),
    (T.COUNTERTRANSFERENCE, "I felt irritated with the patient when the topic came up again."),
    (T.COUNTERTRANSFERENCE, "I was deeply moved and I felt feeling protective of the client."),
    (T.COUNTERTRANSFERENCE, "I noticed my own irritation with the patient."),
    (T.COUNTERTRANSFERENCE, "I found myself wanting to hold the patient's hand and did not."),
    (T.TRANSFERENCE, "A maternal transference is building up."),
    (T.TRANSFERENCE, "The patient sees me as a stern father."),
    (T.TRANSFERENCE, "This is projective identification at work."),
    (T.TRANSFERENCE, "He is reenacting the old quarrel, an enactment between us."),
    (T.FANTASY, "Described a sexual fantasy about a teacher."),
    (T.FANTASY, "She spoke of violent revenge fantasies."),
    (T.FANTASY, "He fantasised about leaving everyone behind."),
    (T.FANTASY, "Fantasies of being dissolved and held."),
    (T.THIRD_PARTY, "Her mother told her, late at night, “You were never wanted in this house.”"),
    (T.THIRD_PARTY, 'The patient\'s husband shouted: "Then go and see who takes you."'),
    (T.THIRD_PARTY, "His sister confided that she had been in debt for years."),
    (T.THIRD_PARTY, "Her friend later admitted that the money was never there."),
    (T.THIRD_PARTY, "Their older brother had an affair with a neighbour."),
    (T.THIRD_PARTY, "Her boss has been cheating."),
    (T.INTERPRETATION, "An unconscious wish to punish the father."),
    (T.INTERPRETATION, "She unconsciously repeats the pattern."),
    (T.INTERPRETATION, "Clearly oedipal material."),
    (T.INTERPRETATION, "I interpreted the patient's silence as anger."),
    (T.OWN_MEMO, "Note to self: slower next time."),
    (T.OWN_MEMO, "Not for the chart: the quarrel about the fee."),
    (T.OWN_MEMO, "Take this to supervision."),
    (T.OWN_MEMO, "Bring it to my own therapy."),
)

CHART = (
    "Reports fewer intrusive thoughts; hand washing down from 4 h to 90 min a day.",
    "Family history: mother with bipolar disorder, father with alcohol dependence.",
    "History of childhood sexual abuse by an uncle, known and treated since 2014.",
    "Her mother said the family had a difficult year.",
    "His wife drove him home and has the emergency number.",
    "Her brother is with her tonight as agreed.",
    "Denies homicidal ideation and violent fantasies.",
    "No sexual fantasies or preoccupations reported. No countertransference issues.",
    "Transference of care to Dr. Achterberg from May.",
    "Patient was unconscious for less than a minute after the fall in 2019.",
    "MOAA/S 3 at 20 min, rousable to voice; never unconscious.",
    "I interpreted the ECG as normal; QTc 412 ms.",
    "My interpretation of the scores: response, no remission.",
    "Themes: the house by the sea, forgiveness, a door that stays open.",
    "“I was angry at her for years and now I am not,” said at the end.",
    "I felt angry with my father, and then it was only weather.",
    "Everyone sees me as a burden, says the patient of colleagues.",
    "I found myself wanting to call my mother, and did.",
    "Write down what comes up and bring it to therapy on Thursday.",
    "Discussed in supervision; plan confirmed.",
    "Reads fantasy novels again, two evenings a week.",
    "Reported the fantasy film as the first she could follow since autumn.",
    "ERP: touched the doorknob, SUDS 60-85-40, response prevented for 45 minutes.",
    "P: 82\nT: 36.6\nBP: 128/79\nSpO2: 98",
    "S: sleeps six hours.\nO: calm, oriented.\nA: partial response.\nP: infusion as planned.",
    "Patient: adult woman, in treatment since March.\nPlan: integration within three days.",
    "Resistance to obsessions on the Y-BOCS improved from 3 to 2.",
    "Projection of the course: six infusions by the end of the month.",
    "Admitted to hospital in 2021 for two weeks after an overdose.",
    "Her son admitted himself last year; his father was admitted to hospital in May.",
    "Off the record player she chose music without words.",
    "Dissociation settled by minute 75; walked without help.",
    "Says that the fear of blame “lost its teeth”.",
    "Re-enacted the exposure at home with the same response prevention.",
    "The therapist sat beside the patient; touch as agreed, hand only.",
    "Anxious about the needle; settled with breathing.",
    "I was with the patient throughout; medical professional in the room until minute 60.",
)


@pytest.mark.parametrize(("theme", "text"), PROCESS)
def test_plain_process_content_is_hinted_at(theme: ProcessTheme, text: str) -> None:
    found = hints(f"Slept well. {text} Plan unchanged.")
    assert theme in {hint.theme for hint in found}
    for hint in found:
        assert f"Slept well. {text} Plan unchanged."[hint.start : hint.end].strip()
        assert hint.sentence.endswith("the rest belongs in the process note.")


@pytest.mark.parametrize("text", CHART)
def test_a_sentence_of_a_chart_is_left_alone(text: str) -> None:
    assert hints(text) == ()


def words_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from words_of(each)


def test_of_the_whole_demo_practice_only_its_process_notes_are_hinted_at() -> None:
    """Some 13,000 words of charts as they are written; nobody writes them for this check."""
    found, count = [], 0
    for path in sorted((Path(library.__file__).parent / "demo").glob("*.yaml")):
        for text in words_of(yaml.safe_load(path.read_text())):
            count += len(text.split())
            found += [hint.theme for hint in hints(text)]
    assert count > 10_000
    assert found == [T.OWN_MEMO]


@pytest.mark.parametrize(("count", "is_hinted"), [(QUOTE_WORDS, False), (QUOTE_WORDS + 1, True)])
def test_a_long_quotation_is_hinted_at(count: int, *, is_hinted: bool) -> None:
    text = f"Said: “{' '.join(['word'] * count)}”"
    assert [hint.theme for hint in hints(text)] == [T.TRANSCRIPT] * is_hinted
    assert hints(text, quote_words=count) == ()


TURNS = (
    "T: What did you notice just then?",
    "P: That the room was very quiet.",
    "Therapist: And what was in the quiet?",
    "Patient - my grandmother, I think, humming.",
)


@pytest.mark.parametrize(("turns", "is_hinted"), [(3, False), (4, True)])
def test_a_dialogue_is_hinted_at(turns: int, *, is_hinted: bool) -> None:
    found = hints("\n".join(TURNS[:turns]))
    assert [hint.theme for hint in found] == [T.TRANSCRIPT] * is_hinted
    assert not is_hinted or "a dialogue of 4 turns" in found[0].sentence.lower()


def test_one_speaker_or_a_list_of_readings_is_no_dialogue() -> None:
    assert hints("\n".join([TURNS[1]] * 6)) == ()
    assert hints("T: 36.6\nP: 82\nT: 36.7\nP: 80\nT: 36.7\nP: 79") == ()


def test_what_is_denied_in_the_sentence_before_does_not_count() -> None:
    assert hints("Denies violent fantasies.") == ()
    assert [hint.theme for hint in hints("No pain. Violent fantasies returned.")] == [T.FANTASY]


def test_every_list_of_words_has_a_plain_case() -> None:
    assert set(WORDS) == {theme for theme, _ in PROCESS} == set(T) - {T.TRANSCRIPT}


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_any_text_is_taken_and_every_hint_lies_within_it(text: str) -> None:
    found = hints(text)
    assert list(found) == sorted(found, key=lambda hint: (hint.start, hint.end, hint.theme))
    assert all(0 <= hint.start < hint.end <= len(text) for hint in found)
