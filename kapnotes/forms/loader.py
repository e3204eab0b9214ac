"""Loading: from a FHIR Questionnaire, as a file or a mapping, to a frozen Definition."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kapnotes.forms import exact, source
from kapnotes.forms.answer import Single
from kapnotes.forms.definition import (
    Bound,
    Code,
    Condition,
    Definition,
    Item,
    ItemType,
    Operator,
    Option,
)
from kapnotes.forms.element import read_element
from kapnotes.forms.extension import Url, value_of, values_of
from kapnotes.forms.linter import lint
from kapnotes.forms.problem import DefinitionError


def load(origin: Path | Mapping[str, Any]) -> Definition:
    """Return the definition in a file or mapping; DefinitionError with every problem it has."""
    name = origin.name if isinstance(origin, Path) else ""
    mapping = source.parse(origin) if isinstance(origin, Path) else origin
    problems = lint(mapping)
    if problems:
        raise DefinitionError(problems, source=name)
    return _definition(mapping)


def digest(mapping: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a Questionnaire's canonical JSON, whatever it was written in."""
    text = json.dumps(_exact(mapping), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _exact(value: Any) -> Any:
    """Return a JSON value with its fractions as texts, which no float can blur."""
    if isinstance(value, Mapping):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, float | Decimal):
        return {"decimal": exact.plain(exact.decimal_of(value))}
    return value


def _definition(mapping: Mapping[str, Any]) -> Definition:
    items = tuple(_item(each, _Place()) for each in mapping["item"])
    every = tuple(each for item in items for each in item.walk())
    return Definition(
        url=mapping["url"],
        version=mapping["version"],
        name=mapping["name"],
        title=mapping["title"],
        items=items,
        digest=digest(mapping),
        codes=_codes(mapping),
        description=mapping.get("description", ""),
        purpose=mapping.get("purpose", ""),
        copyright=mapping.get("copyright", ""),
        index={item.link_id: item for item in every},
        leaves=tuple(item for item in every if _is_leaf(item)),
        scored=tuple(item for item in every if item.calculated),
        is_conditional=any(item.when for item in every),
    )


def _is_leaf(item: Item) -> bool:
    """Whether an item has its own entry at the top of the answers."""
    return not item.row_of and (item.is_question or item.has_rows)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item stands: what it takes over from the items around it."""

    level: int = 1
    section: str = ""
    row_of: str = ""
    guards: tuple[str, ...] = ()


def _item(mapping: Mapping[str, Any], place: _Place) -> Item:
    link_id, kind = mapping["linkId"], ItemType(mapping["type"])
    repeats = mapping.get("repeats", False)
    guards = (*place.guards, link_id) if mapping.get("enableWhen") else place.guards
    is_group = kind is ItemType.GROUP
    section = place.section or (link_id if is_group else "")
    inner = _Place(
        level=place.level + 1,
        section=section,
        row_of=link_id if is_group and repeats else place.row_of,
        guards=guards,
    )
    children = mapping.get("item", ())
    units = tuple(_option(coding) for coding in values_of(mapping, Url.UNIT_OPTION))
    return Item(
        link_id=link_id,
        type=kind,
        text=mapping.get("text", ""),
        prefix=mapping.get("prefix", ""),
        help=" ".join(child["text"] for child in children if _is_help(child)),
        control=_control(mapping),
        required=mapping.get("required", False),
        repeats=repeats,
        min_occurs=value_of(mapping, Url.MIN_OCCURS) or 0,
        max_occurs=value_of(mapping, Url.MAX_OCCURS),
        max_length=mapping.get("maxLength", _MAX_LENGTH.get(kind)),
        minimum=_bound(mapping, Url.MINIMUM),
        maximum=_bound(mapping, Url.MAXIMUM),
        decimals=value_of(mapping, Url.DECIMALS),
        unit=_unit(mapping, units),
        units=units,
        options=tuple(_answer_option(each) for each in mapping.get("answerOption", ())),
        when=tuple(_condition(each) for each in mapping.get("enableWhen", ())),
        when_any=mapping.get("enableBehavior") == "any",
        initial=_initial(mapping, kind),
        calculated=(value_of(mapping, Url.CALCULATED) or {}).get("expression", ""),
        codes=_codes(mapping),
        items=tuple(_item(child, inner) for child in children if not _is_help(child)),
        hidden=value_of(mapping, Url.HIDDEN) or False,
        section=section,
        row_of=place.row_of,
        level=place.level,
        guards=guards,
    )


_MAX_LENGTH: Mapping[ItemType, int] = {
    ItemType.TEXT: 20_000,
    ItemType.STRING: 200,
    ItemType.OPEN_CHOICE: 200,
}


def _control(mapping: Mapping[str, Any]) -> str:
    concept = value_of(mapping, Url.CONTROL)
    return str(concept["coding"][0]["code"]) if concept else ""


def _is_help(mapping: Mapping[str, Any]) -> bool:
    """Whether an item is the help text of the item around it."""
    return _control(mapping) == "help"


def _bound(mapping: Mapping[str, Any], url: Url) -> Bound | None:
    """Return a smallest or largest answer; whole numbers become decimals."""
    for extension in mapping.get("extension", ()):
        if extension["url"] == url:
            bound = read_element(extension, "value")
            return Decimal(bound) if isinstance(bound, int) else bound  # type: ignore[return-value] # the linter has seen its type
    return None


def _unit(mapping: Mapping[str, Any], units: tuple[Option, ...]) -> str:
    """Return the one unit of an item in words, "" if it has none or several."""
    coding = value_of(mapping, Url.UNIT)
    if coding:
        return _option(coding).display
    return units[0].display if len(units) == 1 else ""


def _option(coding: Mapping[str, Any]) -> Option:
    return Option(
        code=coding["code"],
        display=coding.get("display", coding["code"]),
        system=coding.get("system", ""),
    )


def _answer_option(mapping: Mapping[str, Any]) -> Option:
    coding = mapping["valueCoding"]
    ordinal = value_of(mapping, Url.ORDINAL)
    if ordinal is None:
        ordinal = value_of(coding, Url.ORDINAL)
    return Option(
        code=coding["code"],
        display=coding["display"],
        ordinal=None if ordinal is None else exact.decimal_of(ordinal),
        exclusive=value_of(mapping, Url.EXCLUSIVE) or False,
        system=coding.get("system", ""),
    )


def _condition(mapping: Mapping[str, Any]) -> Condition:
    return Condition(
        question=mapping["question"],
        operator=Operator(mapping["operator"]),
        answer=read_element(mapping, "answer"),
    )


def _initial(mapping: Mapping[str, Any], kind: ItemType) -> tuple[Single, ...]:
    """Return the answers that a new note starts with, decimals as decimals."""
    found = tuple(read_element(each, "value") for each in mapping.get("initial", ()))
    if kind is ItemType.DECIMAL:
        return tuple(Decimal(each) for each in found if isinstance(each, int | Decimal))
    return found


def _codes(mapping: Mapping[str, Any]) -> tuple[Code, ...]:
    return tuple(
        Code(system=code.get("system", ""), code=code["code"], display=code.get("display", ""))
        for code in mapping.get("code", ())
    )
