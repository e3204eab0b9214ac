"""Signed heads of the trail, and how far record and trail were worked out again."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FIXED = ("signed_head", "proof_run")


def upgrade() -> None:
    op.create_table(
        "signed_head",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_signed_head")),
    )
    op.create_table(
        "proof_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("round_began_at", MOMENT, nullable=False),
        sa.Column("from_position", sa.BigInteger(), nullable=False),
        sa.Column("to_position", sa.BigInteger(), nullable=False),
        sa.Column("to_hash", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("first_bad", sa.String(length=120), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_run")),
    )
    op.create_index(op.f("ix_proof_run_subject"), "proof_run", ["subject", "kind", "at"])
    op.create_index(op.f("ix_proof_run_at"), "proof_run", ["at"])
    op.create_index(op.f("ix_proof_run_trouble"), "proof_run", ["is_whole", "at"])
    _guard()


def _guard() -> None:
    """What was signed stays as it was signed."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FIXED:
        for verb in ("UPDATE", "DELETE"):
            name, sentence = f"{table}_no_{verb.lower()}", f"{table} rows never change"
            does = (
                f"FOR EACH ROW EXECUTE FUNCTION kapnotes_refuse('{sentence}')"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
            op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {does}"))
        if postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def downgrade() -> None:
    op.drop_table("proof_run")
    op.drop_table("signed_head")
