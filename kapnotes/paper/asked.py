"""What the patient asked to have amended, as pages say it: the request and each answer to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from uuid import UUID

from kapnotes.clinic.amendment import BASES, CHANNELS, STATE_WORDS, AmendmentMove, AmendmentState
from kapnotes.paper.asked_lines import AmendmentLine, AmendmentWords
from kapnotes.paper.words import day
from kapnotes.records.amendment import Amendment, AmendmentStep

TITLES = {
    AmendmentMove.EXTEND: "More time was taken",
    AmendmentMove.ACCEPT: "Accepted",
    AmendmentMove.DENY: "Denied",
    AmendmentMove.DISAGREE: "The patient's statement of disagreement",
    AmendmentMove.REBUT: "The reply to the statement",
}


def asked_of(
    rows: Iterable[Amendment], steps: Sequence[AmendmentStep], zone: tzinfo
) -> Mapping[UUID | None, tuple[AmendmentWords, ...]]:
    """The requests by the note that they are about; None for the record as a whole."""
    found: dict[UUID | None, tuple[AmendmentWords, ...]] = {}
    for row in rows:
        own = [one for one in steps if one.amendment_id == row.id]
        found[row.note_id] = (*found.get(row.note_id, ()), _words(row, own, zone))
    return found


def marks(rows: Iterable[Amendment]) -> list[list[str]]:
    """What a digest counts of requests: which there are, and how each stands."""
    return [[str(one.id), one.state] for one in rows]


def _words(row: Amendment, steps: Sequence[AmendmentStep], zone: tzinfo) -> AmendmentWords:
    came = CHANNELS[row.channel]
    return AmendmentWords(
        state=STATE_WORDS[AmendmentState(row.state)],
        lines=(
            AmendmentLine(
                f"Asked for on {day(row.received_on)}",
                row.words,
                f"{came}. Written down {day(row.recorded_at.astimezone(zone).date())}, "
                f"{row.recorded_by}.",
            ),
            *_lines(steps, zone),
        ),
    )


def _lines(steps: Sequence[AmendmentStep], zone: tzinfo) -> Iterator[AmendmentLine]:
    for one in steps:
        title = TITLES[AmendmentMove(one.move)]
        basis = f": {BASES[one.basis][0].lower()}{BASES[one.basis][1:]}" if one.basis else ""
        added = ", with an addendum to the note" if one.addendum_id else ""
        when = day(one.at.astimezone(zone).date())
        yield AmendmentLine(f"{title}{basis}{added}", one.words, f"{when}, {one.by}.")
