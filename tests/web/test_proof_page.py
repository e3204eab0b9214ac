"""The page says in words whether record and trail are whole, and hands out an anchor."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import proof_view, rolling_proof
from kapnotes.audit import seal
from tests.audit.unlocked import unlock
from tests.web.served import NOW, Served
from tests.web.test_outcome_pages import words

TROUBLE = "Record or trail is not whole"


@pytest.fixture(scope="module")
def verified(served: Served) -> Served:
    """A practice that the worker has verified; before, the page said that it had not."""
    assert "Not verified yet" in words(served, "/audit/proof", "administrator")
    assert rolling_proof.hourly(at=NOW - timedelta(minutes=4))
    return served


@pytest.mark.parametrize("who", ["administrator", "supervisor"])
def test_it_is_said_that_all_is_whole_and_since_when(verified: Served, who: str) -> None:
    said = words(verified, "/audit/proof", who)
    assert "Record and trail are whole" in said
    assert "verified to the end on 23 Nov 2026, 09:01" in said
    assert "What is new is verified each hour, the whole within 7 days." in said
    assert "/audit/proof" in verified.visitor(who).get("/audit").text
    assert TROUBLE not in words(verified, "/", who)


def test_the_anchor_is_the_head_as_it_stands_signed(verified: Served) -> None:
    answer = verified.visitor("administrator").get("/audit/proof/anchor.json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="trail-anchor-')
    anchor = seal.told(answer.data)
    assert anchor is not None
    assert seal.is_genuine(db.current().ring, anchor)
    assert json.loads(answer.data)["at"].startswith("2026-11-23T")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_worker_that_does_not_run_is_told(
    verified: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_view, "STALE", timedelta(minutes=1))
    said = words(verified, "/audit/proof", "administrator")
    assert "were whole when last verified" in said
    assert "Does the background worker run?" in said


def test_what_is_not_whole_is_raised_on_today_of_those_who_answer_for_it(
    verified: Served,
) -> None:
    with db.current().writing() as session:
        unlock(session, "trail")
        session.execute(sa.text("UPDATE trail SET role = 'medical' WHERE position = 3"))
    assert not rolling_proof.hourly(at=NOW + timedelta(days=1))
    for who in ("administrator", "supervisor"):
        assert "entry 3 is not as it was written" in words(verified, "/", who)
        assert TROUBLE in words(verified, "/audit/proof", who)
    assert TROUBLE not in words(verified, "/", "therapist")
