"""The protocol of a course: the one that it keeps from its start."""

import json
from functools import lru_cache

from kapnotes.clinic.protocol import Protocol, protocol_from, protocol_of
from kapnotes.records.course import Course

MOST = 64
"""How many kept protocols a process remembers; a practice has a handful."""


def protocol_of_course(course: Course) -> Protocol:
    """Return the protocol that a course began with.

    A course from before protocols were kept goes by the built-in one of its key.
    """
    if course.protocol_kept is None:
        return protocol_of(course.protocol)
    return _read(json.dumps(course.protocol_kept, sort_keys=True))


@lru_cache(maxsize=MOST)
def _read(plain: str) -> Protocol:
    """The same values are the same protocol, whichever course keeps them."""
    return protocol_from(json.loads(plain))
