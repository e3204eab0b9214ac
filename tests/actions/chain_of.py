"""The chain of a small practice's infusion, as somebody sees it, and as it is kept."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.actions import check, note
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.forms import Answers
from kapnotes.records.kept_finding import KeptFinding
from tests.builders import AT, Small, raw_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG = (
    "The patient told of the week since the infusion, of two mornings without the long washing, "
    "of a walk with the sister along the river in the rain, and of the evening on which the old "
    "fear came back for an hour and went again without the ritual, which was new and welcome."
)
"""A text of more than forty words, such as somebody may copy."""


def findings(
    small: Small,
    code: CheckCode,
    *,
    by: Actor | None = None,
    infusion_id: UUID | None = None,
    at: datetime = AT,
) -> list[CheckFinding]:
    """What one check finds live, for the therapist if nobody else is named."""
    with db.current().reading() as session:
        about = infusion_id or small.infusion_id
        found = check.chain(session, about, by=by or small.therapist, at=at)
    return [one for one in found if one.code is code]


def said(
    small: Small,
    code: CheckCode,
    *,
    by: Actor | None = None,
    infusion_id: UUID | None = None,
    at: datetime = AT,
) -> list[str]:
    """The sentences of what one check finds live."""
    found = findings(small, code, by=by, infusion_id=infusion_id, at=at)
    return [one.sentence for one in found]


def kept(code: CheckCode | None = None) -> list[KeptFinding]:
    """What is kept and stands, of one check or of all."""
    with db.current().reading() as session:
        query = sa.select(KeptFinding).where(KeptFinding.gone_at.is_(None))
        rows = session.execute(query.order_by(KeptFinding.code, KeptFinding.id)).scalars()
        found = [one for one in rows if code is None or one.code == code]
        for one in found:
            assert one.sentence
        return found


def round_at(at: datetime) -> int:
    """The worker's round: every chain that waits is looked at; how many there were."""
    number = 0
    while found := check.make(by=operator(), at=at):
        number += found
    return number


def drafted(small: Small, kind: str, answers: Answers, infusion_id: UUID | None = None) -> UUID:
    """A complete draft with some answers of its own."""
    about = infusion_id or small.infusion_id
    made = note.begin(infusion_id=about, kind=kind, by=small.therapist, at=AT)
    note.save(note_id=made, base=1, raw=raw_of(kind, **answers), by=small.therapist, at=AT)
    return made
