"""The documents: of every kind, their parts, the jobs that make them, and where they went."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FIXED = ("disclosure", "sealing_key", "letterhead")
KEPT = ("job", "delivery")
TABLES = ("part", "job", "disclosure", "delivery", "sealing_key", "letterhead")
ONCE = {
    "job": "OLD.state = 'done'",
    "delivery": "OLD.state = 'sent'",
}
"""When a row has come to its end; any change of it after that is refused."""


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
        (f"{table}_ended", table, "UPDATE", condition, f"a {table} that has ended never changes")
        for table, condition in ONCE.items()
    ]
    rules += [
        (
            f"{table}_stays",
            table,
            "UPDATE",
            "NEW.id <> OLD.id OR NEW.patient_id <> OLD.patient_id",
            f"{table} rows never move",
        )
        for table in (*KEPT, "part")
    ]
    return rules


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A column that holds the id of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    _document_of_every_kind()
    op.create_table(
        "part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("data_sealed", sa.LargeBinary(), nullable=False),
        _refers("part", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint(
            "kind",
            "about_id",
            "edition",
            "content_digest",
            name=op.f("uq_part_kind_about_id_edition_content_digest"),
        ),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("choice_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("choice_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("beat_at", MOMENT, nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        _refers("job", "patient_id", "patient"),
        _refers("job", "asked_by_id", "person"),
        _refers("job", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    is_open = sa.text("state IN ('queued', 'running')")
    op.create_index(
        op.f("ix_job_open"),
        "job",
        ["kind", "about_id", "edition", "choice_digest"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(op.f("ix_job_state"), "job", ["state", "asked_at"])
    op.create_index(op.f("ix_job_about_id"), "job", ["about_id", "kind", "edition", "asked_at"])
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _refers("disclosure", "patient_id", "patient"),
        _refers("disclosure", "document_id", "document"),
        _refers("disclosure", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(op.f("ix_disclosure_patient_id"), "disclosure", ["patient_id", "at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("receipt", sa.String(length=300), nullable=False),
        sa.Column("failure", sa.String(length=300), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        _refers("delivery", "patient_id", "patient"),
        _refers("delivery", "document_id", "document"),
        _refers("delivery", "disclosure_id", "disclosure"),
        _refers("delivery", "asked_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("document_id", "channel", name=op.f("uq_delivery_document_id_channel")),
    )
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state", "next_try_at"])
    op.create_index(op.f("ix_delivery_patient_id"), "delivery", ["patient_id"])
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("certificates", sa.Text(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_sealing_key_fingerprint")),
    )
    op.create_table(
        "letterhead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("paper_size", sa.String(length=10), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_kind", sa.String(length=10), nullable=False),
        sa.Column("logo_words", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterhead")),
    )
    op.create_index(op.f("ix_letterhead_set_at"), "letterhead", ["set_at"])
    _guard()


def _document_of_every_kind() -> None:
    """A document is about any row, not an infusion alone; what is kept stays as it is."""
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("fk_document_infusion_id_infusion"), type_="foreignkey")
        table.drop_constraint(op.f("uq_document_infusion_id_edition_revision"), type_="unique")
        table.alter_column("infusion_id", new_column_name="about_id")
        table.add_column(
            sa.Column(
                "kind", sa.String(length=20), nullable=False, server_default="infusion_summary"
            )
        )
        table.add_column(sa.Column("pages", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("choice_digest", sa.String(length=64), nullable=False, server_default="")
        )
    with op.batch_alter_table("document") as table:
        table.create_unique_constraint(
            op.f("uq_document_kind_about_id_edition_revision"),
            ["kind", "about_id", "edition", "revision"],
        )
    op.create_index(op.f("ix_document_patient_id"), "document", ["patient_id", "made_at"])
    op.create_index(op.f("ix_document_file_digest"), "document", ["file_digest"])
    if op.get_bind().dialect.name != "postgresql":
        _fix_document()


def _fix_document() -> None:
    """The embedded database rebuilt the table, and its triggers went with the old one."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER document_no_{verb.lower()} BEFORE {verb} ON document "
                "BEGIN SELECT RAISE(ABORT, 'document rows never change'); END"
            )
        )


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
        for table in (*FIXED, *KEPT):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, *_ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
    for table in ("delivery", "disclosure", "job", "part", "sealing_key", "letterhead"):
        op.drop_table(table)
    op.drop_index(op.f("ix_document_file_digest"), "document")
    op.drop_index(op.f("ix_document_patient_id"), "document")
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("uq_document_kind_about_id_edition_revision"), type_="unique")
        table.drop_column("choice_digest")
        table.drop_column("pages")
        table.drop_column("kind")
        table.alter_column("about_id", new_column_name="infusion_id")
    with op.batch_alter_table("document") as table:
        table.create_unique_constraint(
            op.f("uq_document_infusion_id_edition_revision"),
            ["infusion_id", "edition", "revision"],
        )
        table.create_foreign_key(
            op.f("fk_document_infusion_id_infusion"), "infusion", ["infusion_id"], ["id"]
        )
    if not postgresql:
        _fix_document()
