"""What a holder left can be erased whole, and ends by itself in time; what must stay is a hash and no word."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, select, text

from renewal.dialogue.says import BotMessage
from renewal.domain import Category
from renewal.services.app import Services
from renewal.services.keeping import erasing, retention
from renewal.services.keeping.whose import NobodyKnown
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks import answering, conversations, handover, inbound, login_codes, web_sessions
from renewal.services.texts import suppression
from renewal.services.texts.provider import DeliveryState, InboundText, Receipt, SendFailure
from renewal.services.texts.receipts import apply_receipt
from renewal.services.work import HOLDER, Work
from renewal.store.models import (
    AuditEntry,
    Base,
    Callback,
    Conversation,
    Delivery,
    Holder,
    LoginCode,
    Message,
    Notice,
    Permit,
    Suppression,
    Visit,
)
from renewal.store.models import InboundText as InboundRow
from sms_gateway.worker import Worker
from tests import outgoing
from tests.bookings import book_callback
from tests.gateway.queue_view import queued
from tests.services.carrier import Carrier

CANARY = "金丝雀在唱歌"
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"
LATER = timedelta(days=400)
KEPT_OUT = {"audit"}  # what stays is looked at by itself


class Wire:
    def answer(self, **_: str) -> tuple[BotMessage, ...]:
        return (BotMessage(text=f"答{CANARY}"),)


def known(services: Services, number: str = "P-1", phone: str = PHONE, name: str = "陈样例") -> int:
    """A holder on file, and the id."""
    with services.store.session() as session:
        holder = Holder(
            name=name,
            phone=phone,
            phone_hash=services.store.phone_hash(phone),
            category=Category.DEPENDANT,
            district="徐汇区",
            origin="import",
            created_at=services.now(),
        )
        session.add(holder)
        session.flush()
        session.add(Permit(number=number, holder_id=holder.id, expires_on=services.today()))
        return holder.id


def texted(services: Services, body: str, ref: str = "SM1", phone: str = PHONE) -> str:
    """A text that came in and was answered; its id."""
    told = InboundText(provider="simulator", provider_ref=ref, phone=phone, body=body)
    inbound.receive(services, told, services.now())
    with services.store.read() as session:
        row = session.scalars(select(InboundRow.id).where(InboundRow.provider_ref == ref)).one()
    answering.answer_inbound(services, Wire(), row, services.now())
    return row


def notified(services: Services, holder_id: int, phone: str = PHONE, state: str = "pending") -> str:
    """A failure notice and its text; the delivery's id."""
    with services.store.session() as session:
        permit = session.scalars(select(Permit).where(Permit.holder_id == holder_id)).one()
        notice = Notice(
            permit_id=permit.id,
            holder_id=holder_id,
            period_on=permit.expires_on,
            kind="failure",
            created_at=services.now(),
        )
        session.add(notice)
        session.flush()
        made = outgoing.create(
            session,
            phone=phone,
            phone_hash=services.store.phone_hash(phone),
            body=f"通知{CANARY}",
            provider="simulator",
            now=services.now(),
            notice_id=notice.id,
        )
        session.get_one(Delivery, made).state = state
        return made


def everything(services: Services, holder_id: int) -> str:
    """One of each thing that a holder leaves; the web conversation's id."""
    texted(services, f"租房{CANARY}怎么办")
    notified(services, holder_id)
    web, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), web, f"网页{CANARY}", "m1")
    book_callback(services, web, name="金丝雀", phone=PHONE, about=CANARY)
    with services.store.session() as session:
        said = session.scalars(select(Message.id).where(Message.conversation_id == web).limit(1)).one()
        login_codes.request(
            Work(services=services, session=session, actor=HOLDER, now=services.now()),
            web,
            said,
            phone_hash=services.store.phone_hash(PHONE),
            language="zh",
        )
        permit = session.scalars(select(Permit).where(Permit.holder_id == holder_id)).one()
        session.add(
            Visit(
                permit_id=permit.id,
                period_on=permit.expires_on,
                visited_on=permit.expires_on,
                way="door",
                finding="confirmed",
                visitor=CANARY,
                origin="staff",
                recorded_at=services.now(),
            )
        )
    return web


def words(services: Services) -> str:
    """All that the columns hold, decrypted where it is encrypted."""
    found: list[str] = []
    with services.store.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in {*KEPT_OUT, "holders"}:
                found += [str(value) for row in session.execute(select(table)) for value in row]
    return "\n".join(found)


@pytest.fixture
def rasa_s_file(services: Services) -> Iterator[sqlite3.Connection]:
    file = services.settings.state_dir / "conversations.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as held:
        held.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)")
        yield held


