"""Whatever people, pages and time do, a sitting opens only by a factor or by its own code.

The machine keeps its own small account of two sittings of one person, and asks after each step
whether the database says the same (ONC d5; ASVS 7).
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kapnotes import db
from kapnotes.actions import locking, sitting
from kapnotes.clinic.refusals import OutOfReach, TooManyTries, WrongCode, WrongPassword
from kapnotes.clinic.sitting import CODE_HOLDS, CODE_TRIES
from tests.builders import AT, HERE, PASSWORD, Small, small_practice
from tests.factors import sit_down

CODES = ("491730", "208364")
IDLE, WHOLE = timedelta(minutes=15), timedelta(hours=12)
STEP = sitting.INPUT_STEP
DAYS, APART = count(), timedelta(days=10)
"""Each run of the machine begins so much later that no wrong try of another counts any more."""
which = st.integers(0, 1)
pytestmark = [pytest.mark.safety("ONC-d5/idle-lock"), pytest.mark.safety("ONC-d5/live-session")]


@dataclass
class Known:
    """What is expected of a sitting."""

    token: str
    used: datetime
    is_locked: bool = False
    is_ended: bool = False
    code: str = ""
    until: datetime = AT
    tries: int = field(default=CODE_TRIES)


class Sittings(RuleBasedStateMachine):
    """Two browsers of one person, and a clock."""

    small: Small

    def __init__(self) -> None:
        super().__init__()
        self.at = self.begun = AT + next(DAYS) * APART
        email = "thea@test.example"
        self.by = self.small.therapist
        self.known = [
            Known(sit_down(email, PASSWORD, address=HERE, at=self.at), used=self.at)
            for _ in range(2)
        ]

    def ended(self, one: Known) -> bool:
        return one.is_ended or self.at - self.begun > WHOLE

    def opens(self, one: Known) -> bool:
        return not (self.ended(one) or one.is_locked or self.at - one.used > IDLE)

    @rule(seconds=st.sampled_from([1, 59, 61, 899, 901, 3600, 4 * 3600]))
    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @rule(index=which)
    def poll(self, index: int) -> None:
        sitting.presence(token=self.known[index].token, at=self.at, is_input=False)

    @rule(index=which)
    def touch(self, index: int) -> None:
        one = self.known[index]
        sitting.presence(token=one.token, at=self.at, is_input=True)
        if self.opens(one) and self.at - one.used > STEP:
            one.used = self.at

    @rule(index=which, ago=st.integers(0, 2000))
    def report(self, index: int, ago: int) -> None:
        one, past = self.known[index], timedelta(seconds=ago)
        sitting.presence(token=one.token, at=self.at, is_input=True, ago=past)
        if self.opens(one):
            one.used = max(one.used, self.at - past)

    @rule(index=which)
    def lock(self, index: int) -> None:
        one = self.known[index]
        if self.acts(one, lambda: locking.lock(token=one.token, by=self.by, at=self.at)):
            one.is_locked = True

    @rule(index=which, code=st.sampled_from(CODES))
    def choose(self, index: int, code: str) -> None:
        one = self.known[index]
        if not self.opens(one):
            return  # its door is closed
        with suppress(TooManyTries):
            locking.set_code(
                token=one.token, code=code, given=PASSWORD, address=HERE, by=self.by, at=self.at
            )
            self.has_chosen(one, code)

    def has_chosen(self, one: Known, code: str) -> None:
        one.code, one.until, one.tries = code, self.at + CODE_HOLDS, CODE_TRIES

    @rule(index=which, code=st.sampled_from(CODES))
    def type_code(self, index: int, code: str) -> None:
        one = self.known[index]
        fits = bool(one.code) and self.at < one.until and code == one.code
        try:
            locking.unlock_by_code(token=one.token, code=code, by=self.by, at=self.at)
        except WrongCode as refusal:
            one.tries -= 1
            if not one.code or self.at >= one.until or not one.tries:
                one.code = ""
            said = refusal.left > 0
            assert (fits, said) == (False, bool(one.code))
        except OutOfReach:
            assert one.is_ended
        else:
            assert fits
            self.is_opened(one)
            one.tries = CODE_TRIES

    @rule(index=which, is_right=st.booleans())
    def type_password(self, index: int, *, is_right: bool) -> None:
        one, given = self.known[index], PASSWORD if is_right else "not it"
        try:
            locking.unlock(token=one.token, given=given, address=HERE, by=self.by, at=self.at)
        except WrongPassword:
            assert not is_right
        except OutOfReach:
            assert one.is_ended
        except TooManyTries:
            pass
        else:
            assert is_right
            self.is_opened(one)

    @rule()
    def end_the_other(self) -> None:
        if self.opens(self.known[0]):
            sitting.end_others(token=self.known[0].token, by=self.by, at=self.at)
            self.known[1].is_ended = True

    def acts(self, one: Known, act: object) -> bool:
        """Do it; an ended sitting takes no act."""
        try:
            act()  # type: ignore[operator] # a plain function
        except OutOfReach:
            assert one.is_ended
            return False
        return True

    def is_opened(self, one: Known) -> None:
        one.is_locked = False
        one.used = max(one.used, self.at)

    @invariant()
    def the_database_says_the_same(self) -> None:
        for one in self.known:
            found = sitting.presence(token=one.token, at=self.at, is_input=False)
            assert (found is None) == self.ended(one)
            assert (found is not None and found.is_open) == self.opens(one)
            if found is not None:
                assert found.has_code == (bool(one.code) and self.at < one.until)


@pytest.fixture
def small(database: db.Database) -> Small:
    """A practice of this test's own."""
    del database
    return small_practice()


def test_nothing_but_a_factor_or_the_code_opens_a_sitting(small: Small) -> None:
    class OfThisPractice(Sittings):
        """The machine at this test's practice."""

    OfThisPractice.small = small
    run_state_machine_as_test(
        OfThisPractice,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
