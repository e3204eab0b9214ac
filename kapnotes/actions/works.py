"""Which function gathers which kind of document."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.chart import chart_work
from kapnotes.actions.course_summary import course_work
from kapnotes.actions.disclosure_list import disclosures_work
from kapnotes.actions.letter import letter_work
from kapnotes.actions.note_sheet import note_work
from kapnotes.actions.summary import infusion_work
from kapnotes.actions.work import Order, Work
from kapnotes.clinic.document import DocumentKind
from kapnotes.db import Session
from kapnotes.records.practice import Practice

Gathering = Callable[..., Work]
"""Takes the session and the order, and by name practice, reach, by and at; or OutOfReach."""

WORKS: Mapping[DocumentKind, Gathering] = MappingProxyType(
    {
        DocumentKind.INFUSION_SUMMARY: infusion_work,
        DocumentKind.COURSE_SUMMARY: course_work,
        DocumentKind.CHART: chart_work,
        DocumentKind.NOTE: note_work,
        DocumentKind.LETTER: letter_work,
        DocumentKind.DISCLOSURES: disclosures_work,
    }
)


def work_of(
    session: Session, order: Order, *, practice: Practice, reach: Reach, by: Actor, at: datetime
) -> Work:
    """Gather what was ordered, within reach; or OutOfReach."""
    return WORKS[order.kind](session, order, practice=practice, reach=reach, by=by, at=at)
