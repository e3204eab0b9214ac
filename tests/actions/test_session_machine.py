"""Several people on one session: nothing lost, nothing doubled, whatever order it arrives in.

Everyone sees the same, and the record is in the order of time.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import infusion, live, session
from kapnotes.clinic.refusals import Stale
from kapnotes.records.session_row import FIELDS
from tests.builders import AT, Small, minute, plan, small_practice

MINUTES = st.integers(0, 55)
RATES = st.integers(50, 110)


@dataclass(slots=True)
class Delivery:
    """Something that a page sends, perhaps more than once and perhaps late."""

    key: UUID
    noun: str
    values: dict[str, Any]
    by: Actor


@dataclass(slots=True)
class Line:
    """A row as the model has it."""

    noun: str
    values: dict[str, Any]
    is_struck: bool = False


@dataclass(slots=True)
class Page:
    """Somebody's open page: it knows what it was told, and where it stands."""

    by: Actor
    cursor: int = 0
    lines: dict[UUID, Line] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)


class Together(RuleBasedStateMachine):
    """Two people record, correct, strike; deliveries come twice and out of order."""

    deliveries = Bundle("deliveries")
    rows = Bundle("rows")
    small: Small

    @initialize()
    def begin(self) -> None:
        """A session of its own for each run."""
        self.infusion_id = plan(self.small.course_id, self.small.therapist)
        infusion.start(infusion_id=self.infusion_id, by=self.small.medical, at=minute(0))
        self.model: dict[UUID, Line] = {}
        self.by_key: dict[UUID, UUID] = {}
        self.pages = [Page(self.small.medical), Page(self.small.therapist)]
        self.writes = 1

    def people(self, number: int) -> Actor:
        return (self.small.medical, self.small.therapist)[number % 2]

    @rule(target=deliveries, minutes=MINUTES, rate=RATES, who=st.integers(0, 1), tap=st.booleans())
    def prepare(self, minutes: int, rate: int, who: int, *, tap: bool) -> Delivery:
        at = minute(minutes)
        values = (
            {"observed_at": at, "kind": "tears", "words": f"note {rate}"}
            if tap
            else {"observed_at": at, "heart_rate": rate}
        )
        return Delivery(uuid4(), "session_event" if tap else "vitals", values, self.people(who))

    @rule(target=rows, one=deliveries)
    def deliver(self, one: Delivery) -> Any:
        """It arrives: for the first time, or again, whatever came in between."""
        written = session.RECORD[one.noun](
            infusion_id=self.infusion_id, values=one.values, key=one.key, by=one.by, at=AT
        )
        assert written.is_new == (one.key not in self.by_key)
        if not written.is_new:
            assert written.row_id == self.by_key[one.key]
            return multiple()
        self.by_key[one.key] = written.row_id
        self.model[written.row_id] = Line(one.noun, one.values)
        self.writes += 1
        return written.row_id

    @rule(target=rows, row=consumes(rows), rate=RATES, who=st.integers(0, 1), again=st.booleans())
    def correct(self, row: UUID, rate: int, who: int, *, again: bool) -> UUID:
        before, by, key = self.model[row], self.people(who), uuid4()
        changed = (
            {"words": f"so {rate}"} if before.noun == "session_event" else {"heart_rate": rate}
        )
        values = {**before.values, **changed}
        made = row
        for _ in range(2 if again else 1):
            written = session.CORRECT[before.noun](
                row_id=row, values=values, why="Mistyped", key=key, by=by, at=AT
            )
            made = written.row_id
        before.is_struck = True
        self.model[made] = Line(before.noun, values)
        self.writes += 1
        return made

    @rule(row=consumes(rows), who=st.integers(0, 1))
    def strike(self, row: UUID, who: int) -> None:
        one = self.model[row]
        session.STRIKE[one.noun](row_id=row, why="Not so", by=self.people(who), at=AT)
        one.is_struck = True
        self.writes += 1
        try:
            session.STRIKE[one.noun](row_id=row, why="Again", by=self.people(who + 1), at=AT)
        except Stale:
            return
        raise AssertionError("a row was struck out twice")

    @rule(number=st.integers(0, 1))
    def ask(self, number: int) -> None:
        """A page asks what is new and puts it where it belongs."""
        page = self.pages[number]
        news = live.since(
            infusion_id=self.infusion_id, after=page.cursor, by=page.by, at=AT + timedelta(1)
        )
        if news is None:
            return
        rows = {one.id: one for one in news.rows}
        for entry in news.entries:
            page.told.append(entry.seq)
            row = rows.get(entry.row_id)
            if row is None:
                continue
            for known in (row, rows.get(row.corrects_id or row.id, row)):
                values = {
                    name: getattr(known, name)
                    for name in FIELDS[known.__tablename__]
                    if getattr(known, name) is not None
                }
                page.lines[known.id] = Line(
                    known.__tablename__, values, known.struck_at is not None
                )
        page.cursor = news.cursor

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        view = live.look(infusion_id=self.infusion_id, by=self.small.medical, at=AT)
        kept = {
            one.id: Line(
                one.__tablename__,
                {
                    name: getattr(one, name)
                    for name in FIELDS[one.__tablename__]
                    if getattr(one, name) is not None
                },
                one.struck_at is not None,
            )
            for one in view.rows
        }
        assert kept == self.model
        assert [one.seq for one in view.entries] == list(range(1, self.writes + 1))
        for noun in ("vitals", "session_event"):
            times = [one.observed_at for one in view.rows if one.__tablename__ == noun]
            assert times == sorted(times)

    def teardown(self) -> None:
        """In the end every page that asks once more shows what the record holds."""
        if not hasattr(self, "pages"):
            return
        for number, page in enumerate(self.pages):
            self.ask(number)
            assert page.lines == self.model
            assert page.told == list(range(1, self.writes + 1))


def test_nothing_is_lost_or_doubled_whatever_order_it_arrives_in(database: db.Database) -> None:
    del database
    Together.small = small_practice()
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis types it no further
        Together, settings=settings(max_examples=25, stateful_step_count=14, deadline=None)
    )
