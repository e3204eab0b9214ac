"""Rows that hold for a time: from one day to the day before another."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class Lasting:
    """A row that holds from `starts_on` to the day before `ends_on`; None has no end."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def is_over(self, on: date) -> bool:
        """Whether it holds no more on that day, nor on any after."""
        return self.ends_on is not None and self.ends_on <= on

    def meets(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether it shares a day with that period."""
        first = max(self.starts_on, starts_on)
        return all(end is None or first < end for end in (self.ends_on, ends_on))


def holds(row: type[Lasting], on: date | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """The row holds on that day."""
    return sa.and_(row.starts_on <= on, sa.or_(row.ends_on.is_(None), row.ends_on > on))
