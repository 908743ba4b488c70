"""Booking an appointment, as Rasa drives it: one text at a time, its slots carried along."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from renewal.dialogue.forms.acts import Act, Kind
from renewal.dialogue.forms.step import Follow
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.understood import Understood
from renewal.domain import Field
from renewal.domain.appointments import Slot
from renewal.language import secrets
from renewal.services.app import Services
from renewal.services.talks import conversations, identity
from renewal.services.turns.taking import take_turn
from renewal.store.models import Appointment, Delivery
from tests import bookings
from tests.bookings import book_callback, look
from tests.services.test_appointments import add_centre, add_holder, talk

Call = Callable[..., Any]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE, FORM = "validate_appointment_form", "appointment_form"
TODAY = date(2026, 11, 23)


@dataclass
class Talk:
    """A conversation with the appointment's actions: what Rasa does between them, and what is said."""

    call: Call
    services: Services
    id: str
    slots: dict[str, Any] = field(default_factory=dict)
    open: bool = False
    answered: bool = False  # the last text was left to the answers

    def say(self, text: str, intent: str = "appointment", confidence: float = 0.9) -> str:
        """The texts said to it, joined."""
        self.answered = False
        if not self.open and intent != "appointment":
            action = "action_cancel_form" if intent == "cancel" else "action_answer"
            reply = self._run(action, text, intent, confidence)
            if reply.next != FORM:
                return "".join(reply.texts)
        self.open = True
        reply = self._run(VALIDATE, text, intent, confidence)
        said = "".join(reply.texts)
        if reply.stepped_aside and reply.next is None:
            self.answered = True
            return said
        if reply.closed or not self.slots.get("requested_slot"):
            self.open = False
            return said
        return said + "".join(
            self._run(f"action_ask_{self.slots['requested_slot']}", text, intent, confidence).texts
        )

    def come_back(self, text: str, intent: str) -> str:
        """The form once more, after the text was answered."""
        self._run(VALIDATE, text, intent, 0.9, since=("action_answer",))
        return "".join(self._run(f"action_ask_{self.slots['requested_slot']}", text, intent, 0.9).texts)

    def _run(self, action: str, text: str, intent: str, confidence: float, **more: Any) -> Any:
        reply = self.call(
            action,
            text,
            intent,
            confidence=confidence,
            conversation=self.id,
            form=FORM if self.open else None,
            requested=self.slots.get("requested_slot"),
            slots={name: value for name, value in self.slots.items() if name != "requested_slot"},
            **more,
        )
        self.slots |= reply.slots
        return reply

    def rows(self) -> list[Appointment]:
        with self.services.store.read() as session:
            return list(session.scalars(select(Appointment).order_by(Appointment.id)))

    @property
    def booked(self) -> str:
        """The appointment that stands, as `24 09:00`."""
        found = look(self.services, self.id).booked
        return f"{found.slot.day.day} {found.slot.starts:%H:%M}" if found else ""


@pytest.fixture
def centre(services: Services) -> int:
    return add_centre(services)


@pytest.fixture
def sms(call: Call, services: Services, centre: int) -> Talk:
    """A holder in 徐汇区 with one centre there, known by number."""
    return Talk(call=call, services=services, id=talk(services, add_holder(services)))


@pytest.fixture
def booked(sms: Talk, services: Services, centre: int) -> Talk:
    """The same with an appointment that an earlier conversation left: Tuesday at nine."""
    bookings.ask(services, sms.id, Slot(centre_id=centre, day=date(2026, 11, 24), starts=time(9)))
    return sms


# Booking


def test_where_there_is_one_centre_a_time_is_asked_and_a_number_books_it(sms: Talk) -> None:
    asked = sms.say("我想预约签注")
    assert "1. 11月24日周二09:00；2. 11月24日周二13:30；3. 11月25日周三09:00" in asked
    said = sms.say("第二个", "inform")
    assert sms.booked == "24 13:30"
    for words in ("预约好了", "11月24日（周二）13:30", "样例路1号", "身份证", "取消预约"):
        assert words in said
    assert not sms.open


