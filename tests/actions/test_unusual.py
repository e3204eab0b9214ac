"""Unusual access is raised once from the trail as it grows, and closed once, by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.actions import patient, people, setting, supervision, trail, unusual
from kapnotes.actions.unusual import Item
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach, Refusal, WrongState
from kapnotes.clinic.setting import DEFAULTS, to_plain
from tests.builders import AT, Small, add_patient, add_person, small_practice
from tests.plumbing.role import owning

NIGHT = AT.replace(hour=23)
NEXT = AT + timedelta(days=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    made = small_practice()
    while watch():
        pass
    assert items_of(made.administrator) == []
    return made


def watch() -> int:
    return unusual.watch(by=operator(), at=NEXT)


def items_of(by: Actor) -> list[Item]:
    return list(unusual.look(by=by, at=NEXT).waiting)


def kinds(by: Actor) -> list[str]:
    return sorted(one.kind for one in items_of(by))


def look(small: Small, by: Actor | None = None, at: object = NIGHT) -> None:
    patient.look(patient_id=small.patient_id, by=by or small.therapist, at=at)  # type: ignore[arg-type] # a time


@pytest.mark.safety("ONC-d3/unusual")
def test_a_look_at_night_is_raised_once_however_often_the_trail_is_read(small: Small) -> None:
    look(small)
    assert watch() > 0
    assert kinds(small.administrator) == ["night"]
    look(small, at=NIGHT + timedelta(minutes=5))
    while watch():
        pass
    assert watch() == 0
    [item] = items_of(small.administrator)
    assert item.until == NIGHT + timedelta(minutes=5)


def test_what_goes_on_after_it_was_closed_is_a_new_item(small: Small) -> None:
    look(small)
    watch()
    [first] = items_of(small.administrator)
    unusual.close(item_id=first.id, word="On call", by=small.administrator, at=NEXT)
    assert items_of(small.administrator) == []
    while watch():
        pass
    assert items_of(small.administrator) == []
    look(small, at=NIGHT + timedelta(minutes=20))
    while watch():
        pass
    [again] = items_of(small.administrator)
    assert (again.kind, again.since >= first.since) == ("night", True)
    [closed] = unusual.look(by=small.administrator, at=NEXT).closed
    assert (closed.word, closed.closed_by) == ("On call", "Ada")


def test_refusals_in_a_row_are_raised_and_a_longer_row_is_the_same_item(small: Small) -> None:
    for minute in range(5):
        with pytest.raises(OutOfReach):
            look(small, small.other_therapist, AT + timedelta(minutes=minute))
    watch()
    assert kinds(small.administrator) == ["refusals"]
    for minute in range(5, 14):
        with pytest.raises(OutOfReach):
            look(small, small.other_therapist, AT + timedelta(minutes=minute))
        watch()
    [item] = items_of(small.administrator)
    assert item.sentence.startswith("14 tries refused")


def test_the_same_surname_is_a_hint_and_the_rule_is_the_practices(small: Small) -> None:
    namesake = add_person("Falk", "therapist")
    patient.join_team(
        patient_id=small.patient_id,
        person_id=namesake.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    look(small, namesake, AT)
    watch()
    assert kinds(small.administrator) == ["same_surname"]
    rule = {**to_plain(DEFAULTS["unusual_rule"]), "off": ["same_surname"]}
    setting.change(name="unusual_rule", values=rule, by=small.administrator, at=AT)
    look(small, namesake, AT + timedelta(days=1))
    while unusual.watch(by=operator(), at=NEXT + timedelta(days=1)):
        pass
    assert len(items_of(small.administrator)) == 1


def test_the_care_team_counts_as_it_stood_on_that_day(small: Small) -> None:
    look(small, small.supervisor, AT)
    watch()
    assert kinds(small.administrator) == []
    theirs = add_patient(small.other_therapist, family_name="Other", record_number="R-2")
    patient.look(patient_id=theirs, by=small.other_therapist, at=AT)
    team = patient.look(patient_id=theirs, by=small.other_therapist, at=AT).team
    with db.current().writing() as session:
        session.execute(
            sa.text("UPDATE care_team SET ends_on = :on WHERE id = :id").bindparams(
                sa.bindparam("on", AT.date(), sa.Date()), sa.bindparam("id", team[0].id, sa.Uuid())
            )
        )
    while watch():
        pass
    assert kinds(small.administrator) == ["outside_team"]


def test_a_supervisor_sees_what_is_within_reach_and_an_administrator_no_patient(
    small: Small,
) -> None:
    theirs = add_patient(small.other_therapist, family_name="Other", record_number="R-2")
    look(small)
    patient.look(patient_id=theirs, by=small.other_therapist, at=NIGHT)
    while watch():
        pass
    assert [one.who for one in items_of(small.supervisor)] == ["Thea"]
    everyone = items_of(small.administrator)
    assert sorted(one.who for one in everyone) == ["Otto", "Thea"]
    assert {(one.patient_id, one.record_number) for one in everyone} == {(None, "")}
    with pytest.raises(NotAllowed):
        unusual.look(by=small.therapist, at=NEXT)
    hidden = next(one for one in everyone if one.who == "Otto")
    with pytest.raises(OutOfReach):
        unusual.close(item_id=hidden.id, word="Fine", by=small.supervisor, at=NEXT)


def test_reach_ends_with_the_link(small: Small) -> None:
    look(small)
    watch()
    [item] = items_of(small.supervisor)
    [link] = people.look(by=small.administrator, at=NEXT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    assert items_of(small.supervisor) == []
    with pytest.raises(OutOfReach):
        unusual.open_one(item_id=item.id, by=small.supervisor, at=NEXT)
    assert trail.look(by=small.supervisor, at=NEXT).lines[0].who == "Sven"


@pytest.mark.safety("ONC-d3/unusual")
def test_nobody_closes_an_item_about_themselves_or_without_a_word(small: Small) -> None:
    look(small, small.supervisor)
    watch()
    [item] = items_of(small.supervisor)
    assert not item.may_close
    assert unusual.waiting_count(by=small.supervisor, at=NEXT) == 0
    assert unusual.waiting_count(by=small.administrator, at=NEXT) == 1
    with pytest.raises(NotAllowed):
        unusual.close(item_id=item.id, word="It was me", by=small.supervisor, at=NEXT)
    for word in ("  ", "x" * 301):
        with pytest.raises(BadInput):
            unusual.close(item_id=item.id, word=word, by=small.administrator, at=NEXT)
    assert unusual.waiting_count(by=small.therapist, at=NEXT) == 0


def test_of_two_who_close_at_once_one_does_and_the_other_is_told(small: Small) -> None:
    look(small)
    watch()
    [item] = items_of(small.supervisor)

    def close(by: Actor) -> str:
        try:
            unusual.close(item_id=item.id, word=f"Seen by {by.name}", by=by, at=NEXT)
        except Refusal as refusal:
            return type(refusal).__name__
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(close, (small.supervisor, small.administrator)))
    assert came == [WrongState.__name__, "closed"]


def test_of_two_rounds_at_once_one_raises(small: Small) -> None:
    look(small)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: watch(), range(2)))
    assert kinds(small.administrator) == ["night"]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM unusual", "UPDATE unusual SET word_sealed = NULL"]
)
def test_the_database_keeps_what_was_closed(small: Small, statement: str) -> None:
    look(small)
    watch()
    [item] = items_of(small.supervisor)
    unusual.close(item_id=item.id, word="On call", by=small.supervisor, at=NEXT)
    with pytest.raises(sa.exc.DBAPIError), owning() as session:
        session.execute(sa.text(statement))
