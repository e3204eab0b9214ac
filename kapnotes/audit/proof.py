"""Whether the trail is whole: a walk along it, with all that is known of how it was before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kapnotes.audit.chain import Unreadable, batches, hashes_at, hashes_up_to
from kapnotes.audit.memory import PRINT_BYTES, Memory
from kapnotes.audit.seal import Anchor, is_genuine
from kapnotes.audit.trail import head_of
from kapnotes.audit.walk import PRINT_DIGITS, Fault, Verdict, Walk
from kapnotes.keys import KeyRing

Step = Callable[[Walk], None]
"""Told after each batch how far the walk is."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of the trail as it was: the memory, the heads kept with it, and anchors.

    `anchors` were kept elsewhere, each under the name of its file.
    """

    memory: Memory
    heads: Sequence[Anchor] = ()
    anchors: Mapping[str, Anchor | None] | None = None

    def genuine(self, ring: KeyRing) -> list[Anchor]:
        """The heads that the practice signed."""
        kept = [*self.heads, *filter(None, (self.anchors or {}).values())]
        found = [one for one in kept if is_genuine(ring, one)]
        if self.memory.anchor is not None and self.memory.is_genuine:
            found.append(self.memory.anchor)
        return found

    def doubts(self, ring: KeyRing) -> list[Fault]:
        """Those that are not what they say: each is a reason not to call the trail whole."""
        found = []
        if self.memory.anchor is None and not self.memory.is_genuine:
            found.append(Fault(1, "cannot be compared: what the last check kept cannot be read"))
        elif self.memory.anchor is not None and not self.memory.is_genuine:
            words = "cannot be compared: what the last check kept was not signed here"
            found.append(Fault(max(1, self.memory.anchor.position), words))
        for name, anchor in (self.anchors or {}).items():
            if anchor is None or not is_genuine(ring, anchor):
                position = 1 if anchor is None else max(1, anchor.position)
                found.append(Fault(position, f"cannot be compared: {name} was not signed here"))
        found += [
            Fault(max(1, one.position), "carries a head that was not signed here")
            for one in self.heads
            if not is_genuine(ring, one)
        ]
        return found


def begin(known: Known, ring: KeyRing, *, position: int = 0, hash_: str) -> Walk:
    """A walk from that entry on."""
    prints = known.memory.prints if known.memory.is_genuine else b""
    return Walk(position, hash_, seen=prints, heads=known.genuine(ring))


def go(session: Session, walk: Walk, *, to: int | None = None, on_step: Step | None = None) -> None:
    """Go along the trail, to its end or to an entry, until something is wrong."""
    walk.are_dashed = session.connection().dialect.name == "postgresql"
    try:
        for entries in batches(session, after=walk.position, to=to):
            if not walk.take(entries):
                return
            if on_step is not None:
                on_step(walk)
    except Unreadable:
        walk.fault = Fault(walk.position + 1, "cannot be read: the database is damaged there")
    if to is not None and walk.fault is None and walk.position < to:
        walk.fault = Fault(walk.position + 1, "is missing")


def end(session: Session, walk: Walk, known: Known, ring: KeyRing) -> Verdict:
    """The verdict at the end of the trail, with the heads before the walk's beginning too."""
    passed = [one for one in walk.known if 0 < one.position <= walk.began]
    hashes = hashes_at(session, {one.position for one in passed})
    other = [
        Fault(one.position, "differs from what was signed before")
        for one in passed
        if hashes.get(one.position) != one.hash
    ]
    other.sort(key=lambda fault: fault.position)
    return walk.finish(head_of(session), also=[*other, *known.doubts(ring)])


def prints_of(session: Session, walk: Walk, memory: Memory) -> tuple[int, bytes]:
    """The prints to remember after a walk, and behind which entry they follow."""
    if len(memory.prints) == PRINT_BYTES * walk.began and not walk.is_damaged:
        return walk.began, bytes(walk.prints)
    before = hashes_up_to(session, walk.began) if walk.began else []
    prints = bytes.fromhex("".join(one[:PRINT_DIGITS] for one in before))
    return 0, prints + bytes(walk.prints)
