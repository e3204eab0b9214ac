"""A batch is co-signed whole or not at all, and holds nothing unread and nothing found."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import cosigning, reading, review_note
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import (
    StaleDigest,
)
from kapnotes.clinic.review_queue import NotTogether
from kapnotes.records import note as notes
from tests.builders import (
    AT,
    HERE,
    PASSWORD,
    Small,
    shown_digest,
    signed,
)

DAY = timedelta(days=1)


def events(event: str) -> list[Entry]:
    with db.current().reading() as opened:
        query = sa.select(Entry).where(Entry.event == event).order_by(Entry.position)
        return list(opened.execute(query).scalars())


def opened(small: Small, note_id: UUID) -> tuple[UUID, str]:
    """The supervisor opens it; its id and the digest that is shown."""
    shown = review_note.open_note(note_id=note_id, by=small.supervisor, at=AT)
    return note_id, shown.newest.version.digest


def together(small: Small, *batch: tuple[UUID, str]) -> list[notes.Note]:
    return cosigning.cosign_together(
        notes=batch, password=PASSWORD, address=HERE, by=small.supervisor, at=AT
    )


def test_several_notes_are_cosigned_together_with_an_event_for_each(
    supervised: Small,
) -> None:
    small = supervised
    batch = [opened(small, signed(small, "integration")) for _ in range(3)]
    before = len(events("note.cosigned"))
    assert {one.state for one in together(small, *batch)} == {"cosigned"}
    left = events("note.cosigned")[before:]
    assert {one.object_id for one in left} == {note_id for note_id, _ in batch}
    assert len(left) == 3


def test_one_note_that_may_not_keeps_the_whole_batch(
    supervised: Small,
) -> None:
    small = supervised
    first = opened(small, signed(small, "integration"))
    unread = signed(small, "integration")
    digest = shown_digest(unread, small.supervisor)
    for wrong, refusal in (
        ((unread, digest), NotTogether),
        ((unread, "other"), StaleDigest),
    ):
        with pytest.raises(refusal):
            together(small, first, wrong)
    with pytest.raises(NotTogether, match="Choose 1 to"):
        together(small)
    assert reading.look(note_id=first[0], by=small.therapist, at=AT).note.state == (
        "awaiting_cosignature"
    )


def test_a_note_with_a_finding_is_decided_alone(supervised: Small) -> None:
    """What the checks find is asked anew: this preparation note was signed after the dose."""
    small = supervised
    late = opened(small, signed(small, "preparation"))
    clear = opened(small, signed(small, "integration"))
    with pytest.raises(NotTogether, match=r"1 note has findings\. Decide alone on it") as refusal:
        together(small, clear, late)
    assert refusal.value.keys == (str(late[0]),)
    together(small, clear)
