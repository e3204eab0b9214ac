"""What a reading voice says of a PDF, worked out from tags and fonts; poppler takes minutes for it.

Marked content is looked up by its number on its page, and turned into text by the fonts' own maps.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pikepdf

from tests.paper.reading import opened

_PAIR = re.compile(rb"<([0-9a-f]+)> <([0-9a-f]*)>")
Marked = dict[int, str]


def spoken(pdf: bytes) -> list[str]:
    """The text of each element that has some, in the order of the tags."""
    with opened(pdf) as document:
        marked = {page.obj.objgen: _marked(page.obj) for page in document.pages}
        return [
            text
            for element in _elements(document.Root.StructTreeRoot.K[0])
            for text in _said(element, marked)
        ]


def in_tongues(pdf: bytes) -> dict[str, set[str]]:
    """What is said in each language, by its code; "" is the language of the whole."""
    with opened(pdf) as document:
        marked = {page.obj.objgen: _marked(page.obj) for page in document.pages}
        found: defaultdict[str, set[str]] = defaultdict(set)
        for language, element in _tongues(document.Root.StructTreeRoot.K[0], ""):
            found[language].update(_said(element, marked))
        return found


def _tongues(element: pikepdf.Object, language: str) -> Iterator[tuple[str, pikepdf.Object]]:
    language = str(element.get("/Lang", language))
    yield language, element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _tongues(kid, language)


def _elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _elements(kid)


def _said(element: pikepdf.Object, marked: dict[tuple[int, int], Marked]) -> Iterator[str]:
    if "/Alt" in element:
        yield str(element.Alt)
        return
    for kid in element.get("/K", []):
        if isinstance(kid, int):
            yield marked[element.Pg.objgen].get(kid, "").strip()


def _marked(page: pikepdf.Object) -> Marked:
    """The text under each mark of a page."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    _read(page, page.Resources, [], found)
    return {mark: "".join(texts) for mark, texts in found.items()}


def _read(
    content: pikepdf.Object,
    resources: pikepdf.Object,
    marks: list[int | None],
    found: defaultdict[int, list[str]],
) -> None:
    letters: dict[bytes, str] = {}
    for one in pikepdf.parse_content_stream(content):
        operator = str(one.operator)
        if operator == "BDC":
            properties = one.operands[1]
            is_dictionary = isinstance(properties, pikepdf.Dictionary)
            mark = properties.get("/MCID") if is_dictionary else None
            marks.append(None if mark is None else int(mark))
        elif operator == "BMC":
            marks.append(None)
        elif operator == "EMC":
            marks.pop()
        elif operator == "Tf":
            letters = _letters(resources.Font[str(one.operands[0])])
        elif operator == "Do":
            form = resources.XObject[str(one.operands[0])]
            if form.Subtype == pikepdf.Name.Form:
                _read(form, form.Resources, list(marks), found)
        elif operator in {"Tj", "TJ"} and marks and marks[-1] is not None:
            found[marks[-1]].append(_text(one.operands[0], letters))


def _text(shown: pikepdf.Object, letters: dict[bytes, str]) -> str:
    strings = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
    raw = b"".join(bytes(one) for one in strings if isinstance(one, pikepdf.String))
    return "".join(letters[raw[at : at + 2]] for at in range(0, len(raw), 2))


def _letters(font: pikepdf.Object) -> dict[bytes, str]:
    """The text of each glyph, as the font's map has it."""
    pairs = _PAIR.findall(font.ToUnicode.read_bytes())
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in pairs
        if len(glyph) == 4
    }
