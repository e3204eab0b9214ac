"""A reset of factors: started by who keeps the accounts, never a way past the second factor."""

from datetime import timedelta

import pytest

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import factor_reset, people, sign_in
from kapnotes.actions.factor import Code
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, WrongFactor, WrongState
from tests.builders import AT, HERE, PASSWORD, Small, add_person, small_practice
from tests.factored import first_factor
from tests.factors import code_for, digits, sit_down

pytestmark = pytest.mark.safety("ASVS-6.4/reset")
THEA = "thea@test.example"
ADA = "ada@test.example"


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def test_a_reset_ends_every_sitting_and_the_password_alone_opens_nothing_after(
    small: Small,
) -> None:
    here, code = sit_down(THEA, PASSWORD, address=HERE, at=AT), code_for(THEA)
    assert factor_reset.start(person_id=small.therapist.id, by=small.administrator, at=AT)
    assert sign_in.who_sits(token=here, at=AT, is_input=False) is None
    token = sign_in.sign_in(email=THEA, password=PASSWORD, address=HERE, at=AT)
    assert sign_in.who_sits(token=token, at=AT, is_input=True) is None
    for old in (digits(AT), code):
        with pytest.raises(WrongFactor):
            sign_in.give_factor(token=token, given=Code(old), at=AT)
    seated = first_factor(THEA)
    assert len(seated.codes) == 10
    assert sign_in.who_sits(token=seated.token, at=AT, is_input=True) is not None


def test_nobody_but_who_keeps_the_accounts_starts_one_and_nobody_their_own(small: Small) -> None:
    for by in (small.therapist, small.medical, small.supervisor):
        with pytest.raises(NotAllowed):
            factor_reset.start(person_id=small.other_therapist.id, by=by, at=AT)
    add_person("Adam", "administrator")
    with pytest.raises(NotAllowed):
        factor_reset.start(person_id=small.administrator.id, by=small.administrator, at=AT)
    with pytest.raises(OutOfReach):
        factor_reset.start(person_id=operator().id, by=small.administrator, at=AT)


def test_the_last_administrators_waits_for_a_second_person_who_reads_notes(small: Small) -> None:
    here, last = sit_down(ADA, PASSWORD, address=HERE, at=AT), small.administrator
    assert not factor_reset.start(person_id=last.id, by=operator(), at=AT)
    assert sign_in.who_sits(token=here, at=AT, is_input=False) is not None
    [waiting] = factor_reset.look(by=small.medical, at=AT)
    assert (waiting.name, waiting.may_confirm) == ("Ada", True)
    for by in (last, operator()):
        with pytest.raises(NotAllowed):
            factor_reset.confirm(reset_id=waiting.id, by=by, at=AT)
    factor_reset.confirm(reset_id=waiting.id, by=small.medical, at=AT)
    assert sign_in.who_sits(token=here, at=AT, is_input=False) is None
    assert factor_reset.look(by=small.medical, at=AT) == []
    with pytest.raises(WrongState):
        factor_reset.confirm(reset_id=waiting.id, by=small.therapist, at=AT)
    assert first_factor(ADA).codes


def test_it_waits_for_a_day(small: Small) -> None:
    factor_reset.start(person_id=small.administrator.id, by=operator(), at=AT)
    [waiting] = factor_reset.look(by=small.medical, at=AT)
    late = AT + timedelta(hours=24)
    assert factor_reset.look(by=small.medical, at=late) == []
    with pytest.raises(WrongState):
        factor_reset.confirm(reset_id=waiting.id, by=small.medical, at=late)


def test_with_a_second_administrator_no_second_person_is_needed(small: Small) -> None:
    adam = add_person("Adam", "administrator")
    assert factor_reset.start(person_id=small.administrator.id, by=adam, at=AT)
    people.disable(person_id=adam.id, by=operator(), at=AT)
    assert not factor_reset.start(person_id=small.administrator.id, by=operator(), at=AT)
