"""The store: what its transactions, keys and constraints promise, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from renewal.domain import Category, Field, VisitFinding, VisitWay
from renewal.settings import Settings
from renewal.store import BadKey, CannotDecrypt, MissingKey, Store, StoreUnavailable
from renewal.store.models import (
    BureauFact,
    Conversation,
    Delivery,
    Holder,
    InboundText,
    Message,
    Notice,
    Permit,
    Record,
    Visit,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "+8619900000001"


def add_holder(session: Session, store: Store, number: str = "P-1", phone: str = PHONE) -> Permit:
    holder = Holder(
        name="测试甲",
        phone=phone,
        phone_hash=store.phone_hash(phone),
        category=Category.EMPLOYMENT,
        district="徐汇区",
        origin="import",
        created_at=NOON,
    )
    permit = Permit(number=number, expires_on=date(2026, 12, 5), holder=holder)
    session.add(permit)
    session.flush()
    return permit


def raw_values(engine: Engine, statement: str) -> list[str]:
    with engine.connect() as connection:
        return [str(value) for row in connection.execute(text(statement)) for value in row]


def test_a_session_commits_when_it_ends_well(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store)
    with store.read() as session:
        assert session.scalar(select(Permit.number)) == "P-1"


def test_a_session_that_raises_leaves_nothing(store: Store) -> None:
    def fail_halfway() -> None:
        with store.session() as session:
            add_holder(session, store)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with store.read() as session:
        assert session.scalar(select(Permit)) is None


def test_a_read_refuses_to_write_and_the_next_session_may(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store)
    with pytest.raises(DBAPIError), store.read() as session:
        session.execute(update(Permit).values(number="P-2"))
    with store.session() as session:
        session.execute(update(Permit).values(number="P-3"))
    with store.read() as session:
        assert session.scalar(select(Permit.number)) == "P-3"


def test_names_and_phones_are_not_readable_in_the_database(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store)
    raw = raw_values(store.engine, "SELECT * FROM holders")
    assert not any("测试甲" in value or "199" in value[:20] for value in raw)
    with store.read() as session:
        holder = session.scalars(select(Holder)).one()
        assert (holder.name, holder.phone) == ("测试甲", PHONE)


def test_the_same_text_is_encrypted_differently_each_time(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store, "P-1")
        add_holder(session, store, "P-2")
    assert len(set(raw_values(store.engine, "SELECT phone FROM holders"))) == 2


def test_a_phone_is_found_by_its_keyed_hash(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store)
    with store.read() as session:
        found = session.scalars(select(Holder).where(Holder.phone_hash == store.phone_hash(PHONE))).one()
        assert found.name == "测试甲"


def test_a_hash_depends_on_the_key_and_on_what_is_hashed(store: Store, settings: Settings) -> None:
    other = Store.open(settings.model_copy(update={"lookup_key": SecretStr("another-key")}))
    assert other.phone_hash(PHONE) != store.phone_hash(PHONE)
    assert len({store.phone_hash(PHONE), store.value_hash(PHONE), store.token_hash(PHONE)}) == 3
    other.close()


def test_an_old_key_still_reads_after_a_new_one_is_put_first(store: Store, settings: Settings) -> None:
    with store.session() as session:
        add_holder(session, store)
    both = f"{Fernet.generate_key().decode()}, {settings.data_keys.get_secret_value()}"
    rotated = Store.open(settings.model_copy(update={"data_keys": SecretStr(both)}))
    with rotated.read() as session:
        assert session.scalars(select(Holder.name)).one() == "测试甲"
    rotated.close()


def test_two_stores_in_one_process_each_use_their_own_key(store: Store, settings: Settings) -> None:
    with store.session() as session:
        add_holder(session, store)
    stranger = Store.open(
        settings.model_copy(update={"data_keys": SecretStr(Fernet.generate_key().decode())})
    )
    with pytest.raises(CannotDecrypt), stranger.read() as session:
        session.scalars(select(Holder.name)).one()
    with store.read() as session:
        assert session.scalars(select(Holder.name)).one() == "测试甲"
    stranger.close()


@pytest.mark.parametrize(
    ("name", "empty"),
    [("data_keys", ""), ("data_keys", " "), ("data_keys", " , "), ("lookup_key", ""), ("lookup_key", " ")],
)
def test_an_empty_key_is_refused(settings: Settings, name: str, empty: str) -> None:
    with pytest.raises(MissingKey, match="RENEWAL_DATA_KEYS"):
        Store.open(settings.model_copy(update={name: SecretStr(empty)}))


def test_a_malformed_data_key_is_refused_without_being_repeated(settings: Settings) -> None:
    with pytest.raises(BadKey) as refused:
        Store.open(settings.model_copy(update={"data_keys": SecretStr("my-secret")}))
    assert "my-secret" not in str(refused.value)


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    shanghai_noon = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    with store.session() as session:
        session.add(Conversation(id="c", channel="web", created_at=shanghai_noon, last_at=NOON))
    with store.read() as session:
        created_at = session.scalars(select(Conversation.created_at)).one()
    assert created_at == NOON
    assert created_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="aware"), store.session() as session:
        session.add(Conversation(id="c", channel="web", created_at=naive, last_at=naive))


def test_a_word_outside_its_list_is_refused_by_the_database(store: Store) -> None:
    with store.session() as session:
        add_holder(session, store)
    for statement in ("UPDATE holders SET category = 'tourist'", "UPDATE holders SET origin = 'guess'"):
        with pytest.raises(IntegrityError), store.session() as session:
            session.execute(text(statement))


def test_a_row_without_its_parent_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(Record(permit_id=404, phone="x"))


def test_what_is_on_file_has_a_column_for_each_field_that_can_be_compared(store: Store) -> None:
    filed = {field: f"own-{field}" for field in Field}
    with store.session() as session:
        permit_id = add_holder(session, store).id
        session.add(Record(permit_id=permit_id, **filed))
    with store.read() as session:
        assert session.get_one(Record, permit_id).values == filed


def test_a_row_on_file_that_says_nothing_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(Record(permit_id=add_holder(session, store).id))


def _twice_permit(session: Session, store: Store) -> None:
    add_holder(session, store)
    add_holder(session, store)


def _twice_record(session: Session, store: Store) -> None:
    permit = add_holder(session, store)
    for value in "ab":
        session.execute(insert(Record).values(permit_id=permit.id, phone=value))


def _twice_fact(session: Session, store: Store) -> None:
    permit = add_holder(session, store)
    for value in "ab":
        session.add(
            BureauFact(
                permit_id=permit.id, field=Field.PHONE, value=value, as_of_on=date(2026, 11, 1), source="公安"
            )
        )


def _twice_notice(session: Session, store: Store) -> None:
    permit = add_holder(session, store)
    for reasons in ("address", "phone"):
        session.add(
            Notice(
                permit_id=permit.id,
                holder_id=permit.holder_id,
                period_on=permit.expires_on,
                kind="failure",
                reasons=reasons,
                created_at=NOON,
            )
        )


def _inbound(store: Store) -> InboundText:
    return InboundText(
        provider="twilio",
        provider_ref="SM1",
        phone=PHONE,
        phone_hash=store.phone_hash(PHONE),
        body="你好",
        received_at=NOON,
    )


def _twice_inbound(session: Session, store: Store) -> None:
    session.add_all([_inbound(store), _inbound(store)])


def _twice_reply_part(session: Session, store: Store) -> None:
    inbound = _inbound(store)
    session.add(inbound)
    session.flush()
    for _ in range(2):
        session.add(
            Delivery(
                inbound_id=inbound.id,
                part=1,
                phone=PHONE,
                phone_hash=inbound.phone_hash,
                body="【x】答",
                segments=1,
                state="pending",
                provider="simulator",
                created_at=NOON,
                updated_at=NOON,
            )
        )


def _twice_client_message(session: Session, store: Store) -> None:
    session.add(Conversation(id="c", channel="web", created_at=NOON, last_at=NOON))
    session.flush()
    for body in ("一", "二"):
        session.add(Message(conversation_id="c", author="user", client_id="m1", body=body, at=NOON))


@pytest.mark.parametrize(
    "twice",
    [
        _twice_permit,
        _twice_record,
        _twice_fact,
        _twice_notice,
        _twice_inbound,
        _twice_reply_part,
        _twice_client_message,
    ],
)
def test_the_database_refuses_a_second_one(store: Store, twice) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        twice(session, store)


def test_message_numbers_only_grow_even_after_the_last_was_erased(store: Store) -> None:
    with store.session() as session:
        session.add(Conversation(id="c", channel="web", created_at=NOON, last_at=NOON))
        session.flush()
        first = Message(conversation_id="c", author="user", body="一", at=NOON)
        session.add(first)
        session.flush()
        session.delete(first)
    with store.session() as session:
        second = Message(conversation_id="c", author="user", body="二", at=NOON)
        session.add(second)
        session.flush()
        assert second.id > first.id


def test_sessions_at_once_on_one_database_lose_no_write(store: Store) -> None:
    with store.session() as session:
        permit_id = add_holder(session, store).id

    def add_visit(number: int) -> None:
        with store.session() as session:
            permit = session.get_one(Permit, permit_id)
            session.add(
                Visit(
                    permit_id=permit.id,
                    period_on=permit.expires_on,
                    visited_on=date(2026, 10, 1) + timedelta(days=number),
                    way=VisitWay.DOOR,
                    finding=VisitFinding.NOBODY,
                    origin="staff",
                    recorded_at=NOON,
                )
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add_visit, range(40)))
    with store.read() as session:
        assert len(session.scalars(select(Visit.id)).all()) == 40


def test_ping_says_when_the_database_is_gone(store: Store, settings: Settings, tmp_path: Path) -> None:
    store.ping()
    gone = (
        "postgresql://nobody@127.0.0.1:1/none"
        if store.engine.name == "postgresql"
        else f"sqlite:///{tmp_path}"
    )
    absent = Store.open(settings.model_copy(update={"database_url": gone}))
    with pytest.raises(StoreUnavailable):
        absent.ping()
    absent.close()
