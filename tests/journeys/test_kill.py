"""What was answered as saved is there after a `kill -9`, whenever it comes.

Three windows save over and over through the real server, which is killed with all its processes at
a random moment of each round; in some rounds PostgreSQL is killed with it, or alone. The short form
plays a few rounds on each database; `make kill` plays 1,000 in all.
"""

import http.client
import os
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import note, trail
from kapnotes.audit.trail import Entry, head_of
from kapnotes.records.draft import NoteDraft
from tests.builders import small_practice
from tests.journeys.power import VICTIMS, Power, powered
from tests.journeys.window import NotSaved, Window

pytestmark = pytest.mark.safety("KAP/killed")

ROUNDS = int(os.environ.get("KILL_ROUNDS", "4")) // 2
WINDOWS = 3
LOOKS_BACK = 200
"""So many entries of the trail are looked at after each round; at the end all of them are."""
LONG = "And the tide came in slowly, and she let it. " * 60


class Writer(threading.Thread):
    """Somebody who saves a note over and over until that no longer works."""

    def __init__(self, window: Window, note_id: UUID, version: int, number: int) -> None:
        super().__init__(daemon=True)
        self.window, self.note_id, self.version, self.number = window, note_id, version, number
        self.saved = 0
        self.odd = ""
        self.has_saved = threading.Event()

    def run(self) -> None:
        """Save text after text, and count those that were answered as saved."""
        while not self.odd:
            text = text_of(self.number, self.saved)
            try:
                self.version = self.window.save(self.note_id, self.version, text)
            except (OSError, http.client.HTTPException):
                return
            except NotSaved as refusal:
                if refusal.status == http.client.SERVICE_UNAVAILABLE:
                    return
                self.odd = str(refusal)
            self.saved += 1
            self.has_saved.set()


def text_of(number: int, count: int) -> str:
    """A text of its own for each save, of changing length, so that a torn one shows."""
    return f"{LONG[: count * 37 % len(LONG)]} round {number}, text {count}"


def begun(practice: Power) -> list[UUID]:
    """A demo practice, where a password is enough, with a note for each window."""
    with practice.opened():
        small = small_practice(is_demo=True)
        by, at = small.therapist, datetime.now(UTC)
        return [
            note.begin(infusion_id=small.infusion_id, kind="integration", by=by, at=at)
            for _ in range(WINDOWS)
        ]


def newest(note_id: UUID) -> tuple[int, str]:
    """The version and the text of a note's draft, read past the product's own doors."""
    with db.current().reading() as session:
        query = sa.select(NoteDraft).where(NoteDraft.note_id == note_id)
        found = session.execute(query.order_by(NoteDraft.version.desc()).limit(1)).scalar_one()
        return found.version, found.raw.get("themes", [""])[0]


def check_links() -> None:
    """The trail ends where its head says, and its last entries hang together."""
    with db.current().reading() as session:
        end = head_of(session)
        query = sa.select(Entry.position, Entry.prev_hash, Entry.hash)
        found = session.execute(query.order_by(Entry.position.desc()).limit(LOOKS_BACK)).all()
    assert (found[0].position, found[0].hash) == end
    for later, earlier in pairwise(found):
        assert (later.position - 1, later.prev_hash) == (earlier.position, earlier.hash)


def check_kept(writer: Writer) -> None:
    """The last text that was answered as saved is there, whole, or the one that was on its way."""
    last = [text_of(writer.number, writer.saved - 1)] if writer.saved else []
    _, text = newest(writer.note_id)
    if writer.saved or f"round {writer.number}," in text:
        assert text in {*last, text_of(writer.number, writer.saved)}, (writer.number, writer.saved)


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_no_text_that_was_reported_saved_is_lost(
    kind: str, prepare: Callable[[str], None], tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - when the power goes, not a secret
    saved = 0
    with powered(kind, tmp_path, prepare) as practice:
        notes = begun(practice)
        versions = [1] * WINDOWS
        window = Window(practice.serve().base_url)
        assert window.sign_in() == http.client.FOUND
        for number in range(ROUNDS):
            writers = [
                Writer(window, note_id, version, number)
                for note_id, version in zip(notes, versions, strict=True)
            ]
            for writer in writers:
                writer.start()
            assert writers[0].has_saved.wait(60)
            time.sleep(chance.uniform(0, 0.5))
            victim = chance.choice(VICTIMS[kind])
            practice.kill(victim)
            for writer in writers:
                writer.join(60)
                assert not writer.odd, (number, victim, writer.odd)
            saved += sum(writer.saved for writer in writers)
            if victim != "server":
                practice.start_database()
            with practice.opened():
                check_links()
                for writer in writers:
                    check_kept(writer)
                versions = [newest(note_id)[0] for note_id in notes]
            if victim != "database" and number < ROUNDS - 1:
                practice.serve()
        with practice.opened():
            verdict = trail.verify(by=operator(), at=datetime.now(UTC))
    assert verdict.is_whole
    assert saved >= ROUNDS
    print(f"{kind}: {ROUNDS} rounds, {saved} texts saved")  # noqa: T201 - `make kill` tells it