@pytest.mark.parametrize("by", ["permit", "phone"])
def test_nothing_that_a_holder_said_or_left_outlasts_an_erasing(services, by: str) -> None:
    everything(services, known(services))
    assert words(services).count(CANARY) >= 6
    whom = {"permit": "P-1"} if by == "permit" else {"phone": "138 0013 8000"}
    person, counts = erasing.find(services, **whom)
    assert counts["talks"] == 2
    assert counts["open_callbacks"] == counts["callbacks"] == 1
    assert min(counts[name] for name in ("messages", "received", "sent", "notice_texts", "codes", "visitors"))
    erased = erasing.erase(services, person, actor="anna(os:root)")
    assert erased.counts == counts
    left = words(services)
    assert CANARY not in left
    assert "金丝雀" not in left
    assert PHONE not in left
    assert services.store.phone_hash(PHONE) not in left
    with services.store.read() as session:
        assert session.scalars(select(Holder.name)).all() == ["陈样例"]  # the bureaus' record is not ours
        assert session.scalars(select(Notice.kind)).all() == ["failure"]
        tables = (Conversation, Message, Callback, LoginCode)
        assert [row for table in tables for row in session.scalars(select(table))] == []


def test_an_erasing_is_kept_with_who_did_it_and_counts_but_no_word(services) -> None:
    everything(services, known(services))
    person, counts = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="anna(os:root)")
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "holder.erased")).one()
    assert entry.actor == "anna(os:root)"
    assert entry.subject == f"phone:{services.store.phone_hash(PHONE)}"
    assert entry.detail == {name: count for name, count in counts.items() if count}
    assert "13800138000" not in f"{entry.subject}{entry.detail}"


def test_erasing_twice_finds_nothing_the_second_time(services) -> None:
    everything(services, known(services))
    for left in (True, False):
        person, counts = erasing.find(services, permit="P-1")
        assert any(counts.values()) is left
        erasing.erase(services, person, actor="t")


def test_a_number_of_nobody_can_be_erased_twice_too(services) -> None:
    texted(services, CANARY)
    for _ in range(2):
        person, _ = erasing.find(services, phone=PHONE)
        erasing.erase(services, person, actor="t")
    assert CANARY not in words(services)


@pytest.mark.parametrize(
    "whom", [{"permit": "P-2"}, {"phone": OTHER_PHONE}, {"phone": "不是号码"}, {"phone": "' OR 1=1 --"}]
)
def test_whom_we_never_met_cannot_be_erased(services, whom: dict[str, str]) -> None:
    everything(services, known(services))
    before = words(services)
    with pytest.raises(NobodyKnown):
        erasing.find(services, **whom)
    assert words(services) == before


def test_the_opt_out_outlasts_the_erasing(services) -> None:
    known(services)
    texted(services, "退订")
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    with services.store.read() as session:
        assert session.scalars(select(Suppression.phone_hash)).all() == [services.store.phone_hash(PHONE)]
        assert suppression.is_suppressed(session, services.store.phone_hash(PHONE))


def test_the_same_signed_text_again_is_not_taken_for_a_new_one_after_erasing(services) -> None:
    texted(services, CANARY, ref="SM-9")
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    again = InboundText(provider="simulator", provider_ref="SM-9", phone=PHONE, body=CANARY)
    assert not inbound.receive(services, again, services.now())
    assert CANARY not in words(services)


def test_others_keep_what_is_theirs(services) -> None:
    everything(services, known(services))
    other = known(services, "P-2", OTHER_PHONE, "王样例")
    texted(services, "别人的话", ref="SM2", phone=OTHER_PHONE)
    notified(services, other, OTHER_PHONE)
    web, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), web, "路人的话", "m1")
    person, _ = erasing.find(services, permit="P-1")
    erasing.erase(services, person, actor="t")
    left = words(services)
    assert "别人的话" in left
    assert "路人的话" in left
    assert OTHER_PHONE in left


def test_of_a_shared_number_the_other_holder_s_talk_stays(services) -> None:
    known(services)
    other = known(services, "P-2", PHONE, "王样例")
    notified(services, other)
    texted(services, "丈夫说的话")
    person, _ = erasing.find(services, permit="P-1")
    assert person.shared
    erasing.erase(services, person, actor="t")
    assert "丈夫说的话" in words(services)
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    assert "丈夫说的话" not in words(services)


def test_a_web_talk_is_erased_though_the_page_let_go_of_its_holder(services) -> None:
    holder = known(services)
    web, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), web, CANARY, "m1")
    with services.store.session() as session:
        talk = session.get_one(Conversation, web)
        talk.holder_id, talk.token_hash, talk.ended_at = holder, None, services.now()
    person, _ = erasing.find(services, permit="P-1")
    erasing.erase(services, person, actor="t")
    assert CANARY not in words(services)


