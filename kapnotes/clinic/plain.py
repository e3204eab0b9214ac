"""A practice's rule in plain form, as JSON holds it under the names of its form, and back.

A rule is a dataclass. It is read strictly: what is not understood is refused, nothing is guessed,
and each error stands under the name of its entry.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, get_type_hints

from kapnotes.clinic.infusion import Route
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.vitals import Pressure

Plain: TypeAlias = dict[str, Any]
Entries: TypeAlias = Mapping[str, Any]
Least: TypeAlias = tuple[int, int]
"""The least and the most of something."""
Rule = TypeVar("Rule", bound=object)

NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?")
MINUTES = re.compile(r"[0-9]{1,5}(\s*[,;\s]\s*[0-9]{1,5})*")
BETWEEN = re.compile(r"[,;\s]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS = re.compile(rf"({DAY.pattern})(?:\s+to\s+({DAY.pattern}))?")
LONGEST = 200
"""The characters of a list of numbers that are read."""
LONGEST_DAYS = 2000
"""The characters of a list of days that are read."""
MOST_DAYS = 1000
"""The days that such a list can name; a span of years is a slip of the finger."""
SPAN_FROM = 3
"""So many days in a row are written as a span."""


def to_plain(rule: Any, *, without: Iterable[str] = ()) -> Plain:
    """Return a rule as JSON can hold it; decimals are written out, digit by digit."""
    left_out = frozenset(without)
    plain: Plain = {}
    for field in fields(rule):
        if field.name not in left_out:
            plain |= _written(field.name, getattr(rule, field.name), _hints(type(rule)))  # type: ignore[arg-type] # a class hashes
    return plain


def entries_of(plain: Mapping[str, Any], names: Iterable[str]) -> tuple[Entries, dict[str, str]]:
    """Return what is not blank of a plain form, and a sentence for each entry that is none."""
    entries = {key: value for key, value in plain.items() if value is not None}
    unknown = sorted(entries.keys() - set(names), key=str)
    return entries, dict.fromkeys(unknown, "There is no such entry.")


def from_plain(kind: type[Rule], plain: Mapping[str, Any], like: Rule, **given: Any) -> Rule:
    """Return the rule of that kind, or raise `BadInput`.

    `like` is any rule of the kind, to know the entries by. `given` are fields that are no entries.
    """
    entries, errors = entries_of(plain, to_plain(like, without=given))
    values = dict(given)
    for name, hint in _hints(kind).items():  # type: ignore[arg-type] # a class hashes
        if name in given:
            continue
        try:
            values[name] = _READERS[hint](name, entries)
        except BadInput as refusal:
            errors |= refusal.errors
    if errors:
        raise BadInput(errors)
    return kind(**values)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """What each entry of a rule is; working it out costs more than reading the rule."""
    return MappingProxyType(get_type_hints(kind))


def _written(name: str, value: Any, hints: Mapping[str, Any]) -> Plain:
    if hints[name] == Least | None:
        value = dict(zip(("least", "most"), value or (None, None), strict=True))
    elif isinstance(value, Pressure):
        value = {"systolic": value.systolic, "diastolic": value.diastolic}
    if isinstance(value, Mapping):
        return {f"{name}_{key}": one for key, one in value.items()}
    return {name: _one(value, hints[name])}


def _one(value: Any, hint: Any) -> Any:
    """Write what is one entry; lists of numbers and of days are lines of text."""
    if hint == tuple[Decimal, ...]:
        return ", ".join(f"{one:f}" for one in value) or None
    if hint == frozenset[date]:
        return ", ".join(_spans(sorted(value))) or None
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _spans(days: list[date]) -> Iterator[str]:
    """Write rising days, those that follow each other as a span."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] != timedelta(days=1):
            yield from _span(run)
            run = []
        run.append(day)
    yield from _span(run)


def _span(run: list[date]) -> Iterator[str]:
    if len(run) >= SPAN_FROM:
        yield f"{run[0]} to {run[-1]}"
    else:
        yield from map(str, run)


def _whole(name: str, entries: Entries) -> int:
    value = entries.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadInput({name: "Enter a whole number."})


def _claim(name: str, entries: Entries) -> bool:
    value = entries.get(name)
    if not isinstance(value, bool):
        raise BadInput({name: "Choose yes or no."})
    return value


def _amount(name: str, entries: Entries) -> Decimal:
    value = entries.get(name)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Decimal(value)
    if type(value) is int:
        return Decimal(value)
    raise BadInput({name: "Enter a number."})


def _amount_if_any(name: str, entries: Entries) -> Decimal | None:
    return _amount(name, entries) if name in entries else None


def _amounts(name: str, entries: Entries) -> tuple[Decimal, ...]:
    """Read numbers with commas between, none where there is no such entry."""
    value = entries.get(name, "")
    parts = BETWEEN.split(value.strip()) if isinstance(value, str) else ["?"]
    if parts == [""]:
        return ()
    if not all(map(NUMBER.fullmatch, parts)) or len(value) > LONGEST:
        raise BadInput({name: "Write numbers with commas between: 0.5, 1.0."})
    return tuple(map(Decimal, parts))


