"""The index over patients' names holds their ids too, so that a list reads no patient twice."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = "ix_patient_search_name"


def upgrade() -> None:
    op.drop_index(NAME, table_name="patient")
    op.create_index(NAME, "patient", ["search_name", "id"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="patient")
    op.create_index(NAME, "patient", ["search_name"])
