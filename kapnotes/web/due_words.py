"""How a due thing reads in a list: what it is, when, of whom, and where it is done."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.actions.due import NOTES, Row
from kapnotes.clinic.due_item import DueItem, DueKind, Standing
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.web.filters import moment, note_title

KINDS = {
    DueKind.PREPARATION: "Preparation notes",
    DueKind.DOSING: "Dosing notes",
    DueKind.INTEGRATION: "Integration notes",
    DueKind.COSIGNATURE: "Co-signatures",
    DueKind.MEASURE: "Scales",
    DueKind.VITALS: "Vitals",
    DueKind.MISUSE: "Misuse watch",
    DueKind.REVIEW: "Course reviews",
}
"""Each kind as a filter names it."""
AFTER = {"after_1h": "1 hour", "after_2h": "2 hours", "after_24h": "1 day", "after_168h": "7 days"}
TAKEN = frozenset({"baseline", "before", "after_24h", "every"})
"""The occasions that a measure is kept with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is due. `verb` is empty where this reader does not do it.

    `begins` is the kind of a note that is begun by a post to the infusion.
    """

    title: str
    state: str
    when: str
    patient: str
    record_number: str
    patient_href: str
    about: str
    href: str
    verb: str
    begins: str
    at: datetime | None
    is_draft: bool


def line_of(row: Row, actor: Actor) -> Line:
    """A row as its list shows it to this person."""
    item, course = row.item, row.course
    draft = row.draft_of(actor.id)
    href, verb = _where(row, actor, draft.id if draft else None)
    infusion = f"Infusion {row.infusion.number}" if row.infusion else f"Course {course.number}"
    return Line(
        title=title_of(item),
        state="overdue" if item.standing is Standing.OVERDUE else "due",
        when=when_of(item),
        patient=course.name,
        record_number=course.record_number,
        patient_href=f"/patients/{course.patient_id}",
        about=infusion,
        href=href,
        verb=verb,
        begins=item.kind.value
        if item.kind in NOTES and draft is None and actor.can(Action.WRITE_NOTE)
        else "",
        at=item.due_at or item.from_at,
        is_draft=draft is not None,
    )


def title_of(item: DueItem) -> str:
    """What is due, in words."""
    if item.kind in NOTES:
        return note_title(item.kind)
    if item.kind is DueKind.COSIGNATURE:
        return f"Co-signature of the {note_title(item.about).lower()}"
    if item.kind is DueKind.MEASURE:
        known = MEASURES.get(item.about)
        return f"{known.title if known else item.about}: {_occasion(item)}"
    if item.kind is DueKind.VITALS:
        return f"Vitals, {item.about}"
    if item.kind is DueKind.MISUSE:
        return f"Misuse to be asked about before infusion {item.number}"
    return "The course as a whole to be looked at again"


def _occasion(item: DueItem) -> str:
    if item.occasion in AFTER:
        return f"{AFTER[item.occasion]} after the dose"
    words = {"baseline": "baseline", "before": "before the dose", "every": "its turn"}
    return words.get(item.occasion, item.occasion)


def when_of(item: DueItem) -> str:
    """How it stands, with its time."""
    if item.standing is Standing.OVERDUE:
        return f"Overdue since {moment(item.due_at)}"
    if item.standing is Standing.DUE:
        return f"Due by {moment(item.due_at)}" if item.due_at else "Due"
    if item.from_at is not None:
        return f"From {moment(item.from_at)}"
    return f"By {moment(item.due_at)}" if item.due_at else "Once the infusion has taken place"


def _where(row: Row, actor: Actor, draft: UUID | None) -> tuple[str, str]:
    """Where it is done, and what the button there says."""
    item, course = row.item, row.course
    here = f"/infusions/{row.infusion.id}" if row.infusion else f"/courses/{course.id}"
    if draft is not None:
        return f"/notes/{draft}/edit", "Continue writing"
    if item.kind is DueKind.COSIGNATURE:
        return f"/notes/{item.note}", "Review" if actor.can(Action.REVIEW_NOTE) else "Look"
    if item.kind is DueKind.MEASURE:
        return _scale(row), "Take" if actor.can(Action.RECORD_MEASURE) else ""
    if item.kind is DueKind.VITALS:
        return f"{here}/session", "Open session"
    return here, "Open"


def _scale(row: Row) -> str:
    """The blank scale of the patient, for the occasion that it is due for."""
    known = {}
    if row.infusion is not None:
        known["infusion"] = str(row.infusion.id)
    if row.item.occasion in TAKEN:
        known["occasion"] = row.item.occasion
    address = f"/patients/{row.course.patient_id}/measures/{row.item.about}/new"
    return f"{address}?{urlencode(known)}" if known else address
