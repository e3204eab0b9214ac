"""The second step of signing in: giving the second factor, or setting up the first one.

Whoever comes here gave a password. Their token stands in the cookie beside no person: until the
factor is given nobody is signed in.
"""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as Answer

from kapnotes.access.door import open_to_all
from kapnotes.actions import factor as factors
from kapnotes.actions import passkey, recovery_code, sign_in, totp
from kapnotes.actions.factor import Code
from kapnotes.actions.sign_in import Seated, Waiting
from kapnotes.actions.sitting import presence, token_hash
from kapnotes.clinic.refusals import BadInput, Refusal, WrongSignIn
from kapnotes.web.drawn_code import drawn_code
from kapnotes.web.errors import status_of
from kapnotes.web.given import passkeys
from kapnotes.web.session import WAITING, SignedIn, now

place = Blueprint("second_factor", __name__)
SECOND = "one signs in here, after the password"
LONGEST = 100


def waiting() -> Waiting | None:
    """The sign-in of this browser that waits for its second factor."""
    token = session.get(WAITING)
    return sign_in.who_waits(token=token, at=now()) if isinstance(token, str) else None


def begin_again() -> Answer:
    """Back to the password: nothing waits here, or it waited too long."""
    session.pop(WAITING, None)
    return redirect("/" if current_user.is_authenticated else "/sign-in")


@place.get("/sign-in/factor")
@open_to_all(SECOND)
def form() -> str | Answer:
    """Ask for the second factor; who has none yet is led to set one up."""
    found = waiting()
    if found is None:
        return begin_again()
    if not found.standing.has_any:
        return redirect("/sign-in/set-up")
    return _form(found)


@place.post("/sign-in/factor")
@open_to_all(SECOND)
def give() -> tuple[str, int] | Answer:
    """Take the second factor and sit down."""
    found = waiting()
    if found is None:
        return begin_again()
    try:
        seated = sign_in.give_factor(token=found.token, given=_given(found), at=now())
    except WrongSignIn:
        return begin_again()
    except Refusal as refusal:
        return _form(found, refusal.sentence), _status(refusal)
    _sit_down(seated)
    return redirect("/")


@place.post("/sign-in/factor/passkey")
@open_to_all(SECOND)
def ask_passkey() -> Response | Answer:
    """What the browser needs to use a passkey."""
    found = waiting()
    if found is None:
        return _json('{"error": "signed out"}', 401)
    return _json(passkey.ask(token_hash=token_hash(found.token), by=found.by, at=now()))


@place.get("/sign-in/set-up")
@open_to_all(SECOND)
def set_up() -> str | Answer:
    """Offer what can be set up; who has a factor already is asked for it."""
    found = waiting()
    if found is None:
        return begin_again()
    if found.standing.has_any:
        return redirect("/sign-in/factor")
    return _set_up(found)


@place.post("/sign-in/set-up/app")
@open_to_all(SECOND)
def begin_app() -> Answer:
    """Make a seed for an authenticator app."""
    found = waiting()
    if found is None or found.standing.has_any:
        return begin_again()
    totp.begin(by=found.by, at=now())
    return redirect("/sign-in/set-up")


@place.post("/sign-in/set-up")
@open_to_all(SECOND)
def confirm_app() -> tuple[str, int] | str | Response | Answer:
    """Confirm the app by its first code; the recovery codes are shown once."""
    found = waiting()
    if found is None:
        return begin_again()
    try:
        code = Code(request.form.get("code", "")[:LONGEST])
        seated = sign_in.set_up_app(token=found.token, code=code, at=now())
    except WrongSignIn:
        return begin_again()
    except Refusal as refusal:
        return _set_up(found, code_error=refusal.sentence), _status(refusal)
    return _first_codes(seated)


@place.post("/sign-in/set-up/passkey")
@open_to_all(SECOND)
def ask_new_passkey() -> Response | Answer:
    """What the browser needs to make a passkey."""
    found = waiting()
    if found is None or found.standing.has_any:
        return _json('{"error": "signed out"}', 401)
    return _json(passkey.ask_new(token_hash=token_hash(found.token), by=found.by, at=now()))


@place.post("/sign-in/set-up/passkey/made")
@open_to_all(SECOND)
def add_passkey() -> tuple[str, int] | str | Response | Answer:
    """Keep one's first passkey; the recovery codes are shown once."""
    found = waiting()
    if found is None:
        return begin_again()
    answer = factors.Answer(request.form.get("passkey", ""), found.token)
    try:
        name = request.form.get("name", "")
        seated = sign_in.set_up_passkey(answer=answer, name=name, at=now())
    except WrongSignIn:
        return begin_again()
    except BadInput as refusal:
        return _set_up(found, passkey_error=refusal.errors["name"]), 422
    except Refusal as refusal:
        return _set_up(found, passkey_error=refusal.sentence), _status(refusal)
    return _first_codes(seated)


def _given(found: Waiting) -> Code | factors.Answer:
    if answer := request.form.get("passkey"):
        return factors.Answer(answer[: passkey.LONGEST_ANSWER + 1], found.token)
    return Code(request.form.get("code", "")[:LONGEST])


def _status(refusal: Refusal) -> int:
    status = status_of(refusal)
    return 401 if status == 403 else status  # noqa: PLR2004 - nobody is signed in yet


def _sit_down(seated: Seated) -> None:
    """The cookie's content is made anew, and names the sitting."""
    session.clear()
    found = presence(token=seated.token, at=now(), is_input=False)
    if found is not None:
        login_user(SignedIn(found.actor, seated.token, found.fresh_at))


def _form(found: Waiting, sentence: str = "") -> str:
    has_app = found.standing.has_app
    return render_template(
        "sign_in/factor.html",
        name=found.by.name,
        standing=found.standing,
        passkeys=passkeys(),
        by_recovery=not has_app or request.args.get("by") == "recovery",
        sentence=sentence,
    )


def _set_up(found: Waiting, *, code_error: str = "", passkey_error: str = "") -> str:
    seed = totp.waiting_seed(by=found.by)
    return render_template(
        "sign_in/set_up.html",
        name=found.by.name,
        passkeys=passkeys(),
        seed=seed,
        drawn=drawn_code(seed.address) if seed else None,
        code_error=code_error,
        passkey_error=passkey_error,
    )


def _first_codes(seated: Seated) -> Response:
    _sit_down(seated)
    codes = seated.codes or recovery_code.renew(by=current_user.actor, at=now())
    return make_response(render_template("factors/codes.html", codes=codes, is_first=True))


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status=status, mimetype="application/json")
