"""What a person answered: the values of a note, and the text that a browser posted for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the code of its unit, such as 0.5 `mg/kg`."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Coded:
    """The code of one of the options that a definition lists."""

    code: str


Single: TypeAlias = bool | int | Decimal | Quantity | date | time | datetime | str | Coded
"""One answer. A `datetime` has no zone: it is the wall time of the place."""

Value: TypeAlias = Union[Single, list[Coded | str], list["Answers"]]  # noqa: UP007 - it names itself
"""All that one item can hold: one answer, several choices, or the rows of a repeating group."""

Answers: TypeAlias = dict[str, "Value"]
"""Each answered linkId with its value. Plain groups leave no trace; a blank has no entry."""

Raw: TypeAlias = Mapping[str, Sequence[str]]
"""Exactly what a browser posted: each name with its values, untouched."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The posted text of one answer: the values under its name, and those beside it.

    Beside a quantity stands its unit, beside an open choice the person's own words.
    """

    values: Sequence[str] = ()
    beside: Sequence[str] = ()


class Unreadable(ValueError):
    """Posted text that is no answer to its question; the sentence says what would be."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
