"""The file of a definition: YAML or JSON, read as the same plain mapping."""

import re
from collections.abc import Hashable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from kapnotes.forms import exact
from kapnotes.forms.problem import DefinitionError, Problem


def parse(path: Path) -> Any:
    """Return the value in a definition's file; DefinitionError if it is not well formed."""
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".json":
            return exact.read_json(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, ValueError) as error:
        sentence = f"This file is not well formed: {error}"
        raise DefinitionError((Problem("", sentence),), source=path.name) from error


class _Loader(yaml.CSafeLoader):
    """YAML that means what JSON means: no dates, no yes or no, exact decimals, no key twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's signature
    ) -> dict[Hashable, Any]:
        """Build a mapping, and refuse a key that stands in it twice."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                sentence = f"“{key.value}” stands twice in one place"
                raise yaml.constructor.ConstructorError(None, None, sentence, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _decimal(_: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(node.value)


_WORDS = (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
)
for _name, _pattern, _first in _WORDS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
