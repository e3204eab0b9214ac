"""Checks of what is written: text of an earlier note, and process content in the chart."""

from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from kapnotes.clinic.check_facts import ChainFacts
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.process_content import hints
from kapnotes.clinic.similarity import Writing, clones


def text_cloned(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each long text that stands in an earlier note of its author, with the passages."""
    del at
    for note in facts.notes:
        places = MappingProxyType({text.link_id: text for text in note.texts})
        written = [Writing(key=one.link_id, text=one.text) for one in note.texts]
        for clone in clones(written, note.earlier, rule.clone_limits, templates=note.templates):
            text, alike = places[clone.key], clone.likeness
            yield CheckFinding(
                code=CheckCode.TEXT_CLONED,
                sentence=(
                    f"{text.label}: {int(alike.share * 100)} % of it, {alike.words} words, stand "
                    "word for word in an earlier note."
                ),
                note=note.key,
                section=text.section,
                link_id=text.link_id,
                about=clone.earlier,
                passages=alike.passages,
            )


def process_suspected(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield what reads like process content."""
    del at
    for note in facts.notes:
        for text in note.texts:
            for number, hint in enumerate(hints(text.text, quote_words=rule.quote_words), 1):
                yield CheckFinding(
                    code=CheckCode.PROCESS_SUSPECTED,
                    sentence=f"{text.label}: {hint.sentence}",
                    note=note.key,
                    section=text.section,
                    link_id=text.link_id,
                    about=f"{hint.theme}.{number}",
                    span=(hint.start, hint.end),
                )
