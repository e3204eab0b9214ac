"""What a person sees of the findings: beside a note, on an infusion, with copied passages.

A copied text is shown beside the earlier one only where the reader reaches that note today.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import check
from kapnotes.actions.check_facts import Chain
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.note import EDITABLE
from kapnotes.records import course, earlier_note
from kapnotes.records.course import Infusion
from kapnotes.records.earlier_note import EarlierNote
from kapnotes.records.note import Note


@dataclass(frozen=True, slots=True)
class Beside:
    """A passage of the text in hand, and the same words where they stood before."""

    text: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as it is shown, with its place.

    `note_id` is the note that it is on, and `writes` whether the reader is writing that note now.
    `earlier` is where copied text stood before, None where that is not theirs to read.
    """

    finding: CheckFinding
    infusion_id: UUID
    patient_id: UUID
    note_id: UUID | None = None
    note_kind: str = ""
    writes: bool = False
    beside: tuple[Beside, ...] = ()
    earlier: EarlierNote | None = None


@dataclass(frozen=True, slots=True)
class ChecksView:
    """An infusion with what is found in its chain."""

    infusion: Infusion
    found: tuple[Shown, ...]


@looks(Did.CHECKS_VIEWED)
def look(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> ChecksView:
    """The findings of an infusion's chain, as they stand now."""
    check_role(by, Action.SEE_CHECKS)
    found = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at))
    deed.on(found, infusion=found.number)
    shown = of_infusion(deed.session, infusion_id, by=by, at=at)
    deed.details["found"] = len(shown)
    return ChecksView(found, shown)


def of_infusion(
    session: db.Session, infusion_id: UUID, *, by: Actor, at: datetime
) -> tuple[Shown, ...]:
    """The findings of an infusion that was fetched within reach."""
    chain, found = check.seen(session, [infusion_id], by=by, at=at)[infusion_id]
    return _shown(session, chain, found, by=by, at=at)


def of_note(session: db.Session, note: Note, *, by: Actor, at: datetime) -> tuple[Shown, ...]:
    """The findings of a note that was fetched within reach, and of its chain as a whole.

    What is found in the other notes of the infusion is left out.
    """
    chain, found = check.seen(session, [note.infusion_id], by=by, at=at)[note.infusion_id]
    key = str(note.id)
    mine = [one for one in found if one.note in {key, ""}]
    ordered = [*(one for one in mine if one.note), *(one for one in mine if not one.note)]
    return _shown(session, chain, ordered, by=by, at=at)


def _shown(
    session: db.Session, chain: Chain, found: Iterable[CheckFinding], *, by: Actor, at: datetime
) -> tuple[Shown, ...]:
    found = tuple(found)
    copied = {_earlier_id(one) for one in found if one.code is CheckCode.TEXT_CLONED}
    earlier = earlier_note.of(session, copied, reach=by.reach(at))
    return tuple(_one(chain, one, earlier, by) for one in found)


def _one(
    chain: Chain, finding: CheckFinding, earlier: Mapping[UUID, EarlierNote], by: Actor
) -> Shown:
    infusion = chain.rows.infusion
    seen = next((one for one in chain.notes if one.key == finding.note), None)
    if seen is None:
        return Shown(finding, infusion.id, infusion.patient_id)
    note = seen.rows.note
    writes = note.author_id == by.id and note.state in EDITABLE
    before: EarlierNote | None = None
    beside: tuple[Beside, ...] = ()
    if finding.code is CheckCode.TEXT_CLONED:
        before = earlier.get(_earlier_id(finding))
        text = seen.answers.get(finding.link_id)
        beside = _beside(finding, text if isinstance(text, str) else "", before)
    return Shown(
        finding, infusion.id, infusion.patient_id, note.id, note.kind, writes, beside, before
    )


def _earlier_id(finding: CheckFinding) -> UUID:
    return UUID(finding.about.partition(".")[0])


def _beside(finding: CheckFinding, text: str, earlier: EarlierNote | None) -> tuple[Beside, ...]:
    """The passages that are shared; of an earlier text that is not theirs only the reader's."""
    link_id = finding.about.partition(".")[2]
    answers = json.loads(earlier.version.content)["answers"] if earlier else {}
    before = str(answers.get(link_id, ""))
    return tuple(
        Beside(text[one.start : one.end], before[one.other_start : one.other_end])
        for one in finding.passages
    )


def counted(shown: Sequence[Shown]) -> int:
    """How many findings are more than hints."""
    return sum(not one.finding.is_hint for one in shown)