@pytest.mark.parametrize(
    ("text", "booked"),
    [
        ("帮我约下周一9点半签注", "30 09:00"),
        ("想预约周三下午一点半", "25 13:30"),
        ("预约签注，越快越好", "24 09:00"),
        ("book me an appointment tomorrow at 10", "24 10:00"),
    ],
)
def test_a_time_in_the_request_itself_is_booked_at_once(sms: Talk, text: str, booked: str) -> None:
    sms.say(text)
    assert sms.booked == booked


@pytest.mark.parametrize(
    ("text", "intent", "offered"),
    [
        ("周三上午", "inform", "1. 11月25日周三09:00；2. 11月25日周三10:00"),
        ("12月3日下午可以吗", "renewal_window", "1. 12月3日周四13:30；2. 12月3日周四14:30"),
        ("都不行，还有别的吗", "deny", "1. 11月25日周三10:00"),
        ("周六", "inform", "不办公"),
        ("元旦", "out_of_scope", "只能约11月24日到12月5日"),
    ],
)
def test_another_time_than_offered_is_looked_for(sms: Talk, text: str, intent: str, offered: str) -> None:
    sms.say("我想预约签注")
    assert offered in sms.say(text, intent)
    assert sms.open


@pytest.mark.parametrize(
    ("text", "intent", "offered"),
    [
        ("周二上午9点不行", "deny", "1. 11月24日周二10:00；2. 11月24日周二13:30；3. 11月25日周三09:00"),
        ("周二去不了", "cancel", "1. 11月25日周三09:00；2. 11月25日周三13:30；3. 11月26日周四09:00"),
        ("除了周二都可以", "inform", "1. 11月25日周三09:00；2. 11月25日周三13:30；3. 11月26日周四09:00"),
        ("上午都不行", "deny", "1. 11月24日周二13:30；2. 11月25日周三13:30；3. 11月26日周四13:30"),
        ("25号之前", "inform", "1. 11月24日周二09:00；2. 11月24日周二13:30；3. 11月24日周二14:30"),
        ("any day but Tuesday", "inform", "1. 11月25日周三09:00；2. 11月25日周三13:30；3. 11月26日周四09:00"),
    ],
)
def test_a_denied_time_books_nothing_and_others_are_offered(
    sms: Talk, text: str, intent: str, offered: str
) -> None:
    sms.say("我想预约签注")
    assert offered in sms.say(text, intent)
    assert sms.open
    assert not sms.booked


@pytest.mark.parametrize(
    ("text", "intent"), [("2", "acknowledge"), ("周三上午9点", "overdue"), ("25号9点行吗", "opening_hours")]
)
def test_an_answer_is_taken_whatever_it_was_classed_as(sms: Talk, text: str, intent: str) -> None:
    sms.say("我想预约签注")
    sms.say(text, intent)
    assert sms.booked in {"24 13:30", "25 09:00"}


def test_who_may_choose_among_centres_is_asked_which_and_the_time_wished_before_is_kept(
    sms: Talk, services: Services
) -> None:
    add_centre(services, "XH-2", name="徐汇区样例二街道社区事务受理服务中心")
    assert "1. XH-1样例街道社区事务受理服务中心；2. 徐汇区样例二街道" in sms.say("帮我约周三下午的签注")
    assert "11月25日周三13:30" in sms.say("2", "inform")
    sms.say("1", "inform")
    assert sms.booked == "25 13:30"


@pytest.mark.parametrize("text", ["the second one", "2", "第二家"])
@pytest.mark.parametrize("intent", ["more", "relatives_scope"])
def test_a_place_in_the_list_is_taken_whatever_it_was_classed_as(
    sms: Talk, services: Services, text: str, intent: str
) -> None:
    add_centre(services, "XH-2")
    sms.say("我想预约签注")
    assert "XH-2" in sms.say(text, intent)


def test_a_time_said_before_the_centre_is_kept(sms: Talk, services: Services) -> None:
    add_centre(services, "XH-2")
    sms.say("我想预约签注")
    assert "2. XH-2" in sms.say("周三上午10点", "inform")
    sms.say("2", "inform")
    assert sms.booked == "25 10:00"


@pytest.mark.parametrize("intent", ["where", "opening_hours", "inform"])
def test_a_name_alone_is_an_answer_and_a_question_about_a_centre_is_none(
    sms: Talk, services: Services, intent: str
) -> None:
    add_centre(services, "XH-2", name="徐汇区样例二街道社区事务受理服务中心")
    sms.say("我想预约签注")
    if intent != "inform":
        sms.say("样例二街道社区事务受理服务中心有没有停车场", intent)
        assert sms.answered
    assert "可以约" in sms.say("徐汇区样例二街道社区事务受理服务中心", intent)


