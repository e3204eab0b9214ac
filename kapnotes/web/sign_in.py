"""Signing in and out."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from flask_login import current_user, login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from kapnotes.access.door import open_to_all
from kapnotes.actions import sign_in as signing_in
from kapnotes.actions.sitting import presence
from kapnotes.clinic.refusals import Refusal
from kapnotes.web.device import words_of
from kapnotes.web.second_factor import waiting
from kapnotes.web.session import WAITING, SignedIn, address, end_here, is_locked, now

place = Blueprint("sign_in", __name__)


@place.get("/sign-in")
@open_to_all("one signs in here")
def form() -> str | Answer:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect("/")
    if is_locked():
        return redirect("/locked")
    return render_template("sign_in/form.html", email="", sentence="")


@place.post("/sign-in")
@open_to_all("one signs in here")
def enter() -> tuple[str, int] | Answer:
    """Take the password and ask for the second factor; the cookie's content is made anew."""
    email = request.form.get("email", "")
    try:
        token = signing_in.sign_in(
            email=email,
            password=request.form.get("password", ""),
            address=address(),
            device=words_of(request.headers.get("User-Agent", "")),
            at=now(),
        )
    except Refusal as refusal:
        page = render_template("sign_in/form.html", email=email, sentence=refusal.sentence)
        return page, 429 if refusal.code == "too_many_tries" else 401
    end_here()
    session.clear()
    found = presence(token=token, at=now(), is_input=False)
    if found is None:
        session[WAITING] = token
        return redirect("/sign-in/factor")
    login_user(SignedIn(found.actor, token, found.fresh_at))
    return redirect("/")


@place.post("/sign-out")
@open_to_all("whoever has no sitting any more may still press it")
def leave() -> Answer:
    """End the sitting and clear what the browser keeps of it."""
    end_here()
    if (found := waiting()) is not None:
        signing_in.sign_out(token=found.token, by=found.by, at=now())
    session.clear()
    answer = redirect("/sign-in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@place.get("/sign-in/token")
@open_to_all("a page that was left open asks whether it may save again")
def token() -> Response:
    """The form token of this sitting, or 401 while nobody is signed in."""
    if not current_user.is_authenticated:
        answer = jsonify(error="locked" if is_locked() else "signed out")
        answer.status_code = 401
        return answer
    return jsonify(csrf=generate_csrf())
