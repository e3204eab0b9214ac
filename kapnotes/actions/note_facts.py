"""Filling a dosing-session note, that is begun already, with the facts of its session."""

from datetime import datetime
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.actions.note import Saved, add_draft, held, kept
from kapnotes.actions.session_facts import facts_of, fillable, questions_in
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import StaleDraft, WrongState
from kapnotes.library import note_definition
from kapnotes.records import course
from kapnotes.records import draft as drafts


@does(Did.NOTE_SAVED)
def take_facts(
    deed: Deed, *, note_id: UUID, base: int, by: Actor, at: datetime
) -> tuple[Saved, int]:
    """Fill what is blank in version `base` from the session, as one new draft.

    Returns the draft and how many answers were filled: with none there is no new draft. Raises
    StaleDraft when the note was saved elsewhere since; what is typed is never overwritten.
    """
    found, draft = held(deed, note_id, by=by, at=at)
    if found.kind != NoteKind.DOSING:
        raise WrongState("Only a dosing-session note has a session to take facts from.")
    if draft.version != base:
        raise StaleDraft
    definition = note_definition(found.kind, found.definition_version)
    infusion = course.fetch_infusion(deed.session, found.infusion_id, reach=by.reach(at))
    facts = facts_of(deed, found, infusion, by=by, at=at)
    free = fillable(definition, draft.raw, facts)
    if not free:
        deed.keep_silent()
        return Saved(draft.version, draft.saved_at, definition, draft.raw), 0
    text = kept(definition, {**draft.raw, **free})
    version = drafts.next_version(deed.session, found)
    add_draft(deed, found, version, text, by=by, at=at)
    deed.on(found, version=version, kind=found.kind)
    return Saved(version, at, definition, text), questions_in(free)
