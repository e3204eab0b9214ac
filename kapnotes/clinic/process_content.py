"""Words that look like process content in a chart note: a hint to its author, never a block.

What analyses the conversation itself belongs in the process note, which is kept apart (45 CFR
164.501). Dose, times, tests, and any summary of diagnosis, functioning, plan, symptoms, prognosis
and progress belong in the chart, and so do a patient's own words where they are short. A hint that
is mostly wrong is not read: what is not plainly process is left alone [B].
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from kapnotes.clinic.process_words import (
    DENIED,
    PATTERNS,
    QUOTATION,
    QUOTES,
    SPEAKERS,
    TURN,
    ProcessTheme,
)

QUOTE_WORDS = 40
"""A quotation of more words than these is no summary [B]."""
LEAST_TURNS = 4
"""So many turns of two speakers are a dialogue [B]."""
TURN_WORDS = 3
"""A turn has at least so many words: `P: 82` is a pulse."""
BEHIND = 60
"""So many characters before the words are looked at for a "no"."""

THEME_WORDS = MappingProxyType(
    {
        ProcessTheme.COUNTERTRANSFERENCE: "the therapist's own feelings about the patient",
        ProcessTheme.TRANSFERENCE: "what the relationship in the room stands for",
        ProcessTheme.FANTASY: "the content of a fantasy",
        ProcessTheme.THIRD_PARTY: "what somebody else said or did in confidence",
        ProcessTheme.INTERPRETATION: "an interpretation of what is not conscious",
        ProcessTheme.TRANSCRIPT: "the conversation itself, at length",
        ProcessTheme.OWN_MEMO: "a word to oneself",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessHint:
    """Words that look like process content, `text[start:end]`, and what to do about it."""

    theme: ProcessTheme
    start: int
    end: int
    sentence: str


def hints(text: str, *, quote_words: int = QUOTE_WORDS) -> tuple[ProcessHint, ...]:
    """Return what looks like process content, in the order of the text.

    What is denied ("no sexual fantasies") is no hint.
    """
    straight = text.translate(QUOTES)
    found = [*_words(straight), *_quotations(straight, quote_words), *_dialogue(straight)]
    return tuple(sorted(found, key=lambda hint: (hint.start, hint.end, hint.theme)))


def _words(text: str) -> Iterator[ProcessHint]:
    for theme, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            before = text[max(match.start() - BEHIND, 0) : match.start()]
            if theme is ProcessTheme.OWN_MEMO or not DENIED.search(before):
                said = " ".join(match.group().split())
                yield _hint(theme, match.span(), f"“{said}”")


def _quotations(text: str, most_words: int) -> Iterator[ProcessHint]:
    for match in QUOTATION.finditer(text):
        count = len(match.group().split())
        if count > most_words:
            said = f"a quotation of {count} words"
            yield _hint(ProcessTheme.TRANSCRIPT, match.span(), said)


def _dialogue(text: str) -> Iterator[ProcessHint]:
    """Yield the turns of two speakers; one speaker alone is a list with a letter before it."""
    turns = [one for one in TURN.finditer(text) if len(one["said"].split()) >= TURN_WORDS]
    speakers = {SPEAKERS[one["who"].lower()] for one in turns}
    if len(turns) >= LEAST_TURNS and len(speakers) > 1:
        span = turns[0].start(), turns[-1].end()
        yield _hint(ProcessTheme.TRANSCRIPT, span, f"a dialogue of {len(turns)} turns")


def _hint(theme: ProcessTheme, span: tuple[int, int], said: str) -> ProcessHint:
    sentence = (
        f"{said[0].upper()}{said[1:]} reads like {THEME_WORDS[theme]}. "
        "The chart holds a summary; the rest belongs in the process note."
    )
    return ProcessHint(theme=theme, start=span[0], end=span[1], sentence=sentence)
