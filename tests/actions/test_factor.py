"""Second factors: each counts once, on either database, also for two who give it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import enrolment, factor, passkey, recovery_code, sign_in, totp
from kapnotes.actions.factor import Answer, Code
from kapnotes.actions.sitting import token_hash
from kapnotes.clinic.refusals import (
    NotAllowed,
    Refusal,
    TooManyTries,
    WrongFactor,
    WrongSignIn,
    WrongState,
)
from kapnotes.records.factor import RecoveryCode, Totp
from tests.authenticator import Device
from tests.builders import AT, HERE, PASSWORD, Small, add_person, small_practice
from tests.factors import SEED, code_for, digits, sit_down

pytestmark = pytest.mark.safety("ONC-d13/second-factor")
THEA = "thea@test.example"
STEP = timedelta(seconds=30)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def begin(email: str = THEA) -> str:
    """A sign-in whose password was right."""
    return sign_in.sign_in(email=email, password=PASSWORD, address=HERE, at=AT)


def with_passkey(by: Actor) -> Device:
    """Somebody adds a passkey."""
    token = sit_down(f"{by.name.lower()}@test.example", PASSWORD, address=HERE, at=AT)
    device = Device()
    answer = device.make(passkey.ask_new(token_hash=token_hash(token), by=by, at=AT))
    made = Answer(answer, token)
    enrolment.add_passkey(answer=made, name="Tablet", is_first=False, by=by, at=AT)
    return device


def at_once(act: Callable[[str], object], *tokens: str) -> list[object]:
    """Do the same for each token at the same moment; what came of it, or the refusal."""
    ready = Barrier(len(tokens))

    def one(token: str) -> object:
        ready.wait()
        try:
            return act(token)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(one, tokens))


def test_a_password_alone_seats_nobody(small: Small) -> None:
    del small
    token = begin()
    assert sign_in.who_sits(token=token, at=AT, is_input=True) is None
    assert sign_in.who_waits(token=token, at=AT) is not None
    assert sign_in.who_waits(token=token, at=AT + timedelta(minutes=10)) is None


def test_the_second_factor_seats_under_a_new_token(small: Small) -> None:
    token = begin()
    seated = sign_in.give_factor(token=token, given=Code(digits(AT)), at=AT)
    assert seated.token != token
    found = sign_in.who_sits(token=seated.token, at=AT, is_input=True)
    assert found is not None
    assert found.id == small.therapist.id
    assert sign_in.who_waits(token=token, at=AT) is None
    with pytest.raises(WrongSignIn):
        sign_in.give_factor(token=token, given=Code(digits(AT + STEP)), at=AT)


@pytest.mark.safety("ASVS-6.5/code-once")
def test_a_code_counts_once_and_none_before_it_counts_after(small: Small) -> None:
    del small
    sign_in.give_factor(token=begin(), given=Code(digits(AT)), at=AT)
    for code in (digits(AT), digits(AT - STEP), digits(AT + 2 * STEP)):
        with pytest.raises(WrongFactor):
            sign_in.give_factor(token=begin(), given=Code(code), at=AT)
    sign_in.give_factor(token=begin(), given=Code(digits(AT + STEP)), at=AT)


@pytest.mark.safety("ASVS-6.5/code-once")
@pytest.mark.parametrize("kind", ["app", "recovery", "one sign-in"])
def test_of_two_who_give_the_same_code_at_once_one_gets_in(small: Small, kind: str) -> None:
    del small
    code = code_for(THEA) if kind == "recovery" else digits(AT)
    tokens = [begin()] * 2 if kind == "one sign-in" else [begin(), begin()]
    came = at_once(lambda token: sign_in.give_factor(token=token, given=Code(code), at=AT), *tokens)
    assert sorted(isinstance(one, Refusal) for one in came) == [False, True], came


@pytest.mark.safety("ASVS-6.4/recovery-codes")
def test_a_recovery_code_opens_once_and_new_ones_end_the_old(small: Small) -> None:
    old = code_for(THEA)
    sign_in.give_factor(token=begin(), given=Code(f" {old.upper()} "), at=AT)
    with pytest.raises(WrongFactor):
        sign_in.give_factor(token=begin(), given=Code(old), at=AT)
    other = code_for(THEA)
    codes = recovery_code.renew(by=small.therapist, at=AT)
    with pytest.raises(WrongFactor):
        sign_in.give_factor(token=begin(), given=Code(other), at=AT)
    sign_in.give_factor(token=begin(), given=Code(codes[0]), at=AT)


def test_nobodys_code_is_anybody_elses(small: Small) -> None:
    del small
    with pytest.raises(WrongFactor):
        sign_in.give_factor(token=begin(), given=Code(code_for("otto@test.example")), at=AT)


@pytest.mark.safety("ASVS-6.3/alike")
def test_wrong_codes_are_counted_from_whatever_address(small: Small) -> None:
    del small
    for number in range(10):
        address = f"203.0.113.{number}"
        token = sign_in.sign_in(email=THEA, password=PASSWORD, address=address, at=AT)
        with pytest.raises(WrongFactor):
            sign_in.give_factor(token=token, given=Code("no code"), at=AT)
    with pytest.raises(TooManyTries):
        sign_in.give_factor(token=begin(), given=Code(digits(AT)), at=AT)
    later = AT + timedelta(minutes=16)
    token = sign_in.sign_in(email=THEA, password=PASSWORD, address=HERE, at=later)
    sign_in.give_factor(token=token, given=Code(digits(later)), at=later)


def test_neither_seed_nor_code_stands_in_the_database(small: Small) -> None:
    del small
    code = code_for(THEA)
    with db.current().reading() as session:
        seeds = session.execute(sa.select(Totp.seed_sealed)).scalars().all()
        hashes = session.execute(sa.select(RecoveryCode.code_hash)).scalars().all()
    assert not [one for one in seeds if SEED.encode() in one]
    assert not [one for one in hashes if code.replace("-", "") in one]


def test_a_seed_moved_to_another_account_does_not_open(small: Small) -> None:
    with db.current().writing() as session:
        rows = {one.person_id: one for one in session.execute(sa.select(Totp)).scalars()}
        rows[small.therapist.id].seed_sealed = rows[small.supervisor.id].seed_sealed
    with pytest.raises(Exception, match="totp"):
        sign_in.give_factor(token=begin(), given=Code(digits(AT)), at=AT)


@pytest.mark.safety("ONC-d13/second-factor")
def test_a_passkey_signs_in_and_its_answer_counts_once(small: Small) -> None:
    device = with_passkey(small.therapist)
    token = begin()
    asked = passkey.ask(token_hash=token_hash(token), by=small.therapist, at=AT)
    answer = device.use(asked)
    sign_in.give_factor(token=token, given=Answer(answer, token), at=AT)
    for again in (token, begin()):
        with pytest.raises(Refusal):
            sign_in.give_factor(token=again, given=Answer(answer, again), at=AT)


@pytest.mark.parametrize(
    "fault", ["not verified", "origin", "host", "copied", "late", "other", "unasked", "nonsense"]
)
def test_an_answer_that_is_not_right_opens_nothing(small: Small, fault: str) -> None:
    device = with_passkey(small.therapist)
    token, at = begin(), AT
    asked = passkey.ask(token_hash=token_hash(token), by=small.therapist, at=AT)
    if fault == "not verified":
        device.is_verified = False
    elif fault == "origin":
        device.origin = "http://localhost.evil.example"
    elif fault == "host":
        device.host = "evil.example"
    elif fault == "copied":
        sign_in.give_factor(token=token, given=Answer(device.use(asked), token), at=AT)
        token, device.count = begin(), 0
        asked = passkey.ask(token_hash=token_hash(token), by=small.therapist, at=AT)
    elif fault == "late":
        at = AT + timedelta(minutes=6)
    elif fault == "other":
        device = with_passkey(small.supervisor)
    elif fault == "unasked":
        token = begin()
    answer = '{"id": []}' if fault == "nonsense" else device.use(asked)
    with pytest.raises(WrongFactor):
        sign_in.give_factor(token=token, given=Answer(answer, token), at=at)


def test_who_has_a_factor_cannot_set_up_a_first_one_after_the_password_alone(small: Small) -> None:
    del small
    token = begin()
    waiting = sign_in.who_waits(token=token, at=AT)
    assert waiting is not None
    totp.begin(by=waiting.by, at=AT)
    with pytest.raises((NotAllowed, WrongFactor)):
        sign_in.set_up_app(token=token, code=Code(digits(AT)), at=AT)
    device = Device()
    asked = passkey.ask_new(token_hash=token_hash(token), by=waiting.by, at=AT)
    with pytest.raises(NotAllowed):
        sign_in.set_up_passkey(answer=Answer(device.make(asked), token), name="", at=AT)
    assert sign_in.who_sits(token=token, at=AT, is_input=True) is None


@pytest.mark.safety("ASVS-7.5/fresh-factor")
def test_confirming_refreshes_this_sitting_and_takes_the_code(small: Small) -> None:
    token = sit_down(THEA, PASSWORD, address=HERE, at=AT)
    later = AT + timedelta(minutes=9)
    about = {"token": token, "address": HERE, "by": small.therapist, "at": later}
    factor.confirm(given=Code(digits(later)), **about)
    with pytest.raises(WrongFactor):
        factor.confirm(given=Code(digits(later)), **about)
    factor.confirm(given=PASSWORD, **about)


def test_the_last_factor_is_kept_and_a_removed_one_ends_other_sittings(small: Small) -> None:
    by = small.therapist
    here = sit_down(THEA, PASSWORD, address=HERE, at=AT)
    with pytest.raises(WrongState):
        factor.remove_app(token=here, by=by, at=AT)
    with_passkey(by)
    here, there = (sit_down(THEA, PASSWORD, address=HERE, at=AT) for _ in range(2))
    factor.remove_app(token=here, by=by, at=AT)
    assert sign_in.who_sits(token=here, at=AT, is_input=False) is not None
    assert sign_in.who_sits(token=there, at=AT, is_input=False) is None
    [kept] = factor.look(by=by, at=AT).passkeys
    with pytest.raises(WrongState):
        factor.remove_passkey(passkey_id=kept.id, token=here, by=by, at=AT)


def test_only_a_demo_practice_seats_by_password_alone(database: db.Database) -> None:
    del database
    small_practice(is_demo=True)
    token = sign_in.sign_in(email=THEA, password=PASSWORD, address=HERE, at=AT)
    assert sign_in.who_sits(token=token, at=AT, is_input=True) is not None
    add_person("Dora", "therapist")
