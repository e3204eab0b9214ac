"""A signature is over exactly what was shown, by its author, and closes what it covers."""

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import addendum, cosigning, note, reading, session, signing
from kapnotes.clinic.refusals import (
    Locked,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    StaleDigest,
    TooManyTries,
    WrongPassword,
    WrongState,
)
from kapnotes.forms import FindingKind
from kapnotes.records import session as sessions
from kapnotes.records.content import digest
from kapnotes.records.session_row import TABLES, Arrival
from tests.builders import (
    ARRIVAL,
    AT,
    DOSE,
    HERE,
    PASSWORD,
    Small,
    raw_of,
    run_session,
    send_back,
    sign,
    signed,
    written,
)
from tests.plumbing.role import owning
from tests.whole_session import LEFT, run_whole_session


def act(small: Small, note_id: object, **changed: object) -> object:
    arguments: dict[str, object] = {
        "note_id": note_id,
        "digest": "",
        "password": PASSWORD,
        "address": HERE,
        "reasons": {},
        "by": small.therapist,
        "at": AT,
    }
    return signing.sign(**{**arguments, **changed})  # type: ignore[arg-type]


def test_a_complete_note_is_signed_over_the_digest_shown(small: Small) -> None:
    note_id = written(small, "preparation")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    assert shown.can_sign
    act(small, note_id, digest=shown.digest)
    view = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert view.newest is not None
    version = view.newest.version
    assert version.digest == shown.digest == digest(version.content)
    assert (version.signer, version.signer_role) == ("Thea, PhD", "therapist")
    assert view.note.state == "signed"


@pytest.mark.safety("ONC-d8/signature")
def test_a_text_changed_since_the_review_is_not_signed(small: Small) -> None:
    note_id = written(small, "preparation")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    changed = raw_of("preparation", plan="Something else")
    note.save(note_id=note_id, base=2, raw=changed, by=small.therapist, at=AT)
    with pytest.raises(StaleDigest):
        act(small, note_id, digest=shown.digest)


def test_a_dose_recorded_since_the_review_makes_it_stale(small: Small) -> None:
    run_session(small)
    note_id = written(small, "dosing")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    session.record_vitals(
        infusion_id=small.infusion_id,
        values={"observed_at": AT - timedelta(minutes=3), "heart_rate": 70},
        by=small.medical,
        at=AT,
    )
    with pytest.raises(StaleDigest):
        act(small, note_id, digest=shown.digest)


def test_a_note_with_something_missing_is_refused(small: Small) -> None:
    note_id = note.begin(
        infusion_id=small.infusion_id, kind="preparation", by=small.therapist, at=AT
    )
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    assert shown.of_kind(FindingKind.MISSING)
    with pytest.raises(signing.NotReady):
        act(small, note_id, digest=shown.digest)


def test_a_dosing_note_is_not_signed_while_its_session_can_still_be_recorded(small: Small) -> None:
    note_id = written(small, "dosing")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    assert [one.key for one in shown.of_kind(FindingKind.REFUSAL)] == ["session-open"]
    with pytest.raises(signing.NotReady):
        act(small, note_id, digest=shown.digest)


def test_a_caution_asks_for_a_written_reason_that_is_kept(small: Small) -> None:
    run_session(small)
    note_id = written(small, "dosing", aldrete=8)
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    cautions = shown.of_kind(FindingKind.CAUTION)
    assert shown.can_sign
    assert cautions
    with pytest.raises(ReasonNeeded):
        act(small, note_id, digest=shown.digest)
    reasons = {one.key: "Discussed with Mina, pressure settled" for one in cautions}
    act(small, note_id, digest=shown.digest, reasons=reasons)
    view = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert view.newest is not None
    assert "Discussed with Mina" in json.dumps(view.newest.version.cautions)


@pytest.mark.safety("ASVS-7.5/fresh-factor")
def test_the_password_is_asked_again_and_guessing_is_stopped(small: Small) -> None:
    note_id = written(small, "preparation")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    for _ in range(10):
        with pytest.raises(WrongPassword):
            act(small, note_id, digest=shown.digest, password="guess")
    with pytest.raises(TooManyTries):
        act(small, note_id, digest=shown.digest)
    later = AT + timedelta(minutes=16)
    act(small, note_id, digest=shown.digest, at=later)


