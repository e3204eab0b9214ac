"""Working the chain out again, entry by entry, compared with every head that is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kapnotes.audit.canonical import START
from kapnotes.audit.chain import HASH, POSITION, Stored, first_wrong
from kapnotes.audit.memory import PRINT_BYTES
from kapnotes.audit.seal import Anchor

PRINT_DIGITS = 2 * PRINT_BYTES
OTHER = "differs from what was seen before"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: `bad_position` is the first entry that is not as it was written."""

    entries: int
    head: str
    bad_position: int | None
    sentence: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.bad_position is None


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that is not as it was written, and what is wrong with it."""

    position: int
    words: str


@dataclass(slots=True)
class Walk:
    """A walk along the trail: how far it came, and what it found.

    `seen` are the prints of the entries from the first on as an earlier verification saw them,
    `heads` the genuine heads to go through. `prints` are those of the entries that were passed.
    """

    position: int = 0
    hash: str = START
    seen: bytes = b""
    heads: Sequence[Anchor] = ()
    fault: Fault | None = None
    prints: bytearray = field(default_factory=bytearray)
    known: Sequence[Anchor] = ()
    """All the heads that were given; `heads` are those that are still to come."""
    began: int = 0
    are_dashed: bool = False
    """Whether the database keeps ids in a column of their own kind: see `chain.first_wrong`."""
    is_damaged: bool = False
    """Whether the prints that were kept turned out not to be those of the entries."""
    _other: int = 0
    """The first entry whose print is another than the one seen; 0 for none."""
    _vouched: int = 0
    """Up to where a head, or where the walk began, says that all is as it was."""
    _next: int = 0

    def __post_init__(self) -> None:
        """Begin where the entries before have been worked out already."""
        self.began = self._vouched = self.position
        self.known = self.heads
        self.heads = sorted(
            (one for one in self.heads if one.position > self.position),
            key=lambda one: one.position,
        )

    def take(self, entries: Sequence[Stored]) -> bool:
        """Go along these entries; False once something is wrong."""
        wrong = first_wrong(entries, self.position, self.hash, are_dashed=self.are_dashed)
        good = entries if wrong is None else entries[:wrong]
        if good:
            self._compare(good)
        if wrong is not None and self.fault is None:
            found = entries[wrong][POSITION]
            position = self.position + 1
            if isinstance(found, int) and 0 < found < position:
                position = found
            self._blame(position, "is not as it was written")
        return self.fault is None

    def _compare(self, entries: Sequence[Stored]) -> None:
        """Compare entries that follow with their prints and with the heads among them."""
        first = self.position
        prints = bytes.fromhex("".join([entry[HASH][:PRINT_DIGITS] for entry in entries]))
        known = self.seen[PRINT_BYTES * first : PRINT_BYTES * (first + len(entries))]
        if not self._other and not prints.startswith(known):
            self._other = first + 1 + _first_other(prints, known)
        self.prints += prints
        self.position, self.hash = entries[-1][POSITION], entries[-1][HASH]
        while self._next < len(self.heads) and self.heads[self._next].position <= self.position:
            head = self.heads[self._next]
            self._next += 1
            if entries[head.position - first - 1][HASH] != head.hash:
                self._blame_head(head)
                return
            self._vouched = head.position
            if self._other <= head.position:
                self.is_damaged = self.is_damaged or bool(self._other)
                self._other = 0  # the memory is damaged, not the trail

    def _blame_head(self, head: Anchor) -> None:
        """Some entry up to this head, behind the last one that held, is not what was signed."""
        first = self._vouched + 1
        if self._other:
            self._blame(self._other, OTHER)
        elif first == head.position:
            self._blame(first, "differs from what was signed before")
        else:
            words = f"or one behind it, up to {head.position}, differs from what was signed before"
            self._blame(first, words)

    def _blame(self, position: int, words: str) -> None:
        """This entry is wrong, if none before it was another when it was seen."""
        is_other = 0 < self._other < position
        self.fault = Fault(self._other, OTHER) if is_other else Fault(position, words)

    def finish(self, head: tuple[int, str], *, also: Iterable[Fault] = ()) -> Verdict:
        """The end of the trail is reached: compare it with the head row and every known head."""
        end, end_hash = head
        gone = [one.position for one in self.heads if one.position > self.position]
        if self.fault is None and gone:
            self._blame(self.position + 1, f"was there before and is gone{self._unvouched()}")
        if self.fault is None and self._other:
            self._blame(self._other, OTHER)
        if self.fault is None and end != self.position:
            words = "is missing at the end" if end > self.position or end < 0 else "is one too many"
            self._blame((self.position if end < 0 else min(end, self.position)) + 1, words)
        if self.fault is None and end_hash != self.hash:
            self._blame(self.position, "differs from where the trail is said to end")
        if self.fault is None:
            self.fault = next(iter(also), None)
        return self.verdict()

    def _unvouched(self) -> str:
        """A word on the entries that neither a head nor a print says to be as they were."""
        if len(self.seen) >= PRINT_BYTES * self.position or self._vouched == self.position:
            return ""
        return f", and those behind entry {self._vouched} may be others than they were"

    def verdict(self) -> Verdict:
        """What was found so far."""
        if self.fault is None:
            sentence = f"The trail is whole: {self.position} entries."
            return Verdict(self.position, self.hash, None, sentence)
        sentence = f"The trail is not whole: entry {self.fault.position} {self.fault.words}."
        return Verdict(self.position, self.hash, self.fault.position, sentence)


def _first_other(prints: bytes, known: bytes) -> int:
    """Which print is the first that differs."""
    return next(
        place
        for place in range(len(known) // PRINT_BYTES)
        if prints[place * PRINT_BYTES : (place + 1) * PRINT_BYTES]
        != known[place * PRINT_BYTES : (place + 1) * PRINT_BYTES]
    )
