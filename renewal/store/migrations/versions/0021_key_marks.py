"""Under which keys the store is written. The values come at the first opening, once the keys were seen to fit."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ONE_LOOKUP_KEY = sa.text("kind = 'lookup'")


def upgrade() -> None:
    op.create_table(
        "key_marks",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('lookup', 'data')", name=op.f("ck_key_marks_kind")),
        sa.PrimaryKeyConstraint("kind", "mark", name=op.f("pk_key_marks")),
    )
    op.create_index(
        "ix_key_marks_one_lookup_key",
        "key_marks",
        ["kind"],
        unique=True,
        sqlite_where=ONE_LOOKUP_KEY,
        postgresql_where=ONE_LOOKUP_KEY,
    )


def downgrade() -> None:
    op.drop_table("key_marks")
