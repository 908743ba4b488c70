"""Holders are found by the whole name: a keyed hash beside it; the audit is read by who did something, and by what.

The store hands its keys over, and every name on file gets its hash. A name that no key reads gets none, and is
found by its permit and phone alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from renewal.language.records import name_searched
from renewal.store.errors import CannotDecrypt
from renewal.store.keys import KeyRing

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_holders_name_hash": ("holders", ["name_hash"]),
    "ix_appointments_day": ("appointments", ["day"]),
    "ix_audit_actor_id": ("audit", ["actor", "id"]),
    "ix_audit_action_id": ("audit", ["action", "id"]),
    "ix_audit_subject_id": ("audit", ["subject", "id"]),
}
PLACE = b"holders.name"
AT_ONCE = 5_000
NEXT = sa.text("SELECT id, name FROM holders WHERE id > :after ORDER BY id LIMIT :most")
HASHED = sa.text("UPDATE holders SET name_hash = :hashed WHERE id = :id")


def upgrade() -> None:
    op.add_column("holders", sa.Column("name_hash", sa.String(), nullable=True))
    keys = context.config.attributes.get("keys")
    if keys is not None:
        connection = op.get_bind()
        for rows in _holders(connection):
            connection.execute(HASHED, [{"id": row.id, "hashed": _hashed(keys, row.name)} for row in rows])
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("holders", "name_hash")


def _holders(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    after = 0
    while rows := connection.execute(NEXT, {"after": after, "most": AT_ONCE}).all():
        yield rows
        after = rows[-1].id


def _hashed(keys: KeyRing, stored: str) -> str | None:
    try:
        return keys.name_hash(name_searched(keys.decrypt(stored, PLACE)))
    except CannotDecrypt:
        return None
