"""The door: whoever opens the store has the keys that it was written under, or is told so and turned away.

Another lookup key would find nobody and take every comparison for a mismatch, without a word; a data key that is
missing would show only at the row that needs it. So the store keeps a mark of each key, and compares at the first use.
A store of before there were marks gets them then, once what lies there was seen to fit the keys.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, Table, delete, func, insert, inspect, select, text

from renewal.store.encrypted import encrypted_tables, read, stored_rows
from renewal.store.engine import READ_ONLY
from renewal.store.errors import AnotherLookupKey, CannotDecrypt, DataKeyGone
from renewal.store.keys import KeyRing
from renewal.store.models.keys import DATA, LOOKUP, KeyMark
from renewal.store.types import place_of

SAMPLED = 5  # rows of each table that a store without marks is judged by, from either end
HASH_CHARS = 64  # of a phone; an emptied row has none
MARKS_LOCK = 7_345_022  # any number, the same in every process


class Door:
    """Compares once a process, at the first use; a store that is not made yet is nobody's and lets all in."""

    def __init__(self, engine: Engine, keys: KeyRing) -> None:
        self._engine, self._keys = engine, keys
        self._passed = False

    def enter(self) -> None:
        """Compare, unless it was done.

        Raises:
            AnotherLookupKey: the store was filled under another lookup key.
            DataKeyGone: a data key that it was written under is not in the ring.
        """
        if self._passed:
            return
        with self._engine.execution_options(
            **{READ_ONLY: True, "postgresql_readonly": True}
        ).connect() as looking:
            if not has_marks(looking):
                return
            known = _compare(looking, self._keys)
        if not known:
            with self._engine.begin() as writing:
                note(writing, self._keys)
        self._passed = True


def has_marks(connection: Connection) -> bool:
    """Whether the store's schema is new enough to have marks."""
    return inspect(connection).has_table(KeyMark.__tablename__)


def marks(connection: Connection, kind: str) -> list[str]:
    """The marks of one kind, oldest first."""
    found = select(KeyMark.mark).where(KeyMark.kind == kind).order_by(KeyMark.noted_at, KeyMark.mark)
    return list(connection.scalars(found))


def note(connection: Connection, keys: KeyRing) -> None:
    """Compare, and note the key that will be written with; a store without marks gets those of the whole ring.

    Raises:
        AnotherLookupKey, DataKeyGone: as `Door.enter`; nothing was written.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MARKS_LOCK})
    if _compare(connection, keys):
        return
    if marks(connection, LOOKUP):
        _add(connection, DATA, keys.data_marks[0])
        return
    filled = _fits_what_is_there(connection, keys)
    _add(connection, LOOKUP, keys.lookup_mark)
    noted = set(marks(connection, DATA))
    for mark in keys.data_marks if filled else keys.data_marks[:1]:
        if mark not in noted:
            _add(connection, DATA, mark)


def give_up(connection: Connection, keys: KeyRing, mark: str) -> bool:
    """Let the store be opened without a data key that is lost; false where it has no such mark.

    What lies under that key stays unread. Raises AnotherLookupKey, for whoever has not even that is not the owner.
    """
    if marks(connection, LOOKUP) != [keys.lookup_mark]:
        raise AnotherLookupKey
    if mark in keys.data_marks:
        return False
    gone = connection.execute(delete(KeyMark).where(KeyMark.kind == DATA, KeyMark.mark == mark))
    return gone.rowcount > 0


def _compare(connection: Connection, keys: KeyRing) -> bool:
    """Whether all that will be needed is noted already. Raises as `Door.enter`."""
    lookup = marks(connection, LOOKUP)
    if lookup and lookup != [keys.lookup_mark]:
        raise AnotherLookupKey
    data = marks(connection, DATA)
    gone = [mark for mark in data if mark not in keys.data_marks]
    if gone:
        raise DataKeyGone(f"Its mark is {', '.join(gone)}.")
    return bool(lookup) and keys.data_marks[0] in data


def _add(connection: Connection, kind: str, mark: str) -> None:
    connection.execute(insert(KeyMark).values(kind=kind, mark=mark, noted_at=func.now()))


def _fits_what_is_there(connection: Connection, keys: KeyRing) -> bool:
    """Whether there is anything; judged by a few rows of each table. Raises as `Door.enter`."""
    read_some = unread = matched = unmatched = 0
    for table in encrypted_tables():
        for values, phone_hash in _sample(connection, table):
            for name, stored in values.items():
                try:
                    text_ = keys.decrypt(stored, place_of(table.columns[name]))
                except CannotDecrypt:
                    unread += 1
                    continue
                read_some += 1
                if name == "phone" and text_ and len(phone_hash) == HASH_CHARS:
                    number, _, _extension = text_.partition(";")
                    same = keys.phone_hash(number) == phone_hash
                    matched, unmatched = matched + same, unmatched + (not same)
    if unread and not read_some:
        raise DataKeyGone
    if unmatched and not matched:
        raise AnotherLookupKey
    return bool(read_some)


def _sample(connection: Connection, table: Table) -> Iterator[tuple[dict[str, str], str]]:
    """Encrypted values of a few rows, with the phone's hash where the table has one."""
    (key, *_) = table.primary_key.columns
    hashed = table.columns.get("phone_hash")
    for order in (key.asc(), key.desc()):
        for row in read(connection, table, stored_rows(table).order_by(order).limit(SAMPLED)):
            found = None
            if hashed is not None:
                found = connection.scalar(select(hashed).where(key == row.key[0]))
            yield dict(row.values), found or ""
