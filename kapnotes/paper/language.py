"""The language of what a practice wrote, marked in the tags beside the English of the headings.

A reading voice takes it from there (PDF/UA-1, 7.2). The sheet says the language once, and an
element that holds typed text says that it does; WeasyPrint knows of languages only for the whole.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.pdf.stream import Stream

SPOKEN = "data-language"
TYPED = "data-typed"
_MARKED = Stream.marked


def say(root: Element) -> None:
    """Give every element that holds typed text its language, unless that is the sheet's own."""
    language = root.get(SPOKEN)
    if not language or language == root.get("lang"):
        return
    for typed in [one for one in root.iter() if TYPED in one.attrib]:
        for each in typed.iter():
            each.set("lang", language)


@contextmanager
def _marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
    """Remember with each piece of marked content in which language it is."""
    language = None if box.element is None else box.element.get("lang")
    if language:
        stream.__dict__.setdefault("languages", {})[len(stream._tags or ())] = language  # noqa: SLF001 - its number is taken from there
    with _MARKED(stream, box, tag):
        yield


Stream.marked = _marked


def mark(pages: Mapping[Any, list[Any]], objects: Mapping[bytes, Any]) -> None:
    """Write the language of typed text into its elements; `pages` are theirs by number."""
    for page, elements in pages.items():
        spoken = getattr(objects[objects[page]["Contents"]], "languages", {})
        for number, language in spoken.items():
            element = objects.get(elements[number])
            if element:
                element["Lang"] = pydyf.String(language)
