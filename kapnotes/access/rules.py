"""Who may do what to which thing. Every rule is a door (`check_x`) and a question (`may_x`).

What a state allows is asked in `clinic/`; here stands only who the person is. A question
calls its door, so a button and its route can never disagree.
"""

from typing import Protocol
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import NotAllowed, passes


class Written(Protocol):
    """Something with an author."""

    @property
    def author_id(self) -> UUID:
        """Who wrote it."""


class About(Protocol):
    """Something that asks a person to account for what they did."""

    @property
    def person_id(self) -> UUID:
        """Whom it is about."""


class Note(Written, Protocol):
    """A note as these rules see it."""

    @property
    def kind(self) -> str:
        """Its kind, a word of `NoteKind`."""


def check_role(actor: Actor, action: Action) -> None:
    """Raise `NotAllowed` unless the person's role has the permission."""
    if not actor.can(action):
        words = action.value.replace("_", " ")
        raise NotAllowed(f"Your role ({actor.role.label or 'none'}) may not {words}.")


def check_read_note(actor: Actor, note: Note) -> None:
    """Raise `NotAllowed` unless the role reads notes of this kind."""
    check_role(actor, Action.READ_NOTE)
    if note.kind == NoteKind.INTEGRATION and not actor.can(Action.READ_INTEGRATION):
        raise NotAllowed(
            "The integration note is read by the therapist and the supervisor. Ask the therapist "
            "for what you need for the next dose."
        )


def may_read_note(actor: Actor, note: Note) -> bool:
    """Say whether this person reads the note."""
    return passes(check_read_note, actor, note)


def check_write_note(actor: Actor, note: Note) -> None:
    """Raise `NotAllowed` unless the person is the author."""
    check_role(actor, Action.WRITE_NOTE)
    _check_author(actor, note, "Only its author can write in this note.")


def may_write_note(actor: Actor, note: Note) -> bool:
    """Say whether this person writes in the note."""
    return passes(check_write_note, actor, note)


def check_sign_note(actor: Actor, note: Note) -> None:
    """Raise `NotAllowed` unless the person is the author: nobody signs for another."""
    check_role(actor, Action.SIGN_NOTE)
    _check_author(actor, note, "Only its author can sign this note.")


def may_sign_note(actor: Actor, note: Note) -> bool:
    """Say whether this person signs the note."""
    return passes(check_sign_note, actor, note)


def check_add_addendum(actor: Actor, note: Note) -> None:
    """Raise `NotAllowed` unless the person is the author."""
    check_role(actor, Action.ADD_ADDENDUM)
    _check_author(actor, note, "Only its author can add an addendum to this note.")


def may_add_addendum(actor: Actor, note: Note) -> bool:
    """Say whether this person adds an addendum."""
    return passes(check_add_addendum, actor, note)


def check_review_note(actor: Actor, note: Note) -> None:
    """Raise `NotAllowed` unless the person reviews, and did not write the note.

    That the person supervises the author today is the query's reach.
    """
    check_role(actor, Action.REVIEW_NOTE)
    if note.author_id == actor.id:
        raise NotAllowed("Nobody co-signs a note of their own.")


def may_review_note(actor: Actor, note: Note) -> bool:
    """Say whether this person co-signs or sends back the note."""
    return passes(check_review_note, actor, note)


def check_decide_amendment(actor: Actor, note: Note | None) -> None:
    """Raise `NotAllowed` unless the person decides on a request for an amendment.

    About a note its author does; about the record as a whole, which is None, anyone who may.
    """
    check_role(actor, Action.DECIDE_AMENDMENT)
    if note is not None:
        _check_author(actor, note, "Only the author of the note decides on this request.")


def may_decide_amendment(actor: Actor, note: Note | None) -> bool:
    """Say whether this person decides on a request for an amendment."""
    return passes(check_decide_amendment, actor, note)


def check_process_note(actor: Actor, process_note: Written) -> None:
    """Raise `NotAllowed` unless the person is its author (45 CFR 164.501)."""
    check_role(actor, Action.KEEP_PROCESS_NOTE)
    _check_author(actor, process_note, "A process note is read by its author alone.")


def may_process_note(actor: Actor, process_note: Written) -> bool:
    """Say whether this person reads and writes the process note."""
    return passes(check_process_note, actor, process_note)


def check_close_unusual(actor: Actor, item: About) -> None:
    """Raise `NotAllowed` for an item about the person: nobody accounts to themselves.

    That the item is within reach is the query's.
    """
    check_role(actor, Action.CLOSE_UNUSUAL)
    if item.person_id == actor.id:
        raise NotAllowed("This item is about you; somebody else closes it.")


def may_close_unusual(actor: Actor, item: About) -> bool:
    """Say whether this person closes the item."""
    return passes(check_close_unusual, actor, item)


def _check_author(actor: Actor, thing: Written, sentence: str) -> None:
    if thing.author_id != actor.id:
        raise NotAllowed(sentence)
