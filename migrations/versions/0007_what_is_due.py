"""What is due, kept by its moments; and by which rule the things of a course were worked out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INDEXES = {
    "ix_kept_due_due_at": ["whose", "due_at", "id", "kind", "patient_id", "from_at", "over_at"],
    "ix_kept_due_from_at": ["whose", "from_at", "id", "kind", "patient_id"],
    "ix_kept_due_patient_id": ["patient_id", "whose", "kind", "due_at", "from_at", "over_at"],
    "ix_kept_due_course_id": ["course_id"],
    "ix_kept_due_infusion_id": ["infusion_id", "whose", "kind"],
}
CARE_TEAM = "ix_care_team_person_id"
"""Who reaches whom on which day is answered by this index alone."""


def upgrade() -> None:
    op.drop_index(op.f(CARE_TEAM), "care_team")
    op.create_index(
        op.f(CARE_TEAM), "care_team", ["person_id", "patient_id", "starts_on", "ends_on"]
    )
    op.create_table(
        "kept_due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("infusion_id", sa.Uuid(), nullable=True),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("whose", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("over_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_due")),
    )
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "kept_due", columns)
    op.create_table(
        "due_course",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_due_course")),
    )
    op.create_index(op.f("ix_due_course_rule"), "due_course", ["rule"])


def downgrade() -> None:
    op.drop_table("due_course")
    op.drop_table("kept_due")
    op.drop_index(op.f(CARE_TEAM), "care_team")
    op.create_index(op.f(CARE_TEAM), "care_team", ["person_id", "patient_id"])
