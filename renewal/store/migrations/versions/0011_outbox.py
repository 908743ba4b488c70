"""A text out knows its lane, its template and why it was refused; what stands still has a table of its own.

Until now a hold was a row of `suppressions` with its name in the phone's column, and a held text one that was not
to go before the year 9999.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OLD_QUEUE = "ix_deliveries_state_not_before_at"
INDEXES = {
    "ix_deliveries_queue": ("deliveries", ["state", "lane", "not_before_at", "created_at", "template"]),
    "ix_deliveries_state_updated_at": ("deliveries", ["state", "updated_at"]),
    "ix_deliveries_template_state_updated_at": ("deliveries", ["template", "state", "updated_at"]),
    "ix_inbound_texts_answered_at": ("inbound_texts", ["answered_at"]),
}
# In words of SQL, as SQLite adds a column with its check in no other way.
LANES = "CONSTRAINT ck_deliveries_lane CHECK (lane IN ('replies', 'notices'))"
COLUMNS = {
    "deliveries": (
        f"lane VARCHAR DEFAULT 'replies' NOT NULL {LANES}",
        "template VARCHAR DEFAULT 'answer' NOT NULL",
        "language VARCHAR DEFAULT 'zh' NOT NULL",
        "parameters TEXT",
        "failure VARCHAR",
    ),
    "inbound_texts": (
        "attempts INTEGER DEFAULT 0 NOT NULL",
        "failures INTEGER DEFAULT 0 NOT NULL",
        "rest TEXT",
    ),
}
INSTANTS = {
    "deliveries": ("leased_until_at", "called_at", "ask_at"),
    "inbound_texts": ("next_try_at", "set_aside_at"),
}
HELD = "not_before_at >= '9999-01-01'"
OF_A_NOTICE = """
    UPDATE deliveries SET lane = 'notices',
        template = (SELECT 'notice.' || kind FROM notices WHERE notices.id = deliveries.notice_id)
    WHERE notice_id IS NOT NULL"""
# A text that was itself refused is left aside; one that only met the hold goes on when that is lifted.
REFUSED = f"""
    UPDATE deliveries SET state = 'failed', failure = 'content', not_before_at = NULL
    WHERE state = 'pending' AND {HELD} AND error_code IS NOT NULL"""
WAITING = f"""
    UPDATE deliveries SET not_before_at = created_at WHERE state = 'pending' AND (not_before_at IS NULL OR {HELD})"""
MOVE = """
    INSERT INTO holds (name, why, held_by, held_at, lifted_by, lifted_at)
    SELECT replace(replace(phone_hash, 'hold:template:', 'template:notice.'), 'hold:queue', 'queue'),
        reason, 'worker', at, CASE WHEN lifted_at IS NULL THEN NULL ELSE 'operator' END, lifted_at
    FROM suppressions WHERE phone_hash LIKE 'hold:%'"""
MOVED = "DELETE FROM suppressions WHERE phone_hash LIKE 'hold:%'"
MOVE_BACK = """
    INSERT INTO suppressions (phone_hash, reason, at, lifted_at)
    SELECT 'hold:' || replace(name, 'template:notice.', 'template:'), 'blocked', held_at, lifted_at
    FROM holds WHERE name = 'queue' OR name LIKE 'template:notice.%'"""


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        for name in INSTANTS[table]:
            op.add_column(table, _instant(name, nullable=True))
    op.drop_index(OLD_QUEUE, "deliveries")
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)
    _create(
        "holds",
        _word("name"),
        _word("why"),
        _word("held_by"),
        _instant("held_at"),
        _word("lifted_by", nullable=True),
        _instant("lifted_at", nullable=True),
    )
    _create("paces", _word("sender"), _instant("next_at"))
    _create("workers", _word("name"), _instant("started_at"), _instant("beat_at"))
    for statement in (OF_A_NOTICE, REFUSED, WAITING, MOVE, MOVED):
        op.execute(statement)


def downgrade() -> None:
    op.execute(MOVE_BACK)
    for table in ("workers", "paces", "holds"):
        op.drop_table(table)
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.create_index(OLD_QUEUE, "deliveries", ["state", "not_before_at"])
    for table, columns in COLUMNS.items():
        for name in (*INSTANTS[table], *(column.split()[0] for column in columns)):
            op.drop_column(table, name)


def _create(table: str, key: sa.Column[str], *others: sa.Column[Any]) -> None:
    op.create_table(table, key, *others, sa.PrimaryKeyConstraint(key.name, name=op.f(f"pk_{table}")))


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
