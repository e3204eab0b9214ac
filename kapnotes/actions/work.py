"""What a document is to be: gathered once from the record, and printed when nothing is open.

Each kind of document has one function that turns an order into a `Work`. Nothing in a work reads
the record again, so a document shows one moment of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.audit.seal import Anchor
from kapnotes.clinic.document import DocumentKind
from kapnotes.paper.binding import Attachment
from kapnotes.paper.summary import Edition, PaperSize

NO_CHOICE = ""


def edition_for(by: Actor) -> Edition:
    """The edition of this reader: the whole, or the medical part."""
    return Edition.FULL if by.can(Action.READ_INTEGRATION) else Edition.MEDICAL


@dataclass(frozen=True, slots=True)
class Order:
    """Which document: of which kind, about which row, in which edition; a letter's chosen parts."""

    kind: DocumentKind
    about_id: UUID
    edition: Edition
    choice: tuple[tuple[str, str], ...] = ()
    """What a letter was told, as pairs of a name and its words; empty for every other kind."""

    @property
    def choice_digest(self) -> str:
        """A digest that tells two choices apart; empty where there is nothing to choose."""
        if not self.choice:
            return NO_CHOICE
        text = dumps(self.choice, ensure_ascii=False, separators=(",", ":"))
        return sha256(b"kapnotes choice v1\x00" + text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """Under which name a section's printed pages are kept, to be used in other documents too."""

    kind: str
    about_id: UUID
    digest: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document. `draw` gives its page, told at which page each section begins.

    Only a section that is not `kept` may use what it is told: a table of contents does. `data` is
    the section's share of what is attached, made once and kept beside its pages.
    """

    title: str
    draw: Callable[[tuple[int, ...]], str]
    kept: Kept | None = None
    data: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a document says of itself: its number, what it replaces, and the trail as it stood."""

    number: str
    replaces: str
    head: Anchor


@dataclass(frozen=True, slots=True)
class Work:
    """A document as it is to be printed. `reasons` say why it is a draft; final has none.

    `attach` makes what goes into the file beside its pages; it is given the data of the sections
    that have some, in their order.
    """

    order: Order
    patient_id: UUID
    practice: str
    paper: PaperSize
    title: Callable[[], str]
    description: str
    filename: str
    content_digest: str
    reasons: tuple[str, ...]
    sections: tuple[Section, ...]
    attach: Callable[[Stamp, tuple[str, ...]], tuple[Attachment, ...]]

    @property
    def is_final(self) -> bool:
        """Whether all that it shows is signed, so that it is kept for the chart."""
        return not self.reasons
