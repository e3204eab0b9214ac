"""A definition: what one note, record or scale asks, as frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from kapnotes.forms.answer import Single

Bound: TypeAlias = Decimal | date | datetime | time
"""A smallest or largest answer, of the item's own type; numbers are decimals."""


class ItemType(StrEnum):
    """The types of FHIR Questionnaire items that the engine knows."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    QUANTITY = "quantity"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    STRING = "string"
    TEXT = "text"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"


class Operator(StrEnum):
    """How a condition compares an answer. A blank answer meets only `exists` = false."""

    EXISTS = "exists"
    EQUAL = "="
    UNEQUAL = "!="
    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a public system, such as LOINC, for a definition or an item."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a choice offers, or one unit that a quantity offers.

    `ordinal` is its worth in a score. An `exclusive` option stands alone ("none of these").
    """

    code: str
    display: str
    ordinal: Decimal | None = None
    exclusive: bool = False
    system: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison that an item's being asked depends on."""

    question: str
    operator: Operator
    answer: Single


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One question, group or line of text; two items are the same only if they are one object.

    `required` means needed for signing. `unit` is the unit in words where there is only one.
    `section` is the linkId of the top group, `row_of` that of the repeating group around it (or
    ""), `level` is 1 at the top. `guards` are the linkIds, outermost first, of all items around
    and including this one that have conditions.
    """

    link_id: str
    type: ItemType
    text: str = ""
    prefix: str = ""
    help: str = ""
    control: str = ""
    required: bool = False
    repeats: bool = False
    min_occurs: int = 0
    max_occurs: int | None = None
    max_length: int | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    decimals: int | None = None
    unit: str = ""
    units: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()
    when: tuple[Condition, ...] = ()
    when_any: bool = False
    initial: tuple[Single, ...] = ()
    calculated: str = ""
    codes: tuple[Code, ...] = ()
    items: tuple["Item", ...] = ()
    hidden: bool = False
    section: str = ""
    row_of: str = ""
    level: int = 1
    guards: tuple[str, ...] = ()

    @property
    def has_rows(self) -> bool:
        """Whether this is a repeating group."""
        return self.repeats and self.type is ItemType.GROUP

    @property
    def is_question(self) -> bool:
        """Whether a person answers this item: no group, no line of text, no score."""
        return self.type not in _NO_QUESTION and not self.calculated

    def option(self, code: str) -> Option | None:
        """Return the option with that code."""
        return next((option for option in self.options if option.code == code), None)

    def walk(self) -> Iterator["Item"]:
        """Yield this item and all inside it, in the order of the page."""
        yield self
        for child in self.items:
            yield from child.walk()


_NO_QUESTION = frozenset({ItemType.GROUP, ItemType.DISPLAY})


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One published version of a note, record or scale, with what the engine looks up often.

    `leaves` are the items answered at the top of the answers: every question outside repeating
    groups, and each repeating group, in the order of the page. `digest` is the SHA-256 of the
    definition's canonical JSON. `purpose` says where its facts come from, `copyright` whose it is
    and on which terms it may be used.
    """

    url: str
    version: str
    name: str
    title: str
    items: tuple[Item, ...]
    digest: str
    codes: tuple[Code, ...] = ()
    description: str = ""
    purpose: str = ""
    copyright: str = ""
    index: Mapping[str, Item] = field(default_factory=dict, repr=False)
    leaves: tuple[Item, ...] = field(default=(), repr=False)
    scored: tuple[Item, ...] = field(default=(), repr=False)
    is_conditional: bool = False

    def item(self, link_id: str) -> Item:
        """Return the item with that linkId; KeyError if there is none."""
        return self.index[link_id]

    def walk(self) -> Iterator[Item]:
        """Yield every item, parents before children, in the order of the page."""
        for item in self.items:
            yield from item.walk()
