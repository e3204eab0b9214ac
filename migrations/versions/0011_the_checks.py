"""What the documentation checks found, kept."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("note_kind", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("link_id", sa.String(length=100), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("sentence_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(
        op.f("ix_finding_infusion_id"),
        "finding",
        ["infusion_id", "gone_at", "note_id", "code", "level"],
    )
    op.create_index(op.f("ix_finding_note_id"), "finding", ["note_id", "gone_at", "code"])
    op.create_index(op.f("ix_finding_patient_id"), "finding", ["patient_id", "level", "gone_at"])
    op.create_index(
        op.f("ix_finding_author_id"), "finding", ["author_id", "gone_at", "first_at", "id"]
    )
    op.create_index(op.f("ix_finding_gone_at"), "finding", ["gone_at", "first_at", "id"])
    op.create_table(
        "chain_check",
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("texts", sa.String(length=16), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("again_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("infusion_id", name=op.f("pk_chain_check")),
    )
    op.create_index(op.f("ix_chain_check_patient_id"), "chain_check", ["patient_id"])
    op.create_index(op.f("ix_chain_check_again_at"), "chain_check", ["again_at"])
    _every_chain()


def _every_chain() -> None:
    """Every infusion that is there waits to be checked: as soon as somebody has time."""
    op.execute(
        sa.text(
            "INSERT INTO chain_check (infusion_id, patient_id, rule, texts, again_at) "
            "SELECT id, patient_id, '', '', :at_once FROM infusion"
        ).bindparams(sa.bindparam("at_once", AT_ONCE, type_=MOMENT))
    )


def downgrade() -> None:
    op.drop_table("chain_check")
    op.drop_table("finding")
