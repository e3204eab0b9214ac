"""People, links, requirements, absences and notes, in any order, against a plain model.

No illegal move and no approval of one's own, one event for each act and none for what is refused,
every version that was ever signed readable to the letter, and the chain whole.
"""

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import cosigning, note, reading, signing, trail
from kapnotes.actions.cosigning import SectionComment
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import Refusal
from kapnotes.records.content import digest
from tests.actions.review_model import Written
from tests.actions.review_people import WHICH, Supervised
from tests.builders import HERE, PASSWORD, raw_of, small_practice, written

ANYONE = st.sampled_from(["sven", "dana", "author"])
EVENTS = (
    "note.signed",
    "note.cosigned",
    "note.sent_back",
    "note.withdrawn",
    "note.asked",
    "note.answered",
    "note.discarded",
    "supervision.linked",
    "supervision.ended",
    "requirement.set",
    "requirement.ended",
    "absence.set",
    "absence.ended",
)


def happened() -> dict[str, int]:
    """How often each act is in the trail as done."""
    with db.current().reading() as opened:
        query = (
            sa.select(Entry.event, sa.func.count())
            .where(Entry.event.in_(EVENTS), Entry.outcome == "done")
            .group_by(Entry.event)
        )
        return dict(opened.execute(query).all())


class Review(Supervised):
    """What author and supervisors do with notes, beside what links them."""

    @initialize()
    def begin(self) -> None:
        """What was done before this run does not count."""
        self.before = happened()
        self.last: Written | None = None

    def one(self, number: int) -> Written:
        self.last = self.model.notes[number % len(self.model.notes)]
        return self.last

    @rule(kind=st.sampled_from(["preparation", "integration"]))
    def write(self, kind: str) -> None:
        """The session was on day 0, and that day counts beside that of the signature."""
        self.model.notes.append(Written(written(self.small, kind), kind, 0))

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH)
    def sign(self, number: int) -> None:
        found, by = self.one(number), self.small.therapist
        waits = self.model.waits(found, self.day)
        shown = ""
        if found.state in {"draft", "returned"}:
            review = signing.review(note_id=found.id, by=by, at=self.at)
            assert review.waits is waits
            shown = review.digest
        done = self.act(
            "note.signed",
            "" if shown else "WrongState" if found.state == "discarded" else "Locked",
            signing.sign,
            note_id=found.id,
            digest=shown,
            password=PASSWORD,
            address=HERE,
            reasons={},
            by=by,
        )
        if done:
            found.state = "awaiting_cosignature" if waits else "signed"
            found.signed_on = self.day
            found.digests.append(shown)

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH, who=ANYONE)
    def cosign(self, number: int, who: str) -> None:
        found = self.one(number)
        done = self.act(
            "note.cosigned",
            self.model.refuses(who, found, self.day),
            cosigning.cosign,
            note_id=found.id,
            digest=found.digests[-1] if found.digests else "",
            password=PASSWORD,
            address=HERE,
            by=self.cast[who],
        )
        if done:
            found.state = "cosigned"
            found.cosigned.append((len(found.digests), self.cast[who].signature))

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH, who=ANYONE, many=st.integers(1, 3))
    def send_back(self, number: int, who: str, many: int) -> None:
        found = self.one(number)
        said = [SectionComment("session", "", f"comment {one}") for one in range(many)]
        done = self.act(
            "note.sent_back",
            self.model.refuses(who, found, self.day),
            cosigning.send_back,
            note_id=found.id,
            digest=found.digests[-1] if found.digests else "",
            comments=said,
            by=self.cast[who],
        )
        if done:
            found.state = "returned"
            found.said += [(len(found.digests), "send_back", one.words) for one in said]

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH, who=ANYONE)
    def ask(self, number: int, who: str) -> None:
        found = self.one(number)
        refused = self.model.refuses(who, found, self.day)
        by = self.cast[who]
        if self.act("note.asked", refused, cosigning.ask, note_id=found.id, words="Why?", by=by):
            found.said.append((len(found.digests), "ask", "Why?"))

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH)
    def answer(self, number: int) -> None:
        found, by = self.one(number), self.small.therapist
        is_asked = bool(found.said) and found.said[-1][1] == "ask"
        may = found.state == "awaiting_cosignature" and is_asked
        refused = "" if may else "WrongState"
        done = self.act(
            "note.answered", refused, cosigning.answer, note_id=found.id, words="So.", by=by
        )
        if done:
            found.said.append((len(found.digests), "answer", "So."))

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH)
    def withdraw(self, number: int) -> None:
        found, by = self.one(number), self.small.therapist
        refused = "" if found.state == "awaiting_cosignature" else "WrongState"
        if self.act(
            "note.withdrawn", refused, cosigning.withdraw, note_id=found.id, reason="Oops", by=by
        ):
            found.state = "returned"
            found.said.append((len(found.digests), "withdraw", "Oops"))

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH)
    def revise(self, number: int) -> None:
        """Its author writes in it: only while no signature stands on it."""
        found, by = self.one(number), self.small.therapist
        found.text += 1
        raw = raw_of(found.kind, plan=str(found.text))
        try:
            open_ = note.open_to_write(note_id=found.id, by=by, at=self.at)
            note.save(note_id=found.id, base=open_.version, raw=raw, by=by, at=self.at)
        except Refusal:
            assert found.state not in {"draft", "returned"}
        else:
            assert found.state in {"draft", "returned"}

    @precondition(lambda self: self.model.notes)
    @rule(number=WHICH)
    def discard(self, number: int) -> None:
        found = self.one(number)
        refused = "" if found.state == "draft" else "WrongState"
        by = self.small.therapist
        if self.act("note.discarded", refused, note.discard, note_id=found.id, by=by):
            found.state = "discarded"

    @invariant()
    def every_act_is_one_event_and_what_was_refused_none(self) -> None:
        now = happened()
        assert {event: now.get(event, 0) - self.before.get(event, 0) for event in EVENTS} == {
            event: self.model.done.get(event, 0) for event in EVENTS
        }

    @invariant()
    def the_note_is_what_the_model_says(self) -> None:
        if self.last is not None:
            self.check(self.last)

    def check(self, found: Written) -> None:
        """Every version, signature and comment is there, to the letter."""
        view = reading.look(note_id=found.id, by=self.small.therapist, at=self.at)
        assert view.note.state == found.state
        assert [one.version.digest for one in reversed(view.versions)] == found.digests
        for one in view.versions:
            assert digest(one.version.content) == one.version.digest
        assert [
            (one.number, mark.signer)
            for one in reversed(view.versions)
            for mark in one.cosignatures
        ] == found.cosigned
        assert [(one.number, one.move, one.comment) for one in view.comments] == found.said

    def teardown(self) -> None:
        if hasattr(self, "model"):
            for found in self.model.notes:
                self.check(found)
            assert trail.verify(by=operator(), at=self.at).is_whole


@pytest.mark.safety("KAP/cosignature")
def test_nothing_skips_a_cosignature_whatever_people_do(
    database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password is typed right each time; working it out is slow on purpose."""
    del database
    for room in (signing, cosigning):
        monkeypatch.setattr(room, "check_password", lambda **_: True)
    Review.practice = small_practice()
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis types it no further
        Review, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
