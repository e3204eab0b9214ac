"""Who sees whose record: care teams and supervision links narrow the query itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import (
    course,
    infusion,
    note,
    patient,
    people,
    reading,
    review,
    supervision,
    today,
    trail,
)
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from tests.builders import AT, Small, add_patient, signed, small_practice

pytestmark = pytest.mark.safety("ONC-d1/reach")

TOMORROW = AT + timedelta(days=1)
Look = Callable[[Actor], Any]


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice(cosigns=True)


def looks_at(small: Small) -> dict[str, Look]:
    return {
        "patient": lambda by: patient.look(patient_id=small.patient_id, by=by, at=AT),
        "course": lambda by: course.look(course_id=small.course_id, by=by, at=AT),
        "infusion": lambda by: infusion.look(infusion_id=small.infusion_id, by=by, at=AT),
        "trail": lambda by: trail.of_patient(patient_id=small.patient_id, by=by, at=AT),
    }


def test_the_care_team_and_the_supervisor_see_and_nobody_else(small: Small) -> None:
    for look in looks_at(small).values():
        for actor in (small.therapist, small.medical, small.supervisor):
            look(actor)
        with pytest.raises(OutOfReach):
            look(small.other_therapist)
        with pytest.raises(NotAllowed):
            look(small.administrator)


def test_lists_hold_only_what_is_in_reach(small: Small) -> None:
    add_patient(small.other_therapist, family_name="Other", record_number="R-2")
    names = {
        actor.name: [one.family_name for one in patient.find(by=actor, at=AT).patients]
        for actor in (small.therapist, small.other_therapist, small.medical, small.supervisor)
    }
    assert names == {"Thea": ["Falk"], "Otto": ["Other"], "Mina": ["Falk"], "Sven": ["Falk"]}
    assert today.look(by=small.other_therapist, at=AT).infusions == []


def test_reach_ends_with_the_care_team(small: Small) -> None:
    team = patient.look(patient_id=small.patient_id, by=small.therapist, at=AT).team
    mine = next(one for one in team if one.person_id == small.medical.id)
    patient.leave_team(
        patient_id=small.patient_id,
        member_id=mine.id,
        on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    with pytest.raises(OutOfReach):
        patient.look(patient_id=small.patient_id, by=small.medical, at=AT)


@pytest.mark.safety("ONC-d1/link-ends")
def test_a_supervisors_reach_ends_with_the_link_on_the_next_request(small: Small) -> None:
    note_id = signed(small, "preparation")
    assert review.queue(by=small.supervisor, at=AT).rows
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    for look in looks_at(small).values():
        with pytest.raises(OutOfReach):
            look(small.supervisor)
    with pytest.raises(OutOfReach):
        reading.look(note_id=note_id, by=small.supervisor, at=AT)
    assert not review.queue(by=small.supervisor, at=AT).rows


def test_a_link_that_begins_tomorrow_shows_nothing_today(small: Small) -> None:
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    supervision.link(
        supervisor_id=small.supervisor.id,
        supervisee_id=small.therapist.id,
        starts_on=TOMORROW.date(),
        by=small.administrator,
        at=AT,
    )
    with pytest.raises(OutOfReach):
        patient.look(patient_id=small.patient_id, by=small.supervisor, at=AT)
    patient.look(patient_id=small.patient_id, by=small.supervisor, at=TOMORROW)


def test_a_supervisor_reads_the_notes_of_their_own_people_only(small: Small) -> None:
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    other = note.begin(
        infusion_id=small.infusion_id, kind="preparation", by=small.other_therapist, at=AT
    )
    with pytest.raises(OutOfReach):
        reading.look(note_id=other, by=small.supervisor, at=AT)


def test_medical_reads_preparation_and_dosing_but_not_integration(small: Small) -> None:
    reading.look(note_id=signed(small, "preparation"), by=small.medical, at=AT)
    with pytest.raises(NotAllowed):
        reading.look(note_id=signed(small, "integration"), by=small.medical, at=AT)
