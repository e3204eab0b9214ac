"""A note's lines, set for paper: short answers side by side, long ones across, tables as tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kapnotes.forms import ItemType, Tell

SHORT_LABEL = 44
SHORT_VALUE = 40
NOT_RECORDED = "not recorded"
_TYPED = frozenset({ItemType.STRING, ItemType.TEXT})


class Short(Protocol):
    """Whatever may share a row with a neighbour."""

    @property
    def is_short(self) -> bool:
        """Whether two such fit side by side."""


F = TypeVar("F", bound=Short)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its answer in words; `is_typed` where a person wrote them."""

    label: str
    value: str
    carried: bool = False
    blank: bool = False
    is_typed: bool = False

    @property
    def is_short(self) -> bool:
        """Whether two such facts fit side by side."""
        return len(self.label) <= SHORT_LABEL and len(self.value) <= SHORT_VALUE


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a note: a heading, a table of facts, a long text, or a table.

    `kind` is section, group, facts, text or table; only the fields of that kind are filled.
    """

    kind: str
    label: str = ""
    value: str = ""
    carried: bool = False
    facts: tuple[tuple[Fact, ...], ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


def blocks(tells: Sequence[Tell], *, level: int = 1) -> Iterator[Block]:
    """The blocks of a note in order; a section without lines is left out."""
    waiting: list[Fact] = []
    for tell in tells:
        if (fact := _fact(tell)) is not None:
            waiting.append(fact)
            continue
        yield from _facts(waiting)
        waiting.clear()
        yield from _long(tell, level)
    yield from _facts(waiting)


def _fact(tell: Tell) -> Fact | None:
    """The line as a fact, or None when it needs a block of its own."""
    label = f"{tell.prefix} {tell.label}".strip()
    if tell.kind == "list":
        return Fact(label, "; ".join(tell.values) or NOT_RECORDED, tell.carried, tell.blank)
    if tell.kind == "line" or tell.blank:
        is_typed = tell.type in _TYPED and not tell.blank
        return Fact(label, tell.value or NOT_RECORDED, tell.carried, tell.blank, is_typed)
    return None


def _long(tell: Tell, level: int) -> Iterator[Block]:
    """A section with its lines, a long text, or a table."""
    label = f"{tell.prefix} {tell.label}".strip()
    if tell.kind == "section":
        if inner := list(blocks(tell.items, level=level + 1)):
            yield Block("section" if level == 1 else "group", label)
            yield from inner
    elif tell.kind == "table":
        if tell.cells:
            yield Block(
                "table", label, carried=tell.carried, columns=tell.columns, cells=tell.cells
            )
    else:
        yield Block("text", label, tell.value, carried=tell.carried)


def _facts(facts: Sequence[Fact]) -> Iterator[Block]:
    """Facts in their order, two short neighbours to a row."""
    if facts:
        yield Block("facts", facts=paired(facts))


def paired(facts: Sequence[F]) -> tuple[tuple[F, ...], ...]:
    """Rows of one or two: two short neighbours stand side by side."""
    rows: list[tuple[F, ...]] = []
    for fact in facts:
        last = rows[-1] if rows else ()
        if len(last) == 1 and last[0].is_short and fact.is_short:
            rows[-1] = (last[0], fact)
        else:
            rows.append((fact,))
    return tuple(rows)
