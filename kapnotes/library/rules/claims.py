"""Small claims about the answers of a note, from which the rules are made."""

from collections.abc import Callable, Mapping
from datetime import date

from kapnotes.forms import Answers, Caution, Coded, Refused, Rule, Value


def code(answers: Mapping[str, Value], link_id: str) -> str:
    """Return the code chosen, "" for a blank or for own words."""
    value = answers.get(link_id)
    return value.code if isinstance(value, Coded) else ""


def codes(answers: Answers, link_id: str) -> frozenset[str]:
    """Return the codes ticked; own words have none."""
    value = answers.get(link_id)
    chosen = value if isinstance(value, list) else ()
    return frozenset(each.code for each in chosen if isinstance(each, Coded))


def has_more_than_none(answers: Answers, link_id: str) -> bool:
    """Say whether anything is ticked, or written in own words, other than "none of these"."""
    return bool(answers.get(link_id)) and "none" not in codes(answers, link_id)


def rows(answers: Answers, link_id: str) -> tuple[Answers, ...]:
    """Return the rows of a table."""
    value = answers.get(link_id)
    return tuple(row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()


def flag(answers: Answers, link_id: str) -> bool | None:
    """Return a yes or no, None for a blank."""
    value = answers.get(link_id)
    return value if isinstance(value, bool) else None


def number(answers: Answers, link_id: str) -> int | None:
    """Return a whole number, None for a blank."""
    value = answers.get(link_id)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_blank(answers: Answers, link_id: str) -> bool:
    """Say whether a text is missing or holds nothing but space."""
    value = answers.get(link_id)
    return not value.strip() if isinstance(value, str) else value is None


def is_before(answers: Answers, link_id: str, other: str) -> bool:
    """Say whether one date is before another; a blank is before nothing."""
    first, second = answers.get(link_id), answers.get(other)
    return isinstance(first, date) and isinstance(second, date) and first < second


def caution(
    key: str, needs: tuple[str, ...], holds: Callable[[Answers], bool], sentence: str
) -> Rule:
    """Make a rule that cautions with one sentence where a claim holds."""
    return Rule(key, needs, lambda answers: Caution(sentence) if holds(answers) else None)


def refusal(
    key: str, needs: tuple[str, ...], holds: Callable[[Answers], bool], sentence: str
) -> Rule:
    """Make a rule that refuses with one sentence where a claim holds."""
    return Rule(key, needs, lambda answers: Refused(sentence) if holds(answers) else None)
