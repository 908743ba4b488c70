"""What staff say that a text was about which the assistant did not understand."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "named_texts",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_named_texts_message_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_named_texts_conversation_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_named_texts")),
    )
    op.create_index(op.f("ix_named_texts_conversation_id"), "named_texts", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("named_texts")
