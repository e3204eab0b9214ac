"""The queue from the database is the queue of the clinic's rule, on any page and by any filter."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions.review import counted
from kapnotes.clinic import cosignature
from kapnotes.clinic.cosignature import Link, may_act
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.review_queue import Waiting, in_order
from kapnotes.records.absence import Absence
from kapnotes.records.alert import PatientAlert
from kapnotes.records.kept_finding import KeptFinding
from kapnotes.records.note import Note
from kapnotes.records.person import Supervision
from kapnotes.records.queued_note import Age, Asked, Findings, Queued
from kapnotes.records.review_queue import Queue
from kapnotes.records.waiting_note import WaitingNote
from tests.builders import AT, LINKED, Small, add_patient, add_person, small_practice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = AT.date()
KINDS = tuple(NoteKind)


@dataclass(frozen=True, slots=True)
class Told:
    """A note as it is drawn: how long ago it was signed, with how many hours, and what it is."""

    hours_ago: int
    hours: int
    is_of_thea: bool
    kind: NoteKind
    is_of_risky: bool
    is_found: bool


@dataclass(frozen=True, slots=True)
class House:
    """A practice with two authors, one supervisor, and a colleague who may be the deputy."""

    small: Small
    deputy: Actor
    risky: UUID

    def author(self, told: Told) -> Actor:
        return self.small.therapist if told.is_of_thea else self.small.other_therapist

    def patient(self, told: Told) -> UUID:
        return self.risky if told.is_of_risky else self.small.patient_id


@pytest.fixture
def house(database: db.Database) -> House:
    small = small_practice(cosigns=True)
    deputy = add_person("Dora", "supervisor")
    risky = add_patient(small.therapist, family_name="Riis", record_number="R-2")
    with database.writing() as session:
        session.add(
            PatientAlert(
                id=uuid4(),
                patient_id=risky,
                code="psychosis",
                level="hold",
                source="note",
                source_id=uuid4(),
                sentence="Psychosis",
                raised_at=AT,
                raised_by_id=small.therapist.id,
            )
        )
    return House(small, deputy, risky)


class Undone(Exception):
    """Ends an example: nothing of it is kept."""


@contextmanager
def example(database: db.Database) -> Iterator[Session]:
    with suppress(Undone), database.writing() as session:
        yield session
        raise Undone


def tells(most: int = 14) -> st.SearchStrategy[list[Told]]:
    one = st.builds(
        Told,
        hours_ago=st.sampled_from([0, 1, 23, 24, 25, 30, 71, 72, 73, 100, 167, 168, 169, 400]),
        hours=st.sampled_from([24, 72]),
        is_of_thea=st.booleans(),
        kind=st.sampled_from(KINDS),
        is_of_risky=st.booleans(),
        is_found=st.booleans(),
    )
    return st.lists(one, max_size=most)


def write(session: Session, house: House, told: Sequence[Told]) -> dict[UUID, Told]:
    """Put the notes down as if they had been signed then; names follow from their places."""
    notes = {uuid5(UUID(int=7), str(place)): one for place, one in enumerate(told)}
    for note_id, one in notes.items():
        signed_at = AT - one.hours_ago * HOUR
        about = {"patient_id": house.patient(one), "author_id": house.author(one).id}
        session.connection().execute(
            sa.insert(Note).values(
                id=note_id,
                infusion_id=house.small.infusion_id,
                kind=one.kind.value,
                definition_version="1",
                state="awaiting_cosignature",
                begun_at=signed_at,
                state_at=signed_at,
                signed_versions=1,
                **about,
            )
        )
        session.connection().execute(
            sa.insert(WaitingNote).values(
                note_id=note_id,
                course_id=house.small.course_id,
                infusion_id=house.small.infusion_id,
                kind=one.kind.value,
                number=1,
                digest="d",
                signed_at=signed_at,
                signed_on=signed_at.date(),
                due_at=signed_at + one.hours * HOUR,
                **about,
            )
        )
        if one.is_found:
            session.add(_finding(house, note_id, one))
    session.flush()
    return notes


def _finding(house: House, note_id: UUID, one: Told) -> KeptFinding:
    return KeptFinding(
        id=uuid4(),
        infusion_id=house.small.infusion_id,
        patient_id=house.patient(one),
        note_id=note_id,
        note_kind=one.kind.value,
        author_id=house.author(one).id,
        code="goals_unlinked",
        level="should",
        version="1",
        section="",
        link_id="",
        first_at=AT,
        seen_at=AT,
        sentence="No goal.",
    )


def expected(
    house: House, notes: dict[UUID, Told], wanted: Callable[[Told], bool] = lambda _: True
) -> list[UUID]:
    items = [
        Waiting(
            key=str(note_id),
            kind=one.kind,
            author=str(house.author(one).id),
            patient=str(house.patient(one)),
            signed_at=AT - one.hours_ago * HOUR,
            hours=one.hours,
            digest="d",
        )
        for note_id, one in notes.items()
        if wanted(one)
    ]
    return [UUID(one.key) for one in in_order(items, at=AT)]


def walked(queue: Queue, asked: Asked, most: int) -> list[UUID]:
    """All pages one after another."""
    found: list[Queued] = []
    while page := queue.page(asked, most=most, after=found[-1].place(asked.at) if found else None):
        assert len(page) <= most
        found += page
    return [one.note_id for one in found]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=tells(), most=st.integers(1, 5))
def test_the_pages_are_the_queue_of_the_rule(
    database: db.Database, house: House, told: list[Told], most: int
) -> None:
    with example(database) as session:
        notes = write(session, house, told)
        assign(session, house)
        queue = Queue(session, reach=house.small.supervisor.reach(AT))
        rule = expected(house, notes)
        assert walked(queue, Asked(at=AT), most) == rule
        places = {one.note_id: one.place(AT) for one in queue.page(Asked(at=AT), most=99)}
        for number, note_id in enumerate(rule):
            before = queue.page(Asked(at=AT), most=99, after=places[note_id], back=True)
            assert [one.note_id for one in before] == rule[:number][::-1]


FILTERS: dict[str, tuple[Callable[[House], Asked], Callable[[Told], bool]]] = {
    "person": (
        lambda it: Asked(at=AT, author_id=it.small.therapist.id),
        lambda one: one.is_of_thea,
    ),
    "kind": (
        lambda _: Asked(at=AT, kind=NoteKind.DOSING),
        lambda one: one.kind is NoteKind.DOSING,
    ),
    "risk": (lambda _: Asked(at=AT, has_risk=True), lambda one: one.is_of_risky),
    "findings": (lambda _: Asked(at=AT, findings=Findings.SOME), lambda one: one.is_found),
    "no findings": (lambda _: Asked(at=AT, findings=Findings.NONE), lambda one: not one.is_found),
    "late": (lambda _: Asked(at=AT, age=Age.LATE), lambda one: one.hours_ago > one.hours),
    "a day": (lambda _: Asked(at=AT, age=Age.DAY), lambda one: one.hours_ago >= 24),
    "a week": (lambda _: Asked(at=AT, age=Age.WEEK), lambda one: one.hours_ago >= 168),
}


@pytest.mark.parametrize("name", FILTERS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=tells())
def test_a_filter_leaves_the_order_and_counts_what_it_leaves(
    database: db.Database, house: House, name: str, told: list[Told]
) -> None:
    ask, wanted = FILTERS[name]
    with example(database) as session:
        notes = write(session, house, told)
        assign(session, house)
        queue = Queue(session, reach=house.small.supervisor.reach(AT))
        rule = expected(house, notes, wanted)
        assert walked(queue, ask(house), 3) == rule
        assert queue.count(ask(house)) == len(rule)
        assert counted(queue.shares(AT), ask(house)) in {None, len(rule)}
        assert sum(one.waiting for one in queue.shares(AT)) == len(notes)
        late = [one for one in notes.values() if one.hours_ago > one.hours]
        assert sum(one.late for one in queue.shares(AT)) == len(late)


@dataclass(frozen=True, slots=True)
class Assigned:
    """When the second author is linked and from when it covers; when the supervisor is away."""

    begins: date
    ends: date | None
    covers: date | None
    leaves: date
    returns: date | None


EVER = Assigned(LINKED.date(), None, None, LINKED.date(), LINKED.date())


def assignments() -> st.SearchStrategy[Assigned]:
    day = st.integers(-20, 3).map(lambda many: TODAY + many * DAY)
    no_day = st.one_of(st.none(), day)
    return st.builds(Assigned, begins=day, ends=no_day, covers=no_day, leaves=day, returns=no_day)


def assign(session: Session, house: House, drawn: Assigned = EVER) -> None:
    """Link the second author, and have the supervisor away; the first author's link is for ever."""
    session.add_all(
        [
            Supervision(
                id=uuid4(),
                supervisor_id=house.small.supervisor.id,
                supervisee_id=house.small.other_therapist.id,
                starts_on=drawn.begins,
                ends_on=drawn.ends,
                covers_from=drawn.covers,
            ),
            Absence(
                id=uuid4(),
                supervisor_id=house.small.supervisor.id,
                deputy_id=house.deputy.id,
                starts_on=drawn.leaves,
                ends_on=drawn.returns,
            ),
        ]
    )
    session.flush()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=tells(6), drawn=assignments())
