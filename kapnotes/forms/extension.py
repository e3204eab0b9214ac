"""The FHIR extensions that a definition may use, each with its URL, value and place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kapnotes.forms.definition import ItemType

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"


class Url(StrEnum):
    """The known extensions."""

    CONTROL = CORE + "questionnaire-itemControl"
    UNIT_OPTION = CORE + "questionnaire-unitOption"
    UNIT = CORE + "questionnaire-unit"
    MINIMUM = CORE + "minValue"
    MAXIMUM = CORE + "maxValue"
    DECIMALS = CORE + "maxDecimalPlaces"
    MIN_OCCURS = CORE + "questionnaire-minOccurs"
    MAX_OCCURS = CORE + "questionnaire-maxOccurs"
    HIDDEN = CORE + "questionnaire-hidden"
    CALCULATED = SDC + "sdc-questionnaire-calculatedExpression"
    ORDINAL = CORE + "ordinalValue"
    EXCLUSIVE = CORE + "questionnaire-optionExclusive"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an extension's value may be called, and on which item types it may stand."""

    values: tuple[str, ...]
    types: frozenset[ItemType]
    many: bool = False


_ALL = frozenset(ItemType)
_NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
_BOUNDED = _NUMBERS | {ItemType.QUANTITY, ItemType.DATE, ItemType.TIME, ItemType.DATETIME}
_REPEATING = frozenset({ItemType.GROUP, ItemType.CHOICE, ItemType.OPEN_CHOICE})
_BOUNDS = ("valueInteger", "valueDecimal", "valueDate", "valueTime", "valueDateTime")

ON_ITEMS: Mapping[str, Rule] = {
    Url.CONTROL: Rule(("valueCodeableConcept",), _ALL),
    Url.UNIT_OPTION: Rule(("valueCoding",), frozenset({ItemType.QUANTITY}), many=True),
    Url.UNIT: Rule(("valueCoding",), _NUMBERS),
    Url.MINIMUM: Rule(_BOUNDS, _BOUNDED),
    Url.MAXIMUM: Rule(_BOUNDS, _BOUNDED),
    Url.DECIMALS: Rule(("valueInteger",), frozenset({ItemType.DECIMAL, ItemType.QUANTITY})),
    Url.MIN_OCCURS: Rule(("valueInteger",), _REPEATING),
    Url.MAX_OCCURS: Rule(("valueInteger",), _REPEATING),
    Url.HIDDEN: Rule(("valueBoolean",), _ALL),
    Url.CALCULATED: Rule(("valueExpression",), _NUMBERS),
}
ON_OPTIONS: Mapping[str, Rule] = {
    Url.ORDINAL: Rule(("valueDecimal",), _ALL),
    Url.EXCLUSIVE: Rule(("valueBoolean",), _ALL),
}


def values_of(element: Mapping[str, Any], url: Url) -> Iterator[Any]:
    """Yield the value of each extension with that URL on an element."""
    for extension in element.get("extension", ()):
        if extension["url"] == url:
            yield next(value for key, value in extension.items() if key != "url")


def value_of(element: Mapping[str, Any], url: Url) -> Any:
    """Return the value of the first extension with that URL, or None."""
    return next(values_of(element, url), None)
