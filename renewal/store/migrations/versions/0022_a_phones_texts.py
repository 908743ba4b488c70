"""A phone's texts are found by lane and time as well, so that no plan looks through all that wait for each of them."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_phone_hash_lane_created_at", "deliveries", ["phone_hash", "lane", "created_at"]
    )
    op.drop_index(op.f("ix_deliveries_phone_hash"), table_name="deliveries")


def downgrade() -> None:
    op.create_index(op.f("ix_deliveries_phone_hash"), "deliveries", ["phone_hash"])
    op.drop_index("ix_deliveries_phone_hash_lane_created_at", table_name="deliveries")
