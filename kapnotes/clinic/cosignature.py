"""Co-signature: whose notes need one, and who may give it.

No general rule asks for it; payers, states and practices do, some of notes by people without a
licence of their own [S: h3well.com; S: overcomewithus.com C10, D6]. So it is set for a person, a
period and kinds of notes. What a note's state allows is asked in `note`; here stands who acts.
Days are the practice's; a period lasts from `starts_on` to the day before `ends_on`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import NotAllowed, passes
from kapnotes.clinic.working_days import said

ALL_KINDS = frozenset(NoteKind)


class Capacity(StrEnum):
    """As what a person acts on a note that waits."""

    SUPERVISOR = "supervisor"
    DEPUTY = "deputy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one day to the day before another; None has no end."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Say whether the day lies within it."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Period):
    """A person whose notes need a co-signature, all of them or those of chosen kinds."""

    author: str
    kinds: frozenset[NoteKind] = ALL_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Period):
    """A supervisor who answers for an author's notes.

    It does not reach back: notes that were signed before it began are not its own. `covers_from`
    is an earlier day where it was made to take over what an earlier supervisor left waiting.
    """

    supervisor: str
    author: str
    covers_from: date | None = None

    def covers(self, signed_on: date) -> bool:
        """Say whether a note signed on that day is of this link."""
        return signed_on >= min(self.starts_on, self.covers_from or self.starts_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Period):
    """A supervisor who is away, and the deputy who acts for them meanwhile."""

    supervisor: str
    deputy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNote:
    """A note as far as it matters who acts on it: its author, kind, and day of its signature."""

    author: str
    kind: NoteKind
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """A person who may act, and for which supervisor; a supervisor acts for themself."""

    person: str
    capacity: Capacity
    supervisor: str


class NotYourNote(NotAllowed):
    """Nobody reviews a note of their own."""

    code = "own_note"
    sentence = "Nobody co-signs a note of their own."


class NotAssigned(NotAllowed):
    """The person does not answer for this note today."""

    code = "not_assigned"
    sentence = "You are not the supervisor of this note's author today."


def needs_cosignature(
    author: str,
    kind: NoteKind,
    requirements: Iterable[Requirement],
    *,
    days: Iterable[date],
    was_asked: bool = False,
) -> bool:
    """Say whether a note of that kind needs a co-signature when it is signed.

    `days` are those that count: the day of the session and that of the signature, so that nobody
    waits a requirement out. A note that was sent for co-signature once goes there again.
    """
    counting = tuple(days)
    return was_asked or any(
        one.author == author and kind in one.kinds and any(map(one.holds, counting))
        for one in requirements
    )


def acting_on(
    note: WaitingNote, links: Iterable[Link], absences: Iterable[Absence] = (), *, on: date
) -> tuple[Acting, ...]:
    """Return everyone who may act on a waiting note that day, supervisors first, each once.

    A supervisor who is away still may; a deputy's own absence is not followed further. Nobody at
    all means that somebody has to be linked, or that the author withdraws the note.
    """
    mine = [
        one.supervisor
        for one in links
        if one.author == note.author and one.holds(on) and one.covers(note.signed_on)
    ]
    supervisors = [
        Acting(person=one, capacity=Capacity.SUPERVISOR, supervisor=one)
        for one in sorted(set(mine))
    ]
    away = sorted(
        {
            (one.deputy, one.supervisor)
            for one in absences
            if one.supervisor in mine and one.holds(on)
        }
    )
    deputies = [
        Acting(person=deputy, capacity=Capacity.DEPUTY, supervisor=supervisor)
        for deputy, supervisor in away
    ]
    first: dict[str, Acting] = {}
    for acting in (*supervisors, *deputies):
        if acting.person != note.author:
            first.setdefault(acting.person, acting)
    return tuple(first.values())


def check_act(
    person: str,
    note: WaitingNote,
    links: Sequence[Link],
    absences: Sequence[Absence] = (),
    *,
    on: date,
) -> Acting:
    """Return as what the person acts on a waiting note; raise `NotYourNote` or `NotAssigned`."""
    if person == note.author:
        raise NotYourNote
    found = next(
        (one for one in acting_on(note, links, absences, on=on) if one.person == person), None
    )
    if found is None:
        raise NotAssigned(_why_not(person, note, links, absences, on))
    return found


def may_act(
    person: str,
    note: WaitingNote,
    links: Sequence[Link],
    absences: Sequence[Absence] = (),
    *,
    on: date,
) -> bool:
    """Say whether the person co-signs or returns a waiting note that day."""
    return passes(check_act, person, note, links, absences, on=on)


def _why_not(
    person: str, note: WaitingNote, links: Iterable[Link], absences: Iterable[Absence], on: date
) -> str:
    """Say what comes nearest: a link that does not reach back, or a time that is over."""
    theirs = [one for one in links if one.supervisor == person and one.author == note.author]
    if any(one.holds(on) for one in theirs):
        began = min(one.starts_on for one in theirs if one.holds(on))
        return (
            f"This note was signed on {said(note.signed_on)}; you have been its author's "
            f"supervisor since {said(began)}."
        )
    ended = [one.ends_on for one in theirs if one.ends_on is not None and one.ends_on <= on]
    if ended:
        return f"You have not been the supervisor of this note's author since {said(max(ended))}."
    stood_in = [one.ends_on for one in absences if one.deputy == person and not one.holds(on)]
    if any(end is not None and end <= on for end in stood_in):
        return "The absence in which you were the deputy is over."
    return NotAssigned.sentence
