"""What was filled in, and signed for, as plain values: notes, addenda, checks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.exchange.person import Person
from kapnotes.forms import Answers, Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A definition with its answers: by whom and when. Wall times among them are of `zone`.

    `words` are what stands beside the answers and belongs to no question.
    """

    id: UUID
    definition: Definition
    answers: Answers
    at: datetime
    zone: ZoneInfo
    by: Person | None = None
    words: str = ""
    is_amended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature in words: who, as what, what it means, and when."""

    by: Person
    role: str
    meaning: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """What was added to a signed note, with its own signature."""

    filled: Filled
    text: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of an infusion, or the sentence that says why there is none here.

    `state` is in words. `is_withheld` tells a note that others may read from one not yet written.
    """

    kind: str
    title: str
    state: str = ""
    filled: Filled | None = None
    signatures: tuple[Signature, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    amendments: tuple[str, ...] = ()
    missing: str = ""
    is_withheld: bool = False
