"""When something of the practice itself was last done, as the trail has it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.audit.events import Outcome
from kapnotes.audit.trail import Entry


def last_at(session: Session, event: str) -> datetime | None:
    """When the last event of that name was kept; None before the first."""
    query = (
        sa.select(Entry.at)
        .where(Entry.event == event, Entry.outcome == Outcome.DONE.value)
        .order_by(Entry.at.desc(), Entry.position.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def count_after(session: Session, position: int, *, but: Collection[str]) -> int:
    """How many entries there are behind that one, without the events of those names."""
    query = (
        sa.select(sa.func.count())
        .select_from(Entry)
        .where(Entry.position > position, Entry.event.not_in(but))
    )
    return session.execute(query).scalar_one()
