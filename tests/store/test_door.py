"""The door: another lookup key is refused before anything is compared, and so is a ring that lacks a key in use."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from renewal.settings import Settings
from renewal.store import AnotherLookupKey, DataKeyGone, Store
from renewal.store.door import marks
from renewal.store.models import Callback, Conversation, Holder, KeyMark
from renewal.store.models.keys import DATA, LOOKUP

PHONE = "+8619900001234"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
Opener = Callable[..., Store]


@pytest.fixture
def opened(settings: Settings) -> Iterator[Opener]:
    """Opens the store of `settings` with other keys."""
    stores = []

    def open_with(**keys: str) -> Store:
        changed = {name: SecretStr(value) for name, value in keys.items()}
        stores.append(Store.open(settings.model_copy(update=changed)))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


def add_callback(store: Store) -> None:
    with store.session() as session:
        session.add(Conversation(id="c", channel="web", created_at=NOW, last_at=NOW, phone=PHONE))
        session.flush()
        session.add(
            Callback(
                conversation_id="c",
                name="金丝雀",
                phone=PHONE,
                phone_hash=store.phone_hash(PHONE),
                about="续签",
                created_at=NOW,
                call_by_on=NOW.date(),
            )
        )


def forget_marks(store: Store) -> None:
    """As in a store of before there were marks."""
    with store.session() as session:
        session.execute(delete(KeyMark))


def noted(store: Store, kind: str) -> list[str]:
    with store.engine.connect() as connection:
        return marks(connection, kind)


def refused_everywhere(store: Store, error: type[Exception]) -> str:
    """What is said; nothing of the store can be used."""
    for use in (store.read, store.session):
        with pytest.raises(error), use():
            pass
    with pytest.raises(error):
        store.migrate()
    with pytest.raises(error) as refused:
        store.ping()
    return str(refused.value)


def test_another_lookup_key_is_refused_whoever_asks(store: Store, opened: Opener) -> None:
    store.ping()
    said = refused_everywhere(opened(lookup_key="another-lookup-key-of-the-tests"), AnotherLookupKey)
    assert said.startswith("RENEWAL_LOOKUP_KEY is not the one")
    assert "\n" not in said
    assert "another-lookup-key" not in said
    store.migrate()


def test_a_ring_without_a_key_in_use_is_refused_and_the_key_is_named_by_its_mark(
    store: Store, opened: Opener
) -> None:
    store.ping()
    said = refused_everywhere(opened(data_keys=Fernet.generate_key().decode()), DataKeyGone)
    assert noted(store, DATA)[0] in said
    assert "RENEWAL_DATA_KEYS" in said


def test_a_new_key_in_front_is_noted_and_cannot_be_left_out_afterwards(
    store: Store, settings: Settings, opened: Opener
) -> None:
    old, new = settings.data_keys.get_secret_value(), Fernet.generate_key().decode()
    store.ping()
    both = opened(data_keys=f"{new},{old}")
    both.ping()
    assert len(noted(both, DATA)) == 2
    opened(data_keys=f"{old},{new}").ping()
    for one in (old, new):
        refused_everywhere(opened(data_keys=one), DataKeyGone)


def test_a_key_that_only_stands_behind_is_not_noted(store: Store, settings: Settings, opened: Opener) -> None:
    old, spare = settings.data_keys.get_secret_value(), Fernet.generate_key().decode()
    opened(data_keys=f"{old},{spare}").ping()
    opened(data_keys=old).ping()


def test_a_store_of_before_gets_its_marks_at_the_next_use(store: Store, opened: Opener) -> None:
    add_callback(store)
    forget_marks(store)
    assert noted(store, LOOKUP) == []
    again = opened()
    with again.read() as session:
        assert session.scalars(select(Callback.name)).one() == "金丝雀"
    assert len(noted(store, LOOKUP)) == len(noted(store, DATA)) == 1


def test_a_store_of_before_whose_only_number_has_an_extension_fits_its_key(
    store: Store, opened: Opener
) -> None:
    add_callback(store)
    with store.session() as session:
        session.scalars(select(Callback)).one().phone = f"{PHONE};ext=12"
    forget_marks(store)
    opened().ping()


def test_a_store_of_before_keeps_every_key_of_the_ring_for_nobody_knows_which_it_needs(
    store: Store, settings: Settings, opened: Opener
) -> None:
    add_callback(store)
    forget_marks(store)
    both = f"{Fernet.generate_key().decode()},{settings.data_keys.get_secret_value()}"
    opened(data_keys=both).ping()
    assert len(noted(store, DATA)) == 2


def test_a_store_of_before_takes_no_lookup_key_under_which_nobody_is_found(
    store: Store, opened: Opener
) -> None:
    add_callback(store)
    forget_marks(store)
    refused_everywhere(opened(lookup_key="another-lookup-key-of-the-tests"), AnotherLookupKey)
    assert noted(store, LOOKUP) == []


def test_a_store_of_before_takes_no_ring_that_reads_nothing_of_it(store: Store, opened: Opener) -> None:
    add_callback(store)
    forget_marks(store)
    refused_everywhere(opened(data_keys=Fernet.generate_key().decode()), DataKeyGone)
    assert noted(store, LOOKUP) == []


def test_the_database_keeps_one_lookup_key(store: Store) -> None:
    store.ping()
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(KeyMark(kind=LOOKUP, mark="x", noted_at=NOW))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_store_that_is_not_made_yet_lets_everybody_in(settings: Settings, tmp_path: Path) -> None:
    new = Store.open(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'new.db'}"}))
    new.ping()
    with new.read() as session:
        assert session.scalar(text("SELECT 1")) == 1
    new.migrate()
    with new.read() as session:
        assert session.scalars(select(Holder.id)).all() == []
    new.close()
