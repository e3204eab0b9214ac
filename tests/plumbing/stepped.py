"""The product as it is served, on a machine whose clock a test turns: `tests.plumbing.stepped:app`.

The file that TEST_CLOCK names holds by how many seconds the clock is wrong.
"""

import os
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

from wsgi import app

__all__ = ["app"]

ASKS = ("kapnotes.web.session", "kapnotes.actions.attempt", "kapnotes.actions.delivery")
"""The modules of the product that ask for the time; none of them asks what a datetime is."""


class Stepped(datetime):
    """Python's own clock, so many seconds wrong."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The time by the wrong clock."""
        wrong = timedelta(seconds=float(Path(os.environ["TEST_CLOCK"]).read_text() or 0))
        return datetime.now(tz) + wrong  # type: ignore[return-value] # as plain as any other


for name in ASKS:
    sys.modules[name].datetime = Stepped  # type: ignore[attr-defined]
