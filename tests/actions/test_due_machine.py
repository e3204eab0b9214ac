"""Whatever is done with a course, and in which order, its lists say what the rule says."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kapnotes import db
from kapnotes.actions import course, infusion, note, session
from kapnotes.clinic.refusals import Refusal
from kapnotes.records.course import Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.note import Note
from kapnotes.records.session_row import Dose
from tests.actions.test_due_kept import DAY, by_the_lists, by_the_rule, strike
from tests.actions.test_outcome import rate
from tests.builders import (
    AT,
    DOSE,
    Small,
    arrive,
    cosign,
    minute,
    plan,
    send_back,
    sign,
    small_practice,
    written,
)

NUMBERS = st.integers(0, 9)
KINDS = st.sampled_from(["preparation", "dosing", "integration"])


class Practice(RuleBasedStateMachine):
    """What people do with a course, in any order; what is refused changes nothing."""

    small: Small

    @initialize()
    def begin(self) -> None:
        """An infusion of its own for each run."""
        with suppress(Refusal):
            plan(self.small.course_id, self.small.therapist)

    def one(self, table: Any, number: int, *where: sa.ColumnElement[bool]) -> UUID | None:
        """One of the rows of a table, if there are any."""
        with db.current().reading() as opened:
            query = sa.select(table.id).where(*where).order_by(table.id)
            ids = opened.execute(query).scalars().all()
        return ids[number % len(ids)] if ids else None

    def act(self, action: Callable[..., Any], **values: Any) -> None:
        with suppress(Refusal):
            action(at=AT, **values)

    @rule(days=st.integers(-1, 120), maintenance=st.booleans())
    def plan(self, days: int, *, maintenance: bool) -> None:
        self.act(
            infusion.plan,
            course_id=self.small.course_id,
            planned_for=AT + days * DAY,
            route="iv",
            phase="maintenance" if maintenance else "induction",
            by=self.small.therapist,
        )

    @rule(number=NUMBERS, days=st.integers(-1, 120))
    def move(self, number: int, days: int) -> None:
        self.act(
            infusion.edit,
            infusion_id=self.one(Infusion, number, Infusion.state == "planned"),
            planned_for=AT + days * DAY,
            route="iv",
            phase="induction",
            reason="Asked for it",
            by=self.small.therapist,
        )

    @rule(number=NUMBERS, verb=st.sampled_from(["start", "complete"]))
    def run(self, number: int, verb: str) -> None:
        state = "planned" if verb == "start" else "in_progress"
        found = self.one(Infusion, number, Infusion.state == state)
        if found is not None and verb == "start":
            with suppress(Refusal):
                arrive(found, self.small.medical)
        self.act(getattr(infusion, verb), infusion_id=found, by=self.small.medical)

    @rule(number=NUMBERS, verb=st.sampled_from(["cancel", "reopen"]))
    def take_back(self, number: int, verb: str) -> None:
        found = self.one(Infusion, number)
        by = self.small.medical
        self.act(getattr(infusion, verb), infusion_id=found, reason="A cold", by=by)

    @rule(number=NUMBERS, minutes=st.integers(0, 50))
    def dose(self, number: int, minutes: int) -> None:
        values = {**DOSE, "observed_at": minute(minutes), "stopped_at": minute(minutes + 5)}
        found = self.one(Infusion, number, Infusion.state == "in_progress")
        self.act(session.record_dose, infusion_id=found, values=values, by=self.small.medical)

    @rule(number=NUMBERS)
    def strike_dose(self, number: int) -> None:
        found = self.one(Dose, number, Dose.struck_at.is_(None))
        self.act(session.strike_dose, row_id=found, why="Mistyped", by=self.small.medical)

    @rule(key=st.sampled_from(["y-bocs", "phq-9", "c-ssrs"]), days=st.integers(0, 60))
    def measure(self, key: str, days: int) -> None:
        rate(self.small, key, 12, at=AT - days * DAY)

    @rule(number=NUMBERS)
    def strike_measure(self, number: int) -> None:
        found = self.one(Measure, number, Measure.struck_at.is_(None))
        if found is not None:
            strike(found)

    @rule(number=NUMBERS, kind=KINDS)
    def sign(self, number: int, kind: str) -> None:
        found = self.one(Infusion, number)
        with suppress(Refusal):
            sign(self.small, written(self.small, kind, found))

    @rule(number=NUMBERS, kind=KINDS)
    def write_and_discard(self, number: int, kind: str) -> None:
        found = self.one(Infusion, number)
        by = self.small.therapist
        with suppress(Refusal):
            made = note.begin(infusion_id=found, kind=kind, by=by, at=AT) if found else None
            self.act(note.discard, note_id=made, by=by)

    @rule(number=NUMBERS, comes_back=st.booleans())
    def review(self, number: int, *, comes_back: bool) -> None:
        found = self.one(Note, number, Note.state == "awaiting_cosignature")
        if found is None:
            return
        if comes_back:
            with suppress(Refusal):
                send_back(self.small, found)
        else:
            cosign(self.small, found)

    @rule(verb=st.sampled_from(["pause", "resume", "end", "reopen"]))
    def turn(self, verb: str) -> None:
        more = {"on": AT.date()} if verb == "end" else {}
        about = {"course_id": self.small.course_id, "reason": "Moved away", **more}
        self.act(getattr(course, verb), **about, by=self.small.therapist)

    @invariant()
    def the_lists_say_what_the_rule_says(self) -> None:
        assert by_the_lists() == by_the_rule()


def test_the_lists_say_what_the_rule_says(database: db.Database) -> None:
    del database
    Practice.small = small_practice(cosigns=True)
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis types it no further
        Practice, settings=settings(max_examples=10, stateful_step_count=16, deadline=None)
    )
