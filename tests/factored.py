"""Every act with a second factor, once: set up, given, confirmed, renewed, given up, and reset."""

from datetime import timedelta

from kapnotes.access.actor import operator
from kapnotes.actions import (
    enrolment,
    factor,
    factor_reset,
    passkey,
    recovery_code,
    sign_in,
    totp,
)
from kapnotes.actions.factor import Answer, Code
from kapnotes.actions.sitting import token_hash
from tests.authenticator import Device
from tests.builders import AT, HERE, PASSWORD, Small, add_person
from tests.factors import digits, give_app, sit_down, waiting_digits


def play_factors(small: Small) -> None:
    """Somebody of their own, from the first factor to the reset; then the last administrator."""
    person = add_person("Fabian", "therapist")
    email, by, later = "fabian@test.example", person, AT + timedelta(minutes=1)
    token = sit_down(email, PASSWORD, address=HERE, at=AT)
    factor.confirm(given=Code(digits(AT)), token=token, address=HERE, by=by, at=AT)
    factor.confirm(given=PASSWORD, token=token, address=HERE, by=by, at=AT)
    device = Device()
    answer = device.make(passkey.ask_new(token_hash=token_hash(token), by=by, at=AT))
    made = Answer(answer, token)
    enrolment.add_passkey(answer=made, name="", is_first=False, by=by, at=AT)
    recovery_code.renew(by=by, at=AT)
    factor.remove_app(token=token, by=by, at=AT)
    totp.begin(by=by, at=AT)
    code = Code(waiting_digits(by, later))
    enrolment.add_app(code=code, token=token, is_first=False, by=by, at=later)
    [kept] = factor.look(by=by, at=later).passkeys
    factor.remove_passkey(passkey_id=kept.id, token=token, by=by, at=later)
    factor_reset.start(person_id=by.id, by=small.administrator, at=later)
    first_factor(email)
    last = small.administrator
    assert not factor_reset.start(person_id=last.id, by=operator(), at=later)
    [waiting] = factor_reset.look(by=small.therapist, at=later)
    factor_reset.confirm(reset_id=waiting.id, by=small.therapist, at=later)
    give_app(last.id)


def first_factor(email: str) -> sign_in.Seated:
    """Sign in without any factor yet, and set up an app."""
    token = sign_in.sign_in(email=email, password=PASSWORD, address=HERE, at=AT)
    waiting = sign_in.who_waits(token=token, at=AT)
    assert waiting is not None
    totp.begin(by=waiting.by, at=AT)
    code = Code(waiting_digits(waiting.by, AT))
    return sign_in.set_up_app(token=token, code=code, at=AT)
