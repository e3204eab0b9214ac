"""Every sentence that the engine says to a clinician, in one place."""

from datetime import date, datetime, time

from kapnotes.forms.calendar import date_words, datetime_words, time_words
from kapnotes.forms.definition import Bound, Item
from kapnotes.forms.exact import measure

YES = "Yes"
NO = "No"
NOT_RECORDED = "not recorded"

YES_OR_NO = "Choose yes or no."
WHOLE_NUMBER = "Enter a whole number, such as 12."
NUMBER = "Enter a number, such as 12.5."
LONG_NUMBER = "Enter a shorter number."
DATE = "Enter a date as year-month-day, such as 2026-11-23."
TIME = "Enter a time by the 24-hour clock, such as 14:05."
DATETIME = "Enter a date and a time, such as 2026-11-23T14:05."
UNSTORABLE = "This holds a character that cannot be stored. Remove it, or type the text again."
ONE_LINE = "Write this on one line."
ONE_ANSWER = "Give one answer only."
NOT_AN_OPTION = "Choose one of the answers offered."
NOT_A_UNIT = "Choose one of the units offered."
NO_UNIT = "Choose a unit."
NO_OWN_WORDS = "Write the other answer in your own words."
OPTION_AND_WORDS = "Choose one of the answers offered or write your own, not both."


def bound_words(bound: Bound, unit: str = "") -> str:
    """Return a smallest or largest answer as a person reads it."""
    if isinstance(bound, datetime):
        return datetime_words(bound)
    if isinstance(bound, date):
        return date_words(bound)
    return time_words(bound) if isinstance(bound, time) else measure(bound, unit)


def ambiguous(text: str) -> str:
    """Say that a comma before three digits can be read in two ways."""
    whole, _, rest = text.partition(",")
    return f"Write {whole}{rest} or {whole}.{rest}: the comma can be read both ways."


def out_of_bounds(item: Item) -> str:
    """Say which answers an item takes."""
    least, most = item.minimum, item.maximum
    if least is not None and most is not None:
        return f"Enter a value from {bound_words(least)} to {bound_words(most, item.unit)}."
    if least is not None:
        more = "or later" if isinstance(least, date | time) else "or more"
        return f"Enter {bound_words(least, item.unit)} {more}."
    assert most is not None  # noqa: S101 - nothing is out of bounds that are not there
    less = "or earlier" if isinstance(most, date | time) else "or less"
    return f"Enter {bound_words(most, item.unit)} {less}."


def too_exact(decimals: int) -> str:
    """Say how many decimal places an item takes."""
    if not decimals:
        return WHOLE_NUMBER
    return f"Enter at most {decimals} decimal {'place' if decimals == 1 else 'places'}."


def too_long(length: int, most: int) -> str:
    """Say how much too long a text is."""
    return f"Shorten this by {length - most:,} characters, to {most:,}. Nothing has been cut off."


def stands_alone(option: str) -> str:
    """Say that an option excludes the others."""
    return f"“{option}” cannot stand beside other answers."


def too_few(count: int, least: int) -> str:
    """Say how many rows or choices are needed."""
    return f"At least {least} {'is' if least == 1 else 'are'} needed; there {_is(count)}."


def too_many(count: int, most: int) -> str:
    """Say how many rows or choices there can be."""
    return f"At most {most} can be recorded; there {_is(count)}."


def _is(count: int) -> str:
    return {0: "is none", 1: "is 1"}.get(count, f"are {count}")


def missing(label: str) -> str:
    """Say that an answer is needed before signing."""
    return f"“{label}” is not answered yet."


def about(label: str, sentence: str) -> str:
    """Put the question before a sentence that stands in a list and not beside its field."""
    return f"“{label}”: {sentence}"


def in_row(label: str, number: int) -> str:
    """Name one row of a repeating group."""
    return f"{label}, row {number}"


def no_total(answered: int, needed: int) -> str:
    """Say that a score has no total, and why."""
    if answered == needed:
        return "cannot be worked out from these answers"
    return f"not complete: {answered} of {needed} answered"
