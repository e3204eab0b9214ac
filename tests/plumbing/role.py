"""As whom a test uses PostgreSQL: the application's role, and the owner where it says so.

What a test is lent, it uses as the role that serves people, which owns no table. The session is
the owner's all the same, so that `as_owner` can do what somebody with the server's password could.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes import db

ROLE = "kapnotes"
SERVED = f"&options=-c%20role%3D{ROLE}"


def served(url: str) -> str:
    """The same database as the application's role; an embedded one is its own."""
    return url if url.startswith("sqlite:") else url + SERVED


def owner_of(url: str) -> str:
    """The same database as its owner; "" for an embedded one, which has no other."""
    return "" if url.startswith("sqlite:") else url.removesuffix(SERVED)


def as_owner(session: Session | sa.Connection) -> None:
    """Be the owner for the rest of the transaction; the embedded file has no other."""
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL ROLE postgres"))


@contextmanager
def owning() -> Iterator[Session]:
    """A session that writes as the owner of the tables: only a trigger refuses it anything."""
    with db.current().writing() as session:
        as_owner(session)
        yield session
