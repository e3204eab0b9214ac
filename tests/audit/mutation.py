"""Every way in which a stored trail can be changed, on entries as plain values.

A mutation has its name, the entries as they are afterwards, where the head row then stands, and
the first entry that is not as it was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kapnotes.audit.canonical import START
from kapnotes.audit.trail import digest

Values = dict[str, Any]
OTHER: dict[str, Any] = {
    "position": 1_000_000,
    "at": timedelta(microseconds=1),
    "actor_id": UUID(int=77),
    "role": "medical",
    "event": "patient.edited",
    "category": "sign",
    "outcome": "refused",
    "reason": "out_of_reach",
    "patient_id": UUID(int=78),
    "object_kind": "dose",
    "object_id": UUID(int=79),
    "object_version": 99,
    "details": {"kind": "dosing", "number": 2},
    "prev_hash": "e" * 64,
    "hash": "f" * 64,
}
"""For each column another value than any entry has; for the time, how much later."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A trail as somebody left it. `is_chained`: its hashes are right, so a chain shows nothing."""

    name: str
    entries: list[Values]
    first_bad: int
    is_chained: bool = False
    has_twins: bool = False
    head: tuple[int, str] | None = None
    """Where the head row stands; None leaves it as it was."""


def flipped(entry: Values, column: str) -> Values:
    """The entry with another value in a column."""
    other = OTHER[column]
    return {**entry, column: entry[column] + other if column == "at" else other}


def rehashed(entries: list[Values], first: int = 1) -> list[Values]:
    """The entries with positions and hashes that follow each other from `first` on."""
    made = entries[: first - 1]
    for position, entry in enumerate(entries[first - 1 :], first):
        before = made[-1]["hash"] if made else START
        values = {**entry, "position": position, "prev_hash": before}
        made.append({**values, "hash": digest(values)})
    return made


def _end(entries: list[Values]) -> tuple[int, str]:
    return (entries[-1]["position"], entries[-1]["hash"]) if entries else (0, START)


def _shifted(entries: list[Values]) -> list[Values]:
    """The entries with positions that follow each other, and their hashes as they were."""
    return [{**one, "position": place} for place, one in enumerate(entries, 1)]


def mutations(whole: list[Values]) -> Iterator[Mutation]:
    """Every mutation of a trail, at every entry."""
    for place in range(1, len(whole) + 1):
        yield from _of_one(whole, place)
        yield from _of_many(whole, place)
    yield Mutation("all gone", [], 1)
    yield Mutation("all gone, head too", [], 1, is_chained=True, head=(0, START))


def _of_one(whole: list[Values], place: int) -> Iterator[Mutation]:
    index = place - 1
    entry = whole[index]
    for column in OTHER:
        changed = [*whole[:index], flipped(entry, column), *whole[place:]]
        yield Mutation(f"flip {column}", changed, place)
    own = flipped(entry, "role")
    own = {**own, "hash": digest(own)}
    yield Mutation("flip, own hash right", [*whole[:index], own, *whole[place:]], place)
    more = {**entry, "details": {**entry["details"], "more": 1}}
    yield Mutation("more in it", [*whole[:index], more, *whole[place:]], place)


def _of_many(whole: list[Values], place: int) -> Iterator[Mutation]:
    index = place - 1
    entry, rest = whole[index], whole[place:]
    short = [*whole[:index], *rest]
    yield Mutation("drop", short, place)
    yield Mutation("drop and close up", _shifted(short), place, head=_end(_shifted(short)))
    chained = rehashed(short, place)
    yield Mutation("drop, right hashes", chained, place, is_chained=True, head=_end(chained))
    for other in (place + 1, place + 5):
        if other <= len(whole):
            swapped = list(whole)
            swapped[index], swapped[other - 1] = swapped[other - 1], entry
            yield Mutation(f"swap with {other}", _shifted(swapped), place)
    strange = {**flipped(entry, "object_id"), "details": {}}
    longer = [*whole[:index], strange, *whole[index:]]
    yield Mutation("insert", _shifted(longer), place)
    fitting = rehashed(longer[:place], place)
    inserted = _shifted([*fitting, *whole[index:]])
    yield Mutation("insert, own hash right", inserted, place)
    chained = rehashed(longer, place)
    yield Mutation("insert, right hashes", chained, place, is_chained=True, head=_end(chained))
    twins = [*whole[:place], entry, *rest]
    yield Mutation("duplicate", twins, place, has_twins=True)
    if rest or place < len(whole):
        yield Mutation("duplicate and shift", _shifted(twins), place + 1)
    yield Mutation("cut", whole[:index], place)
    yield Mutation("older file", whole[:index], place, is_chained=True, head=_end(whole[:index]))
    changed = [*whole[:index], flipped(entry, "event"), *rest]
    chained = rehashed(changed, place)
    yield Mutation("rewrite", chained, place, is_chained=True, head=_end(chained))
