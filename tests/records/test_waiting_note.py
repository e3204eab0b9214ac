"""What waits for a co-signature is kept with every move, in the transaction that makes it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import cosigning, infusion
from kapnotes.records.waiting_note import WaitingNote
from tests.builders import AT, Small, cosign, send_back, sign, signed, small_practice, written

HOUR = timedelta(hours=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice(cosigns=True)


def waiting() -> list[WaitingNote]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(WaitingNote)).scalars())


def test_a_signed_note_waits_from_its_signature_for_the_hours_of_its_protocol(
    small: Small,
) -> None:
    note_id = signed(small, "preparation")
    [one] = waiting()
    assert (one.note_id, one.author_id, one.number) == (note_id, small.therapist.id, 1)
    assert (one.signed_at, one.signed_on, one.due_at) == (AT, AT.date(), AT + 72 * HOUR)


def test_a_draft_and_a_note_that_needs_no_cosignature_do_not_wait(database: db.Database) -> None:
    del database
    small = small_practice()
    written(small, "integration")
    signed(small, "preparation")
    assert waiting() == []


def test_it_leaves_with_each_decision_and_waits_anew_from_the_next_signature(
    small: Small,
) -> None:
    note_id = signed(small, "preparation")
    send_back(small, note_id)
    assert waiting() == []
    sign(small, note_id, at=AT + HOUR)
    [one] = waiting()
    assert (one.number, one.signed_at, one.due_at) == (2, AT + HOUR, AT + 73 * HOUR)
    cosigning.withdraw(note_id=note_id, reason="Weight", by=small.therapist, at=AT + HOUR)
    assert waiting() == []
    sign(small, note_id, at=AT + 2 * HOUR)
    cosign(small, note_id, at=AT + 2 * HOUR)
    assert waiting() == []


def test_a_question_leaves_it_where_it_is(small: Small) -> None:
    note_id = signed(small, "preparation")
    before = [(one.note_id, one.signed_at) for one in waiting()]
    cosigning.ask(note_id=note_id, words="Why?", by=small.supervisor, at=AT + HOUR)
    assert [(one.note_id, one.signed_at) for one in waiting()] == before


def test_a_note_of_an_infusion_that_was_called_off_waits_all_the_same(small: Small) -> None:
    signed(small, "preparation")
    infusion.cancel(infusion_id=small.infusion_id, reason="Ill", by=small.therapist, at=AT)
    assert len(waiting()) == 1
