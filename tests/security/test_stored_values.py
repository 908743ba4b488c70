"""Who reads the database without its keys learns nobody's name, number or text; who writes it moves no value."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import inspect, select, text

from renewal.domain import VisitFinding, VisitWay
from renewal.services.app import Services
from renewal.services.importing import import_feed, import_holders, kind_named
from renewal.services.renewals.visits import record_visit
from renewal.services.talks import conversations, inbound
from renewal.services.texts.provider import InboundText
from renewal.store import CannotDecrypt, Store
from renewal.store.keys import KeyRing
from renewal.store.migrate import alembic_config
from renewal.store.models import (
    AuditEntry,
    Base,
    Callback,
    Change,
    Conversation,
    Holder,
    Message,
    Permit,
    Visit,
)
from renewal.store.types import Encrypted, place_of
from tests.services.importing_files import HOLDERS, ROW

PLACES = sorted(
    f"{table.name}.{column.name}"
    for table in Base.metadata.tables.values()
    for column in table.columns
    if isinstance(column.type, Encrypted)
)
RING = KeyRing(Fernet.generate_key().decode(), "lookup-key-of-the-tests")
PHONE = "+8619900020001"


# ---- a value that was moved


@pytest.mark.parametrize("place", PLACES)
def test_a_value_that_was_moved_into_another_column_is_not_read(place: str) -> None:
    stored = RING.encrypt("样例甲", place.encode())
    assert RING.decrypt(stored, place.encode()) == "样例甲"
    for other in PLACES:
        if other != place:
            with pytest.raises(CannotDecrypt):
                RING.decrypt(stored, other.encode())


def test_every_encrypted_column_is_a_place_of_its_own() -> None:
    columns = [c for t in Base.metadata.tables.values() for c in t.columns if isinstance(c.type, Encrypted)]
    assert [place_of(c) for c in columns] == [f"{c.table.name}.{c.name}".encode() for c in columns]
    assert len(columns) == len(set(PLACES)) >= 14


def test_a_type_without_a_column_encrypts_nothing(store: Store) -> None:
    """A value that belongs to no place is refused, rather than stored so that it fits everywhere."""
    with pytest.raises(ValueError, match="belongs to a column"):
        Encrypted().process_bind_param("x", store.engine.dialect)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "change",
    [
        lambda stored: stored.replace("s2.", "s1.", 1),
        lambda stored: stored.replace("s2.", "", 1),
        lambda stored: stored.replace("s2.", "s3.", 1),
        lambda stored: stored[:-4],
        lambda stored: stored[: len(stored) // 2],
        lambda stored: stored[:10],
        lambda stored: stored + "AAAA",
        lambda stored: stored[:20] + ("A" if stored[20] != "A" else "B") + stored[21:],
        lambda stored: "s2." + stored[7:],
        lambda _stored: "",
        lambda _stored: "样例甲",
    ],
)
def test_a_value_that_was_changed_or_cut_is_not_read(place: str, change: Callable[[str], str]) -> None:
    with pytest.raises(CannotDecrypt):
        RING.decrypt(change(RING.encrypt("样例甲的一段话", place.encode())), place.encode())


@pytest.fixture
def spoken(services: Services) -> Services:
    """A holder, and a conversation with a message and a callback."""
    with services.store.session() as session:
        session.add(
            Holder(
                id=1, name="样例甲", phone=PHONE, phone_hash="h", category="employment", district="徐汇区",
                origin="import", created_at=services.now(),
            )
        )  # fmt: skip
        session.add(
            Conversation(
                id="t", channel="sms", phone=PHONE, created_at=services.now(), last_at=services.now()
            )
        )
        session.flush()
        session.add(Message(conversation_id="t", author="user", body="样例的话", at=services.now()))
        session.add(
            Callback(
                conversation_id="t", name="样例乙", phone=PHONE, about="样例的事", created_at=services.now(),
                call_by_on=services.today(), state="open",
            )
        )  # fmt: skip
    return services


@pytest.mark.parametrize(
    ("source", "target", "read"),
    [
        ("SELECT body FROM messages", "UPDATE holders SET name = :v", Holder.name),
        ("SELECT name FROM holders", "UPDATE holders SET phone = :v", Holder.phone),
        ("SELECT phone FROM conversations", "UPDATE holders SET phone = :v", Holder.phone),
        ("SELECT phone FROM callbacks", "UPDATE conversations SET phone = :v", Conversation.phone),
        ("SELECT about FROM callbacks", "UPDATE messages SET body = :v", Message.body),
        ("SELECT phone FROM holders", "UPDATE callbacks SET about = :v", Callback.about),
        ("SELECT name FROM callbacks", "UPDATE callbacks SET about = :v", Callback.about),
    ],
)
def test_who_can_write_the_database_cannot_have_one_column_read_as_another(
    spoken: Services, source: str, target: str, read: Any
) -> None:
    """A private column's value, copied into one that is shown, would be shown."""
    with spoken.store.engine.begin() as connection:
        connection.execute(text(target), {"v": connection.scalar(text(source))})
    with spoken.store.read() as session, pytest.raises(CannotDecrypt):
        session.scalars(select(read)).all()


