"""Codes that prove a phone on the web, and texts that are of no use after a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003_callbacks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identifications",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_identifications_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_identifications")),
    )
    _create_login_codes()
    op.add_column("deliveries", sa.Column("not_after_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "not_after_at")
    op.drop_table("login_codes")
    op.drop_table("identifications")


def _create_login_codes() -> None:
    op.create_table(
        "login_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'used', 'burned', 'replaced')", name=op.f("ck_login_codes_state")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_login_codes_conversation_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_login_codes_holder_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_login_codes_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_codes")),
        sa.UniqueConstraint("message_id", name=op.f("uq_login_codes_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_login_codes_requested_at"), "login_codes", ["requested_at"], unique=False)
    op.create_index(
        "ix_login_codes_phone_hash_requested_at", "login_codes", ["phone_hash", "requested_at"], unique=False
    )
    op.create_index(
        "ix_login_codes_conversation_id_id", "login_codes", ["conversation_id", "id"], unique=False
    )
