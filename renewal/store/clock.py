"""The store's own time: the one that all machines on it agree on, whatever their clocks say."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

READ_EVERY_S = 10.0


class StoreClock:
    """Tells PostgreSQL's time; a SQLite file has one machine, and that machine's clock is its."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shared = engine.dialect.name == "postgresql"
        self._read: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """The instant, aware, UTC. It is asked for every few seconds and counted on in between."""
        if not self._shared:
            return datetime.now(UTC)
        if self._read is None or time.monotonic() - self._read[1] > READ_EVERY_S:
            self._read = self._ask(), time.monotonic()
        told_at, told_s = self._read
        return told_at + timedelta(seconds=time.monotonic() - told_s)

    def _ask(self) -> datetime:
        with self._engine.connect() as connection:
            told: datetime = connection.scalar(text("SELECT clock_timestamp()"))
        return told.astimezone(UTC)
