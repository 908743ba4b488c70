"""How long a web session lasts and a holder is known in it, and which address asked for a code."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANTS = ("token_at", "linked_at", "ended_at")


def upgrade() -> None:
    for name in INSTANTS:
        op.add_column("conversations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("linked_phone_hash", sa.String(), nullable=True))
    op.add_column("login_codes", sa.Column("caller_hash", sa.String(), nullable=True))
    op.create_index(
        op.f("ix_login_codes_caller_hash_requested_at"), "login_codes", ["caller_hash", "requested_at"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_login_codes_caller_hash_requested_at"), "login_codes")
    op.drop_column("login_codes", "caller_hash")
    for name in ("linked_phone_hash", *INSTANTS):
        op.drop_column("conversations", name)
