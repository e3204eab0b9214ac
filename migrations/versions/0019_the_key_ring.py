"""What has to outlive a rotation of the root key is kept, wrapped; it was derived from the root."""

import os
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from kapnotes import db
from kapnotes.keys import Secret

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SECRETS = {
    Secret.LOOKUP: "lookup_wrapped",
    Secret.COOKIE: "cookie_wrapped",
    Secret.SIGNATURE: "signature_wrapped",
}
NEVER = ("id", "source", "name", "fingerprint", "certificates", "made_at", "made_by_id")
"""What never changes of a sealing key; its secret is wrapped anew when the root key changes."""


def upgrade() -> None:
    """A practice that is there keeps what it derived from its root; a new one gets its own."""
    op.create_table(
        "key_ring",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root_mark", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in SECRETS.values()),
        sa.Column("recovery_public", sa.LargeBinary(), nullable=True),
        sa.Column("recovery_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_ring")),
    )
    _fill()
    _sealing_key("UPDATE OF " + ", ".join(NEVER))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER key_ring_no_delete BEFORE DELETE ON key_ring FOR EACH ROW "
            "EXECUTE FUNCTION kapnotes_refuse('key_ring rows are never deleted')"
        )
    else:
        op.execute(
            "CREATE TRIGGER key_ring_no_delete BEFORE DELETE ON key_ring "
            "BEGIN SELECT RAISE(ABORT, 'key_ring rows are never deleted'); END"
        )


def _fill() -> None:
    connection, ring = op.get_bind(), db.current().ring
    is_new = connection.execute(sa.text("SELECT count(*) FROM practice")).scalar_one() == 0
    columns = ("id", "root_mark", *SECRETS.values(), "changed_at")
    secrets = {
        name: ring.wrap_secret(os.urandom(32) if is_new else ring.first_secret(which), which.place)
        for which, name in SECRETS.items()
    }
    now = datetime.now(UTC)
    connection.execute(
        sa.table("key_ring", *(sa.column(name) for name in columns))
        .insert()
        .values(
            id=1,
            root_mark=ring.mark,
            changed_at=sa.bindparam("now", now, sa.DateTime(timezone=True)),
            **secrets,
        )
    )


def _sealing_key(verb: str) -> None:
    """Refuse a change of a sealing key, from now on of so much of it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER sealing_key_no_update ON sealing_key")
        op.execute(
            f"CREATE TRIGGER sealing_key_no_update BEFORE {verb} ON sealing_key FOR EACH ROW "
            "EXECUTE FUNCTION kapnotes_refuse('sealing_key rows never change')"
        )
        return
    op.execute("DROP TRIGGER sealing_key_no_update")
    op.execute(
        f"CREATE TRIGGER sealing_key_no_update BEFORE {verb} ON sealing_key "
        "BEGIN SELECT RAISE(ABORT, 'sealing_key rows never change'); END"
    )


def downgrade() -> None:
    """Secrets are derived from the root again: who is signed in signs in anew."""
    _sealing_key("UPDATE")
    op.drop_table("key_ring")
