"""What stays where it is: no row moves to another owner, no person and no text is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OWNERS = {
    "dose": ("infusion_id", "patient_id"),
    "vitals": ("infusion_id", "patient_id"),
    "adverse_event": ("infusion_id", "patient_id"),
    "note_draft": ("note_id", "patient_id"),
    "process_note": ("note_id", "patient_id", "author_id"),
    "infusion": ("course_id", "patient_id"),
    "course": ("patient_id",),
}
KEPT = ("person", "patient", "care_team", "supervision", "course", "infusion")
KEPT += ("note_draft", "process_note")


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    moves = [
        (
            f"{table}_stays",
            table,
            "UPDATE",
            " OR ".join(f"NEW.{column} <> OLD.{column}" for column in ("id", *columns)),
            f"{table} rows never move",
        )
        for table, columns in OWNERS.items()
    ]
    return moves + [
        (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted")
        for table in KEPT
    ]


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verb, condition, sentence in _rules():
        when = f"WHEN ({condition})" if condition else ""
        does = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        if postgresql:
            when = f"FOR EACH ROW {when}"
            does = f"EXECUTE FUNCTION kapnotes_refuse('{sentence}')"
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {when} {does}"))
    if postgresql:
        for table in KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, *_ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
