"""What follows from a signature in the same transaction: requests, alerts, tasks.

A preparation note leaves alerts on its patient. An integration note asks for what it decides, and
goes into the misuse watch. When the last note that an infusion needs is signed, or an addendum is
added, its summary is asked for, so that it is there before anybody opens it.
"""

from dataclasses import replace
from datetime import datetime

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Span
from kapnotes.actions import alert, misuse
from kapnotes.actions.decision import ask_medical
from kapnotes.actions.job import ask_within
from kapnotes.actions.work import Order
from kapnotes.audit.trail import Deed
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.forms import Answers
from kapnotes.paper.summary import Edition
from kapnotes.records import note as notes
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


def queue_summary(deed: Deed, note: Note, *, by: Actor, at: datetime) -> None:
    """Ask for the infusion's summary once every kind of note is there and signed.

    It is asked for in the name of the integration note's author, who reads all of it.
    """
    deed.session.flush()
    whole = replace(by.reach(at), span=Span.PRACTICE)
    written = notes.of_infusions(deed.session, [note.infusion_id], reach=whole)
    found = {one.kind: one for one in written}
    if set(found) != set(NoteKind) or any(not is_final(NoteState(one.state)) for one in written):
        return
    order = Order(DocumentKind.INFUSION_SUMMARY, note.infusion_id, Edition.FULL)
    author_id = found[NoteKind.INTEGRATION].author_id
    ask_within(deed, order, patient_id=note.patient_id, by_id=author_id, at=at)