def test_a_note_stands_in_the_queue_of_who_may_act_on_it(
    database: db.Database, house: House, told: list[Told], drawn: Assigned
) -> None:
    """Links that do not reach back, links that ended, and deputies while somebody is away."""
    small = house.small
    sven, dora = str(small.supervisor.id), str(house.deputy.id)
    thea, otto = str(small.therapist.id), str(small.other_therapist.id)
    links = [
        Link(supervisor=sven, author=thea, starts_on=LINKED.date()),
        Link(
            supervisor=sven,
            author=otto,
            starts_on=drawn.begins,
            ends_on=drawn.ends,
            covers_from=drawn.covers,
        ),
    ]
    away = [
        cosignature.Absence(
            supervisor=sven, deputy=dora, starts_on=drawn.leaves, ends_on=drawn.returns
        )
    ]
    with example(database) as session:
        notes = write(session, house, told)
        assign(session, house, drawn)
        for person in (small.supervisor, house.deputy):
            mine = {
                note_id
                for note_id, one in notes.items()
                if may_act(str(person.id), _as_rule(house, one), links, away, on=TODAY)
            }
            queue = Queue(session, reach=person.reach(AT))
            assert set(walked(queue, Asked(at=AT), 4)) == mine
            assert queue.count(Asked(at=AT)) == len(mine)
            assert {one for one in notes if queue.find(one)} == mine


def _as_rule(house: House, one: Told) -> cosignature.WaitingNote:
    signed_on = (AT - one.hours_ago * HOUR).date()
    author = str(house.author(one).id)
    return cosignature.WaitingNote(author=author, kind=one.kind, signed_on=signed_on)
