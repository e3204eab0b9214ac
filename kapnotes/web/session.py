"""Who is signed in: Flask-Login as a thin reader of our own sittings."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, Response, current_app, g, jsonify, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actor import Actor
from kapnotes.actions import sign_in
from kapnotes.actions.attempt import Workshop, workshop_of
from kapnotes.paper.press import Printer

QUIET = frozenset(
    {
        "notes.save_draft",
        "live.news",
        "live.send",
        "live.chart",
        "live.rows",
        "documents.making",
        "sign_in.token",
        "static",
    }
)
"""Requests that a page makes by itself: they do not keep a sitting open."""


class SignedIn(UserMixin):  # type: ignore[misc] # flask_login carries no types
    """The person of this request's sitting, as Flask-Login wants it."""

    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the sitting's token, not the person."""
        return self.token


def fit(app: Flask) -> None:
    """Attach Flask-Login to the app."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_sign_in)


def _load(token: str) -> SignedIn | None:
    is_input = request.endpoint not in QUIET
    actor = sign_in.who_sits(token=token, at=now(), is_input=is_input)
    return SignedIn(actor, token) if actor else None


def _ask_to_sign_in() -> Response | Answer:
    if request.method == "PUT" or request.headers.get("X-CSRFToken"):
        return _no_longer()
    session.clear()
    return redirect("/sign-in")


def _no_longer() -> Response:
    answer = jsonify(error="signed out")
    answer.status_code = 401
    return answer


def keep_sitting() -> None:
    """Count this request as a person's input after all: something that they typed was saved."""
    sign_in.who_sits(token=current_user.token, at=now(), is_input=True)


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
