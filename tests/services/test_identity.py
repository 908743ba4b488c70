"""Who is at a web page: only a code sent to the phone on file tells, and nothing else gives a record away."""

import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import structlog
from hypothesis import given as draw
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from renewal.dialogue.says import BotMessage
from renewal.language.secrets import Kind, find_code, find_named_code, find_phone, hide
from renewal.services.app import Services
from renewal.services.night.nightly import run_night
from renewal.services.talks import answering, conversations, identity, inbound, login_codes, web_sessions
from renewal.services.talks.case import case_of
from renewal.services.texts import delivery
from renewal.services.texts.provider import InboundText
from renewal.store.models import AuditEntry, Conversation, Delivery, Holder, LoginCode, Message, Notice
from tests import bookings
from tests.services.carrier import Carrier

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
UNKNOWN = "19999990001"


@dataclass
class Wire:
    """Stands for Rasa's end of the wire, and keeps all that it was told."""

    got: list[str] = field(default_factory=list)

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        self.got.append(text)
        return (BotMessage(text="机器人的回答"),)


class Page:
    """A visitor's page: says things one after the other."""

    def __init__(self, services: Services, talk: str | None = None) -> None:
        self.services, self.wire, self.said = services, Wire(), 0
        self.talk = talk or web_sessions.open_web(services)[0]

    def say(self, words: str, *, again: bool = False) -> list[str]:
        self.said += not again
        found = conversations.say_to(self.services, self.wire, self.talk, words, f"m{self.said}")
        return [message.text for message in found if message.author == "bot"]

    def asked(self) -> "Page":
        """The bot has asked for the phone."""
        bookings.ask_phone(self.services, self.talk)
        return self

    @property
    def holder_id(self) -> int | None:
        with self.services.store.read() as session:
            return session.get_one(Conversation, self.talk).holder_id

    def stored(self) -> list[str]:
        return [message.text for message in conversations.since(self.services, self.talk, 0)]


@pytest.fixture
def page(sample: Services) -> Callable[[], Page]:
    return lambda: Page(sample).asked()


@pytest.fixture
def holder(sample: Services) -> Holder:
    with sample.store.read() as session:
        return session.scalars(select(Holder).order_by(Holder.id)).first()


def phone_of(holder: Holder) -> str:
    return holder.phone.removeprefix("+86")


def texts_to(services: Services, phone_hash: str | None = None) -> list[Delivery]:
    with services.store.read() as session:
        query = select(Delivery).where(Delivery.notice_id.is_(None)).order_by(Delivery.created_at)
        if phone_hash is not None:
            query = query.where(Delivery.phone_hash == phone_hash)
        return list(session.scalars(query))


def code_in(delivery_row: Delivery) -> str:
    found = find_code(delivery_row.body, 6)
    assert found is not None
    return found.secret


def sent_code(services: Services, holder: Holder) -> str:
    return code_in(texts_to(services, holder.phone_hash)[-1])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def say_of(services: Services, what: str, **values: object) -> str:
    return services.wording.render(f"identity.{what}", channel="web", digits=6, minutes=5, **values)


def test_the_code_on_the_phone_opens_the_record_at_once(page, sample, holder) -> None:
    run_night(sample, sample.today())
    visitor = page()
    assert visitor.say(phone_of(holder)) == [say_of(sample, "sent")]
    answer = visitor.say(sent_code(sample, holder))
    assert answer[0] == say_of(sample, "linked")
    assert "到期" in answer[1]
    assert visitor.holder_id == holder.id
    assert case_of(sample, visitor.talk).known
    with sample.store.read() as session:
        notice_id = session.get_one(Conversation, visitor.talk).notice_id
        assert session.get_one(Notice, notice_id).holder_id == holder.id
    assert visitor.wire.got == []


def test_a_number_not_on_file_gets_the_same_words_and_no_text(page, sample, holder) -> None:
    known, unknown = page().say(phone_of(holder)), page().say(UNKNOWN)
    assert known == unknown == [say_of(sample, "sent")]
    assert [row.phone_hash for row in texts_to(sample)] == [holder.phone_hash]
    with sample.store.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginCode)) == 2
        assert session.scalar(select(func.count()).select_from(Delivery)) == 1


