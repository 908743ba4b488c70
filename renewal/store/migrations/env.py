"""Alembic's entry point. The caller brings the connection, so there is no URL and no key here."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from renewal.store.migrate import VERSION_TABLE
from renewal.store.models import Base
from renewal.store.types import Encrypted, UtcTime


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """DBOS keeps tables of its own in the same database."""
    return kind != "table" or name in Base.metadata.tables


def _plain_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Keep our column types out of migrations: what a migration did must not change when they do."""
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.Text()"
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=_is_ours,
    render_item=_plain_type,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
