"""Run migrations on the open practice; both databases take schema changes in a transaction."""

from alembic import context

import kapnotes.records  # noqa: F401 - every table
from kapnotes import db

with db.current().engine.execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        transaction_per_migration=True,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
