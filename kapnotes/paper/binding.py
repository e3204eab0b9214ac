"""A document as plain values: its parts, what stands on each of its pages, and what lies inside.

A part is one section, pressed: a tagged PDF with its own page header and nothing of the whole
document. What belongs to the whole (number, digest, trail, page x of y) is furniture, and is put
on the pages when the parts are bound. All of it can be sent to the printer's child.
"""

from dataclasses import dataclass
from datetime import datetime

from kapnotes.paper.summary import PaperSize


@dataclass(frozen=True, slots=True)
class Pressed:
    """One part: a tagged PDF, and how many pages it has."""

    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document; `relationship` is PDF/A-3's word for what it is to the pages."""

    name: str
    mime: str
    content: bytes
    description: str
    relationship: str = "Source"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline: it opens that page of that part, both counted from 0."""

    title: str
    part: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page beside the page's own content.

    `trail_head` is as it is to be read. `verify_url` is where a reader finds out whether the
    document is unchanged, also as a QR code; "" leaves both out. `replaces` is the number of the
    document that this one takes the place of, or "".
    """

    practice: str
    number: str
    content_digest: str
    trail_head: str
    verify_url: str
    replaces: str = ""
    draft: bool = False
    paper: PaperSize = PaperSize.A4


@dataclass(frozen=True, slots=True)
class Binding:
    """A whole document to be made of its parts; the same values give the same bytes.

    `at` (aware) is the moment written into the file. A part with one bookmark shows its own
    headings under it; without any bookmark the parts' headings are the outline.
    """

    parts: tuple[bytes, ...]
    furniture: Furniture
    title: str
    author: str
    description: str
    language: str
    bookmarks: tuple[Bookmark, ...]
    attachments: tuple[Attachment, ...]
    at: datetime
