"""Emergency access: exactly one patient wider, for one hour, and nothing signed by it."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import (
    consent,
    document_list,
    emergency,
    infusion,
    measure,
    note,
    patient,
    people,
    process_note,
    reading,
    session,
    sign_in,
    unusual,
)
from kapnotes.actions.emergency import NoSuchRecord, Wanted
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import (
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    WrongPassword,
    WrongState,
    passes,
)
from tests.asked import WHY, allow, break_in
from tests.builders import (
    AT,
    HERE,
    PASSWORD,
    Small,
    add_patient,
    minute,
    operator,
    signed,
    small_practice,
)
from tests.factors import sit_down
from tests.plumbing.role import owning

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    made = small_practice()
    allow(made, made.other_therapist)
    return made


def now(by: Actor, at: datetime = AT) -> Actor:
    """The person as the next request has them, by their sitting."""
    with db.current().reading() as opened:
        row = sa.text("SELECT email FROM person WHERE name = :name")
        email = opened.execute(row, {"name": by.name}).scalar_one()
    token = sit_down(email, PASSWORD, address=HERE, at=at)
    found = sign_in.who_sits(token=token, at=at, is_input=False)
    assert found is not None
    return found


def reached(by: Actor, ids: list[UUID], at: datetime = AT) -> set[UUID]:
    return {one for one in ids if passes(patient.look, patient_id=one, by=by, at=at)}


def number(small: Small) -> str:
    return patient.look(
        patient_id=small.patient_id, by=small.therapist, at=AT
    ).patient.record_number


def test_exactly_one_patient_more_is_reached_and_for_one_hour_alone(small: Small) -> None:
    by = small.other_therapist
    mine = add_patient(by=by, record_number="OWN-1")
    others = [add_patient(by=small.therapist, record_number=f"FAR-{place}") for place in range(3)]
    everyone = [mine, small.patient_id, *others]
    assert reached(now(by), everyone) == {mine}
    assert break_in(by, number(small)) == small.patient_id
    inside = now(by)
    assert reached(inside, everyone) == {mine, small.patient_id}
    assert reached(inside, everyone, AT + HOUR - SECOND) == {mine, small.patient_id}
    assert reached(inside, everyone, AT + HOUR) == {mine}
    assert reached(now(by, AT + HOUR), everyone, AT + HOUR) == {mine}
    assert reached(now(small.medical), everyone) == {small.patient_id}


def test_every_list_is_wider_by_that_patient_and_none_by_another(small: Small) -> None:
    by = small.other_therapist
    far = add_patient(by=small.therapist, record_number="FAR-1")
    note_id = signed(small, "integration")
    break_in(by, number(small))
    inside = now(by)
    found = patient.find(by=inside, at=AT).patients
    assert [one.id for one in found] == [small.patient_id]
    assert far not in {one.id for one in found}
    assert reading.look(note_id=note_id, by=inside, at=AT).newest is not None
    assert infusion.look(infusion_id=small.infusion_id, by=inside, at=AT).infusion is not None
    assert consent.look(patient_id=small.patient_id, by=inside, at=AT).consents
    assert document_list.look(patient_id=small.patient_id, by=inside, at=AT) is not None
    assert people.actor_now(by.id) == inside


def test_it_is_refused_as_if_it_were_not_there_without_the_leave(small: Small) -> None:
    for by in (small.therapist, small.medical):
        with pytest.raises(OutOfReach):
            emergency.open_form(by=by, at=AT)
        with pytest.raises(OutOfReach):
            break_in(by, number(small))
    for by in (small.supervisor, small.administrator):
        with pytest.raises(NotAllowed):
            break_in(by, number(small))


def test_it_finds_nobody_by_a_part(small: Small) -> None:
    by = small.other_therapist
    whole = Wanted(name="jordis  FALK", birth_date=date(1988, 2, 29))
    for wanted in (
        Wanted(),
        Wanted(record_number=number(small)[:-1]),
        Wanted(record_number="%"),
        Wanted(name="Jördis Falk"),
        Wanted(name="Falk", birth_date=date(1988, 2, 29)),
        Wanted(name="Jördis Falk", birth_date=date(1988, 2, 28)),
    ):
        with pytest.raises(NoSuchRecord):
            grant(by, wanted)
    assert grant(by, whole) == small.patient_id


def grant(by: Actor, wanted: Wanted, *, why: str = WHY, password: str = PASSWORD) -> UUID:
    return emergency.grant(wanted=wanted, reason=why, password=password, address=HERE, by=by, at=AT)


def test_it_asks_for_a_reason_and_the_password(small: Small) -> None:
    by, wanted = small.other_therapist, Wanted(record_number=number(small))
    with pytest.raises(WrongPassword):
        grant(by, wanted, password="no")
    with pytest.raises(ReasonNeeded):
        grant(by, wanted, why=" ")
    assert not reached(now(by), [small.patient_id])


def test_there_is_one_at_a_time_and_none_for_who_is_in_reach_already(small: Small) -> None:
    by = small.other_therapist
    add_patient(by=by, record_number="OWN-1")
    add_patient(by=small.therapist, record_number="FAR-1")
    with pytest.raises(WrongState, match="reach this record"):
        break_in(by, "OWN-1")
    break_in(by, number(small))
    with pytest.raises(WrongState, match="End that first"):
        break_in(now(by), "FAR-1")
    assert emergency.end(by=now(by), at=AT) is True
    assert emergency.end(by=now(by), at=AT) is False
    assert not reached(now(by), [small.patient_id])
    break_in(now(by), "FAR-1")
    later = AT + 2 * HOUR
    break_in(now(by, later), number(small), at=later)


def test_the_leave_ends_with_what_is_open_of_it(small: Small) -> None:
    by = small.other_therapist
    break_in(by, number(small))
    emergency.withdraw(person_id=by.id, by=small.administrator, at=AT)
    assert not reached(now(by), [small.patient_id])
    with pytest.raises(WrongState):
        emergency.allow(person_id=small.supervisor.id, by=small.administrator, at=AT)


def test_it_records_a_session_and_signs_and_plans_nothing(small: Small) -> None:
    by = small.other_therapist
    draft = note.begin(infusion_id=small.infusion_id, kind="dosing", by=small.therapist, at=AT)
    process_note.save(note_id=draft, base=0, text="private", by=small.therapist, at=AT)
    note_id = signed(small, "preparation")
    break_in(by, number(small))
    inside = now(by)
    here = small.infusion_id
    vitals = {"observed_at": minute(0), "heart_rate": 71}
    for refused in (
        lambda: note.begin(infusion_id=here, kind="integration", by=inside, at=AT),
        lambda: note.save(note_id=draft, base=1, raw={}, by=inside, at=AT),
        lambda: process_note.look(note_id=draft, by=inside, at=AT),
        lambda: infusion.cancel(infusion_id=here, reason="A cold", by=inside, at=AT),
        lambda: reading.export(note_id=note_id, by=inside, at=AT),
        lambda: patient.join_team(
            patient_id=small.patient_id, person_id=by.id, starts_on=AT.date(), by=inside, at=AT
        ),
        lambda: measure.record(
            patient_id=small.patient_id,
            key="phq-9",
            raw={"q9": ["1"]},
            observed_at=AT,
            by=inside,
            at=AT,
        ),
    ):
        with pytest.raises(NotAllowed):
            refused()
    session.record_vitals(infusion_id=here, values=vitals, by=inside, at=AT)
    assert infusion.look(infusion_id=here, by=inside, at=AT).vitals


def entries(event: str = "") -> list[Entry]:
    with db.current().reading() as opened:
        query = sa.select(Entry).where(Entry.event.startswith(event)).order_by(Entry.position)
        return list(opened.execute(query).scalars())


@pytest.mark.safety("ONC-d6/emergency")
def test_all_that_is_done_by_it_says_so_and_the_supervisor_is_asked(small: Small) -> None:
    by = small.other_therapist
    break_in(by, number(small))
    patient.look(patient_id=small.patient_id, by=now(by), at=AT)
    marked = [one.event for one in entries() if one.details.get("emergency")]
    assert marked == ["emergency.granted", "patient.viewed"]
    assert WHY not in str([one.details for one in entries()])
    while unusual.watch(by=operator(), at=AT):
        pass
    seen = unusual.look(by=small.administrator, at=AT).waiting
    assert "emergency" in {one.kind for one in seen}
    [use] = emergency.look(by=small.supervisor, at=AT)
    assert (use.row.reason, use.row.person_id) == (WHY, by.id)
    assert use.record_number == number(small)


def test_a_try_that_found_nobody_is_kept(small: Small) -> None:
    with pytest.raises(NoSuchRecord):
        break_in(small.other_therapist, "R-?")
    [one] = entries("emergency.")
    assert (one.outcome, one.reason, one.patient_id) == ("refused", "no_such_record", None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE emergency_access SET until = '2099-01-01'",
        "UPDATE emergency_access SET ended_at = NULL",
        "DELETE FROM emergency_access",
    ],
)
def test_the_database_itself_keeps_each_use(small: Small, change: str) -> None:
    break_in(small.other_therapist, number(small))
    emergency.end(by=small.other_therapist, at=AT)
    with pytest.raises(sa.exc.DBAPIError), owning() as opened:
        opened.execute(sa.text(change))
