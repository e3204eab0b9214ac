"""The real application for a real server, with a clock that a test may put ahead.

Three hours of a session pass in seconds: the file `ahead` in the data folder says how many seconds
the server's clock is ahead of the machine's. Time still runs; it never stands.
"""

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from kapnotes.web import session
from wsgi import app

AHEAD = Path(os.environ["KAPNOTES_DATA"]) / "ahead"

__all__ = ["app"]


class Ahead:
    """Tells the time as `datetime.now` does, and as much later as the file says."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        """The time of the server."""
        seconds = float(AHEAD.read_text()) if AHEAD.exists() else 0
        return datetime.now(zone) + timedelta(seconds=seconds)


session.datetime = Ahead  # type: ignore[assignment,misc] # of datetime it asks `now` alone