@pytest.mark.parametrize("text", ["样例二街道", "就样例二吧", "徐汇区样例二街道社区事务受理服务中心"])
def test_a_centre_is_known_by_its_name(sms: Talk, services: Services, text: str) -> None:
    add_centre(services, "XH-2", name="徐汇区样例二街道社区事务受理服务中心")
    sms.say("我想预约签注")
    assert "样例二街道社区事务受理服务中心可以约" in sms.say(text, "inform")


def test_the_centres_of_another_district_are_offered_when_it_is_named(sms: Talk, services: Services) -> None:
    for code in ("PD-1", "PD-2"):
        add_centre(services, code, "浦东新区")
    sms.say("我想预约签注")
    said = sms.say("我想去浦东", "inform")
    assert "1. PD-1" in said
    assert "2. PD-2" in said


def test_where_the_district_has_no_centre_the_others_are_offered_and_it_is_said(
    call: Call, services: Services
) -> None:
    add_centre(services, "PD-1", "浦东新区")
    holder = Talk(call=call, services=services, id=talk(services, add_holder(services)))
    assert "您所在的区还没有" in holder.say("我想预约签注")
    assert "PD-1" in holder.say("第一个", "inform")


def test_where_no_centre_takes_appointments_the_window_is_named(call: Call, services: Services) -> None:
    holder = Talk(call=call, services=services, id=talk(services, add_holder(services)))
    assert "窗口" in holder.say("我想预约签注")
    assert not holder.open


def test_on_the_web_each_time_is_a_button_that_books_it_and_a_text_tells_the_time(
    call: Call, services: Services, centre: int
) -> None:
    web = Talk(call=call, services=services, id=talk(services, add_holder(services), "web"))
    web.say("我想预约签注")
    web.say("11月25日 周三 09:00", "inform")
    assert web.booked == "25 09:00"
    with services.store.read() as session:
        assert "11月25日（周三）09:00" in session.scalars(select(Delivery.body)).one()


def test_who_does_not_match_is_told_why_before_any_time_is_chosen(
    call: Call, services: Services, centre: int
) -> None:
    permit = add_holder(services, differs=(Field.ADDRESS,))
    holder = Talk(call=call, services=services, id=talk(services, permit))
    said = holder.say("我想预约签注")
    assert "居住地址" in said
    assert "窗口" in said
    assert not holder.open


def test_while_data_are_missing_a_seat_is_held_and_a_text_promised(
    call: Call, services: Services, centre: int
) -> None:
    permit = add_holder(services, lacks=(Field.PHONE,))
    holder = Talk(call=call, services=services, id=talk(services, permit))
    holder.say("我想预约签注")
    assert "先别去" in holder.say("1", "inform")
    assert holder.booked == "24 09:00"


def test_a_seat_that_was_taken_meanwhile_is_told_and_others_offered(
    sms: Talk, services: Services, centre: int
) -> None:
    sms.say("我想预约签注")
    for n in (2, 3):
        slot = Slot(centre_id=centre, day=date(2026, 11, 24), starts=time(9))
        bookings.ask(services, talk(services, add_holder(services, n)), slot)
    said = sms.say("1", "inform")
    assert "约满了" in said
    assert "1. 11月24日周二10:00" in said
    sms.say("1", "inform")
    assert sms.booked == "24 10:00"


def test_a_centre_that_is_full_names_the_others(sms: Talk, services: Services) -> None:
    small = add_centre(services, "XH-2", hours="周日 09:00-10:00", capacity=1)
    slot = Slot(centre_id=small, day=date(2026, 11, 29), starts=time(9))
    bookings.ask(services, talk(services, add_holder(services, 2)), slot)
    sms.say("我想预约签注")
    said = sms.say("2", "inform")
    assert "XH-2样例街道社区事务受理服务中心能约的日子都满了" in said
    assert "1. XH-1" in said


