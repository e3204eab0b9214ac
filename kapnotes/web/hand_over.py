"""The page of a scale in the patient's hands: open by its token, and leading nowhere."""

from flask import Blueprint, jsonify, make_response, redirect, render_template, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kapnotes import forms
from kapnotes.access.door import open_to_all
from kapnotes.actions import hand_over
from kapnotes.actions.hand_over import Held
from kapnotes.clinic.refusals import BadInput, OutOfReach
from kapnotes.forms import Raw
from kapnotes.web.entry import posted
from kapnotes.web.filters import seconds
from kapnotes.web.scale_form import for_patient
from kapnotes.web.session import end_here, here, now

place = Blueprint("hand_over", __name__)
PATIENT = "the patient has no account; the token is the key, for one scale and half an hour"


def lock_away(answer: Response) -> Response:
    """End the sitting of this browser, and have it forget what it showed."""
    end_here()
    session.clear()
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@place.get("/hand-over/given-back")
@open_to_all("it says thank you, and nothing else")
def given_back() -> str:
    """Say thank you."""
    return render_template("hand_over/done.html")


@place.get("/hand-over/<token>")
@open_to_all(PATIENT)
def page(token: str) -> Response | tuple[str, int]:
    """Show the scale. A browser that is signed in is signed out first: it is handed over too."""
    try:
        held = hand_over.held(token=token, at=now())
    except OutOfReach:
        return _closed()
    if here() is not None:
        return lock_away(redirect(f"/hand-over/{token}"))
    return make_response(_page(held, token, held.raw))


@place.put("/hand-over/<token>")
@open_to_all(PATIENT)
def save(token: str) -> Response | tuple[Response, int]:
    """Keep the answers so far, as the page sends them by itself."""
    try:
        held = hand_over.held(token=token, at=now())
        hand_over.save(token=token, raw=posted(), by=held.by, at=now())
    except OutOfReach:
        return jsonify(error="closed"), 404
    except BadInput as refusal:
        return jsonify(error=" ".join(refusal.errors.values())), 422
    return jsonify(saved_at=seconds(now()), csrf=generate_csrf())


@place.post("/hand-over/<token>")
@open_to_all(PATIENT)
def give_back(token: str) -> Response | tuple[str, int]:
    """Take the answers and end it; with blanks, ask once whether that is meant."""
    raw = posted()
    try:
        held = hand_over.held(token=token, at=now())
        if "_as_it_is" not in raw and (blank := hand_over.missing(held, raw)):
            hand_over.save(token=token, raw=raw, by=held.by, at=now())
            return _page(held, token, raw, blank), 422
        hand_over.give_back(token=token, raw=raw, by=held.by, at=now())
    except OutOfReach:
        return _closed()
    except BadInput as refusal:
        return _page(held, token, raw, sentence=" ".join(refusal.errors.values())), 422
    return redirect("/hand-over/given-back")


def _page(held: Held, token: str, raw: Raw, blank: tuple[str, ...] = (), sentence: str = "") -> str:
    errors = dict.fromkeys(blank, "No answer yet.")
    return render_template(
        "hand_over/page.html",
        held=held,
        asks=for_patient(
            held.definition,
            forms.ask(held.definition, raw, errors=errors),
            is_own=held.is_own,
        ),
        action=f"/hand-over/{token}",
        blank=len(blank),
        sentence=sentence,
    )


def _closed() -> tuple[str, int]:
    return render_template("hand_over/closed.html"), 404
