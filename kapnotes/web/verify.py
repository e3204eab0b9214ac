"""Checking a document: whoever holds one finds out here whether it is what the practice wrote."""

from flask import Blueprint, current_app, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.door import open_to_all
from kapnotes.actions import document_check
from kapnotes.actions.document_check import Answer
from kapnotes.actions.sign_in import NOBODY
from kapnotes.clinic.refusals import TooManyTries
from kapnotes.paper.checker import Checker, CheckerBusy
from kapnotes.web.session import address, now

place = Blueprint("verify", __name__)
HOLDER = "whoever holds the paper may ask whether it is genuine; nothing of the patient is said"


@place.url_value_preprocessor
def _let_larger_files_in(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Before anything reads the body: a document is larger than what other pages take."""
    del values
    if endpoint == "verify.check":
        request.max_content_length = largest() + 65_536


def largest() -> int:
    """The largest file that is taken, in bytes."""
    return db.current().settings.verify_megabytes << 20


def checker() -> Checker:
    """This process's reader of files from outside."""
    found: Checker = current_app.extensions["checker"]
    return found


def _asker() -> Actor:
    """Whoever asks: the person who is signed in, or nobody."""
    actor: Actor = current_user.actor if current_user.is_authenticated else NOBODY
    return actor


@place.get("/verify")
@open_to_all(HOLDER)
def form() -> str:
    """Ask for a file."""
    return _page()


@place.post("/verify")
@open_to_all(HOLDER)
def check() -> Response:
    """Say what the file is."""
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    if not content:
        return make_response(_page(problem="Choose the PDF that you want to check."), 422)
    if len(content) > largest():
        return make_response(_page(problem=_too_large()), 413)
    try:
        answer = document_check.of_file(
            content=content, checker=checker(), address=address(), by=_asker(), at=now()
        )
    except TooManyTries as refusal:
        return make_response(_page(problem=refusal.sentence), 429)
    except CheckerBusy as busy:
        return make_response(_page(problem=str(busy)), 503)
    return make_response(_page(answer=answer))


@place.get("/verify/<number>")
@open_to_all(HOLDER)
def look_up(number: str) -> Response:
    """Say what is known of the document of that number: where its QR code leads."""
    try:
        known = document_check.of_number(number=number, address=address(), by=_asker(), at=now())
    except TooManyTries as refusal:
        return make_response(_page(problem=refusal.sentence), 429)
    page = render_template(
        "verify/number.html",
        known=known,
        number=number if document_check.is_number(number) else "",
        megabytes=_megabytes(),
    )
    return make_response(page, 200 if known else 404)


def _megabytes() -> int:
    return db.current().settings.verify_megabytes


def _too_large() -> str:
    return f"That file is larger than {_megabytes()} MB. No document of this practice is."


def _page(*, answer: Answer | None = None, problem: str = "") -> str:
    return render_template(
        "verify/page.html", answer=answer, problem=problem, megabytes=_megabytes()
    )