def test_what_was_stored_before_values_had_a_place_is_still_read(spoken: Services, settings) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

    from renewal.store import keys

    data_key = settings.data_keys.get_secret_value()
    nonce = b"\1" * keys.NONCE_BYTES
    sealed = AESGCMSIV(keys._derived(data_key)).encrypt(nonce, "样例丙".encode(), None)
    before = keys.SIV_PREFIX + keys.b2a_base64(nonce + sealed, newline=False).decode()
    for stored in (before, Fernet(data_key).encrypt("样例丙".encode()).decode()):
        with spoken.store.engine.begin() as connection:
            connection.execute(text("UPDATE holders SET name = :v"), {"v": stored})
        with spoken.store.session() as session:
            holder = session.get_one(Holder, 1)
            assert holder.name == "样例丙"
            holder.name = "样例丁"
        with spoken.store.engine.connect() as connection:
            assert str(connection.scalar(text("SELECT name FROM holders"))).startswith(keys.PLACED_PREFIX)


def test_an_import_binds_its_values_as_everything_else_does(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(f"{HOLDERS}\n{ROW}\n", "utf-8")
    import_holders(services, str(path))
    with services.store.read() as session:
        assert session.execute(select(Holder.name, Holder.phone)).one() == ("样例甲", PHONE)
    with services.store.engine.begin() as connection:
        connection.execute(text("UPDATE holders SET name = phone"))
    with services.store.read() as session, pytest.raises(CannotDecrypt):
        session.scalars(select(Holder.name)).all()


# ---- what lies in clear

# Names that occur nowhere else, one for each kind of personal data that comes in.
CANARIES = {
    "a holder's name": "卡纳瑞甲",
    "a holder's phone": "19900020099",
    "an address": "卡纳瑞路77号",
    "an employer": "卡纳瑞贸易公司",
    "a visitor's name": "卡纳瑞访客",
    "a file's name": "卡纳瑞乙的名单",
    "a text": "卡纳瑞丙想问居住证续签",
    "a stranger's phone": "19900020098",
    "what was said on the web": "卡纳瑞丁在网页上说",
    "a reply": "卡纳瑞戊的回答",
    "a callback's name": "卡纳瑞己",
    "a callback's matter": "卡纳瑞庚的事",
}  # fmt: skip
# What may lie in clear that a person's hand wrote, and why.
IN_CLEAR = {
    "permits.number": "permits are found by it in a million rows, by staff and by every feed; it names nobody",
    "audit.subject": "the same number, of a visit that staff recorded by hand",
    "audit.actor": "staff answer for what they did under their names",
    "changes.actor": "the same",
}


class Says:
    """An assistant that repeats the callback's name."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[Any, ...]:
        from renewal.dialogue.says import BotMessage

        return (BotMessage(text=CANARIES["a reply"]),)


def _fill(services: Services, folder: Path) -> None:
    """Let every kind of personal data in through the door by which it comes."""
    c = CANARIES
    files, visitor, stranger = c["a file's name"], c["a visitor's name"], c["a stranger's phone"]
    holders = folder / f"{files}.csv"
    line = ROW.replace("样例甲", c["a holder's name"]).replace("19900020001", c["a holder's phone"])
    line = line.replace("徐汇区样例路1号", c["an address"]).replace("样例公司", c["an employer"])
    for day in ("2026-12-05", "2026-12-06"):  # the second time it is a change, which says why
        holders.write_text(f"{HOLDERS}\n{line.replace('2026-12-05', day)}\n", "utf-8")
        import_holders(services, str(holders))
    feed = folder / f"{files}2.csv"
    feed.write_text(
        f"permit_no,visited_on,way,finding,renewed,visitor\nP-1,2026-11-20,door,confirmed,,{visitor}\n",
        "utf-8",
    )
    import_feed(services, str(feed), kind=kind_named("visits"))
    feed.write_text(f"permit_no,employer,as_of_on\nP-1,{c['an employer']},2026-11-20\n", "utf-8")
    import_feed(services, str(feed), kind=kind_named("insurance"))
    now = services.now()
    text_in = InboundText(provider="simulator", phone=f"+86{stranger}", body=c["a text"], provider_ref="r")
    inbound.receive(services, text_in, now)
    with services.store.session() as session:
        session.add(Conversation(id="web", channel="web", token_hash="x", created_at=now, last_at=now))
    conversations.say_to(services, Says(), "web", c["what was said on the web"], "c-1")
    with services.store.session() as session:
        session.add(
            Callback(
                conversation_id="web", name=c["a callback's name"], phone=PHONE, about=c["a callback's matter"],
                created_at=now, call_by_on=services.today() + timedelta(days=1), state="open",
            )
        )  # fmt: skip
    record_visit(
        services, number="P-1", visited_on=services.today(), way=VisitWay.CALL, finding=VisitFinding.CONFIRMED,
        renewed=False, actor=c["a visitor's name"],
    )  # fmt: skip


def _stored(store: Store) -> Mapping[str, list[str]]:
    """Every value of every table of the database as text, by table and column; DBOS's tables too."""
    found: dict[str, list[str]] = {}
    with store.engine.connect() as connection:
        inspector = inspect(connection)
        schemas = [None, "dbos"] if store.engine.dialect.name == "postgresql" else [None]
        for schema in schemas:
            for table in inspector.get_table_names(schema=schema):
                rows = connection.execute(
                    text(f'SELECT * FROM {f"{schema}." if schema else ""}"{table}"')
                ).mappings()
                for row in rows:
                    for column, value in row.items():
                        found.setdefault(f"{table}.{column}", []).append(
                            value.decode("utf-8", "replace") if isinstance(value, bytes) else _plain(value)
                        )
    return found


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def test_nothing_personal_lies_in_the_database_in_clear(services: Services, tmp_path: Path) -> None:
    """Fills the store through the services with names that occur nowhere else, and looks at every value there is."""
    _fill(services, tmp_path)
    stored = _stored(services.store)
    clear = {
        (column, kind)
        for column, values in stored.items()
        for kind, canary in CANARIES.items()
        if any(canary in value for value in values)
    }
    assert {found for found in clear if found[0] not in IN_CLEAR} == set()
    assert {column for column, kind in clear} <= {"audit.actor", "changes.actor"}
    assert {column for column in stored if column.startswith("workflow")}, (
        "the tables of jobs were looked at, too"
    )


def test_what_came_in_is_still_read_with_the_keys(services: Services, tmp_path: Path) -> None:
    """The other half of the test before: the names did reach the store."""
    _fill(services, tmp_path)
    with services.store.read() as session:
        assert session.scalars(select(Holder.name)).all() == [CANARIES["a holder's name"]]
        bodies = session.scalars(select(Message.body)).all()
        assert {CANARIES["what was said on the web"], CANARIES["a reply"]} <= set(bodies)
        visitor = services.store.visitor_hash(CANARIES["a visitor's name"])
        assert set(session.scalars(select(Visit.visitor))) == {visitor}
        assert (
            session.scalars(select(Change.why).where(Change.action == "import.changed"))
            .one()
            .startswith("file:")
        )


def test_names_that_an_earlier_release_kept_in_clear_are_hidden_at_the_next_start(spoken: Services) -> None:
    store = spoken.store
    with store.session() as session:
        session.add(Permit(id=1, number="P-1", holder_id=1, expires_on=spoken.today()))
        session.flush()
        for day, name in enumerate(("样例访客", "样例访客", "", "另一访客")):
            session.add(
                Visit(
                    permit_id=1, period_on=spoken.today(), visited_on=spoken.today() - timedelta(days=day), way="door",
                    finding="confirmed", visitor=name, origin="import", recorded_at=spoken.now(),
                )
            )  # fmt: skip
        for action, subject in (
            ("import.feed", "样例甲.csv"),
            ("import.feed", "daily"),
            ("visit.recorded", "P.1"),
        ):
            session.add(AuditEntry(at=spoken.now(), actor="staff", action=action, subject=subject))
        session.add(
            Change(
                permit_id=1,
                at=spoken.now(),
                actor="staff",
                action="import.changed",
                why="样例甲.csv",
                rulebook_version="v",
            )
        )
    config = alembic_config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
    for _ in range(2):
        store.migrate()
        with store.read() as session:
            kept = session.scalars(select(Visit.visitor).order_by(Visit.visited_on.desc())).all()
            assert kept == [*[store.visitor_hash("样例访客")] * 2, "", store.visitor_hash("另一访客")]
            subjects = session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id)).all()
            assert subjects == [store.file_label("样例甲.csv"), "daily", "P.1"]
            assert session.scalars(select(Change.why)).all() == [store.file_label("样例甲.csv")]
