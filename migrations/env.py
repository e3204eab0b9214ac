"""Run migrations on the open practice; both databases take schema changes in a transaction.

On PostgreSQL the owner of the tables runs them, and each ends with the rights of the role that
serves: a table and the right to it come together.
"""

from typing import Any

from alembic import context

import kapnotes.records  # noqa: F401 - every table
from kapnotes import db
from kapnotes.db import grants, owner

role = owner.served_role(db.current())


def grant(*, ctx: Any, **_: Any) -> None:
    if role:
        grants.grant(ctx.connection, role)


with owner.connected(db.current()) as connection:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        transaction_per_migration=True,
        render_as_batch=False,
        on_version_apply=grant,
    )
    with context.begin_transaction():
        context.run_migrations()