def _whole_if_any(name: str, entries: Entries) -> int | None:
    return _whole(name, entries) if name in entries else None


def _from_to(name: str, entries: Entries) -> Least | None:
    """Read the two ends of a span, or none: one end alone is refused."""
    ends = [f"{name}_least", f"{name}_most"]
    if not any(end in entries for end in ends):
        return None
    least, most = _wholes({end: end for end in ends}, entries).values()
    return least, most


def _minutes(name: str, entries: Entries) -> tuple[int, ...]:
    value = entries.get(name)
    if isinstance(value, str) and len(value) <= LONGEST and MINUTES.fullmatch(value.strip()):
        return tuple(int(digits) for digits in re.findall("[0-9]+", value))
    if not isinstance(value, list | tuple) or any(type(one) is not int for one in value):
        raise BadInput({name: "Write whole minutes with commas between: 0, 15, 30."})
    return tuple(value)


def _ticked(name: str, entries: Entries) -> list[str]:
    """Read what is ticked; of a list in which nothing is ticked a form posts nothing."""
    value = entries.get(name, ())
    if not isinstance(value, list | tuple) or any(not isinstance(one, str) for one in value):
        raise BadInput({name: "Choose from what is listed."})
    return list(value)


def _names(name: str, entries: Entries) -> frozenset[str]:
    return frozenset(_ticked(name, entries))


def _words_in_turn(name: str, entries: Entries) -> tuple[str, ...]:
    """Read what is ticked and what is written beside, several with a comma between, each once."""
    ticked = [word for one in _ticked(name, entries) for word in BETWEEN.split(one) if word]
    return tuple(dict.fromkeys(ticked))


def _text(name: str, entries: Entries) -> str:
    value = entries.get(name, "")
    if not isinstance(value, str):
        raise BadInput({name: "Write this in words."})
    return value.strip()


def _route_if_any(name: str, entries: Entries) -> Route | None:
    value = entries.get(name)
    if value is not None and value not in list(Route):
        raise BadInput({name: "Choose from what is listed."})
    return None if value is None else Route(value)


def _risk_level(name: str, entries: Entries) -> RiskLevel:
    value = entries.get(name)
    if value not in list(RiskLevel):
        raise BadInput({name: "Choose from what is listed."})
    return RiskLevel(value)


def _days(name: str, entries: Entries) -> frozenset[date]:
    """Read days with commas between, each written 2026-12-24 or as a span of two of them."""
    value = _text(name, entries)
    days: set[date] = set()
    parts = [part.strip() for part in re.split("[,;\n]", value) if part.strip()]
    for part in parts if len(value) <= LONGEST_DAYS else ["?"]:
        days |= _day_or_span(name, part)
        if len(days) > MOST_DAYS:
            raise BadInput({name: f"These are more than {MOST_DAYS:,} days."})
    return frozenset(days)


def _day_or_span(name: str, part: str) -> set[date]:
    found = DAYS.fullmatch(part)
    try:
        ends = [date.fromisoformat(one) for one in found.groups() if one] if found else []
    except ValueError:
        ends = []
    count = (ends[-1] - ends[0]).days + 1 if ends else 0
    if not 0 < count <= MOST_DAYS:
        sentence = f"“{part[:40]}”: write days as 2026-12-24, or 2026-12-24 to 2027-01-02."
        raise BadInput({name: sentence})
    return {ends[0] + timedelta(days=after) for after in range(count)}


def _pressure(name: str, entries: Entries) -> Pressure:
    pair = _wholes({part: f"{name}_{part}" for part in ("systolic", "diastolic")}, entries)
    return Pressure(**pair)


def _by_route(name: str, entries: Entries) -> Mapping[Route, int]:
    return MappingProxyType(_wholes({route: f"{name}_{route}" for route in Route}, entries))


def _wholes(names: Mapping[Any, str], entries: Entries) -> dict[Any, int]:
    """Read several whole numbers; each that is none has its own error."""
    found: dict[Any, int] = {}
    errors: dict[str, str] = {}
    for key, name in names.items():
        try:
            found[key] = _whole(name, entries)
        except BadInput as refusal:
            errors |= refusal.errors
    if errors:
        raise BadInput(errors)
    return found


_READERS: Mapping[Any, Callable[[str, Entries], Any]] = MappingProxyType(
    {
        int: _whole,
        int | None: _whole_if_any,
        bool: _claim,
        str: _text,
        Decimal: _amount,
        Decimal | None: _amount_if_any,
        Route | None: _route_if_any,
        Least | None: _from_to,
        RiskLevel: _risk_level,
        tuple[int, ...]: _minutes,
        tuple[Decimal, ...]: _amounts,
        tuple[str, ...]: _words_in_turn,
        frozenset[str]: _names,
        frozenset[date]: _days,
        Pressure: _pressure,
        Mapping[Route, int]: _by_route,
    }
)
"""How each type of entry is read."""
