"""A number left in the web chat for a call: a code sent to it must come back before anybody rings."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.language.contact import check_phone
from renewal.language.secrets import find_code
from renewal.services.app import Services
from renewal.services.callbacks.calling import claim
from renewal.services.callbacks.rows import NoSuchCallback
from renewal.services.callbacks.staff import counts, list_callbacks
from renewal.services.keeping import retention
from renewal.services.talks import chat, conversations
from renewal.store.models import Callback, Delivery, LoginCode, Message
from sms_gateway.app import create_app
from tests.bookings import book_callback, cancel_callback, erase_number
from tests.gateway.conftest import ScriptedAssistant
from tests.security.visitors import Clocked, clocked

PHONE, OTHER = "13800138000", "13900139000"
LEFT = f"样例女士 {PHONE}"


@dataclass
class Books(ScriptedAssistant):
    """Books the call for whoever writes a number, as the form does at its end; cancels it where told to."""

    services: Services = field(default=None)  # type: ignore[assignment]

    def answer(self, *, conversation_id: str, text: str, **more: Any) -> tuple[BotMessage, ...]:
        if not self.away and (phone := check_phone(text)) is not None:
            return book_callback(self.services, conversation_id, name="样例女士", phone=phone, proved=False)
        if text == "取消回电":
            return cancel_callback(self.services, conversation_id)
        return super().answer(conversation_id=conversation_id, text=text, **more)


class Visitor:
    """Somebody at the chat, and what the desk sees of it."""

    def __init__(self, clock: Clocked) -> None:
        self.clock, self.said = clock, 0
        self.assistant = Books(services=clock)
        app = create_app(clock.settings, clock, self.assistant)
        self.client: FlaskClient = app.test_client()
        self.client.post("/chat/sessions", json={})

    def say(self, text: str) -> str:
        self.said += 1
        answer = self.client.post("/chat/messages", json={"id": f"m{self.said}", "text": text})
        assert answer.status_code == 200, answer.text
        return "\n".join(message["text"] for message in answer.json["messages"])

    @property
    def code(self) -> str:
        """The code in the SMS that was queued last."""
        return find_code(self.sent[-1].body, 6).secret

    @property
    def sent(self) -> list[Delivery]:
        with self.clock.store.read() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.created_at)))

    @property
    def rows(self) -> list[Callback]:
        with self.clock.store.read() as session:
            return list(session.scalars(select(Callback).order_by(Callback.id)))

    @property
    def at_the_desk(self) -> list[str]:
        """The numbers that staff are to ring."""
        return [row.phone for row in list_callbacks(self.clock, staff="test")[0]]


@pytest.fixture
def clock(services) -> Clocked:
    return clocked(services)


@pytest.fixture
def visitor(clock) -> Visitor:
    return Visitor(clock)


def other(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_staff_see_a_call_only_once_its_code_came_back(visitor) -> None:
    told = visitor.say(LEFT)
    assert "尾号8000" in told
    assert "验证码已发到" in told
    assert visitor.at_the_desk == []
    assert counts(visitor.clock).open == 0
    (sent,) = visitor.sent
    assert (sent.template, sent.phone) == ("callback.code_sms", f"+86{PHONE}")
    done = visitor.say(visitor.code)
    assert "登记好了" in done
    assert "11月24日" in done
    assert visitor.at_the_desk == [f"+86{PHONE}"]
    assert visitor.rows[0].proved_at is not None


def test_the_code_comes_neither_to_the_assistant_nor_into_what_is_kept(visitor) -> None:
    visitor.say(LEFT)
    code = visitor.code
    visitor.say(f"验证码是{code}")
    assert code not in str(visitor.assistant.said)
    with visitor.clock.store.read() as session:
        assert not any(code in body for body in session.scalars(select(Message.body)))
    assert visitor.at_the_desk


def test_a_wrong_code_tells_how_many_tries_are_left_and_the_last_is_the_end_of_it(visitor) -> None:
    visitor.say(LEFT)
    code = visitor.code
    assert "还能试4次" in visitor.say(other(code))
    assert "作废" in [visitor.say(other(code)) for _ in range(4)][-1]
    assert "作废" in visitor.say(code)
    assert visitor.at_the_desk == []


def test_a_code_of_another_length_costs_no_try(visitor) -> None:
    visitor.say(LEFT)
    assert "6位" in visitor.say("12345")
    assert "还能试4次" in visitor.say(other(visitor.code))


def test_a_late_code_is_told_to_be_late_and_another_helps(visitor) -> None:
    visitor.say(LEFT)
    code = visitor.code
    visitor.clock.wait(minutes=5)
    assert "失效" in visitor.say(code)
    visitor.say("重发")
    assert "登记好了" in visitor.say(visitor.code)


def test_a_used_code_tells_how_the_call_stands(visitor) -> None:
    visitor.say(LEFT)
    code = visitor.code
    visitor.say(code)
    told = visitor.say(code)
    assert "用过了" in told
    assert "已经登记着" in told
    assert len(visitor.rows) == 1


@pytest.mark.parametrize(
    "text", ["验证码没收到", "没收到验证码", "还没收到", "重发", "didn't get the code, resend please"]
)
def test_where_no_code_came_another_is_sent(visitor, text: str) -> None:
    visitor.say(LEFT)
    told = visitor.say(text)
    assert "已发到" in told or "A code went to" in told
    assert len(visitor.sent) == 2
    visitor.say(visitor.code)
    assert visitor.at_the_desk


def test_where_too_many_were_sent_it_is_said_when_another_may_be_had(visitor) -> None:
    visitor.say(LEFT)
    told = [visitor.say("没收到验证码") for _ in range(3)]
    assert "过60分钟" in told[-1]
    assert len(visitor.sent) == 3
    visitor.clock.wait(minutes=61)
    assert "已发到" in visitor.say("没收到验证码")


def test_a_day_s_codes_used_up_are_to_be_had_tomorrow(visitor) -> None:
    visitor.say(LEFT)
    for _ in range(2):
        visitor.say("重发")
    visitor.clock.wait(hours=2)
    for _ in range(3):
        visitor.say("重发")
    visitor.clock.wait(hours=2)
    assert "明天" in visitor.say("重发")


def test_the_day_after_another_code_is_sent(visitor) -> None:
    visitor.say(LEFT)
    visitor.clock.wait(hours=25)
    assert "已发到" in visitor.say("重发")
    visitor.say(visitor.code)
    assert visitor.at_the_desk


@pytest.mark.parametrize("text", ["我没收到短信通知，是不是没续上", "社保交到202610的算数吗"])
def test_later_what_is_about_something_else_is_the_assistant_s(visitor, text: str) -> None:
    visitor.say(LEFT)
    visitor.clock.wait(hours=2)
    assert visitor.say(text) == f"答1：{text}"
    assert len(visitor.sent) == 1


def test_after_the_code_six_digits_among_words_are_the_assistant_s(visitor) -> None:
    visitor.say(LEFT)
    visitor.say(visitor.code)
    assert visitor.say("社保交到202610的算数吗").startswith("答1：")


def test_the_same_request_again_sends_no_second_code_and_says_what_is_missing(visitor) -> None:
    visitor.say(LEFT)
    assert "只差验证码" in visitor.say(LEFT)
    assert len(visitor.sent) == 1
    assert len(visitor.rows) == 1
    visitor.say(visitor.code)
    assert "已经登记着" in visitor.say(LEFT)
    assert len(visitor.sent) == 1


def test_the_same_request_after_the_code_ran_out_sends_another(visitor) -> None:
    visitor.say(LEFT)
    visitor.clock.wait(minutes=6)
    assert "验证码已发到" in visitor.say(LEFT)
    assert len(visitor.sent) == 2


def test_a_number_changed_midway_gets_a_code_of_its_own(visitor) -> None:
    visitor.say(LEFT)
    first = visitor.code
    assert "尾号9000" in visitor.say(f"号码写错了，是{OTHER}")
    if first != visitor.code:
        assert "不对" in visitor.say(first)
    visitor.say(visitor.code)
    assert visitor.at_the_desk == [f"+86{OTHER}"]


def test_a_call_that_stands_keeps_its_number_until_the_new_one_is_proved(visitor) -> None:
    visitor.say(LEFT)
    visitor.say(visitor.code)
    assert "仍打原来的号码" in visitor.say(f"改打{OTHER}")
    assert visitor.at_the_desk == [f"+86{PHONE}"]
    assert "改好了" in visitor.say(visitor.code)
    assert visitor.at_the_desk == [f"+86{OTHER}"]
    assert len(visitor.rows) == 1


def test_a_number_that_was_proved_here_needs_no_second_code(visitor) -> None:
    visitor.say(LEFT)
    visitor.say(visitor.code)
    visitor.say("取消回电")
    assert "登记好了" in visitor.say(LEFT)
    assert len(visitor.sent) == 1


def test_a_call_cancelled_before_its_code_takes_no_code(visitor) -> None:
    visitor.say(LEFT)
    assert "取消了" in visitor.say("取消回电")
    assert "没有等着验证码" in visitor.say(visitor.code)
    assert visitor.at_the_desk == []


def test_a_code_that_looks_like_a_day_is_a_code_all_the_same(visitor, monkeypatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _most: 199496)
    visitor.say(LEFT)
    assert "登记好了" in visitor.say("199496")
    assert "用过了" in visitor.say("199496")
    assert "199496" not in str(visitor.assistant.said)


def test_a_number_erased_before_its_code_leaves_a_code_that_proves_nothing(visitor) -> None:
    visitor.say(LEFT)
    code, talk = visitor.code, visitor.rows[0].conversation_id
    assert "删掉了" in erase_number(visitor.clock, talk)[0].text
    visitor.say(code)
    assert visitor.rows == []
    with visitor.clock.store.read() as session:
        assert session.scalars(select(LoginCode.state)).all() == ["replaced"]


def test_erasing_the_number_gives_no_new_codes_and_no_new_guesses(visitor) -> None:
    for _ in range(6):
        visitor.say(LEFT)
        for _ in range(4):
            visitor.say(other(visitor.code))
        if visitor.rows:
            erase_number(visitor.clock, visitor.rows[0].conversation_id)
    assert len(visitor.sent) <= 3, "as many as one asker may have in an hour"
    with visitor.clock.store.read() as session:
        assert sum(session.scalars(select(LoginCode.tries))) <= 3 * 5


def test_the_code_of_the_request_form_is_not_for_the_number_in_the_chat(visitor) -> None:
    visitor.say(LEFT)
    visitor.client.post("/chat/callbacks/code", json={"id": "c1", "phone": OTHER, "language": "zh-CN"})
    assert "原来那个号码" in visitor.say(visitor.code)
    assert visitor.at_the_desk == []


def test_the_form_and_the_chat_share_their_limits(visitor) -> None:
    visitor.say(LEFT)
    for number in range(2):
        visitor.client.post(
            "/chat/callbacks/code", json={"id": f"c{number}", "phone": PHONE, "language": "zh-CN"}
        )
    assert "太多" in visitor.say("重发")
    assert len(visitor.sent) == 3


def test_one_address_cannot_have_strangers_texted(clock) -> None:
    visitors = [Visitor(clock) for _ in range(12)]
    told = [visitor.say(f"样例女士 1380013{8000 + n}") for n, visitor in enumerate(visitors)]
    assert ["已发到" in words for words in told] == [True] * 10 + [False] * 2


def test_a_code_for_a_late_answer_counts_for_the_address_that_asked(visitor, clock) -> None:
    visitor.say("你好")
    with clock.store.read() as session:
        talk = session.scalars(select(Message.conversation_id).limit(1)).one()
    visitor.assistant.away = True
    visitor.client.post("/chat/messages", json={"id": "late", "text": LEFT})
    visitor.assistant.away = False
    address = clock.store.address_hash("192.0.2.1")
    chat.answer_kept(clock, visitor.assistant, talk, "c-late", attempt=1, caller_hash=address)
    with clock.store.read() as session:
        assert session.scalars(select(LoginCode.caller_hash)).one() == address


def test_staff_can_do_nothing_with_a_call_that_waits_for_its_code(visitor, clock) -> None:
    visitor.say(LEFT)
    assert list_callbacks(clock, staff="test", with_closed=True) == ((), 0)
    with pytest.raises(NoSuchCallback):
        claim(clock, visitor.rows[0].id, staff="test")


def test_a_call_whose_code_never_came_is_gone_after_two_days(visitor, clock) -> None:
    visitor.say(LEFT)
    assert retention.keep(clock, clock.now()).callbacks == 0
    assert retention.keep(clock, clock.now() + timedelta(days=2, minutes=1)).callbacks == 1
    assert visitor.rows == []


def test_by_sms_the_number_that_texts_needs_no_code(clock) -> None:
    talk = conversations.for_phone(clock, f"+86{PHONE}")
    told = book_callback(clock, talk, name="样例女士", phone=f"+86{PHONE}", proved=False)
    assert "登记好了" in told[0].text
    assert list_callbacks(clock, staff="test")[1] == 1


def test_a_call_answered_in_traditional_characters_and_in_english(visitor) -> None:
    visitor.say("請給我回電")
    assert "驗證碼" in visitor.say(f"陳女士，電話是{PHONE}，謝謝")
    english = Visitor(visitor.clock)
    english.say("call me back please")
    assert "A code went to" in english.say(f"my name is Ms Sample, the number is {OTHER}")
