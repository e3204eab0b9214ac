"""A sitting that locks: when, and the short code that may open it; where it is, for its person."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WORDS = (("device", 80), ("address", 45), ("unlock_hash", 64))
TIMES = ("locked_at", "unlock_until")


def upgrade() -> None:
    """Every sitting gets an id under which its person can end it."""
    for name in TIMES:
        op.add_column("sitting", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name, length in WORDS:
        op.add_column(
            "sitting",
            sa.Column(name, sa.String(length=length), nullable=False, server_default=""),
        )
    op.add_column(
        "sitting",
        sa.Column("unlock_tries", sa.SmallInteger(), nullable=False, server_default="0"),
    )
    op.add_column("sitting", sa.Column("id", sa.Uuid(), nullable=True))
    table = sa.table("sitting", sa.column("id", sa.Uuid()), sa.column("token_hash"))
    connection = op.get_bind()
    for token_hash in connection.execute(sa.select(table.c.token_hash)).scalars().all():
        connection.execute(
            table.update().where(table.c.token_hash == token_hash).values(id=uuid4())
        )
    with op.batch_alter_table("sitting") as batch:
        batch.alter_column("id", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint(op.f("uq_sitting_id"), ["id"])


def downgrade() -> None:
    """Take the lock away again; an idle sitting then ends."""
    with op.batch_alter_table("sitting") as batch:
        batch.drop_constraint(op.f("uq_sitting_id"), type_="unique")
        batch.drop_column("id")
    for name in ("unlock_tries", *(name for name, _ in reversed(WORDS)), *reversed(TIMES)):
        op.drop_column("sitting", name)
