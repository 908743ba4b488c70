"""The table `leads` becomes `callbacks`: one word for what a holder asks for and what staff work through."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = (
    *("id", "conversation_id", "holder_id", "name", "phone", "about", "expires_on", "housing", "created_at"),
    *("call_by_on", "state"),
)
HOMES = ("own", "rented", "dormitory", "relative")


def upgrade() -> None:
    _move("leads", "callbacks")


def downgrade() -> None:
    _move("callbacks", "leads")


def _move(old: str, new: str) -> None:
    """Copy all rows into a table of the other name. SQLite renames no constraint, so it is made whole."""
    _create(new)
    op.execute(f"INSERT INTO {new} ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)} FROM {old}")
    op.drop_table(old)
    op.create_index(op.f(f"ix_{new}_conversation_id"), new, ["conversation_id"])
    op.create_index(op.f(f"ix_{new}_state_call_by_on"), new, ["state", "call_by_on"])
    if op.get_bind().dialect.name == "postgresql":  # the new sequence goes on after the copied ids
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), coalesce(max(id), 0) + 1, false) FROM {new}"
        )


def _create(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("housing", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_by_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint(f"housing IN {HOMES}", name=op.f(f"ck_{table}_housing")),
        sa.CheckConstraint("state IN ('open', 'closed', 'cancelled')", name=op.f(f"ck_{table}_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f(f"fk_{table}_conversation_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f(f"fk_{table}_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
