"""Whether the server lives, and whether it can do its work."""

from threading import Lock
from time import monotonic

from flask import Blueprint, Response, current_app, jsonify

from kapnotes.access.door import open_to_all
from kapnotes.actions import health
from kapnotes.actions.health import Health
from kapnotes.web.session import now, printer

KEEP_SECONDS = 1.0
"""An answer serves everybody who asks within this time: asking often costs little."""
place = Blueprint("health", __name__)


class Watch:
    """The last examination of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: Health | None = None
        self._at = 0.0

    def look(self) -> Health:
        """What was found lately, or what is found now."""
        with self._lock:
            if self._found is None or monotonic() - self._at > KEEP_SECONDS:
                self._found = health.examine(printer=printer(), at=now())
                self._at = monotonic()
            return self._found


def watch() -> Watch:
    """This process's watch."""
    found: Watch = current_app.extensions.setdefault("watch", Watch())
    return found


@place.get("/livez")
@open_to_all("a watcher asks; nothing of the practice is in the answer")
def lives() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@place.get("/readyz")
@open_to_all("a watcher asks; nothing of the practice is in the answer")
def ready() -> Response:
    """Whether database, keys, trail and disk are fit to save, and how paper stands."""
    found = watch().look()
    answer = jsonify(found.checks | {"trail_age_seconds": found.trail_age})
    answer.status_code = 200 if found.is_ready else 503
    return answer
