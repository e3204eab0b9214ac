"""Whether a PDF is a document of ours, unchanged: what a reading of its seal says.

A file from outside may be anything, so it is read in a child process within limits, and whatever
goes wrong on the way is an answer, not an error. What a file claims of itself is never enough:
`unchanged` asks that one of the practice's own certificates sealed exactly these bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a file is to the practice whose certificates it was read with."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file; `number` and `content_digest` are what it says of itself.

    `is_sealed` is whether a seal of the practice is on it, whole or broken. The sentences say
    what was found, for a person, and hold nothing of the document's text.
    """

    state: State
    number: str = ""
    content_digest: str = ""
    sentences: tuple[str, ...] = ()
    is_sealed: bool = False


def check(pdf: bytes, *, certificates: Sequence[bytes], kept: bytes = b"") -> Reading:
    """Read a file against the practice's certificates.

    Each of them is a key's own, and right behind it those that vouch for it (DER).
    With the `kept` document beside it, the sentences name the pages that differ.
    """
    from kapnotes.paper import seal_reading  # noqa: PLC0415 - only a child process loads pyHanko

    return seal_reading.read(pdf, certificates=certificates, kept=kept)