@pytest.mark.safety("ONC-d8/signature")
def test_nobody_signs_for_another(small: Small) -> None:
    note_id = written(small, "preparation")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    for actor in (small.medical, small.supervisor, small.administrator, small.other_therapist):
        with pytest.raises((NotAllowed, OutOfReach)):
            act(small, note_id, digest=shown.digest, by=actor)


@pytest.mark.safety("ONC-d8/locked")
def test_the_dosing_note_locks_dose_vitals_and_events_in_the_database_too(small: Small) -> None:
    run_session(small)
    signed(small, "dosing")
    with pytest.raises(Locked):
        session.record_dose(infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=AT)
    for table in ("dose", "vitals", "adverse_event"):
        refuses(f"UPDATE {table} SET struck_at = CURRENT_TIMESTAMP")
        refuses(f"DELETE FROM {table}")


def refuses(statement: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"signed|never deleted|struck out"),
        owning() as opened,
    ):
        opened.execute(sa.text(statement))


@pytest.mark.parametrize("table", list(TABLES))
def test_no_row_of_a_signed_session_is_added_changed_or_lost(small: Small, table: str) -> None:
    run_whole_session(small)
    sign_whole(small)
    columns = ", ".join(one.name for one in TABLES[table].__table__.columns if one.name != "id")
    one = f"SELECT id FROM {table} WHERE struck_at IS NULL ORDER BY id LIMIT 1"
    refuses(
        f"INSERT INTO {table} (id, {columns}) "
        f"SELECT infusion_id, {columns} FROM {table} WHERE id = ({one})"
    )
    refuses(f"UPDATE {table} SET struck_at = CURRENT_TIMESTAMP WHERE id = ({one})")
    refuses(f"UPDATE {table} SET observed_at = CURRENT_TIMESTAMP WHERE id = ({one})")
    refuses(f"DELETE FROM {table} WHERE id = ({one})")
    with pytest.raises(Locked):
        session.RECORD[table](infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=AT)


def sign_whole(small: Small, at: datetime = AT) -> reading.NoteView:
    """Sign the dosing note of the whole session; its cautions are answered."""
    note_id = written(small, "dosing")
    shown = signing.review(note_id=note_id, by=small.therapist, at=at)
    reasons = {one.key: "As recorded" for one in shown.of_kind(FindingKind.CAUTION)}
    act(small, note_id, digest=shown.digest, reasons=reasons, at=at)
    return reading.look(note_id=note_id, by=small.therapist, at=at)


def test_a_dosing_note_is_signed_with_all_that_its_session_recorded(small: Small) -> None:
    run_whole_session(small)
    newest = sign_whole(small).newest
    assert newest is not None
    content = json.loads(newest.version.content)
    assert content["format"] == 2
    kinds = [row["record"] for row in content["session"]]
    assert sorted(set(kinds), key=kinds.index) == list(TABLES)
    assert {row["recorded_by_name"] for row in content["session"]} == {"Mina", "Thea"}
    assert [row["label"] for row in content["session"] if row["record"] == "session_event"] == [
        "Onset",
        "Tears",
        "Infusion paused",
        "Infusion resumed",
        "Touch as agreed",
        "Words",
    ]
    met = {slot["label"]: slot["state"] for slot in content["schedule"]}
    assert (met["Before the dose"], met["15 min"], met["30 min"]) == ("done", "late", "missed")
    assert newest.session.of("discharge")[0]["left_at"] == LEFT["left_at"]
    assert [one.state for one in newest.session.slots] == list(met.values())


def test_the_same_session_is_the_same_text_whenever_it_is_reviewed(small: Small) -> None:
    run_whole_session(small)
    note_id = written(small, "dosing")
    digests = {
        signing.review(note_id=note_id, by=small.therapist, at=AT + timedelta(hours=hours)).digest
        for hours in (0, 1, 30, 300)
    }
    assert len(digests) == 1


@pytest.mark.parametrize("noun", ["arrival", "session_event", "discharge"])
def test_what_is_recorded_after_the_review_makes_it_stale(small: Small, noun: str) -> None:
    run_session(small)
    note_id = written(small, "dosing")
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    about, by = small.infusion_id, small.medical
    if noun == "arrival":
        [row] = session_rows(small, Arrival)
        values = {**ARRIVAL, "words": "Slept badly"}
        session.correct_arrival(row_id=row.id, values=values, why="Left out", by=by, at=AT)
    elif noun == "discharge":
        session.record_discharge(infusion_id=about, values=LEFT, reason="Near", by=by, at=AT)
    else:
        tapped = {"observed_at": AT - timedelta(minutes=50), "kind": "onset"}
        session.record_session_event(infusion_id=about, values=tapped, by=by, at=AT)
    with pytest.raises(StaleDigest):
        act(small, note_id, digest=shown.digest)


