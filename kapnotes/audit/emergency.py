"""What emergency access does not reach: it reads, and records what a session needs, and no more.

Whoever reaches a patient by it signs nothing, begins no note and plans nothing for them; every
event about that patient says that it was by emergency access.
"""

from datetime import datetime
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.audit.events import Did
from kapnotes.clinic.refusals import NotAllowed

SENTENCE = (
    "You reach this record by emergency access: you can read it, print it, and record what the "
    "session needs. Everything else is for its care team."
)
_SESSION = frozenset(
    {"arrival", "dose", "vitals", "session_event", "adverse_event", "discharge", "emergency"}
)
_PAPER = frozenset({"document", "summary", "part"})


def is_open(did: Did) -> bool:
    """Whether a writing act is open to who reaches its patient by emergency access."""
    return did.value.partition(".")[0] in _SESSION | _PAPER


def check_emergency(did: Did, patient_id: UUID | None, *, by: Actor, at: datetime) -> None:
    """Raise `NotAllowed` for an act that emergency access does not carry."""
    if by.emergency is not None and by.in_emergency(patient_id, at) and not is_open(did):
        raise NotAllowed(SENTENCE)


def marked(patient_id: UUID | None, *, by: Actor, at: datetime) -> dict[str, bool]:
    """What an event's details say besides, where its patient is reached by emergency access."""
    is_marked = by.emergency is not None and by.in_emergency(patient_id, at)
    return {"emergency": True} if is_marked else {}
