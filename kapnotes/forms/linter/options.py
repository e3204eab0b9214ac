"""The options of a choice."""

from collections.abc import Mapping
from typing import Any

from kapnotes.forms.definition import ItemType
from kapnotes.forms.extension import ON_OPTIONS, Url
from kapnotes.forms.linter.extensions import sound_extensions
from kapnotes.forms.linter.faults import Faults
from kapnotes.forms.linter.survey import Seen

_CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})


def look_at_options(item: Seen, faults: Faults) -> None:
    """Note options on items that offer none, choices without them, and faulty ones."""
    if item.type not in _CHOICES:
        if "answerOption" in item.mapping:
            faults.add(item.path, f"An item of type {item.type} offers no options.")
        return
    if "answerOption" not in item.mapping:
        faults.add(item.path, "A choice lists its options: answerOption is missing.")
    codes: set[str] = set()
    for path, option in faults.mappings(item.mapping, "answerOption", item.path):
        faults.only(option, ("valueCoding", "extension"), path)
        code = _look_at_option(item, option, path, faults)
        if code and code in codes:
            faults.add(path, f"The option “{code}” stands here twice.")
        codes.add(code)


def _look_at_option(item: Seen, option: Mapping[str, Any], path: str, faults: Faults) -> str:
    for where, extension in sound_extensions(option, ON_OPTIONS, path, faults):
        if extension["url"] == Url.EXCLUSIVE and not item.repeats:
            faults.add(where, "An exclusive option makes sense only where several can be chosen.")
    coding = option.get("valueCoding")
    if not isinstance(coding, Mapping):
        faults.add(path, "An option is a valueCoding with a code and a display.")
        return ""
    where = f"{path}.valueCoding"
    faults.only(coding, ("system", "code", "display", "extension"), where)
    sound_extensions(coding, {Url.ORDINAL: ON_OPTIONS[Url.ORDINAL]}, where, faults)
    faults.text(coding, "system", where)
    faults.text(coding, "display", where, needed=True)
    code = faults.text(coding, "code", where, needed=True)
    if code.startswith("~") or code != code.strip():
        faults.add(where, "A code has no spaces around it and does not start with ~.")
    return code
