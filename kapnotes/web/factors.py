"""One's own passkeys, authenticator app and recovery codes; and resets that wait for a second."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.actions import enrolment, factor, factor_reset, passkey, recovery_code, totp
from kapnotes.actions.factor import Code
from kapnotes.actions.passkey import LONGEST_ANSWER
from kapnotes.actions.sitting import token_hash
from kapnotes.clinic.factor import FEW_CODES
from kapnotes.clinic.refusals import BadInput, Refusal, WrongFactor
from kapnotes.web.drawn_code import drawn_code
from kapnotes.web.errors import status_of
from kapnotes.web.given import passkeys
from kapnotes.web.session import me, now

place = Blueprint("factors", __name__)
HERE = "/account/factors"
LONGEST = 100


@place.get(HERE)
@needs(Action.SEE_TODAY)
def page() -> str:
    """Show one's own factors."""
    return _page()


@place.get(f"{HERE}/new")
@needs(Action.SEE_TODAY)
@fresh
def new() -> str:
    """Offer another passkey, or an app in place of the one that there is."""
    return _new()


@place.post(f"{HERE}/passkey")
@needs(Action.SEE_TODAY)
@fresh
def ask_new() -> Response:
    """What the browser needs to make a passkey."""
    options = passkey.ask_new(token_hash=token_hash(current_user.token), by=me(), at=now())
    return Response(options, mimetype="application/json")


@place.post(f"{HERE}/passkeys")
@needs(Action.SEE_TODAY)
@fresh
def add_passkey() -> tuple[str, int] | str | Answer:
    """Keep a passkey that the browser made."""
    answer = factor.Answer(request.form.get("passkey", "")[: LONGEST_ANSWER + 1], _token())
    try:
        name = request.form.get("name", "")
        codes = enrolment.add_passkey(answer=answer, name=name, is_first=False, by=me(), at=now())
    except BadInput as refusal:
        return _new(passkey_error=refusal.errors["name"]), 422
    except Refusal as refusal:
        return _new(passkey_error=refusal.sentence), _status(refusal)
    return _done(codes, "The passkey is added. Your other sign-ins have ended.")


@place.post(f"{HERE}/passkeys/<uuid:passkey_id>/remove")
@needs(Action.SEE_TODAY)
@fresh
def remove_passkey(passkey_id: UUID) -> str | Answer:
    """Give up a passkey."""
    factor.remove_passkey(passkey_id=passkey_id, token=_token(), by=me(), at=now())
    return _done((), "The passkey is removed. Your other sign-ins have ended.")


@place.post(f"{HERE}/app/begin")
@needs(Action.SEE_TODAY)
@fresh
def begin_app() -> Answer:
    """Make a seed for an authenticator app."""
    totp.begin(by=me(), at=now())
    return redirect(f"{HERE}/new")


@place.post(f"{HERE}/app")
@needs(Action.SEE_TODAY)
@fresh
def confirm_app() -> tuple[str, int] | str | Answer:
    """Confirm the app by its first code."""
    code = Code(request.form.get("code", "")[:LONGEST])
    try:
        codes = enrolment.add_app(code=code, token=_token(), is_first=False, by=me(), at=now())
    except Refusal as refusal:
        return _new(code_error=refusal.sentence), _status(refusal)
    return _done(codes, "The app is set up. Your other sign-ins have ended.")


@place.post(f"{HERE}/app/remove")
@needs(Action.SEE_TODAY)
@fresh
def remove_app() -> str | Answer:
    """Give up the app."""
    factor.remove_app(token=_token(), by=me(), at=now())
    return _done((), "The app is removed. Your other sign-ins have ended.")


@place.post(f"{HERE}/codes")
@needs(Action.SEE_TODAY)
@fresh
def renew_codes() -> str:
    """Make new recovery codes and show them once."""
    codes = recovery_code.renew(by=me(), at=now())
    return render_template("factors/codes.html", codes=codes, is_first=False)


@place.get("/resets")
@needs(Action.READ_NOTE)
def resets() -> str:
    """Show the resets that wait for a second person."""
    return render_template("factors/resets.html", waiting=factor_reset.look(by=me(), at=now()))


@place.post("/resets/<uuid:reset_id>/confirm")
@needs(Action.READ_NOTE)
@fresh
def confirm_reset(reset_id: UUID) -> Answer:
    """Confirm one as the second person."""
    factor_reset.confirm(reset_id=reset_id, by=me(), at=now())
    flash("Confirmed. They set up a new second factor at their next sign-in.", "success")
    return redirect("/resets")


def _status(refusal: Refusal) -> int:
    return 422 if isinstance(refusal, WrongFactor) else status_of(refusal)


def _token() -> str:
    token: str = current_user.token
    return token


def _done(codes: tuple[str, ...], words: str) -> str | Answer:
    if codes:
        return render_template("factors/codes.html", codes=codes, is_first=False)
    flash(words, "success")
    return redirect(HERE)


def _page() -> str:
    own = factor.look(by=me(), at=now())
    waits = factor_reset.are_waiting(by=me(), at=now())
    return render_template("factors/page.html", own=own, few=FEW_CODES, waits=waits)


def _new(*, code_error: str = "", passkey_error: str = "") -> str:
    seed = totp.waiting_seed(by=me())
    return render_template(
        "factors/new.html",
        own=factor.look(by=me(), at=now()),
        passkeys=passkeys(),
        seed=seed,
        drawn=drawn_code(seed.address) if seed else None,
        code_error=code_error,
        passkey_error=passkey_error,
    )
