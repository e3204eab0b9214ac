"""The queue of notes that wait for a co-signature: in which order, how long, and which together.

The oldest stand first, and those that waited longer than their hours rise above the others. Times
are all aware, or all local; what counts is the time since the author's signature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.instant import instant
from kapnotes.clinic.lasting import counted, lasting
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import Refusal, passes

MOST = 50
"""So many notes are co-signed together at most [B]: each was opened, and is still remembered."""

_C = CheckCode
OF_CHAIN = MappingProxyType(
    {
        NoteKind.PREPARATION: frozenset({_C.CONSENT}),
        NoteKind.DOSING: frozenset(
            {
                *(_C.DOSE_OUTSIDE, _C.DOSE_WEIGHT, _C.WASTE_UNBALANCED, _C.WASTE_UNWITNESSED),
                *(_C.WASTE_UNRECORDED, _C.VITALS_MISSED, _C.VITALS_LATE, _C.LEVEL_UNANSWERED),
                *(_C.ADVERSE_EVENT_OPEN, _C.ADVERSE_EVENT_PARTLY, _C.DISCHARGE_INCOMPLETE),
                *(_C.LEFT_EARLY, _C.ESCORT),
            }
        ),
        NoteKind.INTEGRATION: frozenset(),
    }
)
"""What is found beside a note and counts as found in it: a dosing-session note is signed with its
session, and a preparation note says that the patient has consented."""

OF_WAITING = frozenset({_C.COSIGNATURE_LATE})
"""What is found because a note waits, and goes when it is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One note that waits. `key`, `author` and `patient` are the caller's.

    `digest` is that of the text that waits, `opened` that of the text which this supervisor opened
    last, "" for none. `hours` are those given for a co-signature.
    """

    key: str
    kind: NoteKind
    author: str
    patient: str
    signed_at: datetime
    hours: int
    digest: str
    opened: str = ""
    findings: tuple[CheckFinding, ...] = ()

    @property
    def is_opened(self) -> bool:
        """Whether this very text was opened."""
        return bool(self.opened) and self.opened == self.digest

    @property
    def due_at(self) -> datetime:
        """Until when it is to be decided; in UTC where the time has a zone."""
        return instant(self.signed_at) + timedelta(hours=self.hours)

    def waits(self, at: datetime) -> timedelta:
        """Return how long it has waited."""
        return max(instant(at) - instant(self.signed_at), timedelta(0))

    def late_by(self, at: datetime) -> timedelta:
        """Return for how long it has been late, nothing if it is not."""
        return max(instant(at) - self.due_at, timedelta(0))

    def is_late(self, at: datetime) -> bool:
        """Say whether it waits for longer than its hours."""
        return self.late_by(at) > timedelta(0)

    def said(self, at: datetime) -> str:
        """Return how long it waits, in words: "waits 4 days, 30 hours late"."""
        late = f", {lasting(self.late_by(at))} late" if self.is_late(at) else ""
        return f"waits {lasting(self.waits(at))}{late}"


class NotTogether(Refusal):
    """Notes that cannot be co-signed together: `keys` are those that have to be taken alone."""

    code = "not_together"

    def __init__(self, sentence: str, keys: Iterable[str] = ()) -> None:
        self.keys = tuple(keys)
        super().__init__(sentence)


def found_in(
    findings: Iterable[CheckFinding], *, key: str, kind: NoteKind
) -> tuple[CheckFinding, ...]:
    """Return what of a chain's findings counts as found in one note of it.

    That its co-signature is late says nothing of the note.
    """
    return tuple(
        one
        for one in findings
        if one.code not in OF_WAITING
        and (one.note == key or (not one.note and one.code in OF_CHAIN[kind]))
    )


def in_order(items: Iterable[Waiting], *, at: datetime) -> tuple[Waiting, ...]:
    """Return what is late first, the latest of all at its head; then the oldest first."""

    def place(one: Waiting) -> tuple[bool, datetime, str]:
        is_late = one.is_late(at)
        return not is_late, one.due_at if is_late else instant(one.signed_at), one.key

    return tuple(sorted(items, key=place))


def next_of(items: Iterable[Waiting], key: str, *, at: datetime) -> Waiting | None:
    """Return what follows that note in the queue, or the head after the last; None if alone.

    A note that is decided has left the queue: the head is next then.
    """
    queue = in_order(items, at=at)
    places = [one.key for one in queue]
    after = places.index(key) + 1 if key in places else 0
    following = [*queue[after:], *queue[:after]]
    return next((one for one in following if one.key != key), None)


def check_number(number: int) -> None:
    """Raise `NotTogether` unless so many notes can be co-signed together."""
    if not 0 < number <= MOST:
        raise NotTogether(f"Choose 1 to {MOST} notes.")


def check_together(items: Iterable[Waiting]) -> None:
    """Raise `NotTogether` unless each note was opened as it is, and has no finding or hint."""
    batch = tuple(items)
    check_number(len(batch))
    found = [one.key for one in batch if one.findings]
    if found:
        raise NotTogether(
            f"{_notes(len(found), 'has', 'have')} findings. Decide alone on it.", found
        )
    unread = [one.key for one in batch if not one.is_opened]
    if unread:
        sentence = (
            f"{_notes(len(unread), 'was', 'were')} not opened as now signed. Open each first."
        )
        raise NotTogether(sentence, unread)


def may_together(items: Iterable[Waiting]) -> bool:
    """Say whether the notes can be co-signed together."""
    return passes(check_together, items)


def _notes(number: int, one: str, several: str) -> str:
    return f"{counted(number, 'note')} {one if number == 1 else several}"
