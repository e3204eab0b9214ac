"""What must fit together across the answers of a note before it is signed.

A refusal can always be put right by writing or deciding; what has already happened is only ever a
caution, so that a true account can be signed. A rule is skipped while an answer that it needs is
blank. Limits that a practice may set are not here: these rules see the answers alone.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kapnotes.forms import Rule
from kapnotes.library.rules import dosing, every_note, integration, preparation, scales

RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "preparation": (*every_note.RULES, *scales.RULES, *preparation.RULES),
        "dosing": (*every_note.RULES, *scales.RULES, *dosing.RULES),
        "integration": (*every_note.RULES, *scales.RULES, *integration.RULES),
    }
)
"""The rules of each kind of note. They hold for every version of its definition."""


def note_rules(kind: str) -> tuple[Rule, ...]:
    """Return the rules of a kind of note; KeyError if there is no such kind."""
    return RULES[kind]
