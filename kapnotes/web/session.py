"""Who is signed in: Flask-Login as a thin reader of our own sittings."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    request,
    session,
)
from flask_login import LoginManager, UserMixin, current_user, logout_user
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actor import Actor
from kapnotes.actions import factor, sign_in, sitting
from kapnotes.actions.attempt import Workshop, workshop_of
from kapnotes.actions.sitting import Presence
from kapnotes.clinic.factor import is_fresh
from kapnotes.clinic.refusals import FreshNeeded, TooManyTries, WrongPassword
from kapnotes.paper.press import Printer
from kapnotes.web.kept import lock_page, sealed

QUIET = frozenset(
    {
        "notes.save_draft",
        "live.news",
        "live.send",
        "live.chart",
        "live.risk_block",
        "live.rows",
        "documents.making",
        "locking.input_",
        "locking.lock",
        "sign_in.token",
        "static",
    }
)
"""Requests that a page makes by itself: they do not keep a sitting open."""
LONGEST_REPORT = 6


WAITING = "waiting"
"""Where the cookie keeps the token of a sign-in that waits for its second factor."""
CONFIRMS = "_confirm"
"""The field that says that a form brings a factor, and how the fields of the factor begin."""


class SignedIn(UserMixin):  # type: ignore[misc] # flask_login carries no types
    """The person of this request's sitting, as Flask-Login wants it."""

    def __init__(self, actor: Actor, token: str, fresh_at: datetime | None = None) -> None:
        self.actor = actor
        self.token = token
        self.fresh_at = fresh_at

    @property
    def is_fresh(self) -> bool:
        """Whether this person gave a factor within the last minutes; `@fresh` asks it."""
        return is_fresh(self.fresh_at, now())

    def confirms(self) -> bool:
        """Whether the form that is posted brings a factor with it, which is then taken.

        Raises FreshNeeded with the reason for one that does not confirm who this is.
        """
        if request.method != "POST" or CONFIRMS not in request.form:
            return False
        if answer := request.form.get(f"{CONFIRMS}.passkey"):
            given: factor.Given = factor.Answer(answer, self.token)
        elif code := request.form.get(f"{CONFIRMS}.code"):
            given = factor.Code(code)
        else:
            given = request.form.get(f"{CONFIRMS}.password", "")
        try:
            factor.confirm(
                given=given, token=self.token, address=address(), by=self.actor, at=now()
            )
        except (WrongPassword, TooManyTries) as refusal:
            raise FreshNeeded(refusal.sentence) from None
        self.fresh_at = now()
        return True

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the sitting's token, not the person."""
        return self.token


@dataclass(frozen=True, slots=True)
class Here:
    """The sitting of this browser, open or locked, and its token."""

    presence: Presence
    token: str


def fit(app: Flask) -> None:
    """Attach Flask-Login to the app."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_sign_in)


def _load(token: str) -> SignedIn | None:
    """The person of an open sitting. A locked one has nobody: it opens nothing but its lock."""
    is_input = request.endpoint not in QUIET
    found = sitting.presence(token=token, at=now(), is_input=is_input)
    if found is None:
        return None
    g.here = Here(found, token)
    return SignedIn(found.actor, token, found.fresh_at) if found.is_open else None


def here() -> Here | None:
    """The sitting of this browser, be it open or locked; None where there is none."""
    _ = current_user.is_authenticated  # it is looked up when somebody first asks
    found: Here | None = g.get("here")
    return found


def is_locked() -> bool:
    """Whether this browser's sitting is there, but locked."""
    found = here()
    return found is not None and not found.presence.is_open


def end_here() -> None:
    """End this browser's sitting, be it open or locked; whose sitting ended has no cookie of it."""
    found = here()
    if found is not None:
        sign_in.sign_out(token=found.token, by=found.presence.actor, at=now())
        logout_user()


def asks_by_script() -> bool:
    """Whether a script of ours asks, which reads a status instead of following to a page."""
    return request.method == "PUT" or "X-CSRFToken" in request.headers


def _ask_to_sign_in() -> Response | Answer:
    if is_locked():
        return locked()
    if asks_by_script():
        return _no_longer()
    waits = session.get(WAITING)
    session.clear()
    if waits:
        session[WAITING] = waits
        return redirect("/sign-in/factor")
    return redirect("/sign-in")


def locked(*, is_ours: bool = True) -> Response | Answer:
    """What a locked sitting answers at every door: the way to its lock, and nothing else.

    What a form of ours held comes back after the lock; `is_ours` says that its token was right.
    """
    found = here()
    if asks_by_script() or found is None:
        answer = jsonify(error="locked")
        answer.status_code = 401
        return answer
    if request.method == "GET":
        return redirect(f"/locked?{urlencode({'next': request.path})}")
    kept = sealed(found.presence.actor.id) if is_ours else ""
    return make_response(lock_page(found.presence, then="/", kept=kept), 401)


def _no_longer() -> Response:
    answer = jsonify(error="signed out")
    answer.status_code = 401
    return answer


def keep_sitting() -> None:
    """Count this request as a person's input after all: something that they typed was saved.

    A save that comes late says how long ago they typed, so that no retry keeps a sitting open.
    """
    said = ago(request.headers.get("X-Idle", ""))
    sitting.presence(token=current_user.token, at=now(), is_input=True, ago=said)


def ago(seconds: str) -> timedelta | None:
    """How long ago a page says that an input was, in whole seconds; None where it says nothing."""
    is_number = seconds.isascii() and seconds.isdigit() and len(seconds) < LONGEST_REPORT
    return timedelta(seconds=int(seconds)) if is_number else None


def me() -> Actor:
    """The person who makes this request; views behind `@needs` always have one."""
    actor: Actor = current_user.actor
    return actor


def me_about(patient_id: UUID) -> Actor:
    """The same person with what they may do with that patient, for what a page offers."""
    return me().about(patient_id, now())


def now() -> datetime:
    """The server's time of this request: one request happens at one moment."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    moment: datetime = g.now
    return moment


def address() -> str:
    """The address the request came from, for the throttle."""
    return request.remote_addr or ""


def printer() -> Printer:
    """This process's printer."""
    found: Printer = current_app.extensions["printer"]
    return found


def workshop() -> Workshop:
    """What this process makes documents with."""
    return workshop_of(printer())
