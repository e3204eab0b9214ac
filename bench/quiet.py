"""A worker with nothing to catch up with, so that pages are measured and not what it does beside.

What it has to catch up with after an upgrade it does at a quarter of the time: see its pace.
"""

from pathlib import Path

import sqlalchemy as sa

from bench.practice import opened
from kapnotes.actions import check
from kapnotes.audit.trail import Entry
from kapnotes.records.kept_due import NEVER
from kapnotes.records.kept_finding import ChainCheck
from kapnotes.records.unusual import UnusualMark


def settle(folder: Path) -> int:
    """Count every chain as checked and the whole trail as watched; return its last position."""
    with opened(folder) as database, database.writing() as session:
        last = session.execute(sa.select(sa.func.max(Entry.position))).scalar_one()
        session.execute(sa.update(UnusualMark).values(position=last))
        session.execute(sa.update(ChainCheck).values(rule=check.RULE, again_at=NEVER))
        return last
