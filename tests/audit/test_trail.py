"""Every act leaves one event in the same transaction, and no change to the trail goes unseen."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import patient, trail
from kapnotes.audit import memory, seal
from kapnotes.audit.events import Did
from kapnotes.audit.sentences import SENTENCES, sentence
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach
from tests.builders import AT, Small, run_session, signed, small_practice
from tests.plumbing.role import owning


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def events(count: int = 5) -> list[Entry]:
    with db.current().reading() as session:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(count)
        return list(session.execute(query).scalars())


def test_a_look_is_an_event_and_names_the_patient(small: Small) -> None:
    patient.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    last = events()[0]
    assert (last.event, last.outcome, last.category) == ("patient.viewed", "done", "look")
    assert last.patient_id == small.patient_id
    assert last.actor_id == small.therapist.id


def test_a_refused_look_is_an_event_with_its_reason(small: Small) -> None:
    with pytest.raises(OutOfReach):
        patient.look(patient_id=small.patient_id, by=small.other_therapist, at=AT)
    last = events()[0]
    assert (last.event, last.outcome, last.reason) == ("patient.viewed", "refused", "out_of_reach")
    with pytest.raises(NotAllowed):
        patient.look(patient_id=small.patient_id, by=small.administrator, at=AT)
    assert events()[0].reason == "not_allowed"


def test_bad_input_leaves_neither_change_nor_event(small: Small) -> None:
    before = events()[0].position
    with pytest.raises(BadInput):
        patient.add(
            family_name="A",
            given_name="B",
            birth_date=AT.date().replace(year=2030),
            record_number="R-9",
            by=small.therapist,
            at=AT,
        )
    assert events()[0].position == before


@pytest.mark.safety("ONC-d2/events")
def test_if_the_event_cannot_be_written_nothing_is(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> str:
        raise RuntimeError("no trail")

    monkeypatch.setattr("kapnotes.audit.trail.append", broken)
    with pytest.raises(RuntimeError):
        patient.add(
            family_name="A",
            given_name="B",
            birth_date=AT.date().replace(year=1990),
            record_number="R-9",
            by=small.therapist,
            at=AT,
        )
    monkeypatch.undo()
    found = patient.find(text="R-9", by=small.therapist, at=AT)
    assert not found.patients


@pytest.mark.safety("ONC-d2/no-words")
def test_no_text_of_a_note_and_no_name_stands_in_the_trail(small: Small) -> None:
    run_session(small)
    signed(small, "dosing")
    with db.current().reading() as session:
        rows = session.execute(sa.text("SELECT * FROM trail")).all()
    everything = " ".join(str(row) for row in rows)
    for word in ("Falk", "Jördis", "Ginger", "Penicillin", "Better by the scales"):
        assert word not in everything


def test_every_event_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Did)
    assert sentence("note.signed", outcome="done", reason="", details={"kind": "dosing"}) == (
        "signed a dosing-session note"
    )
    refused = sentence("note.viewed", outcome="refused", reason="out_of_reach", details={})
    assert refused == "read a note: refused, out of reach"


def test_a_whole_trail_verifies_and_its_head_is_remembered(small: Small) -> None:
    del small
    verdict = trail.verify(by=operator(), at=AT)
    assert verdict.is_whole
    anchor = memory.remembered(db.current().settings.data, db.current().ring).anchor
    assert anchor is not None
    assert anchor.position == verdict.entries
    assert trail.verify(by=operator(), at=AT).is_whole


def _open_trail(session: Session) -> None:
    """Take the database's own guard away, as someone with the file and the key could."""
    postgresql = session.connection().dialect.name == "postgresql"
    for name in ("trail_no_update", "trail_no_delete", "trail_head_no_delete"):
        table = "trail_head" if "head" in name else "trail"
        session.execute(sa.text(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else "")))


def flip(session: Session, last: int) -> int:
    session.execute(sa.text(f"UPDATE trail SET role = 'medical' WHERE position = {last - 3}"))
    return last - 3


def flip_detail(session: Session, last: int) -> int:
    session.execute(sa.text(f"UPDATE trail SET details = '{{}}' WHERE position = {last - 1}"))
    return last - 1


def drop(session: Session, last: int) -> int:
    session.execute(sa.text(f"DELETE FROM trail WHERE position = {last - 2}"))
    return last - 2


def swap(session: Session, last: int) -> int:
    for old, new in ((last - 1, 10_000), (last - 2, last - 1), (10_000, last - 2)):
        session.execute(sa.text(f"UPDATE trail SET position = {new} WHERE position = {old}"))
    return last - 2


def cut(session: Session, last: int) -> int:
    session.execute(sa.text(f"DELETE FROM trail WHERE position > {last - 2}"))
    return last - 1


def cut_and_move_the_head(session: Session, last: int) -> int:
    cut(session, last)
    session.execute(
        sa.text(
            f"UPDATE trail_head SET position = {last - 2}, "
            f"hash = (SELECT hash FROM trail WHERE position = {last - 2})"
        )
    )
    return last - 1


@pytest.mark.parametrize("change", [flip, flip_detail, drop, swap, cut, cut_and_move_the_head])
def test_verification_names_the_first_entry_that_was_touched(
    small: Small, change: Callable[[Session, int], int]
) -> None:
    patient.edit(
        patient_id=small.patient_id,
        family_name="Falk",
        given_name="Jo",
        birth_date=AT.date().replace(year=1990),
        record_number="R-1",
        by=small.therapist,
        at=AT,
    )
    assert trail.verify(by=operator(), at=AT).is_whole
    last = events(1)[0].position - 1
    with owning() as session:
        _open_trail(session)
        bad = change(session, last)
    verdict = trail.verify(by=operator(), at=AT)
    assert verdict.bad_position == bad
    assert str(bad) in verdict.sentence


def test_an_anchor_that_was_not_signed_here_is_not_believed(small: Small) -> None:
    del small
    trail.verify(by=operator(), at=AT)
    path = Path(db.current().settings.data) / memory.ANCHOR
    path.write_text(path.read_text().replace('"position": ', '"position": 0'))
    assert not trail.verify(by=operator(), at=AT).is_whole
    path.write_text("not json")
    assert not trail.verify(by=operator(), at=AT).is_whole


@pytest.mark.safety("ONC-d10/signed-heads")
def test_a_signed_head_can_be_checked_by_anyone_and_found_again(small: Small) -> None:
    del small
    ring = db.current().ring
    with db.current().reading() as opened:
        anchor = seal.signed_head(opened, ring)
    [last] = events(1)
    assert (anchor.position, anchor.hash) == (last.position, last.hash)
    assert anchor.short == f"{last.position}-{last.hash[:16]}-{anchor.signature[:16]}"
    told = json.loads(seal.testimony(ring, anchor))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["public_key"]))
    key.verify(bytes.fromhex(told["signature"]), told["signed"].encode())
    assert told["signed"] == f"kapnotes head|{last.position}|{last.hash}"
    assert (told["position"], told["hash"]) == (last.position, last.hash)
