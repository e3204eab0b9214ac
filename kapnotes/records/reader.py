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
PATIENT: sa.BindParameter[Any] = sa.bindparam("reader_patient_id", type_=sa.Uuid())
BUILT = 512
"""How many conditions about a reader are kept built: those of the readers of one day."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who reads and on which day: values, or the open places for them.

    `patient_id` is whom they reach by emergency access, and asked for in that span alone.
    """

    person_id: UUID | sa.BindParameter[Any]
    on: date | sa.BindParameter[Any]
    patient_id: UUID | sa.BindParameter[Any] | None = None


OPEN = Who(READER, DAY, PATIENT)


def who_reads(reach: Reach) -> Who:
    """The reader as values."""
    return Who(reach.person_id, reach.on, reach.patient_id)


def reader(reach: Reach) -> dict[str, Any]:
    """What fills the open places of a query: who reads, and on which day."""
    known = {READER.key: reach.person_id, DAY.key: reach.on}
    return known if reach.patient_id is None else known | {PATIENT.key: reach.patient_id}
