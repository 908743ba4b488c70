"""The status store: one object that every process opens once, at its door."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Self

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from renewal.settings import Settings
from renewal.store.clock import StoreClock
from renewal.store.door import Door, give_up, marks
from renewal.store.engine import BUSY_MS, PATIENCE, READ_ONLY, locked, open_engine
from renewal.store.errors import (
    AnotherLookupKey,
    BadKey,
    CannotDecrypt,
    DataKeyGone,
    MissingKey,
    StoreError,
    StoreUnavailable,
)
from renewal.store.keys import KeyRing
from renewal.store.migrate import migrate
from renewal.store.models.keys import DATA
from renewal.store.rotating import Progress, TableKeys, retire, rewrite, survey
from renewal.store.turn import Turn, TurnNotCome
from renewal.store.types import use_keys

__all__ = [
    "AnotherLookupKey",
    "BadKey",
    "CannotDecrypt",
    "DataKeyGone",
    "MissingKey",
    "Store",
    "StoreError",
    "StoreUnavailable",
]


ADDRESS_HASH_CHARS = 16


class Store:
    """Sessions on one database, with that database's keys.

    Each session and look raises AnotherLookupKey or DataKeyGone where the keys are not those that it was written under.
    """

    def __init__(self, engine: Engine, keys: KeyRing) -> None:
        self.engine = engine
        self._reading = engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True})
        self._keys = keys
        use_keys(engine, keys)
        self._door = Door(engine, keys)
        self.clock = StoreClock(engine)
        self._turn = Turn() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The store that the settings name. Nothing connects until the first session.

        Raises:
            MissingKey: a key is not set.
            BadKey: a data key is malformed.
        """
        keys = KeyRing(settings.data_keys.get_secret_value(), settings.lookup_key.get_secret_value())
        return cls(open_engine(settings.store_url), keys)

    def with_patience(self, wait_ms: int) -> Self:
        """The same store for who must answer soon: no transaction waits longer for SQLite's write lock."""
        hasty = copy(self)
        hasty.engine = self.engine.execution_options(**{PATIENCE: wait_ms})
        return hasty

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction that may write: commits at the end, rolls back on any exception.

        A SQLite file has one writer: of this process's threads each has its turn to ask for it.
        """
        self._door.enter()
        if self._turn is None:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        limit_s = self.engine.get_execution_options().get(PATIENCE, BUSY_MS) / 1000
        try:
            with self._turn.taken(limit_s) as left_s:
                waited = left_s < limit_s
                engine = self.engine.execution_options(**{PATIENCE: left_s * 1000}) if waited else self.engine
                with Session(engine, expire_on_commit=False) as session, session.begin():
                    yield session
        except TurnNotCome:
            raise locked() from None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look that takes no write lock; the database refuses a write in it."""
        self._door.enter()
        with Session(self._reading, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to the newest version; several processes may call it at once."""
        migrate(self.engine, self._keys)

    @property
    def data_marks(self) -> tuple[str, ...]:
        """By these the data keys of the settings are told apart, newest first."""
        return self._keys.data_marks

    @property
    def lookup_mark(self) -> str:
        """By this the lookup key of the settings is told from another."""
        return self._keys.lookup_mark

    def noted_data_marks(self) -> tuple[str, ...]:
        """The marks of the data keys that the store was written under, oldest first."""
        with self.read() as session:
            return tuple(marks(session.connection(), DATA))

    def key_survey(self, progress: Progress) -> tuple[TableKeys, ...]:
        """What lies under which data key, by table."""
        return survey(self.engine, self._keys, progress)

    def rewrite(self, progress: Progress) -> int:
        """Put what is not as it is made today under the newest data key; returns how many rows that were."""
        return rewrite(self.engine, self._keys, progress)

    def retire_keys(self, session: Session, in_use: Collection[str]) -> list[str]:
        """Forget the marks of data keys that are in no use any more; returns them."""
        return retire(session.connection(), self._keys, in_use)

    @contextmanager
    def given_up(self, mark: str) -> Iterator[Connection | None]:
        """One transaction, past the door, that forgets a data key that is lost; None where there is no such mark.

        Raises:
            AnotherLookupKey: the store was filled under another lookup key.
        """
        with self.engine.begin() as connection:
            yield connection if give_up(connection, self._keys, mark) else None

    def ping(self) -> None:
        """Raises StoreUnavailable where the database does not answer, AnotherLookupKey or DataKeyGone as a session."""
        try:
            with self._reading.connect() as connection:
                connection.execute(text("SELECT 1"))
            self._door.enter()
        except SQLAlchemyError as error:
            raise StoreUnavailable(type(error).__name__) from error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def phone_hash(self, e164: str) -> str:
        """Keyed hash by which a phone is found, 64 hex digits."""
        return self._keys.phone_hash(e164)

    def value_hash(self, value: str) -> str:
        """Keyed hash of a normalised address, employer or phone on file, 32 hex digits."""
        return self._keys.value_hash(value)

    def visitor_hash(self, name: str) -> str:
        """Keyed hash by which a visitor is known, 32 hex digits."""
        return self._keys.visitor_hash(name)

    def name_hash(self, name: str) -> str:
        """Keyed hash by which a holder is found by the whole name, 32 hex digits; `name` is in its searched form."""
        return self._keys.name_hash(name)

    def file_label(self, name: str) -> str:
        """What is kept of an imported file's name, which may be a person's."""
        return self._keys.file_label(name)

    def token_hash(self, token: str) -> str:
        """Keyed hash by which a web session's token is found, 64 hex digits."""
        return self._keys.hash("token", token)

    def code_hash(self, owner: str, code: str) -> str:
        """Keyed hash of a login code, 64 hex digits; under another `owner` the same code has another."""
        return self._keys.hash("code", f"{owner}\0{code}")

    def address_hash(self, address: str) -> str:
        """Keyed hash of a caller's address, to count its asks and tell callers apart in logs, 16 hex digits."""
        return self._keys.hash("address", address)[:ADDRESS_HASH_CHARS]

    def one_at_a_time(self, session: Session, name: str) -> None:
        """Until `session` ends, let no other transaction in under this name. SQLite has one writer anyway."""
        if self.engine.dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
