"""Requests for amendments in one call, and accounts that emergency access was allowed."""

from datetime import datetime
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.actions import amendment, emergency
from kapnotes.actions.emergency import Wanted
from tests.builders import AT, HERE, PASSWORD, Small

WORDS = "It was my sister who called, not my mother."
WHY = "Found unresponsive at home, ambulance asks for doses"


def ask_for(
    small: Small,
    note_id: UUID | None = None,
    *,
    words: str = WORDS,
    by: Actor | None = None,
    at: datetime = AT,
) -> UUID:
    """What the patient asks for, written down by the therapist today."""
    return amendment.record(
        patient_id=small.patient_id,
        note_id=note_id,
        words=words,
        received_on=at.date(),
        channel="letter",
        by=by or small.therapist,
        at=at,
    )


def allow(small: Small, person: Actor) -> None:
    """The administrator allows emergency access."""
    emergency.allow(person_id=person.id, by=small.administrator, at=AT)


def break_in(by: Actor, number: str, *, why: str = WHY, at: datetime = AT) -> UUID:
    """Emergency access to the record with that number."""
    return emergency.grant(
        wanted=Wanted(record_number=number),
        reason=why,
        password=PASSWORD,
        address=HERE,
        by=by,
        at=at,
    )