@pytest.mark.parametrize("text", ["上午十点", "10点吧", "at 10"])
def test_an_hour_alone_is_of_the_day_that_was_wished_before(sms: Talk, text: str) -> None:
    sms.say("帮我约这周五的签注")
    sms.say(text, "inform")
    assert sms.booked == "27 10:00"


def test_a_day_may_be_told_by_the_permits_expiry(sms: Talk) -> None:
    sms.say("我想预约签注")  # the permit expires on Saturday 5 December
    sms.say("到期前一天上午九点", "renewal_window")
    assert sms.booked == "4 09:00"


def test_a_closed_day_is_named_and_other_times_offered(sms: Talk) -> None:
    said = sms.say("我想约这个周日上午去签注")
    assert "11月29日（周日）那个时间中心不办公" in said
    assert "1. 11月30日周一09:00" in said


@pytest.mark.parametrize("text", ["给我约周五上午9点的", "帮我约最早的签注", "周五上午9点能约吗"])
@pytest.mark.parametrize("intent", ["opening_hours", "my_status", "renewal_window"])
def test_who_asks_for_one_in_so_many_words_gets_it_whatever_the_text_was_taken_for(
    sms: Talk, text: str, intent: str
) -> None:
    sms.say(text, intent)
    assert sms.booked in {"27 09:00", "24 09:00"}


@pytest.mark.parametrize("text", ["去窗口要先预约吗", "网上怎么约签注", "帮我约个专员打电话来"])
def test_a_question_about_booking_and_a_call_book_nothing(sms: Talk, text: str) -> None:
    sms.say(text, "online")
    assert not sms.open
    assert sms.booked == ""


@pytest.mark.parametrize("text", ["帮我约个牙医，明天下午", "给我订明晚吃饭的包间"])
def test_a_dentist_and_a_table_are_none_of_ours(sms: Talk, text: str) -> None:
    said = sms.say(text)
    assert "居住证" in said
    assert not sms.open


@pytest.mark.parametrize("text", ["徐汇中心", "去徐汇吧", "the one in Xuhui"])
def test_a_district_names_its_only_centre(call: Call, services: Services, centre: int, text: str) -> None:
    add_centre(services, "PD-1", "浦东新区")
    add_centre(services, "PD-2", "浦东新区")
    holder = Talk(call=call, services=services, id=talk(services, add_holder(services)))
    holder.say("我想去浦东签注，帮我约")
    assert "XH-1样例街道" in holder.say(text, "where")


def test_another_district_right_after_booking_moves_it_at_the_same_time(
    sms: Talk, services: Services
) -> None:
    add_centre(services, "PD-1", "浦东新区")
    sms.say("帮我约周五上午10点签注")
    assert "PD-1" in sms.say("换到浦东吧", "inform")
    assert sms.booked == "27 10:00"
    assert [row.state.value for row in sms.rows()] == ["moved", "approved"]


# Who asks


def test_an_unknown_number_is_told_to_use_the_one_on_file(
    call: Call, services: Services, centre: int
) -> None:
    stranger = Talk(call=call, services=services, id=conversations.for_phone(services, "+8619900099999"))
    assert "登记的手机" in stranger.say("我想预约签注")
    assert not stranger.open


def test_on_the_web_the_phone_is_asked_for_and_then_taken_outside_the_form(
    call: Call, services: Services, conversation: str, centre: int
) -> None:
    web = Talk(call=call, services=services, id=conversation)
    assert "登记的手机号" in web.say("我想预约签注")
    assert not web.open
    given = identity.read(services, conversation, "19900000001")
    assert given is not None
    assert given.kind is secrets.Kind.PHONE


def test_a_permit_that_is_not_due_is_told_from_when(call: Call, services: Services, centre: int) -> None:
    permit = add_holder(services, expires_on=TODAY + timedelta(days=200))
    holder = Talk(call=call, services=services, id=talk(services, permit))
    assert "还没到续签的时候" in holder.say("我想预约签注")


# Leaving, digressing, not being understood


@pytest.mark.parametrize(
    ("text", "intent"),
    [("算了", "cancel"), ("不约了", "out_of_scope"), ("取消", "cancel"), ("不用了", "deny")],
)
def test_the_form_lets_go(sms: Talk, text: str, intent: str) -> None:
    sms.say("我想预约签注")
    assert "不约了" in sms.say(text, intent)
    assert not sms.open
    assert sms.rows() == []
    assert sms.slots["appointment_offered"] is None


