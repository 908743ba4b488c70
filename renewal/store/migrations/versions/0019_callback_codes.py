"""A callback asked for in the web chat waits for the code that proves its number."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

HOMES = "housing IN ('own', 'rented', 'dormitory', 'relative')"
BEFORE = "state IN ('open', 'closed', 'cancelled')"
AFTER = "state IN ('open', 'closed', 'cancelled', 'unconfirmed')"


def upgrade() -> None:
    _allow(AFTER)
    op.add_column("callbacks", sa.Column("code_due_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("callbacks", "code_due_at")
    op.execute(sa.text("DELETE FROM callbacks WHERE state = 'unconfirmed'"))
    _allow(BEFORE)


def _allow(states: str) -> None:
    """Let `state` be one of these. SQLite makes the table anew, without the checks: both are given again."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_callbacks_state"), "callbacks", type_="check")
        op.create_check_constraint(op.f("ck_callbacks_state"), "callbacks", states)
        return
    with op.batch_alter_table("callbacks", recreate="always") as batch:
        batch.create_check_constraint(op.f("ck_callbacks_state"), states)
        batch.create_check_constraint(op.f("ck_callbacks_housing"), HOMES)