@SQLITE
def test_a_wrong_code_is_answered_alike_for_numbers_on_file_and_not(page, sample, holder) -> None:
    known, unknown = page(), page()
    known.say(phone_of(holder))
    unknown.say(UNKNOWN)
    bad = wrong(sent_code(sample, holder))
    assert [known.say(bad) for _ in range(7)] == [unknown.say(bad) for _ in range(7)]


@SQLITE
def test_a_number_not_on_file_has_no_code_that_would_be_right(page, sample, monkeypatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _most: 424242)
    visitor = page()
    visitor.say(UNKNOWN)
    visitor.say("424242")
    assert visitor.holder_id is None


@SQLITE
def test_a_number_of_two_holders_identifies_neither(page, sample, holder) -> None:
    with sample.store.session() as session:
        other = session.scalars(select(Holder).where(Holder.id != holder.id)).first()
        other.phone, other.phone_hash = holder.phone, holder.phone_hash
    assert page().say(phone_of(holder)) == [say_of(sample, "sent")]
    assert texts_to(sample) == []


@SQLITE
def test_a_number_that_becomes_anothers_too_before_the_code_is_typed_identifies_neither(
    page, sample, holder
) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    with sample.store.session() as session:
        other = session.scalars(select(Holder).where(Holder.id != holder.id)).first()
        other.phone, other.phone_hash = holder.phone, holder.phone_hash
    visitor.say(sent_code(sample, holder))
    assert visitor.holder_id is None


@SQLITE
@pytest.mark.parametrize("form", ["{0}", "验证码{0}", "是 {0} 吗", "{1} {2}", "{1}-{2}", "Code: {0}"])
def test_a_code_is_read_as_people_type_it(page, sample, holder, form: str) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    visitor.say(form.format(code, code[:3], code[3:]))
    assert visitor.holder_id == holder.id


@SQLITE
def test_a_code_in_full_width_or_spelled_out_is_read_too(page, sample, holder) -> None:
    wide, spoken = (
        str.maketrans("0123456789", "０１２３４５６７８９"),
        str.maketrans("0123456789", "零一二三四五六七八九"),
    )
    for table in (wide, spoken):
        visitor = page()
        visitor.say(phone_of(holder).translate(table))
        visitor.say(sent_code(sample, holder).translate(table))
        assert visitor.holder_id == holder.id