def test_a_question_is_answered_and_the_times_are_asked_again(sms: Talk) -> None:
    asked = sms.say("我想预约签注")
    sms.say("要带什么材料", "materials")
    assert sms.answered
    assert sms.come_back("要带什么材料", "materials") == asked


def test_asking_why_is_answered_and_is_no_bad_answer(sms: Talk) -> None:
    sms.say("我想预约签注")
    assert "当场签注" in sms.say("为什么要约", "ask_why")
    assert sms.slots["form_misses"] == 0


@pytest.mark.parametrize(("text", "intent"), [("好的", "acknowledge"), ("谢谢", "thanks")])
def test_politeness_is_no_bad_answer(sms: Talk, text: str, intent: str) -> None:
    sms.say("我想预约签注")
    sms.say(text, intent)
    assert sms.slots["form_misses"] == 0


def test_two_bad_answers_get_more_help_and_the_third_lets_go(sms: Talk) -> None:
    asked = sms.say("我想预约签注")
    first, second = sms.say("嗯嗯嗯", "out_of_scope"), sms.say("9", "out_of_scope")
    assert len({asked, first, second}) == 3
    assert all("1. 11月24日周二09:00" in said for said in (first, second))
    assert "窗口" in sms.say("哈哈", "out_of_scope")
    assert not sms.open


def test_whoever_wants_a_person_gets_to_one(sms: Talk) -> None:
    sms.say("我想预约签注")
    reply = sms._run(VALIDATE, "转人工", "human", 0.9)
    assert reply.next == "callback_form"
    assert reply.closed


def test_where_the_model_only_guesses_two_topics_are_offered_instead_of_a_form(sms: Talk) -> None:
    said = Understood(
        text="时间能定吗",
        intent="appointment",
        confidence=0.4,
        ranking=(("appointment", 0.4), ("processing_time", 0.35)),
    )
    turn = Turn(conversation_id=sms.id, said=said)
    result = take_turn(sms.services, turn, Act(kind=Kind.FOLLOW, form=Follow.APPOINTMENT))
    (message,) = result.messages
    assert "预约签注" in message.text
    assert "总共要多久" in message.text
    assert result.slots["requested_slot"] is None


# What stands


@pytest.mark.parametrize(
    "text", ["我约的是哪天", "我的预约是几点", "查一下我的预约", "when is my appointment"]
)
@pytest.mark.parametrize("intent", ["appointment", "my_status", "out_of_scope"])
def test_it_is_told_when_it_is_asked_for(booked: Talk, text: str, intent: str) -> None:
    said = booked.say(text, intent)
    assert "09:00" in said
    assert not booked.open
    assert booked.booked == "24 09:00"


@pytest.mark.parametrize("text", ["我的号是哪天", "我到底哪天去", "再告诉我一遍哪天去"])
def test_it_is_told_where_the_text_opened_the_status_form(booked: Talk, text: str) -> None:
    reply = booked._run("validate_status_form", text, "my_status", 0.9)
    assert "09:00" in "".join(reply.texts)
    assert reply.slots["requested_slot"] is None


def test_on_the_web_it_is_told_what_the_phone_was_asked_for(
    call: Call, services: Services, conversation: str
) -> None:
    web = Talk(call=call, services=services, id=conversation)
    web.say("我想预约签注")
    assert "本人" in web.say("为什么要我的手机号", "ask_why")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("取消预约吧", "cancel"),
        ("帮我把预约取消", "appointment"),
        ("我约的号不要了", "out_of_scope"),
        ("明天去不了了", "inform"),
        ("cancel my appointment", "cancel"),
    ],
)
def test_it_is_cancelled_whatever_the_text_was_taken_for(booked: Talk, text: str, intent: str) -> None:
    assert "取消了" in booked.say(text, intent) or "cancelled" in booked.say(text, intent)
    assert booked.booked == ""


@pytest.mark.parametrize("text", ["怎么取消预约", "预约能取消吗"])
def test_a_question_about_cancelling_cancels_nothing(booked: Talk, text: str) -> None:
    assert "回复“取消预约”" in booked.say(text, "online")
    assert booked.booked == "24 09:00"


