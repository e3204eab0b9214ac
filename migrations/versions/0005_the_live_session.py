"""The live session: arrival, events, discharge, the journal of writes, the practice's settings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DECIMAL = sa.String(length=40)
ROWS = ("arrival", "session_event", "discharge")
ALL_ROWS = (*ROWS, "dose", "vitals", "adverse_event")
FIXED = ("session_entry", "practice_setting")
LOCKED = "('signed', 'awaiting_cosignature', 'cosigned')"
SIGNED = (
    "EXISTS (SELECT 1 FROM note WHERE note.kind = 'dosing' "
    f"AND note.infusion_id = NEW.infusion_id AND note.state IN {LOCKED})"
)
MOVED = "NEW.id <> OLD.id OR NEW.infusion_id <> OLD.infusion_id OR NEW.patient_id <> OLD.patient_id"


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    rules = []
    for table in FIXED:
        rules += [
            (f"{table}_no_{verb.lower()}", table, verb, "", f"{table} rows never change")
            for verb in ("UPDATE", "DELETE")
        ]
    for table in ROWS:
        rules += [
            (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted"),
            (f"{table}_stays", table, "UPDATE", MOVED, f"{table} rows never move"),
        ]
    for table in (*ROWS, "session_entry"):
        for verb in ("INSERT", "UPDATE") if table in ROWS else ("INSERT",):
            name = f"{table}_locked_{verb.lower()}"
            rules.append((name, table, verb, SIGNED, "the dosing note is signed"))
    rules += [
        (f"{table}_{name}", table, "UPDATE", condition, sentence)
        for table in ALL_ROWS
        for name, condition, sentence in (
            ("struck_stays", "OLD.struck_at IS NOT NULL", "it is struck out"),
            ("only_struck", "NEW.struck_at IS NULL", "a row is only ever struck out"),
        )
    ]
    return rules


def _row(table: str, *columns: sa.Column[object]) -> None:
    """A table of session rows: its own columns, and those that every row has."""
    op.create_table(
        table,
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("struck_at", MOMENT, nullable=True),
        sa.Column("struck_by_id", sa.Uuid(), nullable=True),
        sa.Column("struck_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("caution_reason_sealed", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
            )
            for column, other in (
                ("infusion_id", "infusion"),
                ("patient_id", "patient"),
                ("recorded_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_infusion_id"), table, ["infusion_id"], unique=False)


def upgrade() -> None:
    for column in (
        sa.Column("site", sa.String(length=60), nullable=True),
        sa.Column("held_minutes", sa.Integer(), nullable=True),
        sa.Column("after_hold", sa.String(length=20), nullable=True),
        sa.Column("sprays", sa.Integer(), nullable=True),
        sa.Column("is_running", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("dose", column)
    _row(
        "arrival",
        *(
            sa.Column(name, kind, nullable=True)
            for name, kind in (
                ("identity_checked", sa.Boolean()),
                ("consent_confirmed", sa.Boolean()),
                ("last_food_at", MOMENT),
                ("last_drink_at", MOMENT),
                ("fasting_kept", sa.Boolean()),
                ("medicines_checked", sa.Boolean()),
                ("medicines_sealed", sa.LargeBinary()),
                ("escort_confirmed", sa.Boolean()),
                ("escort_name_sealed", sa.LargeBinary()),
                ("weight_kg", DECIMAL),
                ("weighed_on", sa.Date()),
                ("baseline", sa.String(length=20)),
                ("baseline_by", sa.String(length=100)),
                ("baseline_words_sealed", sa.LargeBinary()),
                ("time_out", sa.Boolean()),
                ("time_out_people_sealed", sa.LargeBinary()),
                ("words_sealed", sa.LargeBinary()),
            )
        ),
    )
    _row(
        "session_event",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rate_mg_per_h", DECIMAL, nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
    )
    _row(
        "discharge",
        *(
            sa.Column(name, kind, nullable=True)
            for name, kind in (
                ("vitals_near_baseline", sa.Boolean()),
                ("oriented", sa.Boolean()),
                ("walking", sa.Boolean()),
                ("nausea_controlled", sa.Boolean()),
                ("dissociation_settled", sa.Boolean()),
                ("risk_rechecked", sa.Boolean()),
                ("aldrete", sa.Integer()),
                ("escort_present", sa.Boolean()),
                ("escort_name_sealed", sa.LargeBinary()),
                ("instructions_given", sa.Boolean()),
                ("no_driving_told", sa.Boolean()),
                ("follow_up_booked", sa.Boolean()),
                ("left_at", MOMENT),
                ("discharged_by", sa.String(length=100)),
                ("words_sealed", sa.LargeBinary()),
            )
        ),
    )
    op.create_table(
        "session_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["infusion_id"], ["infusion.id"], name=op.f("fk_session_entry_infusion_id_infusion")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_session_entry_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_session_entry_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_entry")),
        sa.UniqueConstraint("infusion_id", "seq", name=op.f("uq_session_entry_infusion_id_seq")),
        sa.UniqueConstraint("infusion_id", "key", name=op.f("uq_session_entry_infusion_id_key")),
    )
    op.create_table(
        "practice_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_setting")),
    )
    op.create_index("ix_practice_setting_name", "practice_setting", ["name", "set_at"])
    _enter_what_is_there()
    _guard()


def _enter_what_is_there() -> None:
    """What was recorded before there was a journal stands in it too, in its order."""
    rows = " UNION ALL ".join(
        f"SELECT id, infusion_id, patient_id, recorded_by_id, recorded_at, corrects_id, "
        f"'{table}' AS noun FROM {table}"
        for table in ("dose", "vitals", "adverse_event")
    )
    op.execute(
        "INSERT INTO session_entry "
        "(id, infusion_id, patient_id, seq, key, act, noun, row_id, by_id, at) "
        "SELECT id, infusion_id, patient_id, "
        "row_number() OVER (PARTITION BY infusion_id ORDER BY recorded_at, id), id, "
        "CASE WHEN corrects_id IS NULL THEN 'recorded' ELSE 'corrected' END, "
        f"noun, id, recorded_by_id, recorded_at FROM ({rows}) AS rows_before"
    )


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
        for table in (*FIXED, *ROWS):
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
    op.drop_table("practice_setting")
    op.drop_table("session_entry")
    for table in reversed(ROWS):
        op.drop_table(table)
    for column in ("is_running", "sprays", "after_hold", "held_minutes", "site"):
        op.drop_column("dose", column)
