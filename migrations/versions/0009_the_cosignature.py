"""Whose notes need a co-signature, who stands in, and what is asked and answered."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LASTING = {
    "requirement": ("person_id", "kinds", "starts_on"),
    "absence": ("supervisor_id", "deputy_id", "starts_on"),
    "supervision": ("supervisor_id", "supervisee_id", "starts_on"),
}
"""What of a row that holds for a time never changes: only its end does."""
KEPT = ("requirement", "absence")
MOVES = {
    "draft": ("signed", "awaiting_cosignature", "discarded"),
    "awaiting_cosignature": ("cosigned", "returned"),
    "returned": ("awaiting_cosignature",),
}
"""Where a note may go from where; from anywhere else it goes nowhere."""
OWN = "EXISTS (SELECT 1 FROM note WHERE note.id = NEW.note_id AND note.author_id = NEW.signer_id)"


def _edge() -> str:
    """The condition that a note goes where no move leads."""
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
            " OR ".join(f"NEW.{column} <> OLD.{column}" for column in ("id", *columns)),
            f"{table} rows only end",
        )
        for table, columns in LASTING.items()
    ]
    sentence = "a note does not change its state like that"
    rules.append(("note_edge", "note", "UPDATE", _edge(), sentence))
    rules.append(("cosignature_own", "cosignature", "INSERT", OWN, "nobody co-signs their own"))
    return rules


def _refers(table: str, column: str, other: str = "person") -> sa.ForeignKeyConstraint:
    """A column that holds the id of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    """Make requirements of the links that co-signed; nothing that is kept is lost."""
    op.create_table(
        "requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        _refers("requirement", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
    )
    op.create_index(op.f("ix_requirement_person_id"), "requirement", ["person_id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        _refers("absence", "supervisor_id"),
        _refers("absence", "deputy_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_deputy_id"), "absence", ["deputy_id", "supervisor_id"])
    op.create_index(op.f("ix_absence_supervisor_id"), "absence", ["supervisor_id"])
    op.add_column("supervision", sa.Column("covers_from", sa.Date(), nullable=True))
    _require_what_was_cosigned()
    op.drop_column("supervision", "cosigns")
    for name, size in (("section", 80), ("link_id", 80)):
        op.add_column(
            "review_comment",
            sa.Column(name, sa.String(length=size), nullable=False, server_default=""),
        )
    op.add_column(
        "review_comment", sa.Column("place", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "cosignature",
        sa.Column("deputy_for", sa.String(length=250), nullable=False, server_default=""),
    )
    op.create_index(
        op.f("uq_cosignature_note_id_number"), "cosignature", ["note_id", "number"], unique=True
    )
    _guard()


def _require_what_was_cosigned() -> None:
    """A link that co-signed every note becomes a requirement of all kinds for the same time."""
    connection = op.get_bind()
    link = sa.table(
        "supervision",
        sa.column("supervisee_id", sa.Uuid()),
        sa.column("starts_on", sa.Date()),
        sa.column("ends_on", sa.Date()),
        sa.column("cosigns", sa.Boolean()),
    )
    requirement = sa.table(
        "requirement",
        sa.column("id", sa.Uuid()),
        sa.column("person_id", sa.Uuid()),
        sa.column("kinds", sa.String()),
        sa.column("starts_on", sa.Date()),
        sa.column("ends_on", sa.Date()),
    )
    period = (link.c.supervisee_id, link.c.starts_on, link.c.ends_on)
    found = connection.execute(sa.select(*period).where(link.c.cosigns.is_(sa.true())).distinct())
    rows = [
        {
            "id": uuid4(),
            "person_id": one.supervisee_id,
            "kinds": "all",
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
        }
        for one in found
    ]
    if rows:
        connection.execute(requirement.insert(), rows)


def _guard() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, verb, condition, sentence in _rules():
        when = f"WHEN ({condition})" if condition else ""
        does = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        if postgresql and "EXISTS" in condition:
            op.execute(
                f"CREATE FUNCTION kapnotes_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{sentence}' "
                "USING ERRCODE = '23514'; END IF; RETURN NEW; END $$"
            )
            when, does = "FOR EACH ROW", f"EXECUTE FUNCTION kapnotes_{name}()"
        elif postgresql:
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
    """Links co-sign again where their author's notes of every kind needed it."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _, condition, _ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql and "EXISTS" in condition:
            op.execute(f"DROP FUNCTION kapnotes_{name}()")
    op.drop_index(op.f("uq_cosignature_note_id_number"), "cosignature")
    op.drop_column("cosignature", "deputy_for")
    for name in ("place", "link_id", "section"):
        op.drop_column("review_comment", name)
    op.add_column(
        "supervision",
        sa.Column("cosigns", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE supervision SET cosigns = true WHERE EXISTS (SELECT 1 FROM requirement "
        "WHERE requirement.person_id = supervision.supervisee_id AND requirement.kinds = 'all' "
        "AND (requirement.ends_on IS NULL OR requirement.ends_on > supervision.starts_on) "
        "AND (supervision.ends_on IS NULL OR supervision.ends_on > requirement.starts_on))"
    )
    op.drop_column("supervision", "covers_from")
    op.drop_table("absence")
    op.drop_table("requirement")
