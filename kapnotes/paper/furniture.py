"""The furniture of a document's pages: footer, DRAFT mark, notice, each drawn once as a sheet.

The sheets are laid out like any other page, so that any name in any script comes out right. Only
the page numbers are written sign by sign: sixty of them cost nothing that way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import segno

from kapnotes.paper.binding import Furniture
from kapnotes.paper.fonts import Face
from kapnotes.paper.template import fill

NUMBER_SIZE = 7.5
"""Size of the page numbers, in points."""
NUMBER_COLOR = "0.235 0.31 0.337"
"""#3c4f56, as three numbers from 0 to 1."""


CODE_COLOR = "0.063 0.141 0.169"
"""#10242b, as three numbers from 0 to 1."""
CODE_SIZE = 39.7
"""Width and height of the QR code in points: 14 mm."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The drawn furniture: a PDF whose pages are the footer, the DRAFT mark and the notice.

    The latter two are there only if the document has them. `places` (points from the lower left
    corner) says where a page number ends, on its baseline, and where the QR code has its upper
    left corner. Page numbers are set in `face`, which the PDF's resources call `font`.
    """

    pdf: bytes
    places: Mapping[str, tuple[float, float]]
    face: Face
    font: str

    def number(self, page: int, pages: int, *, draft: bool) -> bytes:
        """The operators that write `Page 3 of 12`, ending where it should, in the font /number."""
        said = f"{'DRAFT, page' if draft else 'Page'} {page} of {pages}"
        glyphs = self.face.glyphs(said)
        width = sum(self.face.widths[glyph] for glyph in glyphs) * NUMBER_SIZE / 1000
        codes = "".join(f"{glyph:04x}" for glyph in glyphs)
        x, y = self.places["page-number"]
        return (
            f"BT {NUMBER_COLOR} rg /number {NUMBER_SIZE} Tf "
            f"{x - width:.3f} {y:.3f} Td <{codes}> Tj ET"
        ).encode()

    def code(self, address: str) -> bytes:
        """The operators that draw the address as a QR code, dark modules run by run.

        It survives the loss of 15% of it, by a fold or a stain.
        """
        rows = [list(row) for row in segno.make_qr(address, error="m").matrix]
        scale = CODE_SIZE / len(rows)
        x, y = self.places["code"]
        runs = " ".join(_runs(rows))
        return f"{CODE_COLOR} rg {scale:.4f} 0 0 -{scale:.4f} {x:.3f} {y:.3f} cm {runs} f".encode()


def draw(furniture: Furniture) -> str:
    """The sheets as HTML: the footer, then what else there is of DRAFT mark and notice."""
    return fill("furniture", f=furniture, page=furniture.paper.lower())


def _runs(rows: list[list[int]]) -> Iterator[str]:
    """A rectangle for each run of dark modules."""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"{x} {y} {length} 1 re"
            x += length
