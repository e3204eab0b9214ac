"""What a person typed, fit for a resource: still their words, without what no file may hold.

FHIR wants no control characters but tab and line ends, XHTML refuses them, and no element may be
empty. In a narrative, which is read by people, overrides of the writing direction are left out as
they are on paper; in the data they stay as they were typed.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
XHTML = "http://www.w3.org/1999/xhtml"


def fit(text: str) -> str:
    """The same words without control characters; nothing where there was nothing else."""
    if text.isprintable():
        return text if text.strip() else ""
    text = _UNFIT.sub("", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
    return text if text.strip() else ""


def tidy(value: Any) -> Any:
    """The same values with their texts made fit, and everything that is empty left out."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        kept = ((name, tidy(each)) for name, each in value.items())
        return {name: each for name, each in kept if not _is_empty(each)}
    if isinstance(value, list | tuple):
        return [each for each in map(tidy, value) if not _is_empty(each)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)


def narrative(paragraphs: Iterable[str], *, status: str = "generated") -> dict[str, str] | None:
    """The paragraphs as the text of a resource or section, None where there are none."""
    said = [
        f"<p>{escape(words, quote=False)}</p>"
        for words in (fit(_OVERRIDES.sub("", each)) for each in paragraphs)
        if words
    ]
    if not said:
        return None
    return {"status": status, "div": f'<div xmlns="{XHTML}">{"".join(said)}</div>'}
