"""Reading a PDF back: its words by page, its tags in order, and what other programs say of it."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

import pikepdf

_WORD = re.compile(r'<word xMin="[^"]*" yMin="([^"]*)" xMax="[^"]*" yMax="([^"]*)">([^<]*)</word>')


@contextmanager
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, laid out as poppler reads it."""
    return _asked("pdftotext", "-layout", "-", "-", pdf=pdf).split("\f")[:-1]


def words_of(pdf: bytes) -> list[list[str]]:
    """The words of each page in the order in which they are drawn."""
    pages = _asked("pdftotext", "-raw", "-", "-", pdf=pdf).split("\f")[:-1]
    return [page.split() for page in pages]


def told(pdf: bytes) -> str:
    """What a reading voice says: the text in the order of the tags, nothing else."""
    return _asked("pdfinfo", "-struct-text", "-", pdf=pdf)


def is_sound(pdf: bytes) -> bool:
    """Whether qpdf finds nothing to complain about, a warning included."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        said = _asked("qpdf", "--check", file.name, pdf=b"")
    return "No syntax or stream encoding errors" in said


def places_of(pdf: bytes) -> list[list[tuple[str, float, float]]]:
    """The words of each page, each with its upper and lower edge in points from the top."""
    pages = _asked("pdftotext", "-bbox", "-", "-", pdf=pdf).split("<page ")[1:]
    return [
        [(word, float(top), float(bottom)) for top, bottom, word in _WORD.findall(page)]
        for page in pages
    ]


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every element of the structure tree, in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element
            kids = element.get("/K", pikepdf.Array())
            waiting.extend(reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids]))


def tags(pdf: bytes) -> list[str]:
    """The kinds of all elements, in reading order."""
    with opened(pdf) as document:
        return [str(element.S) for element in elements(document)]


def fonts(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The font files' descriptors that are in the document, each once."""
    return [
        one
        for one in document.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == pikepdf.Name.FontDescriptor
    ]


def outline(document: pikepdf.Pdf) -> list[tuple[int, str, int]]:
    """Each line of the outline: how deep, its words, and the page it opens (from 1)."""
    numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}

    def below(parent: pikepdf.Object, depth: int) -> Iterator[tuple[int, str, int]]:
        item = parent.get("/First")
        while item is not None:
            yield depth, str(item.Title), numbers[item.Dest[0].objgen]
            yield from below(item, depth + 1)
            item = item.get("/Next")

    return list(below(document.Root.Outlines, 0))


def _asked(program: str, *words: str, pdf: bytes) -> str:
    found = shutil.which(program)
    assert found, program
    out = subprocess.run([found, *words], input=pdf, check=True, capture_output=True)  # noqa: S603 - our own file
    return out.stdout.decode()
