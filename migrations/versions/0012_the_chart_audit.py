"""Audits of charts: programmes, samples, answers, corrective actions, kept reports."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FIXED = ("audit_chart_person", "corrective_move", "audit_report")
KEPT = ("chart_audit", "audit_chart", "audit_answer", "corrective_action")
TABLES = (
    "chart_audit",
    "audit_cover",
    "audit_chart",
    "audit_chart_person",
    "audit_answer",
    "corrective_action",
    "corrective_move",
    "audit_report",
)
MOVED = {
    "chart_audit": "NEW.id <> OLD.id OR NEW.led_by_id <> OLD.led_by_id",
    "audit_chart": "NEW.id <> OLD.id OR NEW.audit_id <> OLD.audit_id "
    "OR NEW.patient_id <> OLD.patient_id OR NEW.infusion_id <> OLD.infusion_id",
    "audit_answer": "NEW.id <> OLD.id OR NEW.chart_id <> OLD.chart_id "
    "OR NEW.patient_id <> OLD.patient_id OR NEW.code <> OLD.code",
    "corrective_action": "NEW.id <> OLD.id OR NEW.chart_id <> OLD.chart_id "
    "OR NEW.patient_id <> OLD.patient_id OR NEW.code <> OLD.code",
}
ENDED = {
    "chart_audit": ("OLD.state IN ('ended', 'dropped')", "the audit has ended"),
    "audit_chart": ("OLD.locked_at IS NOT NULL", "the audit has ended"),
    "audit_answer": ("OLD.locked_at IS NOT NULL", "the audit has ended"),
    "corrective_action": ("OLD.state = 'verified'", "the action is verified"),
}
LATE = {
    "audit_answer": "EXISTS (SELECT 1 FROM audit_chart WHERE audit_chart.id = NEW.chart_id "
    "AND audit_chart.locked_at IS NOT NULL)",
    "audit_chart": "EXISTS (SELECT 1 FROM chart_audit WHERE chart_audit.id = NEW.audit_id "
    "AND chart_audit.state <> 'drawn')",
}
"""What is too late to add."""


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    rules = [
        (f"{table}_no_{verb.lower()}", table, verb, "", f"{table} rows never change")
        for table in FIXED
        for verb in ("UPDATE", "DELETE")
    ]
    rules += [
        (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted")
        for table in KEPT
    ]
    rules += [
        (f"{table}_stays", table, "UPDATE", condition, f"{table} rows never move")
        for table, condition in MOVED.items()
    ]
    rules += [
        (f"{table}_ended", table, "UPDATE", condition, sentence)
        for table, (condition, sentence) in ENDED.items()
    ]
    rules += [
        (f"{table}_late", table, "INSERT", condition, "the audit is not under way")
        for table, condition in LATE.items()
    ]
    return rules


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A column that holds the id of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _table(name: str, *parts: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    _audits()
    _charts()
    _actions()
    _reports()
    _guard()


def _audits() -> None:
    _table(
        "chart_audit",
        sa.Column("led_by_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("aim_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("sampling", sa.String(length=20), nullable=False),
        sa.Column("how_many", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("frame_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("frame_digest", sa.String(length=64), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        _refers("chart_audit", "led_by_id", "person"),
    )
    op.create_index(op.f("ix_chart_audit_planned_at"), "chart_audit", ["planned_at", "id"])
    _table(
        "audit_cover",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _refers("audit_cover", "audit_id", "chart_audit"),
        _refers("audit_cover", "person_id", "person"),
        sa.UniqueConstraint(
            "audit_id", "person_id", name=op.f("uq_audit_cover_audit_id_person_id")
        ),
    )


def _charts() -> None:
    _table(
        "audit_chart",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("points", sa.String(length=40), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("locked_at", MOMENT, nullable=True),
        _refers("audit_chart", "audit_id", "chart_audit"),
        _refers("audit_chart", "patient_id", "patient"),
        _refers("audit_chart", "infusion_id", "infusion"),
        sa.UniqueConstraint("audit_id", "place", name=op.f("uq_audit_chart_audit_id_place")),
        sa.UniqueConstraint(
            "audit_id", "infusion_id", name=op.f("uq_audit_chart_audit_id_infusion_id")
        ),
    )
    op.create_index(op.f("ix_audit_chart_infusion_id"), "audit_chart", ["infusion_id"])
    _table(
        "audit_chart_person",
        sa.Column("chart_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _refers("audit_chart_person", "chart_id", "audit_chart"),
        _refers("audit_chart_person", "person_id", "person"),
        sa.UniqueConstraint(
            "chart_id", "person_id", name=op.f("uq_audit_chart_person_chart_id_person_id")
        ),
    )
    op.create_index(op.f("ix_audit_chart_person_person_id"), "audit_chart_person", ["person_id"])
    _table(
        "audit_answer",
        sa.Column("chart_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("locked_at", MOMENT, nullable=True),
        _refers("audit_answer", "chart_id", "audit_chart"),
        _refers("audit_answer", "patient_id", "patient"),
        _refers("audit_answer", "answered_by_id", "person"),
        sa.UniqueConstraint("chart_id", "code", name=op.f("uq_audit_answer_chart_id_code")),
    )


def _actions() -> None:
    _table(
        "corrective_action",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("chart_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("what_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        _refers("corrective_action", "audit_id", "chart_audit"),
        _refers("corrective_action", "chart_id", "audit_chart"),
        _refers("corrective_action", "patient_id", "patient"),
        _refers("corrective_action", "owner_id", "person"),
        _refers("corrective_action", "raised_by_id", "person"),
    )
    op.create_index(op.f("ix_corrective_action_audit_id"), "corrective_action", ["audit_id"])
    op.create_index(op.f("ix_corrective_action_chart_id"), "corrective_action", ["chart_id"])
    op.create_index(
        op.f("ix_corrective_action_owner_id"), "corrective_action", ["owner_id", "state", "due_on"]
    )
    _table(
        "corrective_move",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _refers("corrective_move", "action_id", "corrective_action"),
        _refers("corrective_move", "patient_id", "patient"),
        _refers("corrective_move", "by_id", "person"),
        sa.UniqueConstraint(
            "action_id", "number", name=op.f("uq_corrective_move_action_id_number")
        ),
    )
    op.create_index(op.f("ix_corrective_move_action_id"), "corrective_move", ["action_id"])


def _reports() -> None:
    _table(
        "audit_report",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("replaces", sa.String(length=40), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        _refers("audit_report", "audit_id", "chart_audit"),
        _refers("audit_report", "made_by_id", "person"),
        sa.UniqueConstraint("number", name=op.f("uq_audit_report_number")),
        sa.UniqueConstraint(
            "audit_id",
            "edition",
            "revision",
            name=op.f("uq_audit_report_audit_id_edition_revision"),
        ),
    )
    op.create_index(op.f("ix_audit_report_file_digest"), "audit_report", ["file_digest"])


def _guard() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verb, condition, sentence in _rules():
        when = f"WHEN ({condition})" if condition else ""
        if not postgresql:
            does = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        elif "EXISTS" in condition:
            does = f"EXECUTE FUNCTION kapnotes_{name}()"
            op.execute(
                sa.text(
                    f"CREATE FUNCTION kapnotes_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{sentence}' "
                    "USING ERRCODE = '23514'; END IF; RETURN NEW; END $$"
                )
            )
            when = ""
        else:
            does = f"EXECUTE FUNCTION kapnotes_refuse('{sentence}')"
        each = "FOR EACH ROW " if postgresql else ""
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {each}{when} {does}"))
    if postgresql:
        for table in (*FIXED, *KEPT):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _, condition, _ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql and "EXISTS" in condition:
            op.execute(f"DROP FUNCTION kapnotes_{name}()")
    for table in reversed(TABLES):
        op.drop_table(table)
