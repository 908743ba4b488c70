"""What must be known to delete in time: whom a number was left for, and when a callback ended."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CALLBACK_PHONE = "ix_callbacks_phone_hash"
CALLBACK_CREATED = "ix_callbacks_created_at"
TALK_LAST = "ix_conversations_last_at"


def upgrade() -> None:
    op.add_column("callbacks", sa.Column("phone_hash", sa.String(), nullable=True))
    op.add_column("callbacks", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(CALLBACK_PHONE, "callbacks", ["phone_hash"])
    op.create_index(CALLBACK_CREATED, "callbacks", ["created_at"])
    op.create_index(TALK_LAST, "conversations", ["last_at"])


def downgrade() -> None:
    op.drop_index(TALK_LAST, "conversations")
    op.drop_index(CALLBACK_CREATED, "callbacks")
    op.drop_index(CALLBACK_PHONE, "callbacks")
    op.drop_column("callbacks", "ended_at")
    op.drop_column("callbacks", "phone_hash")
