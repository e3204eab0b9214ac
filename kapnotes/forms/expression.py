"""The expression of a score: what it names, and FHIRPath for what we do not work out ourselves."""

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

_QUOTED = re.compile(r"'([^']*)'")
_PREFIX = re.compile(r"linkId\s*\.\s*startsWith\(\s*'([^']*)'\s*\)")


def named_items(
    expression: str, link_ids: Collection[str], questions: Collection[str]
) -> tuple[str, ...]:
    """Return the linkIds that an expression names, in quotes or by `linkId.startsWith()`.

    `link_ids` are all of the definition, `questions` those that a prefix can stand for.
    """
    quoted = {each for each in _QUOTED.findall(expression) if each in link_ids}
    prefixes = tuple(_PREFIX.findall(expression))
    begun = {each for each in questions if prefixes and each.startswith(prefixes)}
    return tuple(each for each in link_ids if each in quoted | begun)


def evaluate(expression: str, response: Mapping[str, Any]) -> Decimal | None:
    """Return the one number that an expression gives for a QuestionnaireResponse, else None."""
    try:
        found = _compiled(expression)(response, {"resource": response})
    except Exception:  # noqa: BLE001 - the library raises plain Exception; a note must still open
        return None
    if len(found) != 1 or isinstance(found[0], bool):
        return None
    return Decimal(str(found[0])) if isinstance(found[0], int | float | Decimal) else None


def runs(expression: str) -> bool:
    """Whether an expression can be evaluated at all, tried on an empty response."""
    try:
        _compiled(expression)({}, {"resource": {}})
    except Exception:  # noqa: BLE001 - the library raises plain Exception for a syntax error
        return False
    return True


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Callable[..., list[Any]]:
    import fhirpathpy  # noqa: PLC0415 - 0.2 s and 20 MB that most processes never need

    compiled: Callable[..., list[Any]] = fhirpathpy.compile(expression)
    return compiled
