"""What an answer is about and rests on, what holders think of it, and a code for a number left for a callback."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

ABOUT = ("topics", "claim", "sources")
AT_TOPICS = "ix_messages_at_topics"
REASONS = "'', 'wrong', 'unclear', 'incomplete', 'not_asked', 'other'"
# In words of SQL, as SQLite adds a column with its check in no other way.
PURPOSE = """
    ALTER TABLE login_codes ADD COLUMN purpose VARCHAR DEFAULT 'identity' NOT NULL
    CONSTRAINT ck_login_codes_purpose CHECK (purpose IN ('identity', 'callback'))"""


def upgrade() -> None:
    for name in ABOUT:
        kind = sa.Text() if name == "sources" else sa.String()
        op.add_column("messages", sa.Column(name, kind, nullable=True))
    op.create_index(AT_TOPICS, "messages", ["at", "topics"])
    op.add_column("callbacks", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(PURPOSE)
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('up', 'down')", name=op.f("ck_feedback_verdict")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_feedback_reason")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_feedback_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_feedback_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("message_id", name=op.f("uq_feedback_message_id")),
    )
    for column in ("conversation_id", "at"):
        op.create_index(op.f(f"ix_feedback_{column}"), "feedback", [column])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_column("login_codes", "purpose")
    op.drop_column("callbacks", "proved_at")
    op.drop_index(AT_TOPICS, "messages")
    for name in ABOUT:
        op.drop_column("messages", name)
