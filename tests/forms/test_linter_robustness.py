"""Whatever is written in a definition, the linter says what is wrong and does not fall over."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes.forms import DefinitionError, ask, lint, load
from kapnotes.forms.source import parse

SAMPLES = [
    parse(Path(__file__).parent / "samples" / f"{name}.yaml")
    for name in ("every_type", "conditions", "scale")
]
JUNK = [None, True, 0, -1, 5.5, float("nan"), "", "x", " ", [], ["x"], [{}], {}, {"x": 1}, {1: 2}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in pairs:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


PLACES = [(at, place) for at, sample in enumerate(SAMPLES) for place in places(sample)]


def spoiled(place: tuple[int, tuple[Any, ...]], junk: Any) -> dict[str, Any]:
    """Return a sample with one value replaced, or taken out if the junk is "x"."""
    at, path = place
    sample: dict[str, Any] = copy.deepcopy(SAMPLES[at])
    inner: Any = sample
    for key in path[:-1]:
        inner = inner[key]
    if junk == "x":
        del inner[path[-1]]
    else:
        inner[path[-1]] = junk
    return sample


@given(st.sampled_from(PLACES), st.sampled_from(JUNK))
def test_a_spoiled_definition_is_refused_or_works(place: Any, junk: Any) -> None:
    check(spoiled(place, junk))


def check(mapping: dict[str, Any]) -> None:
    if lint(mapping):
        with pytest.raises(DefinitionError):
            load(mapping)
    else:
        ask(load(mapping), {})
