"""How a refusal or a failure is shown: a plain page, a number to report, nothing of the inside."""

import secrets

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from kapnotes.actions import refusal
from kapnotes.actions.job import QueueFull
from kapnotes.actions.signing import NotReady
from kapnotes.clinic.refusals import (
    BadInput,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    Refusal,
    Stale,
    TooManyTries,
    WrongCode,
    WrongPassword,
    WrongState,
)
from kapnotes.clinic.review_queue import NotTogether
from kapnotes.db.trouble import Trouble, trouble_of
from kapnotes.paper.press import PrintFailed
from kapnotes.paper.seal import SealFailed
from kapnotes.web.session import is_locked, locked, now

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (OutOfReach, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (Stale, 409),
    (TooManyTries, 429),
    (QueueFull, 429),
    (WrongPassword, 403),
    (WrongCode, 403),
    (BadInput, 422),
    (ReasonNeeded, 422),
    (NotReady, 422),
    (NotTogether, 422),
)
PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
STANDING_ALONE = frozenset({500, 503})
"""Pages that know nobody: they are shown while the database is away, too."""
RETRY_SECONDS = "10"
_log = structlog.get_logger("kapnotes")


def fit(app: Flask) -> None:
    """Attach the error pages to the app."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(PrintFailed, _not_printed)
    app.register_error_handler(SealFailed, _not_printed)
    app.register_error_handler(CSRFError, _no_token)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def status_of(error: Refusal) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def page(status: int, sentence: str, number: str = "") -> Response:
    """An error page, or the same as JSON for the page's own scripts."""
    if request.method == "PUT":
        answer = jsonify(message=sentence)
        answer.status_code = status
        return answer
    name = status if status in PAGES - {422} else 400
    template = f"errors/{name}.html"
    if name in STANDING_ALONE:
        html = current_app.jinja_env.get_template(template).render(sentence=sentence, number=number)
    else:
        html = render_template(template, sentence=sentence, number=number)
    return make_response(html, status)


def _refused(error: Refusal) -> Response:
    status = status_of(error)
    if status == 403 and not isinstance(error, WrongPassword):  # noqa: PLR2004 - HTTP's own number
        _note_refused_door(error)
    sentence = "" if isinstance(error, OutOfReach) else error.sentence
    return page(status, sentence)


def _note_refused_door(error: Refusal) -> None:
    """A refusal at the door itself; one inside an action has its event already."""
    if current_user.is_authenticated and not error.is_recorded:
        refusal.at_door(code=error.code, by=current_user.actor, at=now())


def _not_printed(error: PrintFailed | SealFailed) -> Response:
    return page(503, str(error))


def _no_token(error: CSRFError) -> Response:
    """Without a sitting there is no token either: a page that saves by itself is told which."""
    del error
    if is_locked():
        return make_response(locked(is_ours=False))
    if request.method == "PUT" and not current_user.is_authenticated:
        return page(401, "You are signed out. Sign in again in another window to save this.")
    return page(
        400, "This page was open too long or came from elsewhere. Go back, reload and try again."
    )


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        return make_response("This is not the address of the practice.\n", 400)
    if (cause := getattr(error, "original_exception", None)) is not None:
        return _broken(cause)
    return page(error.code or 500, "")


def _away(trouble: Trouble, error: Exception) -> Response:
    """The database cannot be read or written: whoever was saving is told why."""
    g.trouble = trouble.word
    _log.error(
        "database in trouble",
        trouble=trouble.word,
        endpoint=request.endpoint,
        method=request.method,
        error=type(error).__name__,
        where=_where(error),
    )
    answer = page(503, trouble.sentence)
    if request.method == "PUT" or request.accept_mimetypes.best == "application/json":
        answer = jsonify(message=trouble.sentence, reason=trouble.reason)
        answer.status_code = 503
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _broken(error: Exception) -> Response:
    if (trouble := trouble_of(error)) is not None:
        return _away(trouble, error)
    number = secrets.token_hex(4)
    _log.error(
        "request failed",
        number=number,
        endpoint=request.endpoint,
        method=request.method,
        error=type(error).__name__,
        where=_where(error),
    )
    return page(500, "", number)


def _where(error: Exception) -> str:
    """The innermost line of ours, without any value."""
    found, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "kapnotes" in code.co_filename:
            found = f"{code.co_filename.rsplit('kapnotes/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
