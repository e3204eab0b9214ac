"""The reader in a query: places left open while it is built, once for each span, and their filling.

A query that is asked on every page is built once and kept. Who reads, and on which day, is filled
in each time; a query that is run without them is an error, never a query without a reader.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kapnotes.access.reach import Reach

READER: sa.BindParameter[Any] = sa.bindparam("reader_id", type_=sa.Uuid())
DAY: sa.BindParameter[Any] = sa.bindparam("reader_day", type_=sa.Date())


@dataclass(frozen=True, slots=True)
class Who:
    """Who reads and on which day: values, or the open places for them."""

    person_id: UUID | sa.BindParameter[Any]
    on: date | sa.BindParameter[Any]


OPEN = Who(READER, DAY)


def reader(reach: Reach) -> dict[str, Any]:
    """What fills the open places of a query: who reads, and on which day."""
    return {READER.key: reach.person_id, DAY.key: reach.on}
