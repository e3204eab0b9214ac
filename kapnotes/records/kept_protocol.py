"""The protocol of a course: the one that it keeps from its start."""

from kapnotes.clinic.protocol import Protocol, protocol_from, protocol_of
from kapnotes.records.course import Course


def protocol_of_course(course: Course) -> Protocol:
    """Return the protocol that a course began with.

    A course from before protocols were kept goes by the built-in one of its key.
    """
    if course.protocol_kept is None:
        return protocol_of(course.protocol)
    return protocol_from(course.protocol_kept)
