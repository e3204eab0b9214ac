"""The review queue in values: what is asked of it, where a note stands in it, and what it shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.review_queue import Waiting


class Age(StrEnum):
    """How long a note has waited at least; `late` is longer than its hours."""

    LATE = "late"
    DAY = "day"
    WEEK = "week"


class Findings(StrEnum):
    """Whether the documentation checks found anything in a note, hints included."""

    SOME = "some"
    NONE = "none"


SPANS = MappingProxyType({Age.DAY: timedelta(days=1), Age.WEEK: timedelta(days=7)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the queue is asked for, all of it if nothing is said.

    `at` is the time by which it is sorted: the same for all pages of one reading.
    """

    at: datetime
    author_id: UUID | None = None
    kind: NoteKind | None = None
    has_risk: bool = False
    findings: Findings | None = None
    age: Age | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        chosen = (self.author_id, self.kind, self.findings, self.age)
        return not self.has_risk and all(one is None for one in chosen)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note stands in the queue: among the late ones or not, by which time, and its id."""

    is_late: bool
    at: datetime
    note_id: UUID


@dataclass(frozen=True, slots=True)
class Queued:
    """A note that waits, as a list shows it."""

    note_id: UUID
    patient_id: UUID
    infusion_id: UUID
    author_id: UUID
    kind: str
    number: int
    digest: str
    signed_at: datetime
    due_at: datetime
    given_name: str
    family_name: str
    record_number: str
    author: str
    infusion: int

    @property
    def patient(self) -> str:
        """The patient's given and family name."""
        return f"{self.given_name} {self.family_name}"

    def place(self, at: datetime) -> Place:
        """Where it stands in the queue as of then."""
        is_late = self.due_at < at
        return Place(is_late, self.due_at if is_late else self.signed_at, self.note_id)

    def waiting(self, opened: str = "") -> Waiting:
        """The note as the clinic's rule sees it; `opened` is the digest of what was opened last."""
        return Waiting(
            key=str(self.note_id),
            kind=NoteKind(self.kind),
            author=str(self.author_id),
            patient=str(self.patient_id),
            signed_at=self.signed_at,
            hours=(self.due_at - self.signed_at) // timedelta(hours=1),
            digest=self.digest,
            opened=opened,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How many notes of one author and kind wait, and how many of them are late."""

    author_id: UUID
    author: str
    kind: str
    waiting: int
    late: int
