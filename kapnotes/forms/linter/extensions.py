"""Extensions: known, with one value of the right kind, on a type that can have them."""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from kapnotes.forms.definition import Bound, ItemType
from kapnotes.forms.element import READERS, read_element
from kapnotes.forms.extension import ON_ITEMS, Rule, Url
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.survey import Seen

_CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})
_CONTROLS: Mapping[str, frozenset[ItemType]] = {
    "help": frozenset({ItemType.DISPLAY}),
    "radio-button": _CHOICES | {ItemType.BOOLEAN},
    "drop-down": _CHOICES,
    "check-box": _CHOICES | {ItemType.BOOLEAN},
    "gtable": frozenset({ItemType.GROUP}),
    "slider": frozenset({ItemType.INTEGER, ItemType.DECIMAL}),
}
_BOUND_KEYS: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.INTEGER: ("valueInteger",),
    ItemType.DECIMAL: ("valueDecimal", "valueInteger"),
    ItemType.QUANTITY: ("valueDecimal", "valueInteger"),
    ItemType.DATE: ("valueDate",),
    ItemType.TIME: ("valueTime",),
    ItemType.DATETIME: ("valueDateTime",),
}


def look_at_extensions(item: Seen, faults: Faults) -> None:
    """Note what is wrong with an item's extensions, one by one and together."""
    good = sound_extensions(item.mapping, ON_ITEMS, item.path, faults)
    for path, extension in good:
        url = extension["url"]
        if item.type not in ON_ITEMS[url].types:
            faults.add(path, f"An item of type {item.type} cannot have this extension.")
        elif url in _CHECKS:
            _CHECKS[Url(url)](item, extension, path, faults)
    _look_at_bounds(item, [extension for _, extension in good], faults)
    _look_at_occurs(item, [extension for _, extension in good], faults)
    _look_at_units(item, faults)


def sound_extensions(
    owner: Mapping[str, Any], rules: Mapping[str, Rule], path: str, faults: Faults
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the extensions that are known here and have one value of the right kind."""
    good = []
    count: Counter[str] = Counter()
    for where, extension in faults.mappings(owner, "extension", path):
        url = faults.text(extension, "url", where, needed=True)
        if url and url not in rules:
            faults.add(where, f"The extension {url} is not used here.")
        elif url and _has_sound_value(extension, rules[url], where, faults):
            count[url] += 1
            if count[url] > 1 and not rules[url].many:
                faults.add(where, "This extension stands here twice.")
            good.append((where, extension))
    return good


def _has_sound_value(extension: Mapping[str, Any], rule: Rule, path: str, faults: Faults) -> bool:
    keys = [key for key in extension if key != "url"]
    if len(keys) != 1:
        faults.add(path, "An extension has exactly one value.")
        return False
    if keys[0] not in rule.values:
        faults.add(path, f"The value of this extension is a {' or '.join(rule.values)}.")
        return False
    if keys[0].removeprefix("value") in READERS:
        try:
            read_element(extension, "value")
        except ValueError as error:
            faults.add(f"{path}.{keys[0]}", str(error))
            return False
        return True
    return faults.mapping(extension[keys[0]], f"{path}.{keys[0]}") is not None


def _look_at_control(item: Seen, extension: Mapping[str, Any], path: str, faults: Faults) -> None:
    codings = faults.mappings(extension["valueCodeableConcept"], "coding", path)
    codes = [faults.text(coding, "code", where, needed=True) for where, coding in codings]
    if len(codes) != 1:
        faults.add(path, "An item control has exactly one coding.")
    elif codes[0] and codes[0] not in _CONTROLS:
        faults.add(path, f"“{codes[0]}” is not an item control used here.")
    elif codes[0] and item.type not in _CONTROLS[codes[0]]:
        faults.add(path, f"An item of type {item.type} cannot be drawn as {codes[0]}.")
    elif codes[0] == "help" and not item.around:
        faults.add(path, "Help stands inside the item that it explains.")
    elif codes[0] == "check-box" and item.type in _CHOICES and not item.repeats:
        faults.add(
            path, "Check boxes are for choices that repeat; for one answer use radio-button."
        )


def _look_at_positive(_: Seen, extension: Mapping[str, Any], path: str, faults: Faults) -> None:
    if extension["valueInteger"] < 0:
        faults.add(path, "This cannot be less than zero.")


def _look_at_bound(item: Seen, extension: Mapping[str, Any], path: str, faults: Faults) -> None:
    keys = _BOUND_KEYS[item.type]
    if not any(key in extension for key in keys):
        faults.add(path, f"For type {item.type} this is a {' or '.join(keys)}.")


def _look_at_hidden(item: Seen, extension: Mapping[str, Any], path: str, faults: Faults) -> None:
    if extension["valueBoolean"] and item.mapping.get("required") is True:
        faults.add(path, "Nobody can answer a hidden item, so it cannot be required.")


def _look_at_unit(_: Seen, extension: Mapping[str, Any], path: str, faults: Faults) -> None:
    where = f"{path}.valueCoding"
    faults.only(extension["valueCoding"], ("system", "code", "display"), where)
    faults.text(extension["valueCoding"], "system", where)
    faults.text(extension["valueCoding"], "display", where)


_CHECKS: Mapping[Url, Callable[[Seen, Mapping[str, Any], str, Faults], None]] = {
    Url.CONTROL: _look_at_control,
    Url.UNIT: _look_at_unit,
    Url.UNIT_OPTION: _look_at_unit,
    Url.DECIMALS: _look_at_positive,
    Url.MIN_OCCURS: _look_at_positive,
    Url.MAX_OCCURS: _look_at_positive,
    Url.MINIMUM: _look_at_bound,
    Url.MAXIMUM: _look_at_bound,
    Url.HIDDEN: _look_at_hidden,
}


def _value(extensions: list[Mapping[str, Any]], url: Url) -> Any:
    for extension in extensions:
        if extension["url"] == url:
            return read_element(extension, "value")
    return None


def _look_at_bounds(item: Seen, extensions: list[Mapping[str, Any]], faults: Faults) -> None:
    least: Bound | None = _value(extensions, Url.MINIMUM)
    most: Bound | None = _value(extensions, Url.MAXIMUM)
    if least is None or most is None or item.type not in _BOUND_KEYS:
        return
    numbers = isinstance(least, int | Decimal) and isinstance(most, int | Decimal)
    if (numbers or type(least) is type(most)) and least > most:  # type: ignore[operator] # both are numbers, or of one type
        faults.add(item.path, "The smallest value is greater than the largest.")


def _look_at_occurs(item: Seen, extensions: list[Mapping[str, Any]], faults: Faults) -> None:
    least, most = _value(extensions, Url.MIN_OCCURS), _value(extensions, Url.MAX_OCCURS)
    if (least is not None or most is not None) and not item.repeats:
        faults.add(item.path, "minOccurs and maxOccurs are for items that repeat.")
    if least is not None and most is not None and least > most:
        faults.add(item.path, "minOccurs is greater than maxOccurs.")


def _look_at_units(item: Seen, faults: Faults) -> None:
    """Note a quantity without units, units that cannot be told apart, and bounds without one."""
    if item.type is not ItemType.QUANTITY:
        return
    codes = item.unit_codes
    if not codes:
        faults.add(item.path, "A quantity names its units: unitOption is missing.")
    if len(codes) != len(set(codes)):
        faults.add(item.path, "A unit stands here twice.")
    if len(codes) > 1 and {Url.MINIMUM, Url.MAXIMUM} & set(item.extension_urls):
        faults.add(item.path, "A smallest or largest value needs a quantity with one unit only.")
