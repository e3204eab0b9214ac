"""Confirming that it is still the person who signed in, before an act that asks for it."""

from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import factor, passkey
from kapnotes.actions.sitting import token_hash
from kapnotes.clinic.refusals import FreshNeeded, Refusal
from kapnotes.web.errors import status_of
from kapnotes.web.given import given, offers_passkey
from kapnotes.web.session import CONFIRMS, address, asks_by_script, me, now

place = Blueprint("confirm", __name__)
place.add_app_template_global(offers_passkey)
LONGEST = 2000
FILES = (".csv", ".json", ".ics", ".pdf")


@place.get("/confirm")
@needs(Action.SEE_TODAY)
def form() -> str:
    """Ask for one factor."""
    return _form(checked(request.args.get("next", "")))


@place.post("/confirm")
@needs(Action.SEE_TODAY)
def give() -> tuple[str, int] | Response | Answer:
    """Take the factor, and lead on to where it was asked for."""
    then = checked(request.form.get("next", ""))
    try:
        factor.confirm(
            given=given(), token=current_user.token, address=address(), by=me(), at=now()
        )
    except Refusal as refusal:
        return _form(then, refusal.sentence), status_of(refusal)
    if not is_file(then):
        return redirect(then)
    answer = make_response(render_template("confirm/file.html", then=then))
    answer.headers["Refresh"] = f"0; url={then}"
    return answer


@place.post("/confirm/passkey")
@needs(Action.SEE_TODAY)
def ask_passkey() -> Response:
    """What the browser needs to use a passkey of the person who is signed in."""
    options = passkey.ask(token_hash=token_hash(current_user.token), by=me(), at=now())
    return Response(options, mimetype="application/json")


def checked(then: str) -> str:
    """Where to go on, if it is a door of ours that is opened by looking; else Today.

    The path is matched with our own doors, so that no other site and no script is led to.
    """
    path, _, query = then.partition("?")
    is_plain = then.isascii() and then.isprintable() and len(then) <= LONGEST
    if not is_plain or not path.startswith("/") or path.startswith("//") or "\\" in then:
        return "/"
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return "/"
    if endpoint.partition(".")[0] in {"sign_in", "second_factor", "confirm", "static"}:
        return "/"
    return f"{path}?{query}" if query else path


def is_file(then: str) -> bool:
    """Whether a file comes from there, so that the browser stays on the page before."""
    path = then.partition("?")[0]
    endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    return path.endswith(FILES) or getattr(current_app.view_functions[endpoint], "is_file", False)


@place.app_errorhandler(FreshNeeded)
def ask(error: FreshNeeded) -> Response | Answer:
    """Lead to the form; what was posted is kept in it, to be sent again with the factor."""
    if asks_by_script():
        answer = jsonify(message=error.sentence, error=error.code)
        answer.status_code = 403
        return answer
    if request.method == "GET":
        return redirect(f"/confirm?{urlencode({'next': request.full_path.rstrip('?')})}")
    return _posted_again("" if error.sentence == FreshNeeded.sentence else error.sentence)


def _posted_again(sentence: str) -> Response:
    """The form that asks for a factor and posts the same once more with it."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not name.startswith(CONFIRMS)
    ]
    page = render_template(
        "confirm/again.html",
        kept=kept,
        path=request.path,
        sentence=sentence,
    )
    return make_response(page, 403)


def _form(then: str, sentence: str = "") -> str:
    return render_template("confirm/page.html", then=then, sentence=sentence)
