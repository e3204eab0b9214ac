"""Writing a note: beginning, opening, saving, carrying over, earlier drafts, discarding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kapnotes import db, forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role, check_write_note
from kapnotes.actions import check_view
from kapnotes.actions.check_view import Shown
from kapnotes.actions.entry import wall
from kapnotes.actions.returned import Returned, returned_with
from kapnotes.actions.session_facts import Kept, facts_of, fillable, questions_in
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.note import Move, NoteKind, NoteState, check_edit, check_move
from kapnotes.clinic.refusals import BadInput, OutOfReach, StaleDraft, WrongState
from kapnotes.forms import Answers, Definition, Raw
from kapnotes.library import note_definition
from kapnotes.records import course, note, process_note, signed_note
from kapnotes.records import draft as drafts
from kapnotes.records.content import answers_of
from kapnotes.records.draft import NoteDraft
from kapnotes.records.note import Note

CARRIED = "_carried"


@dataclass(frozen=True, slots=True)
class Writing:
    """A note open for writing: what was typed so far, and the last note of its kind."""

    note: Note
    definition: Definition
    raw: Kept
    version: int
    saved_at: datetime
    earlier: Answers | None
    earlier_at: datetime | None
    returned: Returned | None
    has_aside: bool
    facts: int
    """How many blank answers the session's facts can fill."""
    checks: tuple[Shown, ...] = ()
    """What the documentation checks find in it so far, where that was asked for."""

    @property
    def carried(self) -> tuple[str, ...]:
        """The names that were carried over."""
        return tuple(self.raw.get(CARRIED, ()))


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft that is committed."""

    version: int
    saved_at: datetime
    definition: Definition
    raw: Kept


@does(Did.NOTE_BEGUN)
def begin(deed: Deed, *, infusion_id: UUID, kind: str, by: Actor, at: datetime) -> UUID:
    """Begin a note of a kind for an infusion; several of a kind are allowed."""
    check_role(by, Action.WRITE_NOTE)
    infusion = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at), lock=True)
    deed.on(infusion, kind=kind, infusion=infusion.number)
    if infusion.state == "cancelled":
        raise WrongState("This infusion is cancelled. Reopen it to write its notes.")
    definition = note_definition(NoteKind(kind).value)
    made = Note(
        id=uuid4(),
        infusion_id=infusion.id,
        patient_id=infusion.patient_id,
        kind=kind,
        author_id=by.id,
        definition_version=definition.version,
        state=NoteState.DRAFT.value,
        begun_at=at,
        state_at=at,
        signed_versions=0,
    )
    deed.session.add(made)
    deed.session.flush()
    known = facts_of(deed, made, infusion, by=by, at=at)
    add_draft(deed, made, 1, _head(definition, kind, by=by, at=at) | known, by=by, at=at)
    deed.on(made, kind=kind, infusion=infusion.number)
    return made.id


def _head(definition: Definition, kind: str, *, by: Actor, at: datetime) -> Kept:
    """What a new note knows already: the day and the time.

    A dosing session has a beginning of its own, so its note knows the day only.
    """
    now = wall(at, by.zone)
    known: Answers = {"session-date": now.date()}
    if kind != NoteKind.DOSING:
        known["session-start"] = now.time()
    links = {item.link_id for item in definition.walk()}
    found = forms.to_raw(
        definition, {link: value for link, value in known.items() if link in links}
    )
    return {name: list(values) for name, values in found.items()}


def add_draft(
    deed: Deed,
    about: Note,
    version: int,
    raw: Mapping[str, Sequence[str]],
    *,
    by: Actor,
    at: datetime,
    is_aside: bool = False,
) -> None:
    """Put a draft of that version down, beside those that are kept."""
    draft = NoteDraft(
        id=uuid4(),
        note_id=about.id,
        patient_id=about.patient_id,
        version=version,
        is_aside=is_aside,
        begun_at=at,
        saved_at=at,
        saved_by_id=by.id,
        raw=kept(note_definition(about.kind, about.definition_version), raw),
    )
    deed.session.add(draft)
    deed.session.flush()


def kept(definition: Definition, raw: Raw) -> Kept:
    """What of a posted form is the note's, to the letter; its rows numbered without gaps."""
    text = {
        name: [value.replace("\r\n", "\n") for value in values]
        for name, values in sorted(forms.tidy(definition, raw).items())
        if any(values)
    }
    if carried := {item.link_id for item in definition.walk()} & set(raw.get(CARRIED, ())):
        text[CARRIED] = sorted(carried)
    return text


@looks(Did.NOTE_OPENED)
def open_to_write(
    deed: Deed, *, note_id: UUID, is_checked: bool = False, by: Actor, at: datetime
) -> Writing:
    """The note's draft, for its author, with the documentation checks if they are asked for."""
    found, draft = _draft(deed, note_id, by=by, at=at)
    earlier = signed_note.earlier(deed.session, found, reach=by.reach(at))
    comments = note.review_comments(deed.session, [found.id])
    definition = note_definition(found.kind, found.definition_version)
    facts = facts_of(deed, found, found.infusion, by=by, at=at)
    deed.on(found, version=draft.version, kind=found.kind)
    return Writing(
        found,
        definition,
        draft.raw,
        draft.version,
        draft.saved_at,
        answers_of(found.kind, earlier) if earlier else None,
        earlier.signed_at if earlier else None,
        returned_with(found, comments),
        any(one.is_aside for one in drafts.kept(deed.session, found, most=5)),
        questions_in(fillable(definition, draft.raw, facts)),
        check_view.of_note(deed.session, found, by=by, at=at) if is_checked else (),
    )


