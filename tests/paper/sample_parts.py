"""Small parts of a document, with one of everything that joining has to take care of."""

from kapnotes.paper.binding import Binding, Bookmark
from tests.paper.sample_binding import FURNITURE
from tests.paper.sample_told import MADE_AT

_PAGE = """<html lang="en" data-sheet="sheet"><head><title>Parts</title></head>
<body class="a4" data-name="Name" data-who="born" data-what="what">{}</body></html>"""
_MAIN = """<main{style}><h1>Infusion {number}</h1><p>{words}</p>
<h2>Table of {number}</h2>
<table><thead><tr><th scope="col">Drug</th><th scope="col">Dose</th></tr></thead>
<tbody><tr><th scope="row">A{number}</th><td>{number} mg</td></tr></tbody></table>
<h2>Drawing of {number}</h2>
<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 9 9" width="72" height="20"
 role="img"><title>Drawing {number}</title><rect x="1" y="1" width="9" height="9"/></svg>
<p><b>Signed</b> by a person.</p></main>"""


def part(number: int, words: str = "Quiet.") -> str:
    """A part of one page."""
    return _PAGE.format(_main(number, words))


def whole(count: int) -> str:
    """The same pages as one document, printed in one go."""
    rest = (_main(number, style=' style="break-before: page"') for number in range(1, count))
    return _PAGE.format("".join((_main(0), *rest)))


def contents(count: int) -> str:
    """A page of links to the parts after it."""
    lines = (f'<p><a href="#part-{number}">To {number}</a></p>' for number in range(1, count + 1))
    return _PAGE.format(f'<h1 id="up">Contents</h1>{"".join(lines)}<p><a href="#up">Up</a></p>')


def binding(*parts: bytes, bookmarks: tuple[Bookmark, ...] = ()) -> Binding:
    """A chart of these parts."""
    return Binding(parts, FURNITURE, "Chart", "Practice", "", "en", bookmarks, (), MADE_AT)


def _main(number: int, words: str = "Quiet.", style: str = "") -> str:
    return _MAIN.format(number=number, words=words, style=style)