def test_a_bare_cancel_cancels_only_what_was_booked_in_this_conversation(booked: Talk) -> None:
    assert "取消预约" in booked.say("取消", "cancel")
    assert booked.booked == "24 09:00"
    booked.slots["appointment_taken"] = True
    booked.say("取消", "cancel")
    assert booked.booked == ""


def test_a_bare_cancel_with_a_callback_besides_asks_which(booked: Talk) -> None:
    booked.slots |= {"callback_taken": True, "appointment_taken": True}
    assert "取消回电" in booked.say("取消", "cancel")
    assert booked.booked == "24 09:00"


@pytest.mark.parametrize(
    ("text", "intent", "then"),
    [
        ("改到周五上午9点", "correct", "27 09:00"),
        ("能改到下周一10点吗", "appointment", "30 10:00"),
        ("明天去不了，改后天下午1点半", "inform", "25 13:30"),
        ("move it to Friday at 10", "out_of_scope", "27 10:00"),
    ],
)
def test_it_is_moved_in_one_text(booked: Talk, text: str, intent: str, then: str) -> None:
    booked.say(text, intent)
    assert booked.booked == then
    assert [row.state.value for row in booked.rows()] == ["moved", "approved"]


@pytest.mark.parametrize("text", ["改到周五", "我想改约", "预约改个时间"])
def test_a_move_without_an_hour_offers_times_and_the_old_one_stands_until_one_is_chosen(
    booked: Talk, text: str
) -> None:
    assert "可以约" in booked.say(text)
    assert booked.booked == "24 09:00"
    assert "照旧" in booked.say("算了", "cancel")
    assert booked.booked == "24 09:00"
    booked.say(text)
    assert "改好了" in booked.say("2", "inform")
    assert booked.booked != "24 09:00"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我换了地址要改吗", "change_report"),
        ("取消回电", "cancel"),
        ("不要预约直接去可以吗", "online"),
        ("换单位了怎么办", "lost_job"),
        ("谢谢", "thanks"),
    ],
)
def test_a_text_about_something_else_leaves_it_alone(booked: Talk, text: str, intent: str) -> None:
    booked.say(text, intent)
    assert booked.booked == "24 09:00"
    assert not booked.open


def test_without_an_appointment_there_is_none_to_cancel_and_it_is_said(sms: Talk) -> None:
    assert "没有签注预约" in sms.say("把我的预约取消掉")
    assert "没有签注预约" in sms.say("我约的是哪天")
    assert "没有签注预约" in sms.say("取消预约", "cancel")
    assert not sms.open


def test_without_an_appointment_the_same_words_still_cancel_a_callback(sms: Talk) -> None:
    book_callback(sms.services, sms.id, name="样例", phone="+8619900000001")
    assert "回电取消了" in sms.say("取消预约", "cancel")


@pytest.mark.parametrize("text", ["把约的都取消", "cancel everything", "预约和回电全都不要了"])
def test_whatever_stands_is_called_off_together(booked: Talk, text: str) -> None:
    book_callback(booked.services, booked.id, name="样例", phone="+8619900000001")
    told = booked.say(text, "cancel")
    assert booked.booked == ""
    assert "回电取消了" in told or "the call is cancelled" in told


def test_where_nothing_stands_it_is_said_that_nothing_does(sms: Talk) -> None:
    assert "没有要取消的" in sms.say("全部取消", "cancel")


@pytest.mark.parametrize("text", ["他们把我的件退了", "押金退给我了", "材料被退了"])
def test_what_is_given_back_calls_no_appointment_off(booked: Talk, text: str) -> None:
    booked.say(text, "appointment_cancel")
    assert booked.booked == "24 09:00"


@pytest.mark.parametrize("text", ["嘿嘿嘿", "随便瞧瞧", "咿呀咿呀"])
def test_gibberish_neither_leaves_the_form_nor_books(sms: Talk, text: str) -> None:
    sms.say("我想预约签注")
    sms.say(text, "cancel")
    assert sms.open
    assert sms.booked == ""


# Times that are denied


DENIED = [
    ("周三上午9点不行", "25 09:00"),
    ("星期三早上九点来不了", "25 09:00"),
    ("周三上午沒空", "25 09:00"),
    ("Wednesday morning doesn't work", "25 09:00"),
    ("除了周三", "25"),
    ("24号和25号都不行", "24"),
]


