"""Courses and measures: scales, hand-overs, consents, alerts, tasks; the course's own state."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DECIMAL = sa.String(length=40)
TABLES = (
    "measure",
    "hand_over",
    "own_measure",
    "consent",
    "patient_alert",
    "task",
    "misuse_event",
)
ONCE = {
    "measure": "OLD.struck_at IS NOT NULL OR NEW.struck_at IS NULL",
    "own_measure": "OLD.retired_at IS NOT NULL OR NEW.retired_at IS NULL",
    "consent": "OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL",
    "patient_alert": "OLD.resolved_at IS NOT NULL OR NEW.resolved_at IS NULL",
    "task": "OLD.answered_at IS NOT NULL OR NEW.answered_at IS NULL",
    "hand_over": "OLD.ended_at IS NOT NULL",
}
"""What a row may become, once; any other change is refused."""


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    rules = [
        (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted")
        for table in TABLES
    ]
    rules += [
        (f"{table}_once", table, "UPDATE", condition, f"{table} rows change once")
        for table, condition in ONCE.items()
    ]
    rules += [
        (f"{table}_stays", table, "UPDATE", "NEW.id <> OLD.id", f"{table} rows never move")
        if table == "own_measure"
        else (
            f"{table}_stays",
            table,
            "UPDATE",
            "NEW.id <> OLD.id OR NEW.patient_id <> OLD.patient_id",
            f"{table} rows never move",
        )
        for table in ONCE
    ]
    rules.append(("misuse_event_no_update", "misuse_event", "UPDATE", "", "it never changes"))
    return rules


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A column that holds the id of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    for column in (
        sa.Column("state", sa.String(length=20), nullable=False, server_default="active"),
        sa.Column("state_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state_at", MOMENT, nullable=True),
        sa.Column("protocol_kept", sa.JSON(), nullable=True),
    ):
        op.add_column("course", column)
    op.add_column("infusion", sa.Column("plan_reason_sealed", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE course SET state = 'ended' WHERE ended_on IS NOT NULL")
    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("infusion_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("definition_version", sa.String(length=20), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("recall", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("total", DECIMAL, nullable=True),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("struck_at", MOMENT, nullable=True),
        sa.Column("struck_by_id", sa.Uuid(), nullable=True),
        sa.Column("struck_reason_sealed", sa.LargeBinary(), nullable=True),
        _refers("measure", "patient_id", "patient"),
        _refers("measure", "course_id", "course"),
        _refers("measure", "infusion_id", "infusion"),
        _refers("measure", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_patient_id"), "measure", ["patient_id", "key", "observed_at"])
    op.create_index(op.f("ix_measure_course_id"), "measure", ["course_id", "key", "observed_at"])
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("infusion_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("definition_version", sa.String(length=20), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("handed_at", MOMENT, nullable=False),
        sa.Column("handed_by_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("measure_id", sa.Uuid(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        _refers("hand_over", "patient_id", "patient"),
        _refers("hand_over", "course_id", "course"),
        _refers("hand_over", "infusion_id", "infusion"),
        _refers("hand_over", "handed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_hand_over_token_hash")),
    )
    op.create_table(
        "own_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("imported_by_id", sa.Uuid(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("retired_by_id", sa.Uuid(), nullable=True),
        _refers("own_measure", "imported_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_measure")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_own_measure_key_version")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("form_version", sa.String(length=60), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(length=120), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason_sealed", sa.LargeBinary(), nullable=True),
        _refers("consent", "patient_id", "patient"),
        _refers("consent", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_patient_id"), "consent", ["patient_id"])
    op.create_table(
        "patient_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("sentence_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by_id", sa.Uuid(), nullable=True),
        sa.Column("resolved_reason_sealed", sa.LargeBinary(), nullable=True),
        _refers("patient_alert", "patient_id", "patient"),
        _refers("patient_alert", "raised_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_alert")),
    )
    op.create_index(op.f("ix_patient_alert_patient_id"), "patient_alert", ["patient_id"])
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("whose", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        _refers("task", "patient_id", "patient"),
        _refers("task", "infusion_id", "infusion"),
        _refers("task", "raised_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_patient_id"), "task", ["patient_id", "answered_at"])
    op.create_index(op.f("ix_task_whose"), "task", ["whose", "answered_at", "raised_at"])
    op.create_table(
        "misuse_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        _refers("misuse_event", "patient_id", "patient"),
        _refers("misuse_event", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misuse_event")),
    )
    op.create_index(op.f("ix_misuse_event_patient_id"), "misuse_event", ["patient_id"])
    _guard()


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
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, *_ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("infusion", "plan_reason_sealed")
    for column in ("protocol_kept", "state_at", "state_reason_sealed", "state"):
        op.drop_column("course", column)
