"""The protocol of a course: the one that it keeps from its start."""

import json
from collections.abc import Mapping
from functools import lru_cache

from kapnotes.clinic.protocol import Protocol, protocol_from, protocol_of
from kapnotes.records.course import Course

MOST = 64
"""How many kept protocols a process remembers; a practice has a handful."""


def protocol_of_course(course: Course) -> Protocol:
    """Return the protocol that a course began with.

    A course from before protocols were kept goes by the built-in one of its key.
    """
    return as_kept(course.protocol_kept, course.protocol)


def as_kept(kept: Mapping[str, object] | None, key: str) -> Protocol:
    """Return the protocol that was kept in these plain values, or the built-in one of that key."""
    return protocol_of(key) if kept is None else _read(json.dumps(kept, sort_keys=True))


@lru_cache(maxsize=MOST)
def _read(plain: str) -> Protocol:
    """The same values are the same protocol, whichever course keeps them."""
    return protocol_from(json.loads(plain))
