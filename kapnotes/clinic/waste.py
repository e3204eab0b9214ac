"""The controlled substance: what was drawn is what was given and what was wasted, to the mg.

Two different people stand for the waste: one wastes, one witnesses. The balance follows the
dispensing log of 21 CFR 1304.22(c); the second person is the rule of states and practices [B].
"""

import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from kapnotes.clinic.refusals import Refusal


class WasteUnbalanced(Refusal):
    """Drawn, given and wasted do not add up."""

    code = "waste_unbalanced"


class WasteUnwitnessed(Refusal):
    """Something was wasted without two different people named."""

    code = "waste_unwitnessed"


def check_waste(
    drawn_mg: Decimal | None,
    given_mg: Decimal,
    wasted_mg: Decimal | None,
    *,
    wasted_by: str,
    witnessed_by: str,
) -> tuple[Refusal, ...]:
    """Return what is wrong between drawn, given and wasted mg, which must add up exactly.

    Where something was wasted two different people are named. All blank is not wrong.
    """
    return (
        *_balance(drawn_mg, given_mg, wasted_mg),
        *(_witness(wasted_by, witnessed_by) if wasted_mg else ()),
    )


def _balance(
    drawn_mg: Decimal | None, given_mg: Decimal, wasted_mg: Decimal | None
) -> Iterator[Refusal]:
    if drawn_mg is None:
        if wasted_mg is not None:
            yield WasteUnbalanced("Enter how much was drawn, in mg.", about="drawn_mg")
        return
    left = drawn_mg - given_mg
    if left < 0:
        sentence = f"More was given ({in_mg(given_mg)}) than drawn ({in_mg(drawn_mg)})."
        yield WasteUnbalanced(sentence, about="drawn_mg")
    elif wasted_mg is None and left:
        sentence = f"{in_mg(left)} was drawn and not given. Enter how much was wasted."
        yield WasteUnbalanced(sentence, about="wasted_mg")
    elif wasted_mg is not None and left != wasted_mg:
        sentence = (
            f"Drawn {in_mg(drawn_mg)} is not given {in_mg(given_mg)} "
            f"and wasted {in_mg(wasted_mg)}: {in_mg(left)} should be wasted."
        )
        yield WasteUnbalanced(sentence, about="wasted_mg")


def _witness(wasted_by: str, witnessed_by: str) -> Iterator[Refusal]:
    if not wasted_by.strip():
        yield WasteUnwitnessed("Name the person who wasted the rest.", about="wasted_by")
    if not witnessed_by.strip():
        yield WasteUnwitnessed("Name the person who witnessed the waste.", about="witnessed_by")
    elif _person(wasted_by) == _person(witnessed_by):
        sentence = "The witness must be somebody other than the person who wasted."
        yield WasteUnwitnessed(sentence, about="witnessed_by")


def _person(name: str) -> list[str]:
    """Return a name without what a second spelling of it may change: case, width and spaces."""
    return unicodedata.normalize("NFKC", name).casefold().split()


def plain(value: Decimal) -> str:
    """Return a number as a person writes it: no exponent and no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_mg(value: Decimal) -> str:
    """Return an amount with its unit."""
    return f"{plain(value)} mg"
