"""Column types that keep what they are given: points in time in UTC, decimals digit by digit."""

from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect


class Moment(sa.types.TypeDecorator[datetime]):
    """A point in time, aware and in UTC on the way in and out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone; keep UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Exact(sa.types.TypeDecorator[Decimal]):
    """A decimal kept digit by digit: no database turns 0.1 into something near it."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Keep the digits; refuse what is not a number."""
        del dialect
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("not a finite number")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Give the digits back."""
        del dialect
        return None if value is None else Decimal(value)
