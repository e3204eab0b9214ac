"""Feedback: for its therapist and for who supervises them today, and what it counts."""

from datetime import date, timedelta

import pytest

from kapnotes.actions import feedback, people, supervision
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from tests.builders import AT, Small, add_person, send_back, sign, signed
from tests.builders import run_session as run

HOUR = timedelta(hours=1)


def test_without_a_signed_note_there_is_nothing_to_say(supervised: Small) -> None:
    view = feedback.look(by=supervised.therapist, at=AT)
    assert view.about is not None
    assert view.about.id == supervised.therapist.id
    assert view.times.number == 0
    assert [one.first for one in view.months] == [date(2026, one, 1) for one in range(6, 12)]


def test_it_says_what_came_back_and_on_which_section(supervised: Small) -> None:
    note_id = signed(supervised, "preparation")
    send_back(supervised, note_id, "Which goals?", section="closing")
    sign(supervised, note_id, at=AT + HOUR)
    send_back(supervised, note_id, "And who comes along?", section="closing", at=AT + 2 * HOUR)
    view = feedback.look(by=supervised.therapist, at=AT + 3 * HOUR)
    assert view.returned == 1
    assert [one.said.comment for one in view.comments] == ["And who comes along?", "Which goals?"]
    [often] = view.often
    assert (often.kind, often.section, often.number) == (NoteKind.PREPARATION, "closing", 1)


def test_the_first_signature_counts_from_the_end_of_the_session(supervised: Small) -> None:
    run(supervised)
    note_id = signed(supervised, "dosing")
    send_back(supervised, note_id, at=AT + HOUR)
    sign(supervised, note_id, at=AT + 200 * HOUR)
    view = feedback.look(by=supervised.therapist, at=AT + 201 * HOUR)
    assert (view.times.number, view.times.in_time) == (1, 1)
    assert view.times.half == timedelta(minutes=5)


def test_only_the_therapist_and_who_supervises_them_today_read_it(supervised: Small) -> None:
    mine = supervised.therapist.id
    assert feedback.look(person_id=mine, by=supervised.supervisor, at=AT).about is not None
    stranger = add_person("Selma", "supervisor")
    for actor in (supervised.other_therapist, stranger):
        with pytest.raises(OutOfReach):
            feedback.look(person_id=mine, by=actor, at=AT)
    for actor in (supervised.medical, supervised.administrator):
        with pytest.raises(NotAllowed):
            feedback.look(person_id=mine, by=actor, at=AT)
    [link] = people.look(by=supervised.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=supervised.administrator, at=AT)
    with pytest.raises(OutOfReach):
        feedback.look(person_id=mine, by=supervised.supervisor, at=AT)
    assert feedback.look(by=supervised.supervisor, at=AT).about is None


def test_a_deputy_acts_on_notes_and_reads_no_feedback(supervised: Small) -> None:
    deputy = add_person("Dora", "supervisor")
    supervision.stand_in(
        supervisor_id=supervised.supervisor.id,
        deputy_id=deputy.id,
        starts_on=AT.date(),
        ends_on=AT.date() + timedelta(days=7),
        by=supervised.administrator,
        at=AT,
    )
    with pytest.raises(OutOfReach):
        feedback.look(person_id=supervised.therapist.id, by=deputy, at=AT)
