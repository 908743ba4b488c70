"""Staff see what a conversation was about, take it over, and the assistant keeps quiet until they give it back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.services.callbacks.calling import close_callback
from renewal.services.callbacks.rows import CallbackCancelled, NoSuchCallback
from renewal.services.callbacks.staff import list_callbacks
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks import answering, conversations, handover, inbound, web_sessions
from renewal.services.talks.handover import CannotSay
from renewal.services.talks.summary import NoSuchTalk, summarise
from renewal.services.texts import suppression
from renewal.services.texts.provider import InboundText
from renewal.store.models import AuditEntry, Conversation, Delivery, Holder
from tests.bookings import book_callback, cancel_callback

PHONE = "+8619900000001"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Wire:
    """The assistant's end: answers each text with its own words."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        self.heard.append(text)
        return (BotMessage(text=f"答：{text}"),)


def texts(services, talk: str) -> list[tuple[str, str]]:
    return [(message.author, message.text) for message in conversations.since(services, talk, 0)]


def audit(services) -> list[tuple[str, str]]:
    with services.store.read() as session:
        return [
            (row.actor, row.action) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]


def sent(services) -> list[str]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery.body).order_by(Delivery.created_at, Delivery.id)))


def texted(services, wire: Wire, body: str, ref: str) -> None:
    text = InboundText(provider="simulator", provider_ref=ref, phone=PHONE, body=body)
    inbound.receive(services, text, services.now())
    with services.store.read() as session:
        waiting = session.scalar(select(inbound.InboundRow.id).where(inbound.InboundRow.provider_ref == ref))
    answering.answer_inbound(services, wire, waiting, services.now())


def test_a_summary_of_a_holder_on_file_names_permit_notice_and_reasons(sample) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    conversations.say_to(sample, Wire(), talk, "我没搬家啊", "m1")
    found = summarise(sample, talk)
    said = "\n".join(found.lines())
    assert "自动续签失败" in said
    assert "居住地址" in said
    assert "到期" in found.who
    assert found.asked == ("我没搬家啊",)
    assert found.answered == "答：我没搬家啊"


def test_a_summary_of_a_stranger_says_what_they_said_with_numbers_masked(services) -> None:
    talk, _ = web_sessions.open_web(services)
    for n, said in enumerate(["你好", "我租房的", "12月5号到期", "怎么办", "急", "打13800138000"]):
        conversations.say_to(services, Wire(), talk, said, f"m{n}")
    found = summarise(services, talk)
    assert len(found.asked) == 5
    assert found.asked[-1] == "打138****8000"
    assert "2026-12-05" in found.who
    assert "租房" in found.who
    assert "网页" in found.opened


def test_a_summary_of_an_empty_conversation_can_be_read(services) -> None:
    talk, _ = web_sessions.open_web(services)
    assert len(summarise(services, talk).lines()) == 3


def test_on_the_web_the_holder_is_told_once_and_the_assistant_keeps_quiet(services) -> None:
    talk, _ = web_sessions.open_web(services)
    wire = Wire()
    assert handover.take(services, talk, staff="li")
    assert not handover.take(services, talk, staff="zhang")
    assert conversations.say_to(services, wire, talk, "在吗", "m1") == ()
    handover.say(services, talk, "在的，您说", staff="li")
    said = texts(services, talk)
    assert [author for author, _ in said] == ["bot", "user", "staff"]
    assert "接手" in said[0][1]
    assert said[2][1] == "在的，您说"
    assert wire.heard == []
    assert audit(services) == [("li", "conversation.taken"), ("li", "conversation.answered")]


def test_by_sms_staff_texts_are_queued_and_what_comes_in_is_kept_unanswered(services) -> None:
    wire = Wire()
    texted(services, wire, "怎么续签", "r1")
    talk = conversations.for_phone(services, PHONE)
    handover.say(services, talk, "我是小李，您说", staff="li")
    texted(services, wire, "我的地址搞错了", "r2")
    assert wire.heard == ["怎么续签"]
    answer, told, staff_text = sent(services)
    assert answer.endswith("答：怎么续签")
    assert "接手" in told
    assert staff_text.startswith("【续签助手】")
    assert staff_text.endswith("我是小李，您说")
    assert ("user", "我的地址搞错了") in texts(services, talk)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("请看 https://example.com/form", "网址"),
        ("登录example。cn填表", "网址"),
        ("{name}您好", "全名"),
        ("{spaced}您好", "全名"),
    ],
)
def test_what_no_sms_may_hold_is_refused_in_a_colleagues_words_with_what_to_do(sample, words, says) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    with sample.store.read() as session:
        name = session.get_one(Holder, session.get_one(Conversation, talk).holder_id).name
    with pytest.raises(CannotSay, match=says) as refused:
        handover.say(sample, talk, words.format(name=name, spaced=" ".join(name)), staff="li")
    assert name not in str(refused.value)
    assert sent(sample) == []
    assert audit(sample) == []


