"""Numbers as people type them: a point or a comma, and nothing that can be misread."""

import re
from decimal import Decimal

from kapnotes.forms import wording
from kapnotes.forms.answer import Unreadable
from kapnotes.forms.definition import Item

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_LONGEST = 30
_LARGEST = 2**31 - 1


def parse_whole(text: str) -> int:
    """Read a whole number that FHIR can hold (32 bits)."""
    if not _WHOLE.fullmatch(text):
        raise Unreadable(wording.WHOLE_NUMBER)
    if len(text) > _LONGEST or not -_LARGEST - 1 <= int(text) <= _LARGEST:
        raise Unreadable(wording.LONG_NUMBER)
    return int(text)


def parse(text: str) -> Decimal:
    """Read a number exactly: `5,10` is 5.10. NaN, infinity and exponents are no numbers.

    `1,500` is refused, for it is 1500 to some and 1.5 to others, and either may be a dose.
    """
    if not _NUMBER.fullmatch(text):
        raise Unreadable(wording.NUMBER)
    if len(text) > _LONGEST:
        raise Unreadable(wording.LONG_NUMBER)
    if _THOUSANDS.fullmatch(text):
        raise Unreadable(wording.ambiguous(text))
    found = Decimal(text.replace(",", "."))
    return found or abs(found)


def check(item: Item, number: Decimal | int) -> str:
    """Return what is wrong with a number by the item's bounds and decimal places, or ""."""
    if item.minimum is not None and number < item.minimum:  # type: ignore[operator] # a number's bound is a number
        return wording.out_of_bounds(item)
    if item.maximum is not None and number > item.maximum:  # type: ignore[operator] # the same
        return wording.out_of_bounds(item)
    if item.decimals is not None and isinstance(number, Decimal):
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > item.decimals:
            return wording.too_exact(item.decimals)
    return ""
