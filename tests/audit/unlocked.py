"""A database without its own guards, as somebody with the file and its key could have it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.plumbing.role import as_owner


def unlock(session: Session, *tables: str) -> None:
    """Take the triggers of these tables away."""
    as_owner(session)
    postgresql = session.connection().dialect.name == "postgresql"
    for table in tables:
        if postgresql:
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        query = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :of")
        for name in session.execute(query, {"of": table}).scalars().all():
            session.execute(sa.text(f"DROP TRIGGER {name}"))
