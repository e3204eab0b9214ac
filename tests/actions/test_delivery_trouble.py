"""What goes wrong on the way: tried again at the right times, given up in words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import delivery, disclosure, patient, people
from kapnotes.records.delivery import Delivery
from kapnotes.settings import Settings
from tests.actions.sending import (
    FOLDER,
    SERVER,
    events,
    folder,
    hand_out,
    send,
    small,
    the_delivery,
)
from tests.builders import AT, Small
from tests.conftest import KEY
from tests.kept import keep
from tests.plumbing.chart_server import ChartServer

__all__ = ["folder", "small"]


def test_a_server_that_failed_is_asked_again_a_minute_later(
    small: Small, chart_server: ChartServer
) -> None:
    found = keep(small)
    hand_out(small, found, SERVER)
    chart_server.fail("POST DocumentReference", 500)
    assert send() == delivery.Outcome(failed=1)
    row = the_delivery()
    assert (row.state, row.tries, row.next_try_at) == ("waiting", 1, AT + timedelta(minutes=1))
    assert row.failure == "The FHIR server failed (500: invalid)."
    assert send(0.5) == delivery.Outcome()
    assert send(1) == delivery.Outcome(sent=1)
    assert chart_server.numbers() == [found.number]
    [failed] = events("delivery.failed")
    assert failed.details == {
        "channel": SERVER,
        "tries": 1,
        "why": "status_500",
        "given_up": False,
    }
    assert the_delivery().failure == ""


def test_a_line_that_broke_after_it_was_stored_leaves_one_document(
    small: Small, chart_server: ChartServer
) -> None:
    found = keep(small)
    hand_out(small, found, SERVER)
    chart_server.fail("POST DocumentReference", "drop_after")
    assert send() == delivery.Outcome(failed=1)
    assert chart_server.numbers() == [found.number]
    assert send(1) == delivery.Outcome(sent=1)
    assert chart_server.numbers() == [found.number]
    assert len(chart_server.binaries) == 1


def test_it_is_given_up_after_the_last_rest_and_said_so(small: Small, folder: Path) -> None:
    hand_out(small, keep(small), FOLDER)
    folder.rmdir()
    minutes, rests = 0.0, []
    while the_delivery().state == "waiting":
        assert send(minutes) == delivery.Outcome(failed=1)
        due = the_delivery().next_try_at
        if due is not None:
            rests.append((due - AT).total_seconds() / 60 - minutes)
            minutes += rests[-1]
    assert rests == [1, 5, 15, 60, 180, 720, 1440]
    row = the_delivery()
    assert (row.state, row.next_try_at, row.tries) == ("failed", None, 8)
    assert row.failure == "The chart folder is not there."
    assert send(minutes + 10_000) == delivery.Outcome()
    folder.mkdir(mode=0o750)
    delivery.try_again(delivery_id=row.id, by=small.therapist, at=AT)
    assert send() == delivery.Outcome(sent=1)
    assert len(events("delivery.asked")) == 1


@pytest.mark.parametrize("status", [401, 403, 422])
def test_what_a_person_has_to_change_first_is_given_up_at_once(
    small: Small, chart_server: ChartServer, status: int
) -> None:
    hand_out(small, keep(small), SERVER)
    chart_server.fail("PUT Binary" if status == 401 else "POST DocumentReference", status)
    send()
    row = the_delivery()
    assert (row.state, row.tries) == ("failed", 1)
    assert f"({status}" in row.failure
    assert "Falk" not in row.failure


def test_whoever_hands_out_again_what_failed_is_told_to_try_again(
    small: Small, chart_server: ChartServer
) -> None:
    found = keep(small)
    hand_out(small, found, SERVER)
    chart_server.fail("POST DocumentReference", 422)
    send()
    assert hand_out(small, found, SERVER).disclosure_id is None
    ways = disclosure.open_form(document_id=found.id, by=small.therapist, at=AT).ways
    assert [one.is_open for one in ways] == [True, True, True, False]


def leave(small: Small) -> None:
    team = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).team
    [own] = [one.id for one in team if one.person_id == small.therapist.id]
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    patient.leave_team(
        patient_id=small.patient_id, member_id=own, on=AT.date(), by=small.therapist, at=AT
    )


def close(small: Small) -> None:
    people.disable(person_id=small.therapist.id, by=small.administrator, at=AT)


@pytest.mark.parametrize(("go", "said"), [(leave, "does not reach"), (close, "is closed")])
def test_nothing_is_sent_in_the_name_of_who_may_no_longer_read_it(
    small: Small, folder: Path, go: Callable[[Small], None], said: str
) -> None:
    hand_out(small, keep(small), FOLDER)
    go(small)
    assert send() == delivery.Outcome(failed=1)
    assert list(folder.iterdir()) == []
    row = the_delivery()
    assert row.state == "failed"
    assert said in row.failure


def test_a_sender_that_died_in_the_middle_is_followed_by_another(
    small: Small, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(small, keep(small), FOLDER)

    def dies(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "arrive", dies)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send(4) == delivery.Outcome()
    assert send(6) == delivery.Outcome(sent=1)
    assert len(list(folder.iterdir())) == 2


def test_trouble_of_our_own_is_kept_in_words_without_its_text_and_the_next_goes_on(
    small: Small, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = keep(small), keep(small, revision=2)
    hand_out(small, broken, FOLDER)
    hand_out(small, whole, FOLDER)
    parcel_of = delivery.parcel_of

    def trouble(document_id: UUID, *, by: Actor, at: datetime) -> object:
        if document_id == broken.id:
            raise ValueError("Jördis Falk")
        return parcel_of(document_id, by=by, at=at)

    monkeypatch.setattr(delivery, "parcel_of", trouble)
    assert send() == delivery.Outcome(sent=1, failed=1)
    assert (folder / f"{whole.number}.pdf").exists()
    [failed] = events("delivery.failed")
    assert failed.details["why"] == "ValueError"
    with db.current().reading() as session:
        said = session.execute(sa.select(Delivery.failure)).scalars().all()
    assert "Something went wrong while it was sent." in said


def test_a_way_that_is_taken_down_meanwhile_is_said(
    small: Small, database_url: str, tmp_path: Path
) -> None:
    found = keep(small)
    hand_out(small, found, FOLDER)
    db.current().close()
    plain = Settings(data=tmp_path, database_url=database_url, key=KEY)
    db.use(db.Database(plain))
    assert send() == delivery.Outcome(failed=1)
    assert "not set up any more (KAPNOTES_CHART_FOLDER)" in the_delivery().failure
    db.current().close()
