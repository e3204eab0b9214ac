"""A list of faults that grows while a definition is looked through."""

from collections.abc import Collection, Mapping
from typing import Any

from kapnotes.forms.problem import Problem


class Faults:
    """Collects problems; each verb returns what it looked at if that can be worked with."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, sentence: str) -> None:
        """Note one problem."""
        self.found.append(Problem(path, sentence))

    def mapping(self, value: object, path: str) -> Mapping[str, Any] | None:
        """Return the value if it is a mapping of names."""
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return value
        self.add(path, "This must be a mapping of names to values.")
        return None

    def children(self, owner: Mapping[str, Any], key: str, path: str) -> list[tuple[str, Any]]:
        """Return the members of a list with their paths; nothing if there is no list."""
        if key not in owner:
            return []
        members = owner[key]
        if not isinstance(members, list | tuple) or not members:
            self.add(_join(path, key), "This must be a list with at least one member.")
            return []
        return [(f"{_join(path, key)}[{at}]", member) for at, member in enumerate(members)]

    def mappings(
        self, owner: Mapping[str, Any], key: str, path: str
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """Return the members of a list that are mappings, with their paths."""
        members = self.children(owner, key, path)
        seen = [(where, self.mapping(member, where)) for where, member in members]
        return [(where, member) for where, member in seen if member is not None]

    def only(self, owner: Mapping[str, Any], known: Collection[str], path: str) -> None:
        """Refuse names that are not known."""
        for key in owner:
            if key not in known:
                self.add(_join(path, key), f"“{key}” is not used in definitions here.")

    def text(self, owner: Mapping[str, Any], key: str, path: str, *, needed: bool = False) -> str:
        """Return the text under a name, "" if there is none."""
        if key not in owner:
            if needed:
                self.add(path, f"“{key}” is missing.")
            return ""
        value = owner[key]
        if not isinstance(value, str):
            self.add(_join(path, key), "This must be text; put it in quotes.")
            return ""
        if not value.strip():
            self.add(_join(path, key), "This must not be blank.")
        return value

    def flag(self, owner: Mapping[str, Any], key: str, path: str) -> bool:
        """Return whether a name is true."""
        value = owner.get(key, False)
        if not isinstance(value, bool):
            self.add(_join(path, key), "This must be true or false.")
            return False
        return value


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
