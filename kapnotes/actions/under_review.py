"""A note held for review: who acts on it and as what, and what they say of it.

The note is held first, then the links and absences by which somebody answers for it, so that a
link that ends in the same moment ended before the act or ends after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_review_note
from kapnotes.audit.trail import Deed
from kapnotes.clinic.cosignature import Acting, Capacity
from kapnotes.clinic.note import Move, NoteState, check_move
from kapnotes.clinic.refusals import BadInput, OutOfReach, ReasonNeeded, Refusal, check_reason
from kapnotes.library import note_definition
from kapnotes.records import cosignature, note
from kapnotes.records.note import Note, NoteVersion, ReviewComment

MOST_COMMENTS = 100
"""More comments than any note has questions [B]."""


@dataclass(frozen=True, slots=True)
class SectionComment:
    """A comment on a section of a note, on one question in it, or with neither on the whole."""

    section: str
    link_id: str
    words: str

    @property
    def name(self) -> str:
        """The name of its field in a form: "comment", or "comment." and what it is about."""
        about = self.link_id or self.section
        return f"comment.{about}" if about else "comment"


@dataclass(frozen=True, slots=True)
class Held:
    """A note under lock with its newest signed version, and as what the person acts on it."""

    note: Note
    version: NoteVersion
    acting: Acting

    def details(self) -> dict[str, str]:
        """What the event says of in which capacity somebody acted."""
        said = {"capacity": self.acting.capacity.value}
        if self.acting.capacity is Capacity.DEPUTY:
            said["supervisor"] = self.acting.supervisor
        return said


def hold(deed: Deed, note_id: UUID, move: Move, *, by: Actor, at: datetime) -> Held:
    """Hold a note that waits, for who answers for its author today.

    Raises `OutOfReach`, `NotAllowed` (of it `NotAssigned`, `NotYourNote`) or `WrongState`.
    """
    reach = by.reach(at)
    found = note.lock(deed.session, note_id, reach=reach)
    deed.on(found, kind=found.kind)
    check_review_note(by, found)
    check_move(NoteState(found.state), move)
    version = newest(deed, found)
    acting = cosignature.check_acting(
        deed.session,
        found,
        signed_at=version.signed_at,
        by_id=by.id,
        on=reach.on,
        zone=by.zone,
    )
    return Held(found, version, acting)


def newest(deed: Deed, found: Note) -> NoteVersion:
    """The version of a held note that stands."""
    versions = note.versions(deed.session, [found.id])
    if not versions:
        raise OutOfReach
    return versions[-1]


def say(
    deed: Deed,
    version: NoteVersion,
    move: Move,
    comments: Sequence[SectionComment],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keep what was said of a version, in the order in which it was written."""
    before = len(note.review_comments(deed.session, [version.note_id]))
    for place, one in enumerate(comments, before):
        deed.session.add(
            ReviewComment(
                id=uuid4(),
                note_id=version.note_id,
                patient_id=version.patient_id,
                number=version.number,
                move=move.value,
                by_id=by.id,
                by=by.signature,
                at=at,
                place=place,
                section=one.section,
                link_id=one.link_id,
                comment=one.words,
            )
        )


def whole(words: str, sentence: str) -> tuple[SectionComment, ...]:
    """What is said of the whole note; raises `ReasonNeeded` with that sentence if it is blank."""
    return (SectionComment("", "", check_reason(words, sentence)),)


def checked(
    version: NoteVersion, kind: str, comments: Sequence[SectionComment]
) -> tuple[SectionComment, ...]:
    """The comments that hold words, each on a section or a question that the note has.

    Raises `ReasonNeeded`, its `about` the field, where there is none or one is too long.
    """
    written = [one for one in comments if one.words.strip()]
    if not written:
        raise ReasonNeeded("Please write what the author should look at.", about="comment")
    if len(written) > MOST_COMMENTS:
        raise BadInput({"comment": f"Write at most {MOST_COMMENTS} comments."})
    definition = note_definition(kind, version.definition_version)
    sections = {child.link_id: item.link_id for item in definition.items for child in item.walk()}
    return tuple(_placed(one, sections) for one in written)


def _placed(one: SectionComment, sections: dict[str, str]) -> SectionComment:
    about = one.link_id or one.section
    section = sections.get(about, "") if about else ""
    if about and (not section or one.section not in {"", section}):
        raise BadInput({one.name: "This note has no such section."})
    link_id = one.link_id if one.link_id != section else ""
    try:
        return SectionComment(section, link_id, check_reason(one.words))
    except Refusal as refusal:
        refusal.about = one.name
        raise
