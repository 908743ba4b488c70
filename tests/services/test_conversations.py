"""Saying something in a conversation: stored once, answered once, by whom it should be."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage, Button
from renewal.dialogue.understood import Understood
from renewal.language.script import language_of
from renewal.services.night.nightly import run_night
from renewal.services.talks import conversations, web_sessions
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.store.models import Conversation, Holder, Notice
from tests.loaded import answered


@dataclass
class Wire:
    """Stands for the assistant's end of the wire: answers what it got, or is away."""

    away: bool = False
    got: list[tuple[str, str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        if self.away:
            raise AssistantUnavailable("away")
        self.got.append((conversation_id, text, intent))
        self.notices.append(notice)
        return (BotMessage(text=f"答：{text}", buttons=self.buttons),)


def test_the_same_client_id_twice_has_one_effect_and_the_same_answer(services) -> None:
    wire = Wire()
    talk, _ = web_sessions.open_web(services)
    first = conversations.say_to(services, wire, talk, "怎么续签", "m1")
    again = conversations.say_to(services, wire, talk, "怎么续签", "m1")
    assert first == again
    assert len(wire.got) == 1
    assert [m.author for m in conversations.since(services, talk, 0)] == ["user", "bot"]


def test_a_text_is_kept_while_the_assistant_is_away_and_answered_when_it_is_back(services) -> None:
    wire = Wire(away=True)
    talk, _ = web_sessions.open_web(services)
    with pytest.raises(AssistantUnavailable):
        conversations.say_to(services, wire, talk, "怎么续签", "m1")
    assert [m.text for m in conversations.since(services, talk, 0)] == ["怎么续签"]
    wire.away = False
    assert [m.text for m in conversations.say_to(services, wire, talk, "怎么续签", "m1")] == ["答：怎么续签"]
    assert len(conversations.since(services, talk, 0)) == 2


def test_a_token_opens_its_own_conversation_only(services) -> None:
    talk, token = web_sessions.open_web(services)
    other, _ = web_sessions.open_web(services)
    assert web_sessions.by_token(services, token) == talk != other
    assert web_sessions.by_token(services, token + "x") is None
    assert web_sessions.by_token(services, "") is None


def test_an_id_number_never_reaches_the_assistant_or_the_store_and_the_user_is_told(services) -> None:
    wire = Wire()
    talk, _ = web_sessions.open_web(services)
    said = conversations.say_to(services, wire, talk, "我的身份证11010119900307123X帮我查", "m1")
    assert "110101" not in wire.got[0][1]
    assert all("110101" not in m.text for m in conversations.since(services, talk, 0))
    assert said[0].text == services.wording.render("notice_id_number")


def test_a_pressed_button_is_its_topic_and_only_where_it_was_offered(services) -> None:
    wire = Wire(buttons=(Button(id="", label="要带什么材料", intent="materials"),))
    talk, _ = web_sessions.open_web(services)
    offered = conversations.say_to(services, wire, talk, "你好", "m1")[0].buttons[0]
    conversations.say_to(services, wire, talk, offered.id, "m2")
    assert wire.got[-1] == (talk, "要带什么材料", "materials")
    other, _ = web_sessions.open_web(services)
    conversations.say_to(services, wire, other, offered.id, "m1")
    assert wire.got[-1] == (other, offered.id, "")


def test_a_conversation_that_staff_took_over_gets_no_answer_from_the_assistant(services) -> None:
    wire = Wire()
    talk, _ = web_sessions.open_web(services)
    with services.store.session() as session:
        session.get_one(Conversation, talk).staffed = True
    assert conversations.say_to(services, wire, talk, "在吗", "m1") == ()
    assert not wire.got


def test_a_holder_is_known_by_the_number_on_file_with_the_last_notice(sample) -> None:
    run_night(sample, sample.today())
    with sample.store.read() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "failure")).first()
        holder = session.get_one(Holder, notice.holder_id)
    talk = conversations.for_phone(sample, holder.phone)
    with sample.store.read() as session:
        row = session.get_one(Conversation, talk)
        assert (row.holder_id, row.notice_id, row.channel) == (holder.id, notice.id, "sms")
    assert conversations.for_phone(sample, holder.phone) == talk


def test_the_assistant_is_told_which_notice_a_conversation_follows(sample) -> None:
    run_night(sample, sample.today())
    with sample.store.read() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "failure")).first()
        phone = session.get_one(Holder, notice.holder_id).phone
    wire = Wire()
    conversations.say_to(sample, wire, conversations.for_phone(sample, phone), "去哪里办", "m1")
    conversations.say_to(sample, wire, web_sessions.open_web(sample)[0], "去哪里办", "m1")
    assert wire.notices == ["failure", ""]


def test_a_number_of_two_holders_neither_of_them_notified_identifies_neither(sample) -> None:
    with sample.store.session() as session:
        first, second = session.scalars(select(Holder).limit(2)).all()
        second.phone, second.phone_hash = first.phone, first.phone_hash
        phone = first.phone
    talk = conversations.for_phone(sample, phone)
    with sample.store.read() as session:
        assert session.get_one(Conversation, talk).holder_id is None


def test_after_days_of_silence_a_text_starts_a_new_conversation(services) -> None:
    phone = "+8613800138000"
    talk = conversations.for_phone(services, phone)
    with services.store.session() as session:
        session.get_one(Conversation, talk).last_at -= conversations.SMS_SILENCE + timedelta(minutes=1)
    assert conversations.for_phone(services, phone) != talk


def test_nobody_speaks_in_a_conversation_that_was_never_opened(services) -> None:
    with pytest.raises(conversations.NoSuchConversation):
        conversations.say_to(services, Wire(), "made-up", "你好", "m1")


def test_a_very_long_text_reaches_the_assistant_shortened(services) -> None:
    wire = Wire()
    talk, _ = web_sessions.open_web(services)
    conversations.say_to(services, wire, talk, "长" * 5_000, "m1")
    assert len(wire.got[0][1]) == conversations.LONGEST_ANSWERED_CHARS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I renew my permit?", "en"),
        ("residence permit fee", "en"),
        ("居住證怎麼續簽", "zh-Hant"),
        ("居住证怎么续签", "zh"),
        ("expire了2weeks怎么办", "zh"),
        ("xuqian yao shenme cailiao", None),
        ("1", None),
        ("👌", None),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_an_answer_comes_in_the_language_of_the_last_text_that_tells_one(services) -> None:
    talk, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), talk, "How do I renew my permit?", "m1")
    conversations.say_to(services, Wire(), talk, "ok", "m2")
    understood = Understood(intent="thanks", text="ok")
    assert answered(services, talk, understood)[0].text.isascii()
    conversations.say_to(services, Wire(), talk, "謝謝，怎麼續簽", "m3")
    assert "續簽" in answered(services, talk, understood)[0].text


@pytest.mark.parametrize(
    "text",
    [
        "我不想活了，证续不上工作也没了",
        "I want to kill myself because my permit expired",
        "續不上證，我想自殺",
        "想輕生",
        "自 杀",
        "不如死了",
    ],
)
def test_someone_in_despair_is_answered_with_care_and_not_with_a_rule(services, text: str) -> None:
    wire = Wire()
    talk, _ = web_sessions.open_web(services)
    said = conversations.say_to(services, wire, talk, text, "m1")
    assert not wire.got
    assert said[0].text == services.wording.edition(language_of(text) or "").render("despair")


def test_half_a_character_does_not_stop_a_conversation(services) -> None:
    talk, _ = web_sessions.open_web(services)
    assert conversations.say_to(services, Wire(), talk, "\ud800续签", "m1")