def session_rows(small: Small, table: type[Arrival]) -> list[Arrival]:
    reach = small.medical.reach(AT)
    with db.current().reading() as opened:
        return sessions.of_infusion(opened, table, small.infusion_id, reach=reach)


def test_a_note_without_a_session_is_signed_without_one(small: Small) -> None:
    note_id = signed(small, "preparation")
    newest = reading.look(note_id=note_id, by=small.therapist, at=AT).newest
    assert newest is not None
    assert (newest.session.rows, newest.session.slots) == ((), ())


@pytest.mark.safety("ONC-d8/locked")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE note_version SET digest = 'x'",
        "DELETE FROM note_version",
        "UPDATE note SET state = 'draft'",
        "UPDATE note SET author_id = patient_id",
        "DELETE FROM note",
        "UPDATE addendum SET signer = 'x'",
        "DELETE FROM trail",
        "UPDATE trail SET role = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_signed(small: Small, change: str) -> None:
    note_id = signed(small, "preparation")
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="ECG normal",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"never change|never deleted|does not change"),
        owning() as opened,
    ):
        opened.execute(sa.text(change))


def test_an_addendum_has_its_own_signature_and_leaves_the_original(small: Small) -> None:
    note_id = signed(small, "preparation")
    before = reading.look(note_id=note_id, by=small.therapist, at=AT).newest
    with pytest.raises(WrongPassword):
        addendum.add(
            note_id=note_id,
            reason="r",
            text="t",
            password="wrong",
            address=HERE,
            by=small.therapist,
            at=AT,
        )
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="ECG normal\n</textarea>",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    view = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert view.newest is not None
    assert before is not None
    assert view.newest.version.digest == before.version.digest
    [added] = view.addenda
    assert (added.reason, added.text) == ("Late result", "ECG normal\n</textarea>")
    assert added.signer == "Thea, PhD"


def test_a_supervised_note_waits_and_is_cosigned(supervised: Small) -> None:
    small = supervised
    note_id = signed(small, "preparation")
    view = reading.look(note_id=note_id, by=small.supervisor, at=AT)
    assert view.note.state == "awaiting_cosignature"
    assert view.newest is not None
    with pytest.raises(StaleDigest):
        cosigning.cosign(
            note_id=note_id,
            digest="0" * 64,
            password=PASSWORD,
            address=HERE,
            by=small.supervisor,
            at=AT,
        )
    cosigning.cosign(
        note_id=note_id,
        digest=view.newest.version.digest,
        password=PASSWORD,
        address=HERE,
        by=small.supervisor,
        at=AT,
    )
    after = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert after.note.state == "cosigned"
    assert after.newest is not None
    assert [one.signer for one in after.newest.cosignatures] == ["Sven, PhD"]


def test_a_note_sent_back_is_revised_and_both_versions_stay(supervised: Small) -> None:
    small = supervised
    note_id = signed(small, "preparation")
    with pytest.raises(ReasonNeeded):
        send_back(small, note_id, " ")
    send_back(small, note_id, "Which goals?")
    writing = note.open_to_write(note_id=note_id, by=small.therapist, at=AT)
    assert writing.returned is not None
    assert [one.comment for one in writing.returned.comments] == ["Which goals?"]
    changed = raw_of("preparation", goals="Lunch at work, twice a week")
    note.save(note_id=note_id, base=writing.version, raw=changed, by=small.therapist, at=AT)
    sign(small, note_id)
    view = reading.look(note_id=note_id, by=small.supervisor, at=AT)
    assert [one.number for one in view.versions] == [2, 1]
    assert any("Lunch" in change.after for change in view.versions[0].changes)


def test_the_author_takes_a_waiting_note_back_with_a_reason(supervised: Small) -> None:
    note_id = signed(supervised, "preparation")
    with pytest.raises(ReasonNeeded):
        cosigning.withdraw(note_id=note_id, reason="", by=supervised.therapist, at=AT)
    cosigning.withdraw(note_id=note_id, reason="Wrong weight", by=supervised.therapist, at=AT)
    with pytest.raises(WrongState):
        cosigning.withdraw(note_id=note_id, reason="again", by=supervised.therapist, at=AT)
