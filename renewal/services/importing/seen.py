"""Which rows a file has had already, kept on disk: memory stays the same however long the file is."""

import sqlite3
from collections.abc import Mapping, Sequence

CACHE_KIB = 65_536


class Seen:
    """The keys of a file so far. SQLite keeps a nameless database on disk and removes it by itself."""

    def __init__(self) -> None:
        self._keys = sqlite3.connect("", isolation_level=None)
        self._keys.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._keys.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def repeated(self, keys: Sequence[tuple[str, int]]) -> Mapping[int, int]:
        """Remember (key, line) rows in the order of their lines; the lines whose key came before, and where."""
        self._keys.execute("BEGIN")
        before = self._keys.total_changes
        self._keys.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(keys))
        new = self._keys.total_changes - before
        self._keys.execute("COMMIT")
        if new == len(keys):
            return {}
        firsts = ((line, self._first(key)) for key, line in keys)
        return {line: first for line, first in firsts if first != line}

    def close(self) -> None:
        """Forget them."""
        self._keys.close()

    def _first(self, key: str) -> int:
        (line,) = self._keys.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        return int(line)