def test_after_five_wrong_codes_even_the_right_one_is_refused(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    left = [visitor.say(wrong(code))[0] for _ in range(5)]
    assert left[:4] == [say_of(sample, "wrong", tries_left=n) for n in (4, 3, 2, 1)]
    assert left[4] == say_of(sample, "burned")
    assert visitor.say(code) == [say_of(sample, "burned")]
    assert visitor.holder_id is None
    with sample.store.read() as session:
        assert [row.action for row in session.scalars(select(AuditEntry))].count("identity.burned") == 1


@SQLITE
def test_the_fifth_try_may_still_be_right(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    for _ in range(4):
        visitor.say(wrong(code))
    visitor.say(code)
    assert visitor.holder_id == holder.id


def test_a_code_is_refused_once_its_minutes_are_over(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    with sample.store.session() as session:
        session.scalars(select(LoginCode)).one().expires_at -= timedelta(minutes=5, seconds=1)
    assert visitor.say(sent_code(sample, holder)) == [say_of(sample, "expired")]
    assert visitor.holder_id is None


@SQLITE
def test_a_code_is_good_only_in_the_conversation_that_asked_for_it(page, sample, holder) -> None:
    mine, thief = page(), page()
    mine.say(phone_of(holder))
    thief.say(UNKNOWN)
    code = sent_code(sample, holder)
    assert thief.say(code) == [say_of(sample, "wrong", tries_left=4)]
    assert thief.holder_id is None
    mine.say(code)
    assert mine.holder_id == holder.id


@SQLITE
def test_each_of_two_pages_needs_its_own_code(page, sample, holder) -> None:
    first, second = page(), page()
    first.say(phone_of(holder))
    early = sent_code(sample, holder)
    second.say(phone_of(holder))
    late = sent_code(sample, holder)
    second.say(early if early != late else wrong(late))
    assert second.holder_id is None
    first.say(early)
    second.say(late)
    assert first.holder_id == second.holder_id == holder.id


@SQLITE
def test_a_used_code_opens_nothing_a_second_time(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    visitor.say(code)
    assert visitor.say(code)[0] == say_of(sample, "already")
    with sample.store.session() as session:
        session.get_one(Conversation, visitor.talk).holder_id = None
    assert visitor.say(code) == [say_of(sample, "spent")]
    assert visitor.holder_id is None


@SQLITE
def test_a_new_code_ends_the_one_before(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    old = sent_code(sample, holder)
    assert visitor.say("没收到，重发一下") == [say_of(sample, "sent")]
    new = sent_code(sample, holder)
    assert len(texts_to(sample, holder.phone_hash)) == 2
    if old != new:
        assert visitor.say(old) == [say_of(sample, "wrong", tries_left=4)]
    visitor.say(new)
    assert visitor.holder_id == holder.id


def test_a_phone_is_not_flooded_whoever_asks(page, sample, holder) -> None:
    answers = [page().say(phone_of(holder))[0] for _ in range(5)]
    assert answers == [say_of(sample, "sent")] * 3 + [say_of(sample, "too_many")] * 2
    assert len(texts_to(sample)) == 3


def test_a_burst_of_pages_at_once_is_no_way_past_the_limit(page, sample, holder) -> None:
    pages = [page() for _ in range(6)]
    with ThreadPoolExecutor(len(pages)) as pool:
        answers = list(pool.map(lambda visitor: visitor.say(phone_of(holder))[0], pages))
    assert answers.count(say_of(sample, "sent")) == 3
    assert len(texts_to(sample)) == 3


@SQLITE
def test_one_page_may_not_try_one_number_after_the_other(page, sample) -> None:
    visitor = page()
    answers = [visitor.say(f"1999999000{n}")[0] for n in range(5)]
    assert answers == [say_of(sample, "sent")] * 3 + [say_of(sample, "too_many")] * 2


@SQLITE
def test_numbers_not_on_file_are_counted_alike(page, sample) -> None:
    answers = [page().say(UNKNOWN)[0] for _ in range(4)]
    assert answers[-1] == say_of(sample, "too_many")


@SQLITE
def test_a_day_has_its_own_limit(page, sample, holder) -> None:
    visitor = page()
    for _ in range(sample.settings.login_codes_per_day):
        visitor.say(phone_of(holder))
        with sample.store.session() as session:
            for row in session.scalars(select(LoginCode)):
                row.requested_at -= timedelta(hours=1)
    assert visitor.say(phone_of(holder)) == [say_of(sample, "too_many")]


@SQLITE
def test_a_text_said_twice_asks_once_and_tries_once(page, sample, holder) -> None:
    visitor = page()
    first = visitor.say(phone_of(holder))
    assert visitor.say(phone_of(holder), again=True) == first
    assert len(texts_to(sample)) == 1
    bad = wrong(sent_code(sample, holder))
    visitor.say(bad)
    visitor.say(bad, again=True)
    with sample.store.read() as session:
        assert session.scalars(select(LoginCode)).one().tries == 1


@SQLITE
def test_a_text_whose_answer_was_lost_sends_no_second_code(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    with sample.store.session() as session:
        for row in session.scalars(select(Message).where(Message.author == "bot")):
            session.delete(row)
    assert visitor.say(phone_of(holder), again=True) == [say_of(sample, "sent")]
    assert len(texts_to(sample)) == 1


@SQLITE
def test_while_staff_talk_no_code_goes_out_and_none_is_tried(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    with sample.store.session() as session:
        session.get_one(Conversation, visitor.talk).staffed = True
    assert visitor.say(code) == []
    assert visitor.say(phone_of(holder)) == []
    assert visitor.holder_id is None
    assert len(texts_to(sample)) == 1
    assert code not in "".join(visitor.stored())
    assert visitor.say(f"我的电话是{phone_of(holder)}") == []
    assert phone_of(holder) in visitor.stored()[-1]  # staff asked for it: it is theirs to read


def test_neither_code_nor_phone_is_in_a_message_a_log_or_what_the_assistant_gets(
    page, sample, holder, caplog
) -> None:
    lines = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=lines))
    caplog.set_level(logging.DEBUG)
    visitor = page()
    phone = phone_of(holder)
    visitor.say(f"我的手机是{phone[:3]} {phone[3:7]} {phone[7:]}，帮我查")
    code = sent_code(sample, holder)
    for words in (wrong(code), f"验证码是{code[:3]} {code[3:]}", "要带什么", f"{phone} {code}"):
        visitor.say(words)
    structlog.reset_defaults()
    seen = "".join([*visitor.stored(), *visitor.wire.got, lines.getvalue(), caplog.text])
    digits = "".join(char for char in seen if char.isdigit() or char == "\n")
    assert code not in digits
    assert phone not in seen
    assert phone[:7] not in seen.replace(" ", "")
    assert visitor.wire.got == ["要带什么"]
    with sample.store.read() as session:
        raw = "".join(str(row) for row in session.execute(text("SELECT * FROM login_codes")))
    assert code not in raw
    assert phone not in raw


@SQLITE
def test_a_mistyped_number_is_told_and_masked(page, sample) -> None:
    visitor = page()
    assert visitor.say("1990000001") == [say_of(sample, "not_mobile")]
    assert visitor.say("021-62833333") == [say_of(sample, "not_mobile_again")]
    assert not any("62833" in stored or "199000" in stored for stored in visitor.stored())


@SQLITE
@pytest.mark.parametrize(
    "words", ["12月5号", "2026-12-05", "20261205", "2026年12月5日到期", "还有40天", "取消"]
)
def test_a_day_and_other_words_are_left_to_the_assistant(page, words: str) -> None:
    visitor = page()
    visitor.say(words)
    assert visitor.wire.got == [words]


@SQLITE
def test_a_phone_is_left_alone_where_it_was_not_asked_for(sample, holder) -> None:
    visitor = Page(sample)
    visitor.say(f"我叫王芳，{phone_of(holder)}，请给我回电")
    visitor.asked()
    visitor.say(f"转人工，打给我 {phone_of(holder)}")
    assert len(visitor.wire.got) == 2
    with sample.store.session() as session:
        identity.forget(session, visitor.talk)
    visitor.say(phone_of(holder))
    assert visitor.wire.got[-1] == phone_of(holder)
    assert texts_to(sample) == []


@SQLITE
def test_who_names_the_phone_in_the_question_itself_is_sent_a_code(sample, holder) -> None:
    visitor = Page(sample)
    assert visitor.say(f"帮我查一下{phone_of(holder)}的续签状态") == [say_of(sample, "sent")]
    assert visitor.wire.got == []


@SQLITE
@pytest.mark.parametrize(
    "words",
    [
        "帮我查一下我同事张三的居住证到期了没，他手机{}",
        "查一下他的续签状态，{}",
        "我朋友的居住证，{}",
        "邻居{}，帮忙看看居住证续签没",
        "我幫同事查一下居住證{}",
        "查一下张三的居住证状态 {}",
        "帮我老婆查一下居住证状态，{}",
        "check my friend's permit status {}",
    ],
)
def test_anothers_phone_starts_nothing_whether_asked_for_or_not(sample, holder, words: str) -> None:
    visitor = Page(sample)
    said = words.format(phone_of(holder))
    visitor.say(said)
    visitor.asked().say(said)
    assert visitor.wire.got == [said, said]
    assert texts_to(sample) == []


@SQLITE
@pytest.mark.parametrize(
    "words",
    [
        "帮我老婆查居住证状态，用我的手机{}",
        "同事说可以查续签状态，我的手机{}",
        "帮我查一下我的居住证续签没有 {}",
        "我和老公的证都是我的手机号{}，查续签状态",
    ],
)
def test_the_own_phone_is_taken_whoever_else_is_spoken_of(sample, holder, words: str) -> None:
    visitor = Page(sample)
    assert visitor.say(words.format(phone_of(holder))) == [say_of(sample, "sent")]


@SQLITE
def test_who_gives_up_waiting_for_a_code_is_sent_no_other(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    visitor.say("收不到，不弄了")
    assert visitor.wire.got == ["收不到，不弄了"]
    assert len(texts_to(sample)) == 1


@SQLITE
def test_a_code_that_nobody_asked_for_is_masked_and_warned_about(sample) -> None:
    visitor = Page(sample)
    assert visitor.say("银行发来的验证码是884422") == [say_of(sample, "unasked")]
    assert "884422" not in "".join(visitor.stored())
    visitor.say("邮编200000")
    assert visitor.wire.got == ["邮编200000"]


@SQLITE
def test_a_code_of_another_length_costs_no_try(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    assert visitor.say("12345") == [say_of(sample, "wrong_length")]
    with sample.store.read() as session:
        assert session.scalars(select(LoginCode)).one().tries == 0


@SQLITE
def test_by_sms_a_code_identifies_nobody_and_is_sent_to_the_page(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    code = sent_code(sample, holder)
    phone = Page(sample, conversations.for_phone(sample, holder.phone))
    answer = phone.say(code)
    assert answer == [sample.wording.render("identity.wrong_place")]
    assert code not in "".join(phone.stored())
    assert phone.wire.got == []
    assert visitor.holder_id is None


@SQLITE
def test_by_sms_no_number_but_the_senders_own_counts(sample, holder) -> None:
    stranger = Page(sample, conversations.for_phone(sample, f"+86{UNKNOWN}"))
    bookings.ask_phone(sample, stranger.talk)
    stranger.say(f"查一下{phone_of(holder)}的状态")
    assert texts_to(sample) == []
    assert stranger.holder_id is None


@SQLITE
def test_a_code_sent_back_by_sms_is_answered_by_sms(page, sample, holder) -> None:
    page().say(phone_of(holder))
    code = sent_code(sample, holder)
    came = InboundText(provider="simulator", provider_ref="r1", phone=holder.phone, body=code)
    inbound.receive(sample, came, sample.now())
    with sample.store.read() as session:
        row = session.scalars(select(inbound.InboundRow)).one()
    assert answering.answer_inbound(sample, Wire(), row.id, sample.now())
    assert sample.wording.render("identity.wrong_place") in texts_to(sample, holder.phone_hash)[-1].body


@SQLITE
@pytest.mark.parametrize("form", ["{code}", "【验证】{code}(5分钟内有效)", "{half} {rest}"])
def test_no_digit_of_a_code_that_comes_by_sms_is_kept(page, sample, holder, form: str) -> None:
    page().say(phone_of(holder))
    code = sent_code(sample, holder)
    body = form.format(code=code, half=code[:3], rest=code[3:])
    came = InboundText(provider="simulator", provider_ref="r1", phone=holder.phone, body=body)
    inbound.receive(sample, came, sample.now())
    with sample.store.read() as session:
        row = session.scalars(select(inbound.InboundRow)).one()
    assert "******" in row.body
    wire = Wire()
    assert answering.answer_inbound(sample, wire, row.id, sample.now())
    assert wire.got == []
    assert sample.wording.render("identity.wrong_place") in texts_to(sample, holder.phone_hash)[-1].body


@SQLITE
def test_a_strangers_code_by_sms_is_not_kept_and_is_warned_about(sample, holder) -> None:
    came = InboundText(
        provider="simulator", provider_ref="r1", phone=holder.phone, body="银行验证码884422，对吗"
    )
    inbound.receive(sample, came, sample.now())
    with sample.store.read() as session:
        row = session.scalars(select(inbound.InboundRow)).one()
    assert "884422" not in row.body
    assert answering.answer_inbound(sample, Wire(), row.id, sample.now())
    assert sample.wording.render("identity.unasked") in texts_to(sample, holder.phone_hash)[-1].body


@SQLITE
def test_after_a_silence_the_page_knows_nobody_any_more(page, sample, holder) -> None:
    visitor = page()
    visitor.say(phone_of(holder))
    visitor.say(sent_code(sample, holder))
    token = "t" * 43
    with sample.store.session() as session:
        talk = session.get_one(Conversation, visitor.talk)
        talk.token_hash = sample.store.token_hash(token)
        for said in session.scalars(select(Message)):
            said.at -= timedelta(minutes=sample.settings.web_idle_minutes)
    visitor.talk = web_sessions.by_token(sample, token)
    visitor.say("我什么时候到期")
    assert visitor.holder_id is None


@SQLITE
def test_the_text_is_signed_names_its_purpose_and_is_not_sent_late(page, sample, holder) -> None:
    page().say(phone_of(holder))
    row = texts_to(sample)[0]
    assert row.body.startswith(sample.wording.render("sms.signature"))
    assert "5分钟" in row.body
    assert "电话" in row.body
    assert row.segments <= 2
    carrier = Carrier()
    delivery.send(sample.store, carrier, [row.id], sample.now() + timedelta(minutes=6))
    assert carrier.sent == []
    assert texts_to(sample)[0].state == "expired"


@SQLITE
def test_the_text_goes_to_the_phone_on_file(page, sample, holder) -> None:
    page().say(phone_of(holder))
    carrier = Carrier()
    delivery.send(sample.store, carrier, [texts_to(sample)[0].id], sample.now())
    assert [to for to, _, _ in carrier.sent] == [holder.phone]


@SQLITE
def test_what_is_asked_next_follows_where_it_stands(page, sample, holder) -> None:
    visitor = page()
    assert bookings.ask_phone(sample, visitor.talk)[0].text == say_of(sample, "ask")
    visitor.say(phone_of(holder))
    assert bookings.ask_phone(sample, visitor.talk)[0].text == say_of(sample, "ask_code")
    assert bookings.ask_phone(sample, visitor.talk, 2)[0].text == say_of(sample, "bad_code_again")


@SQLITE
def test_old_rows_are_not_kept(page, sample) -> None:
    page().say(UNKNOWN)
    with sample.store.session() as session:
        session.scalars(select(LoginCode)).one().requested_at -= login_codes.KEPT_FOR + timedelta(minutes=1)
    page().say("19999990002")
    with sample.store.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginCode)) == 1


@SQLITE
def test_an_operator_may_shorten_a_codes_life(sample, holder) -> None:
    shorter = replace(sample, settings=sample.settings.model_copy(update={"login_code_minutes": 2}))
    visitor = Page(shorter).asked()
    assert "2分钟" in visitor.say(phone_of(holder))[0]
    with sample.store.read() as session:
        row = session.scalars(select(LoginCode)).one()
    assert row.expires_at - row.requested_at == timedelta(minutes=2)


@draw(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["", " ", "-"]), st.text(max_size=8))
def test_however_a_number_is_typed_no_text_keeps_more_than_its_tail(
    number: str, gap: str, around: str
) -> None:
    around = "".join(char for char in around if not char.isnumeric())
    found = find_phone(f"{around}，{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}。")
    assert found is not None
    assert number[:7] not in "".join(char for char in found.text if char.isdigit())


@draw(st.from_regex(r"\A[0-9]{6}\Z"), st.text(max_size=12))
def test_however_a_code_is_typed_no_text_keeps_it(code: str, around: str) -> None:
    around = "".join(char for char in around if not char.isnumeric())
    found = find_code(f"{around}，{code}。{around}", 6)
    assert found is not None
    assert (found.kind, found.secret) == (Kind.CODE, code)
    assert code not in found.text


@pytest.mark.parametrize(
    "words", ["验证码是6位吗", "你们会要验证码吗", "2026年12月5日到期", "逾期60天怎么办"]
)
def test_a_question_is_no_code(words: str) -> None:
    assert find_named_code(words) is None


def test_a_day_stays_readable_beside_a_phone() -> None:
    assert hide("19900000001，2026-12-05到期").endswith("2026-12-05到期")
