"""Notices, texts, conversations, callbacks, suppressions, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "notices",
    "conversations",
    "messages",
    "leads",
    "inbound_texts",
    "deliveries",
    "delivery_events",
    "simulated_texts",
    "suppressions",
    "audit",
)


def upgrade() -> None:
    _create_notices()
    _create_conversations()
    _create_messages()
    _create_leads()
    _create_inbound_texts()
    _create_deliveries()
    _create_delivery_events()
    _create_simulated_texts()
    _create_suppressions()
    _create_audit()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('failure', 'renewed', 'no_result')", name=op.f("ck_notices_kind")),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_notices_holder_id")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_notices_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "permit_id", "period_on", "kind", name=op.f("uq_notices_permit_id_period_on_kind")
        ),
    )
    op.create_index(op.f("ix_notices_holder_id"), "notices", ["holder_id"], unique=False)


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("notice_id", sa.String(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("staffed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('sms', 'web')", name=op.f("ck_conversations_channel")),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_conversations_holder_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_conversations_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_conversations_token_hash")),
    )
    op.create_index(op.f("ix_conversations_holder_id"), "conversations", ["holder_id"], unique=False)
    op.create_index(op.f("ix_conversations_phone_hash"), "conversations", ["phone_hash"], unique=False)


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author IN ('user', 'bot', 'staff')", name=op.f("ck_messages_author")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "conversation_id", "client_id", name=op.f("uq_messages_conversation_id_client_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_conversation_id_id", "messages", ["conversation_id", "id"], unique=False)


def _create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "housing",
            sa.Enum(
                "own",
                "rented",
                "dormitory",
                "relative",
                name="housing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_by_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_leads_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_leads_conversation_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_leads_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    op.create_index(op.f("ix_leads_conversation_id"), "leads", ["conversation_id"], unique=False)
    op.create_index("ix_leads_state_call_by_on", "leads", ["state", "call_by_on"], unique=False)


def _create_inbound_texts() -> None:
    op.create_table(
        "inbound_texts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_inbound_texts_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_texts")),
        sa.UniqueConstraint("provider", "provider_ref", name=op.f("uq_inbound_texts_provider_provider_ref")),
    )
    op.create_index(
        op.f("ix_inbound_texts_conversation_id"), "inbound_texts", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_inbound_texts_phone_hash"), "inbound_texts", ["phone_hash"], unique=False)


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=True),
        sa.Column("inbound_id", sa.String(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("raw_status", sa.String(), nullable=True),
        sa.Column("not_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_texts.id"], name=op.f("fk_deliveries_inbound_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("inbound_id", "part", name=op.f("uq_deliveries_inbound_id_part")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_deliveries_notice_id")),
    )
    op.create_index(op.f("ix_deliveries_phone_hash"), "deliveries", ["phone_hash"], unique=False)
    op.create_index(op.f("ix_deliveries_provider_ref"), "deliveries", ["provider_ref"], unique=False)
    op.create_index(
        "ix_deliveries_state_not_before_at", "deliveries", ["state", "not_before_at"], unique=False
    )


def _create_delivery_events() -> None:
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("state_from", sa.String(), nullable=False),
        sa.Column("state_to", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_events_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_events")),
    )
    op.create_index(op.f("ix_delivery_events_delivery_id"), "delivery_events", ["delivery_id"], unique=False)


def _create_simulated_texts() -> None:
    op.create_table(
        "simulated_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_simulated_texts_direction")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_simulated_texts_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulated_texts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_simulated_texts_phone_hash_id", "simulated_texts", ["phone_hash", "id"], unique=False)


def _create_suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('opt_out', 'blocked', 'bad_number')", name=op.f("ck_suppressions_reason")
        ),
        sa.PrimaryKeyConstraint("phone_hash", name=op.f("pk_suppressions")),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
