"""What cannot change: triggers on the trail, on what is signed, and on what a signature covers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIXED = ("trail", "note_version", "cosignature", "review_comment", "addendum", "document")
KEPT = ("trail_head", "note", "dose", "vitals", "adverse_event", "data_key")
RECORDS = ("dose", "vitals", "adverse_event")
LOCKED = "('signed', 'awaiting_cosignature', 'cosigned')"
FINAL = "('signed', 'cosigned')"


def _signed_dosing(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM note WHERE note.kind = 'dosing' "
        f"AND note.infusion_id = {row}.infusion_id AND note.state IN {LOCKED})"
    )


def _signed_note(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM note WHERE note.id = {row}.note_id AND note.state IN {LOCKED})"


NOTE_MOVED = (
    "NEW.author_id <> OLD.author_id OR NEW.kind <> OLD.kind "
    "OR NEW.infusion_id <> OLD.infusion_id OR NEW.patient_id <> OLD.patient_id "
    "OR NEW.definition_version <> OLD.definition_version "
    "OR NEW.signed_versions < OLD.signed_versions "
    f"OR (OLD.state IN {FINAL} AND NEW.state <> OLD.state) "
    "OR (OLD.state = 'awaiting_cosignature' AND NEW.state NOT IN "
    "('awaiting_cosignature', 'cosigned', 'returned')) "
    "OR (OLD.state = 'discarded' AND NEW.state <> OLD.state)"
)


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Name, table, what it comes before, condition (empty: always), sentence."""
    rules = []
    for table in FIXED:
        rules += [
            (f"{table}_no_{verb.lower()}", table, verb, "", f"{table} rows never change")
            for verb in ("UPDATE", "DELETE")
        ]
    rules += [
        (f"{table}_no_delete", table, "DELETE", "", f"{table} rows are never deleted")
        for table in KEPT
    ]
    for table in RECORDS:
        for verb in ("INSERT", "UPDATE"):
            name = f"{table}_locked_{verb.lower()}"
            rules.append((name, table, verb, _signed_dosing("NEW"), "the dosing note is signed"))
    for verb in ("INSERT", "UPDATE"):
        name = f"note_draft_locked_{verb.lower()}"
        rules.append((name, "note_draft", verb, _signed_note("NEW"), "the note is signed"))
    rules.append(("note_moved", "note", "UPDATE", NOTE_MOVED, "a signed note does not change"))
    return rules


def upgrade() -> None:
    start = "0" * 64
    op.execute(f"INSERT INTO trail_head (id, position, hash) VALUES (1, 0, '{start}')")
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION kapnotes_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '23514'; END $$"
        )
    for name, table, verb, condition, sentence in _rules():
        when = f"WHEN ({condition})" if condition else ""
        if not postgresql:
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
                )
            )
        elif "EXISTS" in condition:
            _postgresql_looking(name, table, verb, condition, sentence)
        else:
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {when} "
                    f"EXECUTE FUNCTION kapnotes_refuse('{sentence}')"
                )
            )
    if postgresql:
        for table in (*FIXED, *KEPT):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kapnotes_refuse('{table} is kept')"
            )


def _postgresql_looking(name: str, table: str, verb: str, condition: str, sentence: str) -> None:
    """A PostgreSQL trigger's WHEN cannot look at other tables, so its function does."""
    op.execute(
        sa.text(
            f"CREATE FUNCTION kapnotes_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{sentence}' "
            "USING ERRCODE = '23514'; END IF; RETURN NEW; END $$"
        )
    )
    op.execute(
        sa.text(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION kapnotes_{name}()"
        )
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _, condition, _ in _rules():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql and "EXISTS" in condition:
            op.execute(f"DROP FUNCTION kapnotes_{name}()")
    if postgresql:
        for table in (*FIXED, *KEPT):
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute("DROP FUNCTION kapnotes_refuse()")
    op.execute("DELETE FROM trail_head")