def _draft(deed: Deed, note_id: UUID, *, by: Actor, at: datetime) -> tuple[Note, NoteDraft]:
    found = note.fetch(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_write_note(by, found)
    check_edit(NoteState(found.state))
    draft = drafts.newest(deed.session, found)
    if draft is None:
        raise OutOfReach
    return found, draft


def save(*, note_id: UUID, base: int, raw: Raw, by: Actor, at: datetime) -> Saved:
    """Save the draft typed on top of version `base`.

    Raises StaleDraft when it was saved elsewhere since; the text is then kept aside, so that
    both are there until a person chooses. The same text again does nothing and is no conflict.
    """
    try:
        return _save(note_id=note_id, base=base, raw=raw, by=by, at=at)
    except StaleDraft:
        _keep_aside(note_id=note_id, raw=raw, by=by, at=at)
        raise


@does(Did.NOTE_SAVED)
def _save(deed: Deed, *, note_id: UUID, base: int, raw: Raw, by: Actor, at: datetime) -> Saved:
    found, draft = held(deed, note_id, by=by, at=at)
    definition = note_definition(found.kind, found.definition_version)
    text = kept(definition, raw)
    if draft.raw == text:
        deed.keep_silent()
        return Saved(draft.version, draft.saved_at, definition, text)
    if draft.version != base:
        raise StaleDraft
    version = drafts.next_version(deed.session, found)
    step = timedelta(seconds=db.current().settings.draft_copy_seconds)
    is_next = version == draft.version + 1 > 2  # noqa: PLR2004 - the first draft is always kept
    if is_next and draft.saved_by_id == by.id and at - draft.begun_at < step:
        draft.version = version
        draft.saved_at = at
        draft.raw = text
    else:
        add_draft(deed, found, version, text, by=by, at=at)
    deed.on(found, version=version, kind=found.kind)
    return Saved(version, at, definition, text)


@does(Did.NOTE_SAVED_ASIDE)
def _keep_aside(deed: Deed, *, note_id: UUID, raw: Raw, by: Actor, at: datetime) -> None:
    found, draft = held(deed, note_id, by=by, at=at)
    asides = [one for one in drafts.kept(deed.session, found, most=5) if one.is_aside]
    definition = note_definition(found.kind, found.definition_version)
    is_known = asides and asides[0].version > draft.version
    if is_known and asides[0].raw == kept(definition, raw):
        deed.keep_silent()
        return
    version = drafts.next_version(deed.session, found)
    add_draft(deed, found, version, raw, by=by, at=at, is_aside=True)
    deed.on(found, version=version, kind=found.kind)


def held(deed: Deed, note_id: UUID, *, by: Actor, at: datetime) -> tuple[Note, NoteDraft]:
    """A note held under lock for its author to write, and its newest draft."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_write_note(by, found)
    check_edit(NoteState(found.state))
    draft = drafts.newest(deed.session, found)
    if draft is None:
        raise OutOfReach
    return found, draft


def carry(*, note_id: UUID, base: int, raw: Raw, name: str, by: Actor, at: datetime) -> Saved:
    """Take one answer over from the last note of the kind, marked as carried, and save."""
    writing = open_to_write(note_id=note_id, by=by, at=at)
    if writing.earlier is None or name not in writing.earlier:
        raise BadInput({name: "The earlier note has no answer to this."})
    definition = writing.definition
    taken = forms.to_raw(definition, {name: writing.earlier[name]})
    names = (name, f"{name}~unit", f"{name}~other")
    text: dict[str, Any] = {
        known: list(values)
        for known, values in raw.items()
        if known not in names and not known.startswith(f"{name}.")
    }
    text.update({known: list(values) for known, values in taken.items()})
    text[CARRIED] = sorted({*raw.get(CARRIED, ()), name})
    return save(note_id=note_id, base=base, raw=text, by=by, at=at)


@looks(Did.NOTE_DRAFT_VIEWED)
def look_at_drafts(
    deed: Deed, *, note_id: UUID, by: Actor, at: datetime
) -> tuple[Note, Definition, list[NoteDraft]]:
    """The kept drafts of a note, newest first, for its author."""
    found, _ = _draft(deed, note_id, by=by, at=at)
    definition = note_definition(found.kind, found.definition_version)
    return found, definition, drafts.kept(deed.session, found)


@does(Did.NOTE_DRAFT_RESTORED)
def restore(deed: Deed, *, note_id: UUID, version: int, by: Actor, at: datetime) -> int:
    """Bring an earlier draft back as the newest; what stood until now is kept too."""
    found, _ = held(deed, note_id, by=by, at=at)
    chosen = [one for one in drafts.kept(deed.session, found) if one.version == version]
    if not chosen:
        raise OutOfReach
    fresh = drafts.next_version(deed.session, found)
    add_draft(deed, found, fresh, chosen[0].raw, by=by, at=at)
    deed.on(found, version=fresh, kind=found.kind, restored=version)
    return fresh


@does(Did.NOTE_DISCARDED)
def discard(deed: Deed, *, note_id: UUID, by: Actor, at: datetime) -> UUID:
    """Discard a draft that was never signed; a note with a process note beside it stays."""
    found = note.lock(deed.session, note_id, reach=by.reach(at))
    deed.on(found, kind=found.kind)
    check_write_note(by, found)
    state = check_move(NoteState(found.state), Move.DISCARD)
    if process_note.exists(deed.session, found.id):
        raise WrongState("A process note is kept beside this note, so it cannot be discarded.")
    found.state, found.state_at = state.value, at
    return found.infusion_id
