"""Whole databases out and in: SQLite by its online backup, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, literal, select, table
from sqlalchemy.engine import URL

from renewal.store.errors import StoreError

PAGES_AT_ONCE = 2_000  # 8 MB: a bar that moves, and a step that takes a moment
OF_URL = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "host": "PGHOST", "port": "PGPORT"}
OF_MACHINE = ("PATH", "HOME", "LD_LIBRARY_PATH", "PGSSLMODE", "PGSSLROOTCERT", "PGPASSFILE")
Progress = Callable[[int, int], None]


class ToolMissing(StoreError):
    """PostgreSQL's own tools are not on the path: install its client (pg_dump, pg_restore) in the server's version."""


class ToolFailed(StoreError):
    """PostgreSQL's tool refused."""


class BadCopy(StoreError):
    """The copy is damaged: it is not used."""


class CopyFailed(StoreError):
    """The database could not be copied: what was there before is unchanged."""


def dump(engine: Engine, file: Path, progress: Progress) -> None:
    """Copy all of the database into a new file, as it is at one moment, while others read and write.

    Raises:
        ToolMissing, ToolFailed: PostgreSQL's tools are not there, or refused.
        CopyFailed: SQLite is locked, or its disk is full.
        BadCopy: SQLite finds the copy damaged.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if engine.dialect.name == "postgresql":
        _run("pg_dump", engine.url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
        return
    with _plain_errors(), closing(sqlite3.connect(file)) as copy:
        connection = engine.raw_connection()
        try:
            source: Any = connection.driver_connection
            # The look stays open for all steps: who writes meanwhile neither waits nor makes it begin again.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=PAGES_AT_ONCE, progress=_moving(progress))
            source.execute("ROLLBACK")
        finally:
            connection.close()
        copy.execute("PRAGMA journal_mode = DELETE")
        check(copy)


def check(copy: sqlite3.Connection) -> None:
    """Raises BadCopy where SQLite finds the file damaged."""
    try:
        (found,) = copy.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError:
        raise BadCopy from None
    if found != "ok":
        raise BadCopy


def load(file: Path, engine: Engine, progress: Progress) -> None:
    """Make the database what `dump` wrote into the file: all of it, or nothing where that fails.

    Raises:
        ToolMissing, ToolFailed: PostgreSQL's tools are not there, or refused.
        CopyFailed: SQLite is locked, or its disk is full.
        BadCopy: the file is damaged; nothing was changed.
    """
    if engine.dialect.name == "postgresql":
        _run(
            "pg_restore", engine.url, "--clean", "--if-exists", "--single-transaction", "--no-owner",
            "--no-privileges", "--dbname", engine.url.database or "", str(file),
        )  # fmt: skip
        return
    with _plain_errors(), closing(sqlite3.connect(file)) as copy:
        check(copy)
        connection = engine.raw_connection()
        try:
            target: Any = connection.driver_connection
            copy.backup(target, pages=PAGES_AT_ONCE, progress=_moving(progress))
        finally:
            connection.close()


def is_empty(engine: Engine, tables: Collection[str]) -> bool:
    """Whether none of these tables is there with a row in it."""
    with engine.connect() as connection:
        look = inspect(connection)
        return not any(
            look.has_table(name)
            and connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first()
            for name in tables
        )


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CopyFailed(str(error)) from None


def _moving(progress: Progress) -> Callable[[int, int, int], None]:
    return lambda _status, left, pages: progress(pages - left, pages)


def _run(tool: str, url: URL, *options: str) -> None:
    """Run a tool on the database. Where it lies and the password go by the environment, never on the command line."""
    program = shutil.which(tool)
    if program is None:
        raise ToolMissing
    done = subprocess.run(
        (program, "--no-password", *options),
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()
        raise ToolFailed(f"{tool}: {lines[0].strip() if lines else done.returncode}")


def _environment(url: URL) -> Mapping[str, str]:
    """What the tool needs of the machine, and of the address. LANG is English, for what it says is passed on."""
    needed = {name: os.environ[name] for name in OF_MACHINE if name in os.environ}
    named = {
        "PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }  # fmt: skip
    asked = {OF_URL[name]: value for name, value in url.query.items() if name in OF_URL}
    return needed | {"LC_ALL": "C"} | {name: str(value) for name, value in (named | asked).items() if value}
