"""A plain model of who may decide on which note, to hold the product against: lists and days.

It knows nothing of `clinic/`; what it says was written from the sentences of the guide alone.
"""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Period:
    """From a day to the day before another; None is open. Days are counted."""

    id: UUID
    starts: int
    ends: int | None

    def holds(self, day: int) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def end(self, day: int) -> None:
        self.ends = max(day, self.starts)

    def is_over(self, day: int) -> bool:
        return self.ends is not None and self.ends <= day


@dataclass(slots=True)
class Link(Period):
    """A supervisor who answers for the author; `covers` is the first day that counts."""

    supervisor: str
    covers: int


@dataclass(slots=True)
class Need(Period):
    """The kinds of the author's notes that need a co-signature."""

    kinds: frozenset[str]


@dataclass(slots=True)
class Away(Period):
    """A supervisor who is away, and the deputy."""

    supervisor: str
    deputy: str


@dataclass(slots=True)
class Written:
    """A note: where it stands, when it was signed last, what was signed and said so far."""

    id: UUID
    kind: str
    held_on: int
    state: str = "draft"
    signed_on: int = -1
    text: int = 0
    digests: list[str] = field(default_factory=list)
    cosigned: list[tuple[int, str]] = field(default_factory=list)
    said: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Model:
    """The practice: one author, and supervisors."""

    links: list[Link] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    absences: list[Away] = field(default_factory=list)
    notes: list[Written] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def did(self, event: str) -> None:
        self.done[event] = self.done.get(event, 0) + 1

    def stands_in(self, who: str, absent: str, day: int) -> bool:
        return any(
            (one.supervisor, one.deputy) == (absent, who) and one.holds(day)
            for one in self.absences
        )

    def reaches(self, who: str, day: int) -> bool:
        return any(
            link.holds(day)
            and (link.supervisor == who or self.stands_in(who, link.supervisor, day))
            for link in self.links
        )

    def decides(self, who: str, note: Written, day: int) -> bool:
        return any(
            link.holds(day)
            and note.signed_on >= min(link.starts, link.covers)
            and (link.supervisor == who or self.stands_in(who, link.supervisor, day))
            for link in self.links
        )

    def refuses(self, who: str, note: Written, day: int) -> str:
        """Why this person may not decide on the note, by the refusal's name; "" if they may."""
        if who == "author":
            return "NotAllowed"
        if not self.reaches(who, day):
            return "OutOfReach"
        if note.state != "awaiting_cosignature":
            return "WrongState"
        return "" if self.decides(who, note, day) else "NotAssigned"

    def waits(self, note: Written, day: int) -> bool:
        return note.state == "returned" or any(
            note.kind in need.kinds and (need.holds(day) or need.holds(note.held_on))
            for need in self.needs
        )

    def waits_since(self, day: int) -> int:
        """The first day of what waits, that day if nothing does."""
        waiting = [one.signed_on for one in self.notes if one.state == "awaiting_cosignature"]
        return min([day, *waiting])


def shares(starts: int, ends: int | None, other_starts: int, other_ends: int | None) -> bool:
    """Whether two periods share a day."""
    last = [one for one in (ends, other_ends) if one is not None]
    return all(max(starts, other_starts) < one for one in last)
