"""Reading one posted answer, as each field type's claims do."""

from kapnotes.forms import Definition, Value, read


def answer(definition: Definition, name: str, *values: str, **beside: str) -> Value | None:
    """Return the answer that was read; there must be no error."""
    reading = read(definition, _raw(name, values, beside))
    assert reading.errors == {}
    return reading.answers.get(name)


def error(definition: Definition, name: str, *values: str, **beside: str) -> str:
    """Return the sentence beside the field; there must be no answer."""
    reading = read(definition, _raw(name, values, beside))
    assert reading.answers == {}
    return reading.errors[name]


def _raw(name: str, values: tuple[str, ...], beside: dict[str, str]) -> dict[str, list[str]]:
    return {name: list(values), **{f"{name}~{key}": [each] for key, each in beside.items()}}
