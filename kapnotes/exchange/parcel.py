"""A kept document on its way to another system, and how its way can end without arriving."""

from dataclasses import dataclass
from uuid import UUID

from kapnotes.exchange.document_reference import Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One document as it is sent: what every system is told, and what names it here.

    `file_digest` is SHA-256 of its bytes in hex; `revision` counts from 1.
    """

    document_id: UUID
    sent: Sent
    revision: int
    edition: str
    file_digest: str
    pages: int


class NotDelivered(Exception):
    """A document did not arrive. `sentence` is for a person and names no patient; `code` is kept.

    What `is_final` does not become better by trying again: a person has to change something first.
    """

    def __init__(self, sentence: str, *, code: str, is_final: bool = False) -> None:
        self.sentence = sentence
        self.code = code
        self.is_final = is_final
        super().__init__(sentence)
