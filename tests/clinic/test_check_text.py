"""Text that stands in an earlier note, and process content, with their places."""

from dataclasses import replace
from typing import Any

from kapnotes.clinic.check_facts import NoteFact, NoteText
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.similarity import Writing
from tests.clinic.chain import chain, found, note

C, K = CheckCode, NoteKind
LONG = " ".join(f"word{place}" for place in range(60))


def written(text: str, *earlier: Writing, **changes: Any) -> NoteFact:
    answer = NoteText(link_id="themes", section="meaning", label="Themes, in summary", text=text)
    made = note(K.INTEGRATION)
    return replace(made, texts=(*made.texts, answer), earlier=earlier, **changes)


def test_a_cloned_text_is_shown_with_its_passages() -> None:
    facts = chain(notes=(written(f"Today: {LONG}", Writing(key="old-note", text=LONG)),))
    [finding] = found(facts, C.TEXT_CLONED)
    assert (finding.note, finding.section, finding.link_id) == ("integration", "meaning", "themes")
    assert finding.about == "old-note"
    assert finding.sentence == (
        "Themes, in summary: 98 % of it, 60 words, stand word for word in an earlier note."
    )
    [passage] = finding.passages
    assert f"Today: {LONG}"[passage.start : passage.end] == LONG
    assert LONG[passage.other_start : passage.other_end] == LONG


def test_what_is_a_clone_is_the_practices_to_say() -> None:
    half = chain(notes=(written(LONG, Writing(key="a", text=" ".join(LONG.split()[:45]))),))
    assert len(found(half, C.TEXT_CLONED)) == 1
    assert found(half, C.TEXT_CLONED, clone_percent=76) == []
    assert found(half, C.TEXT_CLONED, clone_words=46) == []
    assert found(half, C.TEXT_CLONED, clone_words=46, clone_run=46) == []


def test_a_template_of_the_practice_is_nobodys_text() -> None:
    templated = written(LONG, Writing(key="a", text=LONG), templates=(LONG,))
    assert found(chain(notes=(templated,)), C.TEXT_CLONED) == []


def test_process_content_is_shown_at_its_place_and_each_by_itself() -> None:
    text = "Calmer. Note to self: slower. Fantasies of flight. Note to self: ask again."
    findings = found(chain(notes=(written(text),)), C.PROCESS_SUSPECTED)
    assert [one.about for one in findings] == ["own_memo.1", "fantasy.2", "own_memo.3"]
    assert all(one.level.value == "hint" for one in findings)
    pieces = [text[one.span[0] : one.span[1]] for one in findings if one.span]
    assert pieces == ["Note to self", "Fantasies of", "Note to self"]
    assert findings[0].sentence.startswith("Themes, in summary: “Note to self” reads like")


def test_a_long_quotation_is_the_practices_to_say() -> None:
    quoted = chain(notes=(written(f"Said: “{LONG}”"),))
    assert len(found(quoted, C.PROCESS_SUSPECTED)) == 1
    assert found(quoted, C.PROCESS_SUSPECTED, quote_words=60) == []
