"""Signing in and out."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from kapnotes.access.door import open_to_all
from kapnotes.actions import sign_in as signing_in
from kapnotes.clinic.refusals import Refusal
from kapnotes.web.session import SignedIn, address, now

place = Blueprint("sign_in", __name__)


@place.get("/sign-in")
@open_to_all("one signs in here")
def form() -> str | Answer:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect("/")
    return render_template("sign_in/form.html", email="", sentence="")


@place.post("/sign-in")
@open_to_all("one signs in here")
def enter() -> tuple[str, int] | Answer:
    """Begin a sitting; the cookie's content is made anew."""
    email = request.form.get("email", "")
    try:
        token = signing_in.sign_in(
            email=email,
            password=request.form.get("password", ""),
            address=address(),
            at=now(),
        )
    except Refusal as refusal:
        page = render_template("sign_in/form.html", email=email, sentence=refusal.sentence)
        return page, 429 if refusal.code == "too_many_tries" else 401
    session.clear()
    actor = signing_in.who_sits(token=token, at=now(), is_input=False)
    if actor is not None:
        login_user(SignedIn(actor, token))
    return redirect("/")


@place.post("/sign-out")
@open_to_all("whoever has no sitting any more may still press it")
def leave() -> Answer:
    """End the sitting and clear what the browser keeps of it."""
    if current_user.is_authenticated:
        signing_in.sign_out(token=current_user.token, by=current_user.actor, at=now())
        logout_user()
    session.clear()
    answer = redirect("/sign-in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@place.get("/sign-in/token")
@open_to_all("a page that was left open asks whether it may save again")
def token() -> Response:
    """The form token of this sitting, or 401 while nobody is signed in."""
    if not current_user.is_authenticated:
        answer = jsonify(error="signed out")
        answer.status_code = 401
        return answer
    return jsonify(csrf=generate_csrf())
