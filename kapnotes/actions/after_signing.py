"""What follows from a signature in the same transaction: requests, alerts, tasks.

A preparation note leaves alerts on its patient. An integration note asks for what it decides, and
goes into the misuse watch.
"""

from datetime import datetime

from kapnotes.access.actor import Actor
from kapnotes.actions import alert, misuse
from kapnotes.actions.decision import ask_medical
from kapnotes.audit.trail import Deed
from kapnotes.clinic.note import NoteKind
from kapnotes.forms import Answers
from kapnotes.records.note import Note


def after_signing(deed: Deed, note: Note, answers: Answers, *, by: Actor, at: datetime) -> None:
    """Do what a note asks for, once its author has signed it with these answers."""
    ask_medical(deed, note, answers, by=by, at=at)
    if note.kind == NoteKind.PREPARATION:
        alert.raise_from(deed, note, answers, by=by, at=at)
    if note.kind == NoteKind.INTEGRATION:
        misuse.watch(
            deed,
            note.patient_id,
            source=note.__tablename__,
            source_id=note.id,
            infusion_id=note.infusion_id,
            by=by,
            at=at,
        )
