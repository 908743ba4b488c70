"""A new data key: everything is written under it, beside whoever works, and the old one may go."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select, text

from renewal.services.app import Services
from renewal.services.keeping.rotating import rotate
from renewal.services.talks import web_sessions
from renewal.settings import Settings
from renewal.store import DataKeyGone, Store, rotating
from renewal.store.door import marks
from renewal.store.encrypted import encrypted_tables
from renewal.store.models import AuditEntry, Base, Callback, Holder
from renewal.store.models.keys import DATA
from renewal.store.types import Encrypted
from tests.bookings import book_callback

NEW = Fernet.generate_key().decode()
PHONE = "+8613800138000"


def quiet(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def opened(settings: Settings) -> Iterator[Callable[[str], Store]]:
    """Opens the store of `settings` with other data keys."""
    stores = []

    def open_with(data_keys: str) -> Store:
        stores.append(Store.open(settings.model_copy(update={"data_keys": SecretStr(data_keys)})))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


@pytest.fixture
def old(settings: Settings) -> str:
    return settings.data_keys.get_secret_value()


@pytest.fixture
def both(sample: Services, opened, old: str) -> Services:
    """Services on a filled store, restarted with a new key in front."""
    talk, _ = web_sessions.open_web(sample)
    book_callback(sample, talk, name="金丝雀", phone=PHONE, about="租房续签")
    return replace(sample, store=opened(f"{NEW},{old}"))


def everything(store: Store) -> dict[str, list[str]]:
    """Every encrypted column, read with the store's keys."""
    with store.read() as session:
        return {
            f"{table.name}.{column.name}": sorted(
                value for value in session.scalars(select(column)) if value is not None
            )
            for table in encrypted_tables()
            for column in table.columns
            if isinstance(column.type, Encrypted)
        }


def test_the_columns_are_those_that_have_the_type() -> None:
    typed = {
        table.name
        for table in Base.metadata.tables.values()
        if any(isinstance(column.type, Encrypted) for column in table.columns)
    }
    assert {table.name for table in encrypted_tables()} == typed
    assert len(typed) >= 9


def test_rotated_everything_is_read_without_the_old_key(both: Services, opened, old: str) -> None:
    before = everything(both.store)
    assert before["callbacks.name"] == ["金丝雀"]
    done = rotate(both, actor="t", progress=quiet)
    assert done.rewritten >= 200
    assert (done.left, done.unreadable, len(done.retired)) == (0, 0, 1)
    (holders,) = [table for table in done.tables if table.table == "holders"]
    assert holders.rows == holders.by_mark[both.store.data_marks[0]] == 200
    alone = opened(NEW)
    assert everything(alone) == before
    with pytest.raises(DataKeyGone):
        opened(old).ping()


def test_before_it_is_rotated_the_old_key_cannot_be_left_out(both: Services, opened) -> None:
    both.store.ping()
    with pytest.raises(DataKeyGone):
        opened(NEW).ping()


def test_a_rotation_that_was_stopped_goes_on_where_it_was(
    both: Services, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "ROWS_AT_ONCE", 30)
    before = everything(both.store)

    def stop(done: int, _all: int) -> None:
        if done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, actor="t", progress=stop)
    assert everything(both.store) == before
    with both.store.engine.connect() as connection:
        assert len(marks(connection, DATA)) == 2
    done = rotate(both, actor="t", progress=quiet)
    assert 0 < done.rewritten < 200
    assert everything(opened(NEW)) == before


def test_a_second_rotation_writes_nothing(both: Services) -> None:
    rotate(both, actor="t", progress=quiet)
    assert rotate(both, actor="t", progress=quiet).rewritten == 0


def test_what_was_stored_in_an_older_form_is_written_as_today(both: Services, opened, old: str) -> None:
    token = Fernet(old).encrypt("样例乙".encode()).decode()
    with both.store.session() as session:
        holder_id = session.scalars(select(Holder.id)).first()
        session.execute(text("UPDATE holders SET name = :n WHERE id = :i"), {"n": token, "i": holder_id})
    rotate(both, actor="t", progress=quiet)
    with opened(NEW).read() as session:
        assert session.get_one(Holder, holder_id).name == "样例乙"
        stored = session.scalars(text("SELECT name FROM holders")).all()
    assert all(value.startswith("s2.") for value in stored)


def test_a_value_that_no_key_reads_is_left_as_it_is_and_told(both: Services) -> None:
    alien = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    with both.store.session() as session:
        holder_id = session.scalars(select(Holder.id)).first()
        session.execute(text("UPDATE holders SET name = :n WHERE id = :i"), {"n": alien, "i": holder_id})
    done = rotate(both, actor="t", progress=quiet)
    assert (done.unreadable, done.left) == (1, 0)
    with both.store.read() as session:
        assert alien in session.scalars(text("SELECT name FROM holders")).all()


def test_it_works_while_others_write(both: Services, opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotating, "ROWS_AT_ONCE", 10)
    stop, writes, failed = threading.Event(), [], []
    with both.store.read() as session:
        ids = session.scalars(select(Holder.id)).all()

    def write() -> None:
        while not stop.is_set():
            number = ids[len(writes) % len(ids)]
            try:
                with both.store.session() as session:
                    session.get_one(Holder, number, with_for_update=True).name = f"新名{number}"
            except Exception as error:  # noqa: BLE001 it is told below
                failed.append(error)
                return
            writes.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    done = rotate(both, actor="t", progress=quiet)
    stop.set()
    writer.join()
    assert not failed
    assert writes
    assert done.left == 0
    with opened(NEW).read() as session:
        names = {row.id: row.name for row in session.execute(select(Holder.id, Holder.name))}
    assert {number: names[number] for number in writes} == {number: f"新名{number}" for number in writes}


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_row_that_somebody_holds_is_not_waited_for_and_keeps_the_old_key_in_use(
    both: Services, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with both.store.session() as holding:
        holding.scalars(select(Callback).with_for_update()).one()
        done = rotate(both, actor="t", progress=quiet)
        assert (done.left, done.retired) == (1, ())
    assert len(rotate(both, actor="t", progress=quiet).retired) == 1


def test_who_rotated_is_kept_with_the_counts_and_no_key(both: Services, old: str) -> None:
    rotate(both, actor="staff:li", progress=quiet)
    with both.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "keys.rotated")).one()
    assert entry.actor == "staff:li"
    assert entry.detail["rows"] >= 200
    assert NEW not in str(entry.detail)
    assert old not in str(entry.detail)
