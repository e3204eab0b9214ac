"""A course with something in it, and its documents as pages that can be read."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions.work import Order, Work, edition_for
from kapnotes.actions.works import work_of
from kapnotes.clinic.document import DocumentKind
from kapnotes.records.measure import Measure
from kapnotes.records.practice import the_practice
from tests.builders import AT, Small, minute, plan, run_session, signed, written

DAY = timedelta(days=1)
UNSIGNED = "A canary that nobody signed"


def rate(small: Small, total: int, at: datetime, *, key: str = "y-bocs") -> UUID:
    """A complete rating of a scale, as the record has it."""
    made = uuid4()
    with db.current().writing() as session:
        row = Measure(
            id=made,
            patient_id=small.patient_id,
            course_id=small.course_id,
            infusion_id=None,
            key=key,
            definition_version="1",
            rule_version="1",
            occasion="",
            recall="",
            source="entered",
            total=Decimal(total),
            band="",
            scores={},
            is_complete=True,
            observed_at=at,
            recorded_at=AT,
            recorded_by_id=small.therapist.id,
            corrects_id=None,
            struck_at=None,
            struck_by_id=None,
            struck_reason_sealed=None,
        )
        row.answers = {}
        session.add(row)
    return made


def treated(small: Small) -> UUID:
    """A first infusion with all of its notes signed and two ratings, a second that has begun.

    Nothing of the second is signed; it carries a canary. Returns its id.
    """
    rate(small, 26, minute(-24 * 60))
    run_session(small)
    for kind in ("preparation", "dosing", "integration"):
        signed(small, kind)
    rate(small, 15, AT + 3 * DAY)
    second = plan(small.course_id, small.therapist)
    run_session(small, second)
    written(small, "dosing", second, plan=UNSIGNED)
    return second


def work(
    small: Small,
    kind: DocumentKind,
    about_id: UUID,
    *,
    by: Actor | None = None,
    choice: tuple[tuple[str, str], ...] = (),
    at: datetime = AT,
) -> Work:
    """A document as it is to be printed, for the therapist or somebody else."""
    reader = by or small.therapist
    order = Order(kind, about_id, edition_for(reader), choice)
    with db.current().reading() as session:
        practice = the_practice(session)
        assert practice is not None
        reach = reader.reach(at)
        return work_of(session, order, practice=practice, reach=reach, by=reader, at=at)


def said(found: Work, section: int = 0) -> str:
    """What a section says, without its tags."""
    begins = tuple(range(1, len(found.sections) + 1))
    body = found.sections[section].draw(begins).partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
