"""Emergency access is wider by exactly one patient, whoever cares for whom and answers for whom."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapnotes import db
from kapnotes.access.actor import Actor, Emergency
from kapnotes.access.roles import Therapist
from kapnotes.actions import emergency, note, people, process_note
from kapnotes.audit.emergency import check_emergency
from kapnotes.audit.events import Did
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, WrongState
from kapnotes.records.care_team import CareTeam, reaches
from kapnotes.records.note import Note, reads
from kapnotes.records.patient import Patient
from kapnotes.records.person import Supervision
from tests.asked import allow, break_in
from tests.builders import AT, Small, add_patient, add_person, small_practice

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
PERIODS = ((-2, None), (-2, 1), (-2, 0), (0, 1), (1, None))
"""Days from today on which somebody is on a team, or a link holds: the end is no more in it."""
Period = tuple[int, int | None]
PATIENTS, PEOPLE = 4, 3
Teams = dict[tuple[int, int], Period]


def holds(period: Period) -> bool:
    """Whether a period holds today."""
    begin, end = period
    return begin <= 0 and (end is None or end > 0)


class World:
    """Three who may have emergency access, a supervisor, and four patients, each with a note."""

    def __init__(self, small: Small) -> None:
        self.small = small
        self.people = [small.therapist, small.other_therapist, small.medical]
        self.supervisor = add_person("Dana", "supervisor")
        for one in self.people:
            allow(small, one)
        self.patients = [small.patient_id]
        for place in range(1, PATIENTS):
            made = add_patient(by=small.therapist, record_number=f"N-{place}")
            self.patients.append(made)
        with db.current().writing() as opened:
            for place, one in enumerate(self.patients):
                values = {"record_number": f"N-{place}"}
                opened.execute(sa.update(Patient).where(Patient.id == one).values(values))

    def arrange(self, teams: Teams, links: dict[int, Period]) -> None:
        """Let these care for those, and the supervisor answer for these."""
        with db.current().writing() as opened:
            for table in (CareTeam, Supervision):
                holds_never = {"ends_on": table.starts_on}
                opened.execute(sa.update(table).values(holds_never))
            for (who, whom), (begin, end) in teams.items():
                opened.add(
                    CareTeam(
                        id=uuid4(),
                        patient_id=self.patients[whom],
                        person_id=self.people[who].id,
                        starts_on=(AT + begin * DAY).date(),
                        ends_on=None if end is None else (AT + end * DAY).date(),
                    )
                )
            for who, (begin, end) in links.items():
                opened.add(
                    Supervision(
                        supervisor_id=self.supervisor.id,
                        supervisee_id=self.people[who].id,
                        starts_on=(AT + begin * DAY).date(),
                        ends_on=None if end is None else (AT + end * DAY).date(),
                        covers_from=None,
                    )
                )

    def sees(self, person_id: UUID, at: datetime) -> set[UUID]:
        """The patients whom that person reaches, by lists and one by one."""
        actor = people.actor_now(person_id)
        assert actor is not None
        reach = actor.reach(at)
        with db.current().reading() as opened:
            query = sa.select(Patient.id).where(reaches(Patient.id, reach))
            found = set(opened.execute(query).scalars())
            notes = set(opened.execute(sa.select(Note.patient_id).where(reads(reach))).scalars())
        assert notes <= found
        return found

    def everyone(self, at: datetime) -> dict[UUID, set[UUID]]:
        """Whom everybody sees."""
        all_of_them = [*self.people, self.supervisor, self.small.administrator]
        return {one.id: self.sees(one.id, at) for one in all_of_them}


@pytest.fixture
def world(database: db.Database) -> World:
    del database
    return World(small_practice())


def own(teams: Teams, who: int, patients: Collection[UUID]) -> set[UUID]:
    every = list(patients)
    return {every[whom] for (one, whom), when in teams.items() if one == who and holds(when)}


pairs = st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PATIENTS - 1))
periods = st.sampled_from(PERIODS)


@pytest.mark.safety("ONC-d6/emergency")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    teams=st.dictionaries(pairs, periods, max_size=9),
    links=st.dictionaries(st.integers(0, PEOPLE - 1), periods, max_size=PEOPLE),
    asked=pairs,
    ends_after=st.sampled_from([None, 0, 59]),
)
def test_one_patient_more_during_and_none_before_or_after(
    world: World, teams: Teams, links: dict[int, Period], asked: tuple[int, int], ends_after: int
) -> None:
    world.arrange(teams, links)
    who, whom = world.people[asked[0]], world.patients[asked[1]]
    before = world.everyone(AT)
    for place, one in enumerate(world.people):
        assert before[one.id] == own(teams, place, world.patients)
    assert before[world.small.administrator.id] == set()
    if whom in before[who.id]:
        with pytest.raises(WrongState):
            break_in(who, f"N-{asked[1]}")
        assert world.everyone(AT) == before
        return
    break_in(who, f"N-{asked[1]}")
    during = before | {who.id: before[who.id] | {whom}}
    assert world.everyone(AT) == during
    if ends_after is None:
        assert world.everyone(AT + HOUR - SECOND) == during
        assert world.everyone(AT + HOUR) == before
        assert not emergency.end(by=who, at=AT + HOUR)
        _close(world, who)
    else:
        assert emergency.end(by=who, at=AT + timedelta(minutes=ends_after))
    assert world.everyone(AT) == before
    assert world.everyone(AT + DAY / 4) == before


def _close(world: World, who: Actor) -> None:
    """Take it back and allow it anew: what is open of it ends."""
    emergency.withdraw(person_id=who.id, by=world.small.administrator, at=AT + HOUR)
    allow(world.small, who)


@pytest.mark.safety("ONC-d6/emergency-limits")
@pytest.mark.parametrize(
    "did", [one for one in Did if one.value.partition(".")[0] in {"note", "addendum", "letter"}]
)
def test_no_act_on_a_note_is_open_by_it(did: Did) -> None:
    whom = uuid4()
    by = Actor(uuid4(), "Otto", Therapist, emergency=Emergency(uuid4(), whom, AT + HOUR))
    with pytest.raises(NotAllowed):
        check_emergency(did, whom, by=by, at=AT)
    check_emergency(did, uuid4(), by=by, at=AT)
    check_emergency(did, whom, by=by, at=AT + HOUR)


@pytest.mark.safety("ONC-d6/emergency-limits")
def test_ones_own_process_note_of_earlier_stays_closed_too(world: World) -> None:
    small, by = world.small, world.people[0]
    made = note.begin(infusion_id=small.infusion_id, kind="dosing", by=by, at=AT)
    process_note.save(note_id=made, base=0, text="private", by=by, at=AT)
    assert process_note.look(note_id=made, by=by, at=AT).text == "private"
    world.arrange({}, {})
    with pytest.raises(OutOfReach):
        process_note.look(note_id=made, by=by, at=AT)
    break_in(by, "N-0")
    inside = people.actor_now(by.id)
    assert inside is not None
    with pytest.raises(NotAllowed):
        process_note.look(note_id=made, by=inside, at=AT)
    with pytest.raises(NotAllowed):
        process_note.save(note_id=made, base=1, text="more", by=inside, at=AT)
