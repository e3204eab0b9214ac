"""The worker verifies what is new each hour and the whole in some days, and keeps what it found."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import patient, proof_view, rolling_proof
from kapnotes.records import proof
from kapnotes.records.proof import ProofRun, SignedHead
from tests.audit.unlocked import unlock
from tests.builders import AT, Small, signed, small_practice
from tests.plumbing.role import as_owner, owning

HOUR = timedelta(hours=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    found = small_practice()
    signed(found, "preparation")
    return found


def look(small: Small) -> None:
    patient.look(patient_id=small.patient_id, by=small.therapist, at=AT)


def heads() -> list[SignedHead]:
    with db.current().reading() as session:
        return proof.heads(session)


def view(small: Small) -> proof_view.ProofView:
    return proof_view.look(by=small.administrator, at=AT)


def test_a_head_is_signed_each_hour_but_not_while_the_trail_stands_still(small: Small) -> None:
    assert rolling_proof.is_due(AT)
    assert rolling_proof.hourly(at=AT)
    assert not rolling_proof.is_due(AT + HOUR / 2)
    assert rolling_proof.is_due(AT + HOUR)
    assert len(heads()) == 1
    assert rolling_proof.hourly(at=AT + HOUR)
    assert len(heads()) == 1
    look(small)
    assert rolling_proof.hourly(at=AT + 2 * HOUR)
    assert [one.position for one in heads()] == [heads()[0].position, heads()[0].position + 1]


def test_the_whole_is_worked_out_again_in_slices_within_the_days(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling_proof, "LEAST", 1)
    opened = db.current()
    monkeypatch.setattr(opened, "settings", replace(opened.settings, proof_days=1))
    seen = []
    for hour in range(21):
        assert rolling_proof.hourly(at=AT + hour * HOUR)
        seen.append([one.percent for one in view(small).standings])
    first = [trail for trail, _ in seen]
    assert first[0] < 20
    assert max(first) == 100
    assert first[: first.index(100)] == sorted(first[: first.index(100)])
    assert max(notes for _, notes in seen) == 100
    complete = [one.complete_at for one in view(small).standings]
    assert all(one is not None and AT + 16 * HOUR < one < AT + 24 * HOUR for one in complete)


def test_a_small_practice_is_worked_out_again_each_day(small: Small) -> None:
    rolling_proof.hourly(at=AT)
    assert [one.complete_at for one in view(small).standings] == [AT, AT]
    rolling_proof.hourly(at=AT + 23 * HOUR)
    assert [one.complete_at for one in view(small).standings] == [AT, AT]
    rolling_proof.hourly(at=AT + 24 * HOUR)
    assert {one.complete_at for one in view(small).standings} == {AT + 24 * HOUR}


def _change(sql: str, *tables: str) -> None:
    with db.current().writing() as session:
        unlock(session, *tables)
        session.execute(sa.text(sql))


def test_what_is_not_whole_is_raised_until_it_is_put_back(small: Small) -> None:
    assert rolling_proof.hourly(at=AT)
    assert proof_view.trouble(by=small.administrator) == ""
    _change("UPDATE trail SET role = 'medical' WHERE position = 2", "trail")
    assert rolling_proof.hourly(at=AT + HOUR)
    assert not rolling_proof.hourly(at=AT + 24 * HOUR)
    said = "The trail is not whole: entry 2 is not as it was written."
    assert proof_view.trouble(by=small.administrator) == said
    assert proof_view.trouble(by=small.supervisor) == said
    assert proof_view.trouble(by=small.therapist) == ""
    assert not view(small).is_whole
    _change("UPDATE trail SET role = 'operator' WHERE position = 2")
    assert rolling_proof.hourly(at=AT + 25 * HOUR)
    assert proof_view.trouble(by=small.administrator) == ""
    assert view(small).is_whole


def test_a_changed_note_is_raised_and_no_head_is_signed_over_a_changed_trail(small: Small) -> None:
    _change("UPDATE note_version SET digest = 'x'", "note_version")
    assert not rolling_proof.hourly(at=AT)
    assert "version 1: its content is not what" in proof_view.trouble(by=small.administrator)
    assert len(heads()) == 1
    look(small)
    _change(
        "UPDATE trail SET role = 'medical' WHERE position = (SELECT max(position) FROM trail)",
        "trail",
    )
    rolling_proof.hourly(at=AT + HOUR)
    assert len(heads()) == 1


def test_a_row_that_was_not_written_here_is_not_believed(small: Small) -> None:
    rolling_proof.hourly(at=AT)
    _change("UPDATE trail SET role = 'medical' WHERE position = 2", "trail", "proof_run")
    rolling_proof.hourly(at=AT + 24 * HOUR)
    with db.current().writing() as session:
        as_owner(session)
        mended = sa.update(ProofRun).where(ProofRun.is_whole.is_(False))
        session.execute(mended.values(is_whole=True, sentence=""))
    said = "A result of a verification that is kept here was not written by this practice."
    assert proof_view.trouble(by=small.administrator) == said
    assert view(small).standings[0].complete_at == AT


@pytest.mark.parametrize("table", ["signed_head", "proof_run"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET signature = 'x'", "DELETE FROM {0}"])
def test_what_was_signed_never_changes(small: Small, table: str, verb: str) -> None:
    del small
    rolling_proof.hourly(at=AT)
    with pytest.raises(sa.exc.DBAPIError), owning() as session:
        session.execute(sa.text(verb.format(table)))
