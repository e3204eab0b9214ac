"""All items of a definition under scrutiny, each with where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kapnotes.forms.definition import ItemType
from kapnotes.forms.extension import Url


@dataclass(frozen=True, slots=True)
class Seen:
    """One item as written, with its path, its type and the repeating group around it."""

    mapping: Mapping[str, Any]
    path: str
    type: ItemType
    link_id: str
    row_of: str = ""
    around: tuple[str, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether it may be answered several times."""
        return self.mapping.get("repeats") is True

    @property
    def is_question(self) -> bool:
        """Whether a person answers it."""
        return self.type not in {ItemType.GROUP, ItemType.DISPLAY} and not self.is_calculated

    @property
    def is_calculated(self) -> bool:
        """Whether its answer is worked out."""
        return Url.CALCULATED in self.extension_urls

    @property
    def extensions(self) -> tuple[Mapping[str, Any], ...]:
        """Return its extensions, as far as they are well formed."""
        extensions = self.mapping.get("extension", ())
        if not isinstance(extensions, list | tuple):
            return ()
        return tuple(each for each in extensions if isinstance(each, Mapping))

    @property
    def extension_urls(self) -> tuple[str, ...]:
        """Return the URLs of its extensions."""
        return tuple(str(each.get("url")) for each in self.extensions)

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """Return the codes of the units it offers, as far as they are well formed."""
        units = (
            each.get("valueCoding")
            for each in self.extensions
            if each.get("url") == Url.UNIT_OPTION
        )
        return tuple(str(unit.get("code")) for unit in units if isinstance(unit, Mapping))

    @property
    def option_codes(self) -> tuple[str, ...]:
        """Return the codes of its options, as far as they are well formed."""
        options = self.mapping.get("answerOption", ())
        if not isinstance(options, list | tuple):
            return ()
        return tuple(
            str(each["valueCoding"].get("code"))
            for each in options
            if isinstance(each, Mapping) and isinstance(each.get("valueCoding"), Mapping)
        )


def by_link_id(seen: Iterable[Seen]) -> dict[str, Seen]:
    """Return the items by linkId, the first of each."""
    found: dict[str, Seen] = {}
    for each in seen:
        found.setdefault(each.link_id, each)
    return found
