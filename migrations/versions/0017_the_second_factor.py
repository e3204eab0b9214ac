"""Passkeys, authenticator apps, recovery codes, resets; and when a sitting gave its factor."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIMES = ("factor_at", "fresh_at", "challenge_at")


def _of_person(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Whoever was signed in signs in anew: no sitting of before gave a second factor."""
    for name in TIMES:
        op.add_column("sitting", _at(name, nullable=True))
    op.add_column("sitting", sa.Column("challenge", sa.String(length=128), nullable=True))
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        _at("added_at"),
        _at("used_at", nullable=True),
        *_of_person("passkey"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "totp",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _at("made_at"),
        _at("confirmed_at", nullable=True),
        *_of_person("totp"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _at("made_at"),
        _at("used_at", nullable=True),
        *_of_person("recovery_code"),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        _at("asked_at"),
        _at("until"),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        _at("confirmed_at", nullable=True),
        *_of_person("factor_reset"),
    )
    for table in ("passkey", "totp", "recovery_code", "factor_reset"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    """Take the factors away again; a sitting then asks for a password alone."""
    for table in ("factor_reset", "recovery_code", "totp", "passkey"):
        op.drop_table(table)
    op.drop_column("sitting", "challenge")
    for name in reversed(TIMES):
        op.drop_column("sitting", name)
