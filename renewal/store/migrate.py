"""Runs the packaged migrations on an engine."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from renewal.store.door import has_marks, note
from renewal.store.keys import KeyRing

VERSION_TABLE = "renewal_schema_version"
MIGRATION_LOCK = 7_345_021  # any number, the same in every process


def alembic_config() -> Config:
    """Alembic's configuration with the packaged scripts; no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(engine: Engine, keys: KeyRing) -> None:
    """Upgrade to the newest schema in one transaction; a second caller waits and then finds nothing to do.

    The keys are for migrations that hide what lay in clear, and are compared before and after with those that the
    store was written under.

    Raises:
        AnotherLookupKey, DataKeyGone: they are not these; nothing was changed.
    """
    config = alembic_config()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if has_marks(connection):
            note(connection, keys)
        config.attributes["connection"] = connection
        config.attributes["keys"] = keys
        command.upgrade(config, "head")
        note(connection, keys)


def revision_of(engine: Engine) -> str:
    """The version of the schema that lies there; empty where there is none yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return ""
        return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or ""  # noqa: S608


def is_known(revision: str) -> bool:
    """Whether this release can bring a schema of that version to its own."""
    return any(
        each.revision == revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()
    )
