"""The lock of the screen: locking, the page of a locked sitting, opening it again, its code."""

from urllib.parse import urlencode

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs, open_to_all
from kapnotes.actions import locking, passkey, sitting
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.web.confirm import checked
from kapnotes.web.errors import status_of
from kapnotes.web.given import given
from kapnotes.web.kept import lock_page, opened
from kapnotes.web.session import address, ago, asks_by_script, here, is_locked, me, now

place = Blueprint("locking", __name__)
LOCKED = "a locked sitting opens nothing else; it says nothing but how it is opened"


@place.post("/lock")
@open_to_all("closing needs no permission")
def lock() -> Response | Answer:
    """Lock this browser's sitting now."""
    found = here()
    if found is not None and found.presence.is_open:
        locking.lock(token=found.token, by=found.presence.actor, at=now())
    if asks_by_script():
        return jsonify(state="locked" if found else "ended")
    return redirect(f"/locked?{urlencode({'next': _next()})}" if found else "/sign-in")


@place.get("/locked")
@open_to_all(LOCKED)
def page() -> str | Answer:
    """Show the lock."""
    found = here()
    if found is None:
        return redirect("/sign-in")
    return lock_page(found.presence, then=_next()) if is_locked() else redirect(_next())


@place.post("/unlock")
@open_to_all(LOCKED)
def unlock() -> tuple[str, int] | Response | Answer:
    """Open the sitting with a factor or with its short code."""
    found = here()
    if found is None:
        return jsonify(state="ended") if asks_by_script() else redirect("/sign-in")
    by, token = found.presence.actor, found.token
    try:
        if code := request.form.get("unlock_code"):
            locking.unlock_by_code(token=token, code=code, by=by, at=now())
        else:
            locking.unlock(token=token, given=given(token), address=address(), by=by, at=now())
    except Refusal as refusal:
        return _refused(found.token, refusal)
    if asks_by_script():
        return jsonify(state="open", csrf=generate_csrf())
    if (kept := opened(request.form.get("kept", ""), by.id)) is not None:
        return render_template("locking/kept.html", kept=kept), 200
    return redirect(_next())


def _refused(token: str, refusal: Refusal) -> tuple[str, int] | Response:
    """Say why it stays locked, and whether the code is still taken."""
    standing = sitting.presence(token=token, at=now(), is_input=False)
    status = status_of(refusal)
    if asks_by_script() or standing is None:
        has_code = standing is not None and standing.has_code
        answer = jsonify(state="locked", sentence=refusal.sentence, code=has_code)
        answer.status_code = status
        return answer
    kept = request.form.get("kept", "")
    return lock_page(standing, then=_next(), sentence=refusal.sentence, kept=kept), status


@place.post("/unlock/passkey")
@open_to_all(LOCKED)
def ask_passkey() -> Response | Answer:
    """What the browser needs to use a passkey of whose sitting is locked."""
    found = here()
    if found is None:
        return jsonify(state="ended") if asks_by_script() else redirect("/sign-in")
    by = found.presence.actor
    options = passkey.ask(token_hash=sitting.token_hash(found.token), by=by, at=now())
    return Response(options, mimetype="application/json")


@place.post("/lock/input")
@open_to_all("a page says that somebody is there; the answer is how long the sitting stays open")
def input_() -> Response:
    """Keep the sitting open, because a person touched the page so many seconds ago."""
    found = here()
    if found is None:
        return jsonify(state="ended", left=0)
    said = ago(request.form.get("ago", ""))
    is_input = said is not None
    standing = sitting.presence(token=found.token, at=now(), is_input=is_input, ago=said)
    if standing is None:
        return jsonify(state="ended", left=0)
    return jsonify(state=standing.state.value, left=int(standing.left.total_seconds()))


@place.post("/lock/page")
@needs(Action.SEE_TODAY)
def open_page() -> Response:
    """Give back what opens a page of this person's that was locked."""
    key = locking.page_key(point=request.form.get("point", ""), by=me())
    return jsonify(key=key, csrf=generate_csrf())


@place.get("/lock/code")
@needs(Action.SEE_TODAY)
def code_form() -> str:
    """Show the form for the short code of this sitting."""
    return render_template("locking/code.html", errors={}, next=_next())


@place.post("/lock/code")
@needs(Action.SEE_TODAY)
def set_code() -> tuple[str, int] | Answer:
    """Keep the short code."""
    try:
        locking.set_code(
            token=current_user.token,
            code=request.form.get("unlock_code", ""),
            given=given(current_user.token),
            address=address(),
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return _code_page(refusal.errors, 422)
    except Refusal as refusal:
        return _code_page({"password": refusal.sentence}, 422)
    flash("Your code opens this browser's lock for four hours, in this sign-in alone.", "success")
    return redirect(_next())


def _code_page(errors: dict[str, str], status: int) -> tuple[str, int]:
    return render_template("locking/code.html", errors=errors, next=_next()), status


def _next() -> str:
    """The page to go on to: a door of ours, or Today."""
    then = checked(request.values.get("next", ""))
    return "/" if then.startswith("/lock") else then
