"""Tables as CSV, in and out. A text that a spreadsheet would run is quoted on its way out.

Out: UTF-8 with a byte order mark, so that spreadsheets read accents; lines end in CRLF (RFC 4180).
In: UTF-8, separated by commas, semicolons or tabs, as its first line has it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | Decimal | None
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that a spreadsheet would take for a formula; the last four are wide."""
MOST_ROWS = 1000
MOST_COLUMNS = 80


class NoTable(Exception):
    """The text is no table that can be read; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line in the file (the head is 1), and its cells by the names of their columns.

    Cells are without outer space; blank ones are left out.
    """

    number: int
    cells: dict[str, str]


def write(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as text. Numbers stay numbers, whatever their sign."""
    return begin(head) + lines(rows)


def begin(head: Sequence[str]) -> str:
    """The beginning of a table that is sent piece by piece: its mark, and its first line."""
    return f"\ufeff{lines([head])}"


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Some rows of it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_out(cell) for cell in row] for row in rows)
    return out.getvalue()


def _out(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(RUNS) else cell
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def read(content: bytes | str) -> list[Line]:
    """The rows of a table, blank lines left out. Raises NoTable with what is wrong and where."""
    text = _text(content)
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error:
        raise NoTable("A quotation mark is not closed, or stands inside of a cell.") from None
    if not rows or not any(map(str.strip, rows[0])):
        raise NoTable("The first line must name the columns.")
    head = [name.strip().casefold() for name in rows[0]]
    if len(set(filter(None, head))) < len(list(filter(None, head))):
        raise NoTable("A column stands twice in the first line.")
    if len(head) > MOST_COLUMNS:
        raise NoTable(f"A table holds at most {MOST_COLUMNS} columns.")
    lines = [
        Line(number, _cells(head, row, number))
        for number, row in enumerate(rows[1:], start=2)
        if any(map(str.strip, row))
    ]
    if not lines:
        raise NoTable("There is no row below the first line.")
    if len(lines) > MOST_ROWS:
        raise NoTable(f"A table holds at most {MOST_ROWS} rows; this one has {len(lines)}.")
    return lines


def _text(content: bytes | str) -> str:
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NoTable("The file is not UTF-8. Save it as CSV UTF-8 and try again.") from None
    if "\0" in content:
        raise NoTable("This is not a text file.")
    return content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _cells(head: Sequence[str], row: Sequence[str], number: int) -> dict[str, str]:
    if any(map(str.strip, row[len(head) :])):
        raise NoTable(f"Row {number} has more cells than the first line has names.")
    cells = {name: _in(cell) for name, cell in zip(head, row, strict=False) if name}
    return {name: cell for name, cell in cells.items() if cell}


def _in(cell: str) -> str:
    """A cell as it was before it was quoted on its way out."""
    bare = cell.strip()
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(RUNS) else bare