def test_a_callback_of_an_earlier_release_is_found_by_its_number(services) -> None:
    web, _ = web_sessions.open_web(services)
    book_callback(services, web, name="金丝雀", phone=f"{PHONE};ext=8", about=CANARY)
    with services.store.session() as session:
        session.scalars(select(Callback)).one().phone_hash = None
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    assert CANARY not in words(services)


def test_a_text_that_waits_is_not_sent_to_nobody_after_erasing(services) -> None:
    made = notified(services, known(services))
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    with services.store.read() as session:
        assert session.get_one(Delivery, made).state == DeliveryState.EXPIRED


@pytest.mark.parametrize("failure", [SendFailure.HANDSET_AWAY, SendFailure.BAD_NUMBER, SendFailure.BUSY])
def test_a_late_report_on_an_erased_text_sends_and_flags_nothing(services, failure: SendFailure) -> None:
    made = notified(services, known(services), state="sent")
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="t")
    report = Receipt(
        provider_ref="x", state=DeliveryState.FAILED, raw="failed", error_code="1", failure=failure
    )
    apply_receipt(services.store, report, services.now(), delivery_id=made)
    with services.store.read() as session:
        assert session.get_one(Delivery, made).state == DeliveryState.FAILED
        assert session.scalars(select(Suppression)).all() == []


def test_what_rasa_keeps_of_a_talk_goes_with_it_and_the_rest_stays(services, rasa_s_file) -> None:
    web = everything(services, known(services))
    for talk in (web, "another"):
        rasa_s_file.execute("INSERT INTO events (sender_id, data) VALUES (?, ?)", (talk, CANARY))
    person, _ = erasing.find(services, permit="P-1")
    assert erasing.erase(services, person, actor="t").tracker_rows == 1
    assert rasa_s_file.execute("SELECT sender_id FROM events").fetchall() == [("another",)]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_bytes_of_what_was_erased_are_in_no_file_of_the_database(services, settings) -> None:
    everything(services, known(services))
    with services.store.read() as session:
        told = (
            ("messages", "body"), ("callbacks", "name"), ("callbacks", "phone"), ("callbacks", "about"),
            ("inbound_texts", "body"), ("inbound_texts", "phone"), ("deliveries", "body"),
            ("deliveries", "phone"), ("conversations", "phone"),
        )  # fmt: skip
        sealed = {
            str(value).encode()
            for table, column in told
            for value in session.execute(text(f"SELECT {column} FROM {table}")).scalars()
            if value
        }
    files = [settings.state_dir / name for name in ("renewal.db", "renewal.db-wal")]
    there = b"".join(file.read_bytes() for file in files)
    assert len(sealed) > 10
    assert all(value in there for value in sealed)
    person, _ = erasing.find(services, permit="P-1")
    assert erasing.erase(services, person, actor="t").scrubbed
    there = b"".join(file.read_bytes() for file in files if file.exists())
    assert [value for value in sealed if value in there] == []


def test_every_table_that_holds_words_or_numbers_is_known_to_the_erasing() -> None:
    """A table that somebody adds must be thought of here: it is erased, or it holds nothing personal."""
    erased = {
        *("appointments", "applications", "callbacks", "conversations", "deliveries", "identifications"),
        *("inbound_texts", "login_codes", "messages", "simulated_texts", "visits", "delivery_events"),
        *("feedback", "named_texts"),  # both go with the message that they are about
    }
    stays = {
        *("audit", "bureau_facts", "centres", "changes", "comparisons", "holders", "holds", "key_marks"),
        *(
            "night_counts",
            "nights",
            "notice_batches",
            "notices",
            "paces",
            "permits",
            "provider_calls",
            "records",
            "staff_accounts",
            "staff_sessions",
            "suppressions",
            "workers",
        ),
    }
    assert set(Base.metadata.tables) == erased | stays


def test_the_tables_of_the_jobs_hold_ids_and_no_words(services) -> None:
    everything(services, known(services))
    schema = None if services.store.engine.dialect.name == "sqlite" else "dbos"
    prefix = "" if schema is None else "dbos."
    names = [
        name
        for name in inspect(services.store.engine).get_table_names(schema=schema)
        if name not in Base.metadata.tables
    ]
    with services.store.read() as session:
        rows = [
            str(row) for name in names for row in session.execute(text(f'SELECT * FROM {prefix}"{name}"'))
        ]
    assert len(rows) > 2
    assert not any(word in row for row in rows for word in (CANARY, "13800138000", "金丝雀"))


def _aged(services: Services, **days: int) -> None:
    """Make what is there so many days older."""
    columns = {
        "conversations": ("created_at", "last_at"),
        "inbound_texts": ("received_at", "answered_at"),
        "deliveries": ("created_at", "updated_at"),
        "callbacks": ("created_at", "ended_at"),
        "login_codes": ("requested_at",),
        "messages": ("at",),
    }
    past = timedelta(**days)
    with services.store.session() as session:
        for name, ages in columns.items():
            table = Base.metadata.tables[name]
            for row in session.execute(select(table)).mappings().all():
                (key,) = table.primary_key.columns
                older = {age: row[age] - past for age in ages if row[age] is not None}
                session.execute(table.update().where(key == row[key.name]).values(**older))


