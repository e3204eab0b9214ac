"""Amendments that a patient asked for, and emergency access."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STAYS = {
    "amendment": (
        *("id", "patient_id", "note_id", "received_on", "channel", "words_sealed"),
        *("recorded_at", "recorded_by_id", "recorded_by"),
    ),
    "emergency_access": ("id", "person_id", "patient_id", "reason_sealed", "granted_at", "until"),
}
"""What of a row never changes."""
MOVES = {
    "received": ("extended", "accepted", "denied"),
    "extended": ("accepted", "denied"),
    "denied": ("disagreed",),
    "disagreed": ("rebutted",),
}
"""Where a request may go from where; from anywhere else it goes nowhere."""
KEPT = ("amendment", "amendment_step", "emergency_access")


def _edge() -> str:
    allowed = " OR ".join(
        f"(OLD.state = '{state}' AND NEW.state = '{to}')"
        for state, leads in MOVES.items()
        for to in leads
    )
    return f"NEW.state <> OLD.state AND NOT ({allowed})"


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    rules = [
        (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted")
        for table in KEPT
    ]
    rules += [
        (
            f"{table}_stays",
            table,
            "UPDATE",
            " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns),
            f"what {table} rows say never changes",
        )
        for table, columns in STAYS.items()
    ]
    due = "NEW.due_on <> OLD.due_on AND NOT (OLD.state = 'received' AND NEW.state = 'extended')"
    over = "OLD.ended_at IS NOT NULL"
    return [
        *rules,
        ("amendment_edge", "amendment", "UPDATE", _edge(), "a request does not go there"),
        ("amendment_due", "amendment", "UPDATE", due, "only an extension gives more time"),
        (
            "amendment_step_no_update",
            "amendment_step",
            "UPDATE",
            "",
            "amendment_step rows never change",
        ),
        ("emergency_access_over", "emergency_access", "UPDATE", over, "it has ended for good"),
    ]


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A column that holds the id of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    """Nobody has emergency access until an administrator allows it."""
    op.add_column(
        "person",
        sa.Column("emergency", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _let_the_command_line_disclose()
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        _refers("emergency_access", "person_id", "person"),
        _refers("emergency_access", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(
        "uq_emergency_access_person_id",
        "emergency_access",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_emergency_access_patient_id"), "emergency_access", ["patient_id", "granted_at"]
    )
    op.create_index(op.f("ix_emergency_access_granted_at"), "emergency_access", ["granted_at"])
    op.create_table(
        "amendment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        _refers("amendment", "patient_id", "patient"),
        _refers("amendment", "note_id", "note"),
        _refers("amendment", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_patient_id"), "amendment", ["patient_id", "received_on"])
    op.create_index(op.f("ix_amendment_state"), "amendment", ["state", "due_on"])
    op.create_table(
        "amendment_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("addendum_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("amendment_step", "amendment_id", "amendment"),
        _refers("amendment_step", "patient_id", "patient"),
        _refers("amendment_step", "addendum_id", "addendum"),
        _refers("amendment_step", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_step")),
        sa.UniqueConstraint(
            "amendment_id", "number", name=op.f("uq_amendment_step_amendment_id_number")
        ),
    )
    _guard()


def _let_the_command_line_disclose() -> None:
    """Rows of the command line have no person.

    SQLite's own way to drop a NOT NULL: the table, its rows, its triggers and who refers to it stay
    as they are (sqlite.org/lang_altertable.html, "making other kinds of table schema changes").
    """
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("disclosure", "by_id", nullable=True)
        return
    version = op.get_bind().execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'by_id CHAR(32) NOT NULL', 'by_id CHAR(32)') "
        "WHERE type = 'table' AND name = 'disclosure'"
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")
    columns = op.get_bind().execute(sa.text("PRAGMA table_info(disclosure)")).all()
    if any(one.notnull for one in columns if one.name == "by_id"):
        raise RuntimeError("disclosure.by_id still needs a person: not the table of 0008")


def _guard() -> None:
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
    """What the command line disclosed stays, so its rows still need no person."""
    for table in ("amendment_step", "amendment", "emergency_access"):
        op.drop_table(table)
    op.drop_column("person", "emergency")
