"""Documents on their way: sent once, to who asked, and what became of it is on the page."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from kapnotes.actions import delivery, disclosure, document_list
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, WrongState
from kapnotes.records.delivery import Delivery
from kapnotes.records.disclosure import Disclosure
from tests.actions.sending import (
    FOLDER,
    SERVER,
    count,
    events,
    folder,
    hand_out,
    send,
    small,
    the_delivery,
)
from tests.builders import AT, Small
from tests.kept import CONTENT, keep
from tests.plumbing.chart_server import ChartServer

__all__ = ["folder", "small"]


def test_the_folder_gets_the_very_bytes_and_the_page_says_where(small: Small, folder: Path) -> None:
    first = keep(small)
    found = keep(small, revision=2, replaces=first.number, content=CONTENT + b"2")
    hand_out(small, found, FOLDER)
    assert the_delivery().state == "waiting"
    assert send() == delivery.Outcome(sent=1)
    assert (folder / f"{found.number}.pdf").read_bytes() == CONTENT + b"2"
    told = json.loads((folder / f"{found.number}.json").read_text())
    assert (told["version"], told["replaces"]) == (2, first.number)
    assert (told["sha256"], told["record_number"]) == (found.file_digest, "R-1")
    row = the_delivery()
    assert (row.state, row.receipt, row.failure) == ("sent", f"{found.number}.pdf", "")
    [event] = events("delivery.sent")
    assert (event.actor_id, event.patient_id) == (small.therapist.id, small.patient_id)
    assert event.details == {"channel": FOLDER, "tries": 1}


def test_the_server_gets_it_and_its_receipt_is_the_address(
    small: Small, chart_server: ChartServer
) -> None:
    found = keep(small)
    hand_out(small, found, SERVER)
    assert send() == delivery.Outcome(sent=1)
    assert chart_server.binaries == {str(found.id): CONTENT}
    [(named, reference)] = chart_server.references.items()
    assert the_delivery().receipt == f"{chart_server.url}/DocumentReference/{named}"
    assert reference["subject"]["identifier"]["value"] == "R-1"
    assert reference["custodian"]["display"] == "Test practice"
    assert reference["masterIdentifier"]["value"] == found.number


def test_asked_for_twice_it_is_one_delivery_and_one_entry_in_the_list(small: Small) -> None:
    found = keep(small)
    first, again = hand_out(small, found, FOLDER), hand_out(small, found, FOLDER)
    assert first.disclosure_id is not None
    assert again.disclosure_id is None
    send()
    assert hand_out(small, found, FOLDER).disclosure_id is None
    assert send(5) == delivery.Outcome()
    assert (count(Delivery), count(Disclosure)) == (1, 1)
    assert len(events("document.disclosed")) == 1
    hand_out(small, found, SERVER)
    assert (count(Delivery), count(Disclosure)) == (2, 2)


def test_two_who_ask_at_the_same_moment_leave_one_delivery(small: Small) -> None:
    found = keep(small)
    handed: list[disclosure.Handed] = []
    both = [Thread(target=lambda: handed.append(hand_out(small, found, FOLDER))) for _ in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(handed) == 2
    assert (count(Delivery), count(Disclosure)) == (1, 1)


def test_of_two_who_send_one_does(small: Small, chart_server: ChartServer) -> None:
    hand_out(small, keep(small), SERVER)
    outcomes: list[delivery.Outcome] = []
    both = [Thread(target=lambda: outcomes.append(send())) for _ in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(one.sent for one in outcomes) == [0, 1]
    assert chart_server.requests().count("POST DocumentReference") == 1


def test_only_who_reaches_the_document_has_it_tried_again_and_never_what_arrived(
    small: Small, folder: Path
) -> None:
    hand_out(small, keep(small), FOLDER)
    row = the_delivery()
    for by in (small.other_therapist, small.medical):
        with pytest.raises(OutOfReach):
            delivery.try_again(delivery_id=row.id, by=by, at=AT)
    with pytest.raises(NotAllowed):
        delivery.try_again(delivery_id=row.id, by=small.administrator, at=AT)
    delivery.try_again(delivery_id=row.id, by=small.therapist, at=AT)
    assert events("delivery.asked") == []
    send()
    with pytest.raises(WrongState):
        delivery.try_again(delivery_id=row.id, by=small.therapist, at=AT)
    assert len(list(folder.iterdir())) == 2


def test_the_page_says_when_nobody_sends(small: Small) -> None:
    hand_out(small, keep(small), FOLDER)
    for minutes, is_late in ((0.5, False), (2, True)):
        view = document_list.look(
            patient_id=small.patient_id, by=small.therapist, at=AT + timedelta(minutes=minutes)
        )
        assert view.is_late is is_late