def _ended(services: Services) -> None:
    with services.store.session() as session:
        for callback in session.scalars(select(Callback)):
            callback.state, callback.ended_at = "closed", services.now()
        for sent in session.scalars(select(Delivery)):
            sent.state = DeliveryState.DELIVERED


def test_talks_texts_and_callbacks_end_by_themselves_in_time(services, rasa_s_file) -> None:
    web = everything(services, known(services))
    rasa_s_file.execute("INSERT INTO events (sender_id, data) VALUES (?, ?)", (web, CANARY))
    _ended(services)
    _aged(services, days=181)
    kept = retention.keep(services, services.now())
    assert (kept.talks, kept.callbacks, kept.received) == (2, 1, 1)
    assert kept.sent == 3
    left = words(services).replace(f"{CANARY}", "", 1)  # the visitor's name is the centre's own
    assert "金丝雀" not in left
    assert PHONE not in left
    assert rasa_s_file.execute("SELECT count(*) FROM events").fetchone() == (0,)
    assert not any(vars_of(retention.keep(services, services.now())))


def vars_of(kept: retention.Kept) -> tuple[int, ...]:
    return kept.talks, kept.messages, kept.received, kept.sent, kept.callbacks, kept.codes, kept.simulated


def test_nothing_is_deleted_before_its_time(services) -> None:
    everything(services, known(services))
    _ended(services)
    before = words(services)
    _aged(services, days=1)
    assert not any(vars_of(retention.keep(services, services.now())))
    assert words(services).count(CANARY) == before.count(CANARY)


@pytest.mark.parametrize("opened", ["callback", "text", "notice", "staffed"])
def test_what_is_open_is_kept_however_old_it_is(services, opened: str) -> None:
    holder = known(services)
    if opened == "callback":
        web, _ = web_sessions.open_web(services)
        conversations.say_to(services, Wire(), web, CANARY, "m1")
        book_callback(services, web, name="金丝雀", phone=PHONE, about=CANARY)
    elif opened == "text":
        told = InboundText(provider="simulator", provider_ref="SM3", phone=PHONE, body=CANARY)
        inbound.receive(services, told, services.now())
    elif opened == "notice":
        notified(services, holder)
    else:
        talk = conversations.for_phone(services, PHONE)
        handover.say(services, talk, CANARY, staff="小李")
        with services.store.session() as session:
            for sent in session.scalars(select(Delivery)):
                sent.state = DeliveryState.DELIVERED
    _aged(services, days=LATER.days)
    retention.keep(services, services.now())
    assert CANARY in words(services)


def test_a_conversation_with_an_unanswered_text_is_kept(services) -> None:
    row = texted(services, CANARY)
    with services.store.session() as session:
        session.get_one(InboundRow, row).answered_at = None
    _aged(services, days=LATER.days)
    assert retention.keep(services, services.now()).talks == 0


def test_much_is_deleted_in_small_batches(services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for n in range(8):
        web, _ = web_sessions.open_web(services)
        conversations.say_to(services, Wire(), web, CANARY, f"m{n}")
    _aged(services, days=LATER.days)
    assert retention.keep(services, services.now()).talks == 8


def test_a_round_logs_counts_and_no_word(services, capsys: pytest.CaptureFixture[str]) -> None:
    everything(services, known(services))
    _ended(services)
    _aged(services, days=LATER.days)
    retention.keep(services, datetime.now(UTC))
    logged = capsys.readouterr()
    told = logged.out + logged.err
    assert "talks=2" in told.replace("\x1b[35m", "").replace("\x1b[0m", "").replace("\x1b[36m", "")
    assert not any(word in told for word in (CANARY, "138001", "金丝雀"))


def test_a_scenario_of_a_sample_holder_can_be_erased(sample) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    with sample.store.read() as session:
        number = session.scalars(
            select(Permit.number)
            .join(Conversation, Conversation.holder_id == Permit.holder_id)
            .where(Conversation.id == talk)
        ).first()
    person, _ = erasing.find(sample, permit=number)
    erasing.erase(sample, person, actor="t")
    with sample.store.read() as session:
        assert session.get(Conversation, talk) is None


def test_the_worker_asks_once_a_day_that_what_is_old_ends(services) -> None:
    for _ in range(2):  # two workers, each going round often
        worker = Worker(services, Carrier(), Wire())
        for _ in range(3):
            worker._rounds._own_steps()["keeping"]()
    assert len([job for job in queued(services) if job.name == "keeping"]) == 1
