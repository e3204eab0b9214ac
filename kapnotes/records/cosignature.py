"""Who acts on a note that waits, and whether one has to wait: rows as the clinic's rules see them.

The rules themselves stand in `clinic/cosignature.py`. Days are the practice's, in its zone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.clinic import cosignature as clinic
from kapnotes.clinic.cosignature import Acting, Capacity, Link, WaitingNote
from kapnotes.clinic.note import NoteKind
from kapnotes.records import absence, person, requirement
from kapnotes.records.note import Note
from kapnotes.records.person import Supervision


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who may act on a note; `deputy_for` names whom a deputy stands in for."""

    person_id: UUID
    name: str
    deputy_for: str = ""

    @property
    def words(self) -> str:
        """As it is said to the author: "Dana Weiss, who stands in for Ines Vogel"."""
        return f"{self.name}, who stands in for {self.deputy_for}" if self.deputy_for else self.name


def is_needed(
    session: Session, author_id: UUID, kind: str, *, days: Collection[date], was_asked: bool
) -> bool:
    """Whether a note of that author and kind waits for a co-signature once it is signed."""
    rows = requirement.of_person(session, author_id)
    wanted = [
        clinic.Requirement(
            author=str(one.person_id),
            kinds=one.note_kinds,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
        for one in rows
    ]
    return clinic.needs_cosignature(
        str(author_id), NoteKind(kind), wanted, days=days, was_asked=was_asked
    )


def acting(
    session: Session, notes: Collection[Note], *, on: date, zone: str
) -> dict[UUID, tuple[Acting, ...]]:
    """Everyone who may act on each of these signed notes that day; two queries for any number.

    The notes were fetched within reach. Ids stand in it as text.
    """
    links, absences = _assigned(session, {one.author_id for one in notes})
    return {
        one.id: clinic.acting_on(waiting(one, one.signed_at, zone), links, absences, on=on)
        for one in notes
        if one.signed_at is not None
    }


def reviewers(
    session: Session, author_id: UUID, kind: str, *, signed_on: date, on: date
) -> tuple[Reviewer, ...]:
    """Who may act on a note of that author, signed on one day, on another; open accounts only."""
    links, absences = _assigned(session, {author_id})
    about = WaitingNote(author=str(author_id), kind=NoteKind(kind), signed_on=signed_on)
    found = clinic.acting_on(about, links, absences, on=on)
    ids = {UUID(one) for acts in found for one in (acts.person, acts.supervisor)}
    known = person.named(session, ids)
    return tuple(
        Reviewer(
            UUID(one.person),
            known[UUID(one.person)].name,
            known[UUID(one.supervisor)].name if one.capacity is Capacity.DEPUTY else "",
        )
        for one in found
        if known[UUID(one.person)].is_active
    )


def check_acting(
    session: Session, note: Note, *, signed_at: datetime, by_id: UUID, on: date, zone: str
) -> Acting:
    """Return as what the person acts on the note; raise `NotYourNote` or `NotAssigned`.

    The note is held already. Links and absences are held from here to the end of the transaction,
    so that whoever ends one comes before this act or after it.
    """
    links, absences = _assigned(session, {note.author_id}, lock=True)
    return clinic.check_act(str(by_id), waiting(note, signed_at, zone), links, absences, on=on)


def earliest_waiting(session: Session, author_id: UUID) -> datetime | None:
    """When the longest waiting note of this author was signed; None if none waits."""
    query = sa.select(sa.func.min(Note.state_at)).where(
        Note.author_id == author_id, Note.state == "awaiting_cosignature"
    )
    found: datetime | None = session.execute(query).scalar_one()
    return found


def waiting(note: Note, signed_at: datetime, zone: str) -> WaitingNote:
    """The note as it matters to who acts on it."""
    return WaitingNote(
        author=str(note.author_id),
        kind=NoteKind(note.kind),
        signed_on=signed_at.astimezone(ZoneInfo(zone)).date(),
    )


def _assigned(
    session: Session, author_ids: Collection[UUID], *, lock: bool = False
) -> tuple[list[Link], list[clinic.Absence]]:
    rows = person.links_of(session, author_ids, lock=lock)
    away = absence.of_supervisors(session, {one.supervisor_id for one in rows}, lock=lock)
    return _links(rows), [
        clinic.Absence(
            supervisor=str(one.supervisor_id),
            deputy=str(one.deputy_id),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
        for one in away
    ]


def _links(rows: Iterable[Supervision]) -> list[Link]:
    return [
        Link(
            supervisor=str(one.supervisor_id),
            author=str(one.supervisee_id),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            covers_from=one.covers_from,
        )
        for one in rows
    ]
