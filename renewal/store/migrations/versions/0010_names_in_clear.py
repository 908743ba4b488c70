"""Names that were kept in clear are hidden: visitors become a keyed hash, names of imported files a label.

No table changes. The store hands its keys over; without them there must be nothing to hide.
"""

import sqlalchemy as sa
from alembic import context, op

from renewal.store.errors import MissingKey

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IMPORTS = "('import.holders', 'import.feed', 'import.centres')"
CHANGES = "('import.changed', 'visit.corrected')"
VISITORS = (
    "SELECT DISTINCT visitor FROM visits WHERE visitor <> '' AND length(visitor) <> 32"  # a hash has 32
)
FILES = (
    f"SELECT subject FROM audit WHERE action IN {IMPORTS} AND subject LIKE '%.%'"
    f" UNION SELECT why FROM changes WHERE action IN {CHANGES} AND why LIKE '%.%'"
)
HIDE_VISITOR = "UPDATE visits SET visitor = :hidden WHERE visitor = :name"
HIDE_FILE = (
    f"UPDATE audit SET subject = :hidden WHERE action IN {IMPORTS} AND subject = :name",
    f"UPDATE changes SET why = :hidden WHERE action IN {CHANGES} AND why = :name",
)


def upgrade() -> None:
    connection, keys = op.get_bind(), context.config.attributes.get("keys")
    visitors = connection.scalars(sa.text(VISITORS)).all()
    files = connection.scalars(sa.text(FILES)).all()
    if not visitors and not files:
        return
    if keys is None:
        raise MissingKey("The names of visitors and files are hidden with the store's keys.")
    for name in visitors:
        connection.execute(sa.text(HIDE_VISITOR), {"name": name, "hidden": keys.visitor_hash(name)})
    for name in files:
        for statement in HIDE_FILE:
            connection.execute(sa.text(statement), {"name": name, "hidden": keys.file_label(name)})


def downgrade() -> None:
    """Nothing: what was hidden stays so, and an earlier release compares it as any other name."""
