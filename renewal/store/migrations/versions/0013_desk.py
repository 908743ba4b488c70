"""Staff have accounts and sign in; who holds a conversation or rings somebody back is known by name."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLES = "role IN ('clerk', 'supervisor', 'operator')"


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        _instant("locked_until_at"),
        _instant("created_at", nullable=False),
        _instant("last_seen_at"),
        sa.CheckConstraint(ROLES, name=op.f("ck_staff_accounts_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_accounts_name")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _instant("began_at", nullable=False),
        _instant("seen_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_staff_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_account_id"), "staff_sessions", ["account_id"])
    for column in _of_conversations():
        op.add_column("conversations", column)
    for column in _of_callbacks():
        op.add_column("callbacks", column)


def downgrade() -> None:
    for column in _of_callbacks():
        op.drop_column("callbacks", column.name)
    for column in _of_conversations():
        op.drop_column("conversations", column.name)
    op.drop_table("staff_sessions")
    op.drop_table("staff_accounts")


def _of_conversations() -> tuple[sa.Column[Any], ...]:
    return sa.Column("staffed_by", sa.String(), nullable=True), _instant("staffed_at")


def _of_callbacks() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("claimed_by", sa.String(), nullable=True),
        _instant("claimed_at"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        _instant("call_after_at"),
        sa.Column("notes", sa.Text(), nullable=True),
    )


def _instant(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