def test_on_the_web_a_colleague_may_name_a_page(services) -> None:
    talk, _ = web_sessions.open_web(services)
    handover.say(services, talk, "请看 https://example.com/form", staff="li")
    assert texts(services, talk)[-1] == ("staff", "请看 https://example.com/form")


def test_a_link_that_slips_into_an_answer_does_not_go_out_by_sms(services) -> None:
    texted(services, Wire(), "登录 www.example.org/login 行吗", "r1")
    (answer,) = sent(services)
    assert answer == "【续签助手】答：登录 （网址略） 行吗"


def test_an_answer_that_comes_after_staff_took_over_is_not_given(services) -> None:
    talk, _ = web_sessions.open_web(services)

    class Slow(Wire):
        def answer(
            self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
        ) -> tuple[BotMessage, ...]:
            handover.take(services, conversation_id, staff="li")
            return super().answer(conversation_id=conversation_id, text=text, intent=intent)

    assert conversations.say_to(services, Slow(), talk, "怎么续签", "m1") == ()
    assert "答：怎么续签" not in [text for _, text in texts(services, talk)]


def test_days_of_silence_do_not_take_a_conversation_from_staff(services) -> None:
    talk = conversations.for_phone(services, PHONE)
    handover.take(services, talk, staff="li")
    with services.store.session() as session:
        session.get_one(Conversation, talk).last_at = NOW - timedelta(days=30)
    assert conversations.for_phone(services, PHONE) == talk
    handover.release(services, talk, staff="li")
    with services.store.session() as session:
        session.get_one(Conversation, talk).last_at = NOW - timedelta(days=30)
    assert conversations.for_phone(services, PHONE) != talk


def test_given_back_the_assistant_answers_again_and_the_holder_is_told(services) -> None:
    talk, _ = web_sessions.open_web(services)
    wire = Wire()
    assert not handover.release(services, talk, staff="li")
    handover.take(services, talk, staff="li")
    assert handover.release(services, talk, staff="li")
    assert conversations.say_to(services, wire, talk, "怎么续签", "m1")[0].text == "答：怎么续签"
    assert "机器人" in texts(services, talk)[1][1]


def test_what_cannot_reach_the_holder_is_refused_and_nothing_is_kept(services) -> None:
    talk = conversations.for_phone(services, PHONE)
    with pytest.raises(CannotSay):
        handover.say(services, talk, "  ", staff="li")
    with pytest.raises(CannotSay):
        handover.say(services, talk, "长" * 400, staff="li")
    with services.store.session() as session:
        suppression.suppress(session, services.store.phone_hash(PHONE), "opt_out", NOW)
    with pytest.raises(CannotSay):
        handover.say(services, talk, "您好", staff="li")
    assert texts(services, talk) == []
    with services.store.read() as session:
        assert not session.get_one(Conversation, talk).staffed


def test_an_id_number_typed_by_staff_is_masked_too(services) -> None:
    talk, _ = web_sessions.open_web(services)
    handover.say(services, talk, "是11010119900307123X吗", staff="li")
    assert "11010119900307123X" not in texts(services, talk)[-1][1]


def test_a_conversation_is_found_by_the_beginning_of_its_id(services) -> None:
    talk, _ = web_sessions.open_web(services)
    assert handover.find_talk(services, talk[:8]) == talk
    for wrong in ("", talk[:3], "zzzz", "%%%%", talk + "0"):
        with pytest.raises(NoSuchTalk):
            handover.find_talk(services, wrong)


def test_callbacks_are_listed_by_their_day_and_closed_once(services, on) -> None:
    talk, _ = web_sessions.open_web(services)
    other, _ = web_sessions.open_web(services)
    book_callback(services, talk, name="王女士", phone="+8613800138000", about="租房")
    book_callback(services, other, name="陈先生", phone="+8613900139000")
    (first, second), count = list_callbacks(services, staff="li")
    assert count == 2
    assert (first.name, first.phone, first.about, first.late) == ("王女士", "+8613800138000", "租房", False)
    later = on(second.call_by_on.replace(day=28))
    assert all(callback.late for callback in list_callbacks(later, staff="li")[0])
    assert close_callback(services, first.id, staff="li")
    assert not close_callback(services, first.id, staff="li")
    cancel_callback(services, other)
    assert list_callbacks(services, staff="li") == ((), 0)
    states = {callback.state for callback in list_callbacks(services, staff="li", with_closed=True)[0]}
    assert states == {"closed", "cancelled"}
    with pytest.raises(CallbackCancelled):
        close_callback(services, second.id, staff="li")
    with pytest.raises(NoSuchCallback):
        close_callback(services, 999, staff="li")
    assert ("li", "callback.closed") in audit(services)
