"""A process note is on its author's own page and nowhere else (45 CFR 164.501; ONC d1)."""

import logging
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from flask import Flask

from tests import audited
from tests.asked import ask_for
from tests.builders import PASSWORD, run_session, sign, written
from tests.house.test_doors import methods_of
from tests.web.served import PEOPLE, Served
from tests.web.targets import Ids, path_of, unusual_item
from tests.web.visitor import Page

CANARY = "canary-of-the-process-note"
NEW = [
    "/review",
    "/review/<note_id>",
    "/checks",
    "/feedback/<person_id>",
    "/chart-audits/<audit_id>",
    "/chart-audits/<audit_id>/data.csv",
    "/chart-audits/<audit_id>/report.pdf",
    "/chart-audits/<audit_id>/charts/<chart_id>",
    "/corrective-actions/<action_id>",
    "/audit",
    "/audit/report.csv",
    "/audit/report.pdf",
    "/audit/unusual/<item_id>/close",
    "/patients/<patient_id>/amendments/<amendment_id>",
    "/patients/<patient_id>/trail",
    "/patients/<patient_id>/trail.csv",
    "/patients/<patient_id>/trail.pdf",
]
"""What a supervisor opens about the note and its chain, each of it really there."""


@pytest.fixture(scope="module")
def note_id(served: Served) -> UUID:
    """A signed dosing note of a finished infusion, with a process note beside it."""
    small = served.small
    run_session(small)
    sign(small, written(small, "preparation"))
    made = written(small, "dosing")
    form = {"_version": "0", "text": f"{CANARY} and more"}
    assert served.therapist.post(f"/notes/{made}/process", form).status_code == 302
    sign(small, made)
    return made


@pytest.fixture(scope="module")
def ids(served: Served, note_id: UUID) -> Ids:
    """Return everything that an address of the note's patient can name."""
    small = served.small
    [dose] = served.rows(small.infusion_id).doses
    audit = audited.drawn(small, count=20)
    [chart, *_] = audited.chart_ids(small, audit)
    audited.answer(small, audit, chart, goals=audited.NOT_MET)
    return {
        "audit_id": audit,
        "chart_id": chart,
        "action_id": audited.given(small, audit),
        "amendment_id": ask_for(small, note_id),
        "item_id": unusual_item(served)[0]["item_id"],
        "patient_id": small.patient_id,
        "course_id": small.course_id,
        "infusion_id": small.infusion_id,
        "note_id": note_id,
        "person_id": small.therapist.id,
        "noun": "dose",
        "row_id": dose.id,
        "version": 2,
        "filename": "mark.svg",
    }


def test_its_author_reads_it_on_its_own_page(served: Served, note_id: UUID) -> None:
    page = Page(served.therapist.get(f"/notes/{note_id}/process").text)
    assert page.typed()["text"] == [f"{CANARY} and more"]


@pytest.mark.parametrize("who", [*PEOPLE, "nobody"])
def test_it_is_on_no_other_page_and_in_no_document(
    served: Served, app: Flask, ids: Ids, who: str
) -> None:
    visitor = served.visitor(who)
    if who == "supervisor":
        opened = [one for one in NEW if visitor.get(path_of(one, ids)).status_code == 200]
        assert opened == NEW
    for address, method, _ in methods_of(app):
        if method == "GET" and address != "/notes/<note_id>/process":
            assert CANARY.encode() not in visitor.get(path_of(address, ids)).data, address
    if who != "therapist":
        assert CANARY not in visitor.get(f"/notes/{ids['note_id']}/process").text
    assert served.printed.pages or who != "therapist"
    assert not [page for page in served.printed.pages if CANARY in page]


def test_no_search_finds_it(served: Served, note_id: UUID) -> None:
    del note_id
    page = Page(served.therapist.post("/patients", {"text": CANARY}).text)
    assert "Falk" not in page.words()


def test_colleagues_see_that_it_exists(served: Served, note_id: UUID) -> None:
    for who in ("medical", "supervisor"):
        words = Page(served.visitor(who).get(f"/notes/{note_id}").text).words()
        assert "exists; read by its author only" in words


def test_a_refused_colleague_is_in_the_trail_and_the_text_is_not(
    served: Served, note_id: UUID
) -> None:
    colleagues = [
        served.visitor(who) for who in ("medical", "supervisor", "administrator", "other")
    ]
    end = served.end_of_trail()
    for one in colleagues:
        assert one.get(f"/notes/{note_id}/process").status_code in {403, 404}
    assert [one.outcome for one in served.trail(end)] == ["refused"] * 4
    assert not [one for one in served.trail() if CANARY in str(vars(one))]


def test_neither_database_holds_it_in_plain_words(served: Served, note_id: UUID) -> None:
    del note_id
    assert CANARY not in str(served.rows_of_everything())
    folder = Path(served.database.settings.database_url.removeprefix("sqlite:///")).parent
    for file in folder.glob("practice.db*"):
        assert CANARY.encode() not in file.read_bytes()


def test_a_colleague_on_the_team_keeps_nothing_beside_anothers_note(
    served: Served, note_id: UUID
) -> None:
    before = served.rows_of_everything()
    for who in ("medical", "supervisor", "administrator", "other"):
        form = {"_version": "1", "text": "mine now"}
        answer = served.visitor(who).post(f"/notes/{note_id}/process", form)
        assert answer.status_code in {403, 404}
        assert CANARY not in answer.text
    assert served.rows_of_everything() == before


def test_saved_in_two_windows_both_texts_are_shown(served: Served, note_id: UUID) -> None:
    form = {"_version": "0", "text": "typed in the other window"}
    answer = served.therapist.post(f"/notes/{note_id}/process", form)
    page = Page(answer.text)
    assert answer.status_code == 409
    assert f"{CANARY} and more" in page.words()
    assert page.typed()["text"] == ["typed in the other window"]


def test_no_log_holds_what_was_typed(
    served: Served,
    note_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither a good day, nor a refusal, nor a failure in the middle of a save."""
    caplog.set_level(logging.DEBUG)
    therapist = served.therapist
    draft = served.draft()
    with structlog.testing.capture_logs() as logged:
        therapist.get(f"/notes/{note_id}/process")
        therapist.post(f"/notes/{note_id}/process", {"_version": "0", "text": f"{CANARY} 2"})
        therapist.put(f"/notes/{draft}/draft", {"_version": "1", "themes": CANARY})
        therapist.put(f"/notes/{draft}/draft", {"_version": "0", "themes": f"{CANARY} 3"})
        therapist.post("/patients", {"text": CANARY})
        served.newcomer().post("/sign-in", {"email": CANARY, "password": CANARY})

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError(CANARY)

        monkeypatch.setattr("kapnotes.records.process_note.of_author", fail)
        monkeypatch.setattr("kapnotes.actions.note.kept", fail)
        answers = [
            therapist.get(f"/notes/{note_id}/process"),
            therapist.post(f"/notes/{note_id}/process", {"_version": "1", "text": CANARY}),
            therapist.put(f"/notes/{draft}/draft", {"_version": "2", "themes": CANARY}),
        ]
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert len(logged) == 3
    assert not [answer for answer in answers if CANARY in answer.text]
    said = capfd.readouterr()
    assert CANARY not in str(logged) + caplog.text + said.out + said.err


def test_the_password_is_in_no_log_either(
    served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    served.newcomer("therapist")
    said = capfd.readouterr()
    assert PASSWORD not in caplog.text + said.out + said.err
