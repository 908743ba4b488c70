"""A conversation keeps since when its holder waits for a person; notices are listed by when they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ASKED, CREATED = "ix_conversations_person_asked_at", "ix_notices_created_at"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("person_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(ASKED, "conversations", ["person_asked_at"])
    op.create_index(CREATED, "notices", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index(CREATED, "notices")
    op.drop_index(ASKED, "conversations")
    op.drop_column("conversations", "person_asked_at")
