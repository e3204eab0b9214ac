"""Whether the server lives, and whether it can do its work."""

import ctypes.util

from flask import Blueprint, Response, jsonify

from kapnotes import db
from kapnotes.access.door import open_to_all
from kapnotes.web.session import printer

place = Blueprint("health", __name__)


@place.get("/livez")
@open_to_all("a watcher asks; nothing of the practice is in the answer")
def lives() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@place.get("/readyz")
@open_to_all("a watcher asks; nothing of the practice is in the answer")
def ready() -> Response:
    """Whether the database, the printer and the library it needs are there."""
    subset = ctypes.util.find_library("harfbuzz-subset") is not None
    is_warm, sentence = printer().ready()
    checks = {
        "database": "ok" if db.is_migrated() else "The tables are not up to date.",
        "printer": "ok" if is_warm else sentence,
        "harfbuzz-subset": "ok" if subset else "Missing: documents take three times as long.",
    }
    answer = jsonify(checks)
    answer.status_code = 200 if checks["database"] == "ok" else 503
    return answer