def offered(talk: Talk) -> list[str]:
    return [f"{said[8:10]} {said[11:]}" for said in talk.slots["appointment_offered"]["slots"]]


@pytest.mark.parametrize(("text", "never"), DENIED)
@pytest.mark.parametrize("intent", ["inform", "deny", "appointment"])
def test_a_time_that_is_denied_books_nothing_and_others_are_offered(
    sms: Talk, text: str, never: str, intent: str
) -> None:
    sms.say("我要预约")
    said = sms.say(text, intent)
    assert sms.rows() == []
    assert sms.open
    assert "可以约" in said or "以下" in said or "1." in said
    assert offered(sms)
    assert not [slot for slot in offered(sms) if slot.startswith(never)]


def test_a_time_denied_in_the_request_itself_is_not_offered(sms: Talk) -> None:
    sms.say("我要预约签注，周二不行")
    assert sms.rows() == []
    assert not [slot for slot in offered(sms) if slot.startswith("24")]


def test_after_a_denial_another_day_is_asked_for_and_chosen(sms: Talk) -> None:
    sms.say("我要预约")
    sms.say("周三上午9点不行", "inform")
    sms.say("周四呢", "inform")
    assert offered(sms)
    assert all(slot.startswith("26") for slot in offered(sms))
    sms.say("1", "inform")
    assert sms.booked == "26 09:00"


@pytest.mark.parametrize("text", ["周二上午我不行", "等等，24号不方便", "not Tuesday please"])
def test_what_was_just_booked_and_is_then_denied_stands_until_another_is_chosen(sms: Talk, text: str) -> None:
    sms.say("预约签注，越快越好")
    assert sms.booked == "24 09:00"
    assert "可以约" in sms.say(text, "deny")
    assert sms.booked == "24 09:00"
    sms.say("1", "inform")
    assert sms.booked not in ("", "24 09:00")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("那下周五吧", "out_of_scope"),
        ("这礼拜天行吗，平时没空", "opening_hours"),
        ("这几个都不行，下周一到下周三里头有没有", "opening_hours"),
        ("都不行，上班走不开", "deny"),
        ("上午都去不了 要上班", "cancel"),
        ("周五之前都没时间", "human"),
        ("what about Friday", "out_of_scope"),
        ("我只有周四轮休，其他时间都走不开", "renewal_window"),
        ("I can only do Fridays", "renewal_window"),
    ],
)
def test_right_after_booking_another_time_is_looked_for_and_the_one_booked_stands(
    sms: Talk, text: str, intent: str
) -> None:
    sms.say("预约签注，越快越好")
    assert "1." in sms.say(text, intent)
    assert sms.booked == "24 09:00"
    sms.say("1", "inform")
    assert sms.booked not in ("", "24 09:00")


@pytest.mark.parametrize("text", ["周二去不了，取消吧", "那天来不了了，帮我取消掉"])
def test_right_after_booking_a_text_that_says_cancel_cancels(sms: Talk, text: str) -> None:
    sms.say("预约签注，越快越好")
    assert "取消了" in sms.say(text, "cancel")
    assert sms.booked == ""


@pytest.mark.parametrize("text", ["好的，那就周二上午", "24号9点对吧"])
def test_right_after_booking_the_same_time_once_more_is_told_and_moves_nothing(sms: Talk, text: str) -> None:
    sms.say("预约签注，越快越好")
    assert "11月24日" in sms.say(text, "acknowledge")
    assert sms.booked == "24 09:00"
    assert not sms.open


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我12月8号到期", "renewal_window"),
        ("周五能办好吗", "processing_time"),
        ("周六上班吗", "opening_hours"),
        ("好的，别的时间也不用了", "acknowledge"),
    ],
)
def test_right_after_booking_a_day_of_something_else_moves_nothing(sms: Talk, text: str, intent: str) -> None:
    sms.say("预约签注，越快越好")
    sms.say(text, intent)
    assert sms.booked == "24 09:00"
    assert not sms.open


@pytest.mark.parametrize("text", ["好的，别的时间也不用了", "周三不行的话怎么办"])
def test_what_denies_no_time_of_an_appointment_leaves_it_alone(booked: Talk, text: str) -> None:
    booked.say(text, "acknowledge")
    assert booked.booked == "24 09:00"


