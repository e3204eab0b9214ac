"""What a patient asks to have amended: who writes it down, who decides, and what stays for good."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import addendum, amendment, people, reading, today
from kapnotes.actions.amendment import Told
from kapnotes.actions.amendment_answer import STEPS, Answer, accept, deny, disagree, extend, rebut
from kapnotes.audit.trail import Entry
from kapnotes.clinic.amendment import AmendmentMove
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, ReasonNeeded, WrongState
from tests.asked import WORDS, ask_for
from tests.builders import AT, HERE, PASSWORD, Small, add_person, signed, small_practice, written
from tests.plumbing.role import owning

pytestmark = pytest.mark.usefixtures("database")
SAID = Answer("It was written down as it was said", "accurate")
DAY = timedelta(days=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def told(small: Small, by: Actor | None = None) -> Told:
    view = amendment.look(patient_id=small.patient_id, by=by or small.therapist, at=AT)
    return view.told[-1]


def about(small: Small, made: UUID) -> dict[str, UUID]:
    return {"patient_id": small.patient_id, "amendment_id": made}


@pytest.mark.safety("ONC-d4/amendments")
def test_it_stays_in_the_patient_s_words_with_every_answer(small: Small) -> None:
    made = ask_for(small, signed(small, "preparation"))
    here = about(small, made)
    extend(**here, answer=Answer("The author is away"), by=small.therapist, at=AT)
    deny(**here, answer=SAID, by=small.therapist, at=AT + DAY)
    disagree(**here, answer=Answer("I never said so"), by=small.supervisor, at=AT + 2 * DAY)
    rebut(**here, answer=Answer("It stands"), by=small.therapist, at=AT + 3 * DAY)
    one = told(small)
    assert one.row.words == WORDS
    assert [step.move for step in one.steps] == ["extend", "deny", "disagree", "rebut"]
    assert [step.basis for step in one.steps] == ["", "accurate", "", ""]
    assert one.steps[2].words == "I never said so"
    assert one.row.due_on == AT.date() + timedelta(days=90)
    assert not one.moves


def test_only_the_author_of_the_note_decides(small: Small) -> None:
    made = ask_for(small, signed(small, "preparation"))
    for by in (small.medical, small.other_therapist, small.supervisor):
        with pytest.raises((NotAllowed, OutOfReach)):
            deny(**about(small, made), answer=SAID, by=by, at=AT)
    assert told(small).row.state == "received"


def test_when_the_author_has_left_another_of_the_team_decides(small: Small) -> None:
    made = ask_for(small, signed(small, "preparation"))
    people.disable(person_id=small.therapist.id, by=small.administrator, at=AT)
    deny(**about(small, made), answer=SAID, by=small.medical, at=AT)
    assert told(small, small.medical).row.state == "denied"


def test_about_the_record_anyone_of_the_team_decides_who_may(small: Small) -> None:
    deny(**about(small, ask_for(small)), answer=SAID, by=small.medical, at=AT)
    with pytest.raises(NotAllowed):
        deny(**about(small, ask_for(small)), answer=SAID, by=small.supervisor, at=AT)
    with pytest.raises(OutOfReach):
        deny(**about(small, ask_for(small)), answer=SAID, by=small.other_therapist, at=AT)


def test_who_does_not_read_the_note_is_told_only_that_it_was_asked(small: Small) -> None:
    made = ask_for(small, signed(small, "integration"))
    one = told(small, small.medical)
    assert not one.is_read
    assert (one.steps, one.moves) == ((), ())
    with pytest.raises(NotAllowed):
        amendment.open_one(**about(small, made), by=small.medical, at=AT)


def test_it_is_denied_on_one_of_the_four_bases_alone(small: Small) -> None:
    here = about(small, ask_for(small))
    for basis in ("", "none", "because"):
        with pytest.raises(BadInput) as refused:
            deny(**here, answer=replace(SAID, basis=basis), by=small.therapist, at=AT)
        assert set(refused.value.errors) == {"basis"}
    with pytest.raises(ReasonNeeded):
        deny(**here, answer=replace(SAID, words=" "), by=small.therapist, at=AT)
    assert told(small).row.state == "received"


def test_it_is_accepted_with_an_addendum_of_that_note_made_since(small: Small) -> None:
    note_id = signed(small, "preparation")

    def add(at: datetime) -> None:
        addendum.add(
            note_id=note_id,
            reason="Asked by the patient",
            text="Sister",
            password=PASSWORD,
            address=HERE,
            by=small.therapist,
            at=at,
        )

    add(AT)
    made = ask_for(small, note_id, at=AT + DAY)
    add(AT + 2 * DAY)
    before, since = reading.look(note_id=note_id, by=small.therapist, at=AT).addenda
    here = about(small, made)
    with pytest.raises(BadInput):
        accept(**here, answer=Answer("Done", "", before.id), by=small.therapist, at=AT)
    accept(**here, answer=Answer("Done", "", since.id), by=small.therapist, at=AT)
    assert told(small).steps[0].addendum_id == since.id


def test_more_time_is_taken_once_and_within_the_first_60_days(small: Small) -> None:
    here = about(small, ask_for(small))
    late = AT + timedelta(days=61)
    with pytest.raises(WrongState):
        extend(**here, answer=SAID, by=small.therapist, at=late)
    extend(**here, answer=SAID, by=small.therapist, at=AT)
    with pytest.raises(WrongState):
        extend(**here, answer=SAID, by=small.therapist, at=AT)


def test_nobody_asks_about_what_is_no_signed_note_of_the_patient(small: Small) -> None:
    with pytest.raises(BadInput):
        ask_for(small, written(small, "preparation"))
    with pytest.raises(OutOfReach):
        ask_for(small, small.infusion_id)


def test_it_waits_on_today_for_who_decides_and_near_its_day_for_the_supervisor(
    small: Small,
) -> None:
    ask_for(small, signed(small, "preparation"))
    assert len(today.look(by=small.therapist, at=AT).amendments) == 1
    assert not today.look(by=small.medical, at=AT).amendments
    assert not today.look(by=small.supervisor, at=AT).amendments
    near = AT + timedelta(days=54)
    assert len(today.look(by=small.supervisor, at=near).amendments) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE amendment SET received_on = '2020-01-01'",
        "UPDATE amendment SET state = 'rebutted'",
        "UPDATE amendment SET due_on = '2030-01-01'",
        "DELETE FROM amendment",
        "UPDATE amendment_step SET basis = 'accurate'",
        "DELETE FROM amendment_step",
    ],
)
def test_the_database_itself_keeps_what_was_said(small: Small, change: str) -> None:
    here = about(small, ask_for(small))
    extend(**here, answer=Answer("Away"), by=small.therapist, at=AT)
    with pytest.raises(sa.exc.DBAPIError), owning() as session:
        session.execute(sa.text(change))


def test_the_trail_says_what_was_done_and_nothing_of_the_words(small: Small) -> None:
    here = about(small, ask_for(small))
    for move in (AmendmentMove.EXTEND, AmendmentMove.DENY, AmendmentMove.DISAGREE):
        STEPS[move](**here, answer=SAID, by=small.therapist, at=AT)
    with db.current().reading() as session:
        query = sa.select(Entry).where(Entry.event.startswith("amendment."))
        rows = session.execute(query.order_by(Entry.position)).scalars().all()
    assert [one.event for one in rows] == [
        f"amendment.{word}" for word in ("recorded", "extended", "denied", "disagreed")
    ]
    assert {one.patient_id for one in rows} == {small.patient_id}
    assert WORDS not in str([one.details for one in rows])


def test_a_stranger_to_the_patient_sees_none(small: Small) -> None:
    stranger = add_person("Nils", "medical")
    with pytest.raises(OutOfReach):
        amendment.look(patient_id=small.patient_id, by=stranger, at=AT)


def test_when_two_decide_at_once_one_of_them_does(small: Small) -> None:
    here = about(small, ask_for(small))
    gate = Barrier(2)

    def answer(by: Actor, move: AmendmentMove) -> str:
        gate.wait(5)
        try:
            STEPS[move](**here, answer=SAID, by=by, at=AT)
        except WrongState:
            return "refused"
        return move.value

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(answer, small.therapist, AmendmentMove.ACCEPT)
        two = pool.submit(answer, small.medical, AmendmentMove.DENY)
        ended = sorted([one.result(), two.result()])
    assert ended[-1] == "refused"
    [step] = told(small).steps
    assert step.move == ended[0]
