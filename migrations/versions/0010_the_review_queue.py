"""The review queue: which notes wait, in the order of their times, and who opened which version."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OWN = ["author_id", "signed_on", "kind", "patient_id"]
INDEXES = {
    "ix_waiting_note_course_id": ["course_id"],
    "ix_waiting_note_due_at": ["due_at", "note_id", *OWN, "signed_at"],
    "ix_waiting_note_signed_at": ["signed_at", "note_id", *OWN, "due_at"],
    "ix_waiting_note_author_id": [*OWN, "due_at"],
}
SEEN = "note_seen rows never change"


def upgrade() -> None:
    op.create_table(
        "waiting_note",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_waiting_note")),
    )
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "waiting_note", columns)
    op.create_table(
        "note_seen",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_note_seen_person_id_person")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_seen_note_id_note")),
        sa.PrimaryKeyConstraint("person_id", "note_id", "number", name=op.f("pk_note_seen")),
    )
    _fix_what_was_seen()
    # what waits is worked out with what is due: at the next start, for every course
    op.execute("DELETE FROM due_course")


def _fix_what_was_seen() -> None:
    """Who opened which version stands beside their co-signature: it never changes."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    does = f"BEGIN SELECT RAISE(ABORT, '{SEEN}'); END"
    if postgresql:
        does = f"FOR EACH ROW EXECUTE FUNCTION kapnotes_refuse('{SEEN}')"
    for verb in ("UPDATE", "DELETE"):
        name = f"note_seen_no_{verb.lower()}"
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON note_seen {does}"))
    if postgresql:
        op.execute(
            "CREATE TRIGGER note_seen_no_truncate BEFORE TRUNCATE ON note_seen "
            f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{SEEN}')"
        )


def downgrade() -> None:
    op.drop_table("note_seen")
    op.drop_table("waiting_note")