# What it is for, where only the topic tells


@pytest.mark.parametrize(
    ("text", "intent", "said", "stands"),
    [
        ("那个时间我到底要几点到", "appointment_lookup", "您的预约：11月24日", "24 09:00"),
        ("是不是礼拜二来着", "appointment_lookup", "您的预约：11月24日", "24 09:00"),
        ("我临时有事，位子让给别人", "appointment_cancel", "取消了", ""),
        ("那天的不要了", "appointment_cancel", "取消了", ""),
        ("不来的话要紧吗", "appointment_cancel", "您的预约：11月24日", "24 09:00"),
        ("想晚几天去", "appointment_move", "1. ", "24 09:00"),
        ("有没有靠后一点的", "appointment_move", "1. ", "24 09:00"),
        ("什么时段能选", "appointment_times", "您的预约：11月24日", "24 09:00"),
    ],
)
def test_the_topic_tells_what_is_wanted_of_one_that_stands(
    booked: Talk, text: str, intent: str, said: str, stands: str
) -> None:
    assert said in booked.say(text, intent)
    assert booked.booked == stands


@pytest.mark.parametrize(
    ("text", "intent"), [("取消我约的牙医", "appointment_cancel"), ("取消电话回访", "appointment_cancel")]
)
def test_another_appointment_or_a_call_cancels_none_of_ours(booked: Talk, text: str, intent: str) -> None:
    booked.say(text, intent)
    assert booked.booked == "24 09:00"


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("我名下还排着吗", "appointment_lookup", "没有签注预约"),
        ("那就别给我排了", "appointment_cancel", "好的，不约了"),
        ("想晚几天去", "appointment_move", "没有签注预约"),
        ("什么时段能选", "appointment_times", "1. 11月24日"),
    ],
)
def test_where_none_stands_it_is_said_and_times_are_offered_to_who_asks_for_them(
    sms: Talk, text: str, intent: str, said: str
) -> None:
    assert said in sms.say(text, intent)
    assert sms.booked == ""


def test_in_the_form_who_asks_whether_it_is_booked_is_told_and_asked_again(sms: Talk) -> None:
    sms.say("我想预约签注")
    assert "还没约上，选好时间才算约上。" in sms.say("现在算定下来没有", "appointment_lookup")
    assert sms.open
    assert "不约了" in sms.say("位子我不要了", "appointment_cancel")
    assert not sms.open


# Where none can be had


@pytest.fixture
def barred(call: Call, services: Services, centre: int) -> Talk:
    """Somebody whose address compares differently, and who was told that none can be booked."""
    del centre
    permit_id = add_holder(services, differs=(Field.ADDRESS,))
    talking = Talk(call=call, services=services, id=talk(services, permit_id))
    assert "不能预约当场签注" in talking.say("我想预约签注")
    return talking


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("周三之前没空", "human", "12月5日到期前（含当天）都算按时"),
        ("周四没时间", "out_of_scope", "12月5日到期前（含当天）都算按时"),
        ("这些时间都不行，白天要看店", "in_person", "12月5日到期前（含当天）都算按时"),
        ("换个时间吧，下礼拜三", "out_of_scope", "12月2日直接去就行，算按时"),
        ("那周五上午呢", "opening_hours", "11月27日直接去就行，算按时"),
        ("12月9号行不行", "renewal_window", "已经过了到期日（12月5日），算补办，最迟2027年2月3日"),
    ],
)
def test_who_names_times_after_the_refusal_is_told_when_to_go_without_one(
    barred: Talk, text: str, intent: str, said: str
) -> None:
    assert said in barred.say(text, intent)


@pytest.mark.parametrize(
    ("text", "intent"),
    [("周五能办好吗", "processing_time"), ("要带什么", "materials"), ("我上周三交的材料", "review_time")],
)
def test_another_question_after_the_refusal_is_left_to_the_answers(
    barred: Talk, text: str, intent: str
) -> None:
    assert "不用预约" not in barred.say(text, intent)


def test_a_guess_at_a_purpose_does_not_begin_the_form_out_of_itself(call: Call) -> None:
    reply = call("validate_appointment_form", "对的 不要了", "appointment_cancel", confidence=0.45)
    assert reply.next != "appointment_form"
    assert reply.texts
