"""A transaction that the database broke off is done again, the whole of it, and not for ever.

PostgreSQL ends one of two transactions that wait for each other, and one that could not be put in
an order with another. Nothing of it is kept, so that to begin anew is safe: one write, one event.
"""

from collections.abc import Callable
from random import random
from time import sleep
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
TRIES = 5
PAUSE_SECONDS = 0.02
BROKEN_OFF = frozenset({"40001", "40P01"})
"""A serialisation failure, a deadlock."""
TWIN = "23505"
"""A row that somebody added in the same moment; the next try finds it and says so."""


def is_transient(error: DBAPIError) -> bool:
    """Whether the next try may end in another way."""
    return getattr(error.orig, "sqlstate", None) in BROKEN_OFF | {TWIN}


def tried(act: Callable[[], T]) -> T:
    """What it answers, after some tries if need be; each begins a transaction of its own.

    Between two tries is a pause that grows and is never the same, so that two who met once do not
    meet again. Raises what the last try raised.
    """
    for attempt in range(TRIES - 1):
        try:
            return act()
        except DBAPIError as error:
            if not is_transient(error):
                raise
        sleep(PAUSE_SECONDS * 2**attempt * (0.5 + random()))  # noqa: S311 - a pause, no secret
    return act()
