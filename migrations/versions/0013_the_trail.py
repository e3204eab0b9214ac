"""Finding entries of the trail by anything and time, and unusual access as items to close."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BY_TIME = {
    "ix_trail_at": ["at", "position"],
    "ix_trail_event": ["event", "outcome", "at", "position"],
    "ix_trail_actor_id": ["actor_id", "at", "position"],
    "ix_trail_actor_id_event": ["actor_id", "event", "outcome", "at", "position"],
    "ix_trail_patient_id": ["patient_id", "at", "position", "event", "outcome", "actor_id"],
}
BEFORE = {
    "ix_trail_actor_id": ["actor_id", "position"],
    "ix_trail_patient_id": ["patient_id", "position"],
}
STAYS = (
    "NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.number <> OLD.number "
    "OR NEW.kind <> OLD.kind OR NEW.person_id <> OLD.person_id"
)


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    return [
        ("unusual_no_delete", "unusual", "DELETE", "", "unusual rows are never deleted"),
        ("unusual_stays", "unusual", "UPDATE", STAYS, "unusual rows never move"),
        (
            "unusual_closed",
            "unusual",
            "UPDATE",
            "OLD.closed_at IS NOT NULL",
            "an item that was closed never changes",
        ),
    ]


def upgrade() -> None:
    """Only what happens from now on is asked about; what was before can be searched."""
    for name in BEFORE:
        op.drop_index(name, table_name="trail")
    for name, columns in BY_TIME.items():
        op.create_index(name, "trail", columns)
    op.create_table(
        "unusual",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("word_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_unusual_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_unusual_closed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unusual")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_unusual_key_number")),
    )
    op.create_index(op.f("ix_unusual_closed_at"), "unusual", ["closed_at", "raised_at"])
    op.create_index(op.f("ix_unusual_person_id"), "unusual", ["person_id", "kind", "until"])
    op.create_table(
        "unusual_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unusual_mark")),
    )
    op.execute("INSERT INTO unusual_mark (id, position) SELECT 1, position FROM trail_head")
    _guard()


def _guard() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verb, condition, sentence in _rules():
        when = f"WHEN ({condition})" if condition else ""
        does = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        if postgresql:
            when, does = (
                f"FOR EACH ROW {when}",
                f"EXECUTE FUNCTION kapnotes_refuse('{sentence}')",
            )
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {when} {does}"))


def downgrade() -> None:
    op.drop_table("unusual_mark")
    op.drop_table("unusual")
    for name in BY_TIME:
        op.drop_index(name, table_name="trail")
    for name, columns in BEFORE.items():
        op.create_index(name, "trail", columns)
