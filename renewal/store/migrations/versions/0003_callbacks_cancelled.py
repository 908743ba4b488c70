"""A callback can be cancelled by the holder."""

import sqlalchemy as sa
from alembic import op

revision = "0003_callbacks"
down_revision = "0002"
branch_labels = None
depends_on = None

HOMES = "housing IN ('own', 'rented', 'dormitory', 'relative')"
BEFORE = "state IN ('open', 'closed')"
AFTER = "state IN ('open', 'closed', 'cancelled')"


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute(sa.text("UPDATE leads SET state = 'closed' WHERE state = 'cancelled'"))
    _allow(BEFORE)


def _allow(states: str) -> None:
    """Let `state` be one of these. SQLite makes the table anew, without the checks: both are given again."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_leads_state"), "leads", type_="check")
        op.create_check_constraint(op.f("ck_leads_state"), "leads", states)
        return
    with op.batch_alter_table("leads", recreate="always") as batch:
        batch.create_check_constraint(op.f("ck_leads_state"), states)
        batch.create_check_constraint(op.f("ck_leads_housing"), HOMES)
