"""The way to a call from a person, as Rasa drives it: one text at a time, its slots carried along."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from renewal.dialogue.forms.acts import Act, Kind
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.understood import Understood
from renewal.domain import Housing
from renewal.services.app import Services
from renewal.services.samples.sample import make_sample
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks import conversations, handover
from renewal.services.talks.waiting import how_many_wait, waiting_talks
from renewal.services.turns.taking import take_turn
from renewal.store.models import Callback, Conversation
from renewal.wording import WordingError
from renewal.wording.composer import Wording
from tests.bookings import own_contact, prove_callback
from tests.loaded import RULES

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE, FORM = "validate_callback_form", "callback_form"
NAMED = {"callback_name": "陈晓明"}
REACHABLE = {**NAMED, "callback_phone": "+8613800138000"}
NUMBER = "+8619900000001"


@dataclass
class Talk:
    """A conversation with the callback's actions: what Rasa does between them, and what is said."""

    call: Call
    services: Services
    id: str
    slots: dict[str, Any] = field(default_factory=dict)
    open: bool = False
    answered: bool = False  # the last text was left to the answers
    proves: bool = True  # the code for a number that is left comes back at once

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9) -> str:
        """The texts said to it, joined."""
        if not self.open and intent != "human":
            return self._outside(text, intent, confidence)
        self.open = True
        reply = self._run(VALIDATE, text, intent, confidence)
        self.answered = reply.stepped_aside and reply.next is None
        return "".join(reply.texts) + self._after(reply, text, intent)

    def _outside(self, text: str, intent: str, confidence: float) -> str:
        if intent == "cancel":
            return "".join(self._run("action_cancel_form", text, intent).texts)
        reply = self._run("action_answer", text, intent, confidence)
        self.answered = "memory" in reply.slots
        if self.answered:
            return ""
        said = "".join(reply.texts)
        if reply.next == FORM:
            self.open = True
            return said + self.say(text, intent, confidence)
        if reply.next == "action_submit_callback":
            return said + "".join(self._run(reply.next, text, intent).texts)
        return said

    def _after(self, reply: Any, text: str, intent: str) -> str:
        if reply.next is not None:
            self.open = self.open and reply.stepped_aside
            done = self._run(reply.next, text, intent)
            self.open = False
            return "".join(done.texts)
        if self.answered:
            return ""
        asked = self._run(f"action_ask_{self.slots['requested_slot']}", text, intent)
        return "".join(asked.texts)

    def _run(self, action: str, text: str, intent: str, confidence: float = 0.9) -> Any:
        reply = self.call(
            action,
            text,
            intent,
            confidence=confidence,
            conversation=self.id,
            form=FORM if self.open else None,
            requested=self.slots.get("requested_slot"),
            slots={name: value for name, value in self.slots.items() if name != "requested_slot"},
        )
        self.slots |= reply.slots
        if action == "action_submit_callback" and self.proves:
            prove_callback(self.services, self.id)
        return reply

    def callbacks(self) -> list[Callback]:
        with self.services.store.read() as session:
            return list(session.scalars(select(Callback).order_by(Callback.id)))

    @property
    def callback(self) -> Callback:
        (only,) = self.callbacks()
        return only


@pytest.fixture
def web(call: Call, services: Services, conversation: str) -> Talk:
    return Talk(call=call, services=services, id=conversation)


@pytest.fixture
def sms(call: Call, services: Services) -> Talk:
    """From a number that nobody on file has."""
    return Talk(call=call, services=services, id=conversations.for_phone(services, NUMBER))


@pytest.fixture
def holder(call: Call, services: Services) -> Talk:
    """A holder on file, known by number."""
    make_sample(services.store, seed=1, count=200, today=services.today())
    return Talk(call=call, services=services, id=open_scenario(services, "failure:address", "sms"))


def test_a_holder_on_file_is_booked_at_once(holder: Talk) -> None:
    said = holder.say("转人工", "human")
    own = own_contact(holder.services, holder.id)
    assert (holder.callback.name, holder.callback.phone) == (own.name, own.phone)
    assert own.phone[-4:] in said
    assert "11月24日" in said
    assert not holder.open


def test_a_holder_on_file_sends_another_number_and_that_one_is_called(holder: Talk) -> None:
    holder.say("转人工", "human")
    assert "9000" in holder.say("打13900139000吧")
    assert holder.callback.phone == "+8613900139000"


def test_anyone_else_is_booked_in_two_turns(web: Talk) -> None:
    asked = web.say("请给我回电", "human")
    assert "称呼" in asked
    assert "电话" in asked
    said = web.say("王女士 13800138000")
    assert (web.callback.name, web.callback.phone) == ("王女士", "+8613800138000")
    assert "8000" in said
    assert "13800138000" not in said


def test_details_in_the_request_itself_need_no_question(web: Talk) -> None:
    web.say("请打电话给我 13800138000，我姓王，想问社保断了能不能续", "human")
    assert (web.callback.name, web.callback.phone, web.callback.about) == (
        "王",
        "+8613800138000",
        "社保断了能不能续",
    )


@pytest.mark.parametrize(
    ("first", "asked", "second"), [("王女士", "电话", "13800138000"), ("13800138000", "称呼", "王女士")]
)
def test_if_only_one_came_the_other_is_asked(web: Talk, first: str, asked: str, second: str) -> None:
    web.say("人工", "human")
    assert asked in web.say(first)
    web.say(second)
    assert (web.callback.name, web.callback.phone) == ("王女士", "+8613800138000")


def test_by_sms_only_the_name_is_asked(sms: Talk) -> None:
    assert NUMBER[-4:] in sms.say("转人工", "human")
    sms.say("王女士")
    assert (sms.callback.name, sms.callback.phone) == ("王女士", NUMBER)


@pytest.mark.parametrize("text", ["王女士，就用这个号码", "王女士，打这个电话就行"])
def test_by_sms_this_number_is_the_one_that_the_text_comes_from(sms: Talk, text: str) -> None:
    sms.say("转人工", "human")
    sms.say(text)
    assert (sms.callback.name, sms.callback.phone) == ("王女士", NUMBER)


def test_by_sms_another_number_may_come_along(sms: Talk) -> None:
    sms.say("转人工", "human")
    sms.say("王女士 021-62345678")
    assert sms.callback.phone == "+862162345678"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("李雷，座机021-62345678", "+862162345678"),
        ("Li Lei, +44 20 7946 0958", "+442079460958"),
        ("李雷 幺三八零零幺三八零零零", "+8613800138000"),
    ],
)
def test_landlines_foreign_and_spoken_numbers_are_taken(sms: Talk, text: str, phone: str) -> None:
    sms.say("human please", "human")
    sms.say(text, "out_of_scope")
    assert sms.callback.phone == phone


@pytest.mark.parametrize("text", ["李雷，座机021-62345678", "Li Lei, +44 20 7946 0958"])
def test_on_the_web_a_number_that_gets_no_texts_is_not_booked_and_another_is_asked(
    web: Talk, text: str
) -> None:
    web.say("人工", "human")
    said = web.say(text)
    assert "收不了短信" in said or "can't get texts" in said
    assert web.callbacks() == []
    web.say("13900139000")
    assert web.callback.phone == "+8613900139000"


def test_a_spoken_number_is_taken_on_the_web(web: Talk) -> None:
    web.say("人工", "human")
    web.say("李雷 幺三八零零幺三八零零零")
    assert web.callback.phone == "+8613800138000"


@pytest.mark.parametrize("intent", ["inform", "out_of_scope", "points_rules"])
def test_a_name_that_is_built_as_one_is_taken_whatever_it_was_classed_as(web: Talk, intent: str) -> None:
    web.say("人工 13800138000", "human")
    web.say("Li Lei", intent)
    assert web.callback.name == "Li Lei"


@pytest.mark.parametrize("text", ["papers if I rent", "要带什么材料"])
def test_a_question_is_no_name(web: Talk, text: str) -> None:
    web.say("人工 13800138000", "human")
    web.say(text, "materials")
    assert web.answered
    assert web.slots["callback_name"] is None


def test_an_earlier_name_is_corrected_while_the_number_is_asked(web: Talk) -> None:
    web.say("人工，我叫李雷", "human")
    said = web.say("名字错了，是李四", "correct")
    assert "改过来了" in said
    assert web.slots["callback_name"] == "李四"
    assert web.slots["requested_slot"] == "callback_phone"


def test_a_number_is_corrected_while_the_name_is_asked(web: Talk) -> None:
    web.say("人工 13812345678", "human")
    web.say("号码写错了是13987654321", "out_of_scope")
    assert web.slots["callback_phone"] == "+8613987654321"
    web.say("王女士")
    assert web.callback.phone == "+8613987654321"


def test_the_right_one_of_two_numbers_is_taken(web: Talk) -> None:
    web.say("人工 13812345678", "human")
    web.say("不是13812345678是13987654321", "correct")
    assert web.slots["callback_phone"] == "+8613987654321"
    assert web.slots["callback_name"] is None


def test_a_detail_that_is_only_called_wrong_is_asked_anew(web: Talk) -> None:
    web.say("人工 13812345678", "human")
    assert "电话" in web.say("电话写错了", "correct")
    assert web.slots["callback_phone"] is None


def test_a_booked_number_is_corrected_in_one_turn_and_in_the_same_booking(web: Talk) -> None:
    web.say("人工，我姓王，13812345678", "human")
    said = web.say("号码写错了是13987654321", "correct")
    assert "4321" in said
    assert web.callback.phone == "+8613987654321"


@pytest.mark.parametrize("text", ["名字错了，是李四", "不叫王五，叫李四", "名字应该是李四"])
def test_a_booked_name_is_corrected_in_one_turn(web: Talk, text: str) -> None:
    web.say("人工，我叫王五，13800138000", "human")
    assert "李四" in web.say(text, "correct")
    assert web.callback.name == "李四"


def test_a_booked_detail_that_is_only_called_wrong_is_asked_and_changed(web: Talk) -> None:
    web.say("人工，我叫王五，13800138000", "human")
    assert "对的号码" in web.say("电话写错了", "correct")
    web.say("13900139000")
    assert (web.callback.name, web.callback.phone) == ("王五", "+8613900139000")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("不用打了", "deny"),
        ("取消回电", "cancel"),
        ("取消", "cancel"),
        ("不要给我打电话了", "human"),
        ("don't call me", "deny"),
    ],
)
def test_a_booked_call_is_cancelled(web: Talk, text: str, intent: str) -> None:
    web.say("人工，我姓王，13800138000", "human")
    web.say(text, intent)
    assert web.callback.state == "cancelled"


def test_leaving_it_at_that_does_not_cancel_a_booked_call(web: Talk) -> None:
    web.say("人工，我姓王，13800138000", "human")
    assert "还登记着" in web.say("算了不办了", "cancel")
    assert web.callback.state == "open"


def test_to_ask_for_a_person_again_books_no_second_call(web: Talk) -> None:
    web.say("人工，我姓王，13800138000", "human")
    assert "已经登记着" in web.say("人工", "human")
    assert len(web.callbacks()) == 1


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("还想问积分", "points"),
        ("我是张江的", "inform"),
        ("谢谢", "thanks"),
        ("13900139000是你们的号码吗", "notice_genuine"),
        ("我换电话了要带什么", "change_report"),
    ],
)
def test_a_remark_after_the_booking_is_left_to_the_answers(web: Talk, text: str, intent: str) -> None:
    web.say("人工，我姓王，13800138000", "human")
    web.say(text, intent)
    assert web.answered
    assert (web.callback.name, web.callback.phone) == ("王", "+8613800138000")


def test_a_wish_for_an_hour_is_noted(web: Talk) -> None:
    web.say("人工，我姓王，13800138000", "human")
    assert "转告" in web.say("下午三点以后打", "inform")
    assert "下午三点以后打" in web.callback.about


def test_asking_why_is_answered_and_is_no_bad_answer(web: Talk) -> None:
    web.say("人工", "human")
    assert "只用来" in web.say("要我电话干什么", "ask_why")
    assert web.slots["form_misses"] == 0


@pytest.mark.parametrize(("text", "intent"), [("要带什么材料", "materials"), ("你们太烂了", "complaint")])
def test_a_question_or_anger_is_answered_and_the_form_goes_on(
    web: Talk, call: Call, text: str, intent: str
) -> None:
    web.say("人工", "human")
    web.say(text, intent)
    assert web.answered
    back = call(VALIDATE, text, intent, requested="callback_name", since=("action_answer",))
    assert back.slots["requested_slot"] == "callback_name"
    assert not back.stepped_aside


@pytest.mark.parametrize(("text", "intent"), [("谢谢", "thanks"), ("好的", "acknowledge"), ("你好", "greet")])
def test_politeness_is_no_bad_answer(web: Talk, text: str, intent: str) -> None:
    web.say("人工", "human")
    assert "电话" in web.say(text, intent)
    assert web.slots["form_misses"] == 0


@pytest.mark.parametrize(
    ("text", "intent"), [("算了不填了", "cancel"), ("不想留", "deny"), ("不用了", "out_of_scope")]
)
def test_the_form_lets_go(web: Talk, text: str, intent: str) -> None:
    web.say("人工，我姓王", "human")
    web.say(text, intent)
    assert not web.open
    assert web.slots["callback_name"] is None
    assert web.callbacks() == []


def test_bad_answers_get_more_help_then_the_centre_then_the_form_lets_go(web: Talk) -> None:
    asked = web.say("人工，我姓王", "human")
    first, second = web.say("12345"), web.say("啊啊", "out_of_scope")
    assert len({asked, first, second}) == 3
    assert "社区事务受理服务中心" in second
    assert "社区事务受理服务中心" in web.say("嘿嘿嘿嘿嘿", "out_of_scope")
    assert not web.open


def test_a_number_with_a_digit_missing_is_said_to_be_wrong_and_the_name_kept(web: Talk) -> None:
    web.say("人工", "human")
    assert "不全或不对" in web.say("王女士 1380013800")
    web.say("13800138000")
    assert (web.callback.name, web.callback.phone) == ("王女士", "+8613800138000")


@pytest.mark.parametrize("text", ["", "😀😀", "？？"])
def test_a_text_without_words_is_a_bad_answer_to_any_question(call: Call, text: str) -> None:
    for slot in ("callback_name", "callback_phone"):
        assert call(VALIDATE, text, "out_of_scope", requested=slot, slots={}).slots["form_misses"] == 1


def test_what_the_talk_knew_of_day_and_home_goes_along(call: Call, web: Talk) -> None:
    slots = {**REACHABLE, "permit_expires_on": "2026-12-05", "housing": "rented"}
    reply = call("action_submit_callback", "续签", "inform", slots=slots)
    assert reply.next == "action_listen"
    assert (str(web.callback.expires_on), web.callback.housing) == ("2026-12-05", Housing.RENTED)


def test_a_form_that_an_answer_opens_begins_at_its_beginning(holder: Talk, call: Call) -> None:
    reply = call(VALIDATE, "1", "acknowledge", conversation=holder.id, form=FORM, since=("action_answer",))
    assert reply.next == "action_submit_callback"


def test_a_correction_that_names_no_part_asks_for_the_number_and_keeps_the_name(web: Talk) -> None:
    web.say("人工，我叫王五，13800138000", "human")
    assert "称呼错了" in web.say("写错了", "correct")
    web.say("13900139000")
    assert (web.callback.name, web.callback.phone) == ("王五", "+8613900139000")


REFUSALS = ["别再给我打电话了", "请不要再打电话给我了", "再也别给我打電話了", "Please don't call me again"]


@pytest.mark.parametrize("text", REFUSALS)
@pytest.mark.parametrize("intent", ["complaint", "opt_out_question", "human", "out_of_scope"])
def test_who_wants_no_call_is_promised_that_nobody_calls_and_no_form_opens(
    web: Talk, text: str, intent: str
) -> None:
    said = web._run("validate_callback_form" if intent == "human" else "action_answer", text, intent)
    assert any(words in "".join(said.texts) for words in ("不会有人打", "不會有人打", "nobody will call"))
    assert said.next == "action_listen"
    assert web.callbacks() == []


@pytest.mark.parametrize("text", REFUSALS)
def test_who_wants_no_call_any_more_has_the_one_withdrawn_that_stands_open(
    holder: Talk, call: Call, text: str
) -> None:
    holder.say("转人工", "human")
    later = Talk(call=call, services=holder.services, id=holder.id)  # nothing of it is in mind any more
    later.say(text, "complaint")
    assert holder.callback.state == "cancelled"


def test_a_question_beside_the_refusal_is_answered(web: Talk) -> None:
    reply = web._run("action_answer", "别给我打电话了，直接告诉我要带什么材料", "materials")
    assert "不会有人打" in reply.texts[0]
    assert len(reply.texts) == 2


@pytest.mark.parametrize(
    "text", ["把我留的号码删掉", "我之前登记的手机号请注销", "删除我的联系方式", "delete my number please"]
)
def test_the_number_that_was_left_is_withdrawn(web: Talk, text: str) -> None:
    web.say("人工，我姓王，13800138000", "human")
    said = "".join(web._run("action_answer", text, "privacy").texts)
    assert "不会有人打" in said or "nobody will ring" in said
    assert not [row for row in web.callbacks() if row.state == "open"]  # cancelled, or gone with the number


@pytest.mark.parametrize("text", ["不要打这个号，打13900139000", "怎么还不给我打电话", "不用打电话也能办吗"])
def test_these_refuse_no_call(web: Talk, text: str) -> None:
    web.say("人工，我姓王，13800138000", "human")
    web._run("action_answer", text, "inform")
    assert web.callback.state == "open"


def test_what_was_told_before_the_call_was_asked_for_goes_along(call: Call, web: Talk) -> None:
    told = call("action_answer", "我租房，12月5号到期，要带什么", "materials", conversation=web.id)
    slots = {**REACHABLE, "memory": told.slots["memory"]}
    call("action_submit_callback", "转人工", "human", slots=slots)
    assert str(web.callback.expires_on) == "2026-12-05"
    assert web.callback.housing == Housing.RENTED


def test_what_a_turn_writes_is_written_whole_or_not_at_all(web: Talk) -> None:
    """The call is withdrawn and a question answered: an answer that fails takes the withdrawal back with it."""
    web.say("人工，我姓王，13800138000", "human")
    written = {"callback.cancelled": web.services.wording.entry("callback.cancelled")}
    mute = replace(web.services, wording=Wording(written, RULES))
    said = Understood(text="别给我打电话了，直接告诉我要带什么材料", intent="materials", confidence=0.9)
    turn = Turn(conversation_id=web.id, said=said)
    with pytest.raises(WordingError):
        take_turn(mute, turn, Act(kind=Kind.ANSWER))
    assert web.callback.state == "open"


@pytest.mark.parametrize("text", ["我这边不方便接，算了别麻烦了", "有事短信讲就好"])
def test_the_topic_alone_tells_that_no_call_is_wanted(web: Talk, holder: Talk, text: str) -> None:
    web.open = False
    reply = web._run("action_answer", text, "no_calls")
    assert "不会有人打电话给您" in "".join(reply.texts)
    assert web.callbacks() == []
    holder.say("转人工", "human")
    holder.say(text, "no_calls")
    assert holder.callback.state == "cancelled"


@pytest.mark.parametrize(
    ("form", "slot"), [("points_form", "points_age"), ("status_form", "permit_expires_on")]
)
def test_in_another_form_no_call_is_promised_and_the_form_asks_on(web: Talk, form: str, slot: str) -> None:
    reply = web.call(
        f"validate_{form}",
        "别给我打电话",
        "human",
        conversation=web.id,
        form=form,
        requested=slot,
        slots={},
    )
    assert "不会有人打电话给您" in "".join(reply.texts)
    assert reply.slots["requested_slot"] == slot
    assert reply.next is None


@pytest.mark.parametrize("text", ["有事就打13812345", "回个电话给我1391234567", "联系我 15012345"])
def test_a_number_that_is_not_whole_in_the_request_is_said_to_be_so(web: Talk, text: str) -> None:
    said = web.say(text, "human")
    assert "应该是11位" in said
    assert "请核对后再发一次" in said
    web.say("13800138000，王女士")
    assert web.callback.phone == "+8613800138000"


@pytest.mark.parametrize("text", ["你们登记的名字是啥", "姓名没写错吧", "把名字再念一遍给我听"])
@pytest.mark.parametrize("intent", ["bot_identity", "out_of_scope", "correct"])
def test_the_name_of_the_call_is_read_back(web: Talk, text: str, intent: str) -> None:
    web.say("人工，我叫王五，13800138000", "human")
    said = "".join(web._run("action_answer", text, intent).texts)
    assert "王五" in said
    assert (web.callback.name, web.callback.state) == ("王五", "open")


def test_the_name_on_file_is_told_nobody(holder: Talk) -> None:
    said = "".join(holder._run("action_answer", "系统里登记的姓名是什么", "privacy").texts)
    assert "不在这里说" in said


@pytest.mark.parametrize("intent", ["human", "complaint", "out_of_scope"])
def test_who_wants_no_call_after_all_leaves_the_form_and_is_told_so(web: Talk, intent: str) -> None:
    web.say("转人工", "human")
    reply = web._run("validate_callback_form", "算了，别给我打电话了", intent)
    assert "不会有人打电话给您" in "".join(reply.texts)
    assert (reply.next, reply.slots["requested_slot"]) == ("action_listen", None)
    assert web.callbacks() == []


@pytest.mark.parametrize("intent", ["others_record", "wrong_number"])
def test_the_name_of_a_call_booked_here_is_read_back_whatever_the_text_was_taken_for(
    web: Talk, intent: str
) -> None:
    web.say("人工，我叫王五，13800138000", "human")
    assert "王五" in "".join(web._run("action_answer", "称呼读一遍给我听", intent).texts)


def waits(talk: Talk) -> list[str]:
    """Why the conversation stands in the desk's list."""
    found = waiting_talks(talk.services, staff="test")
    return [one.why for one in found if one.conversation_id == talk.id]


def test_who_asks_for_a_person_and_leaves_no_number_stands_in_the_desk_s_list(web: Talk, sms: Talk) -> None:
    for talk in (web, sms):
        talk.say("转人工", "human")
        assert waits(talk) == ["asked_for_a_person"]
        talk.say("我想想", "out_of_scope")
        assert waits(talk) == ["asked_for_a_person"]
    assert how_many_wait(web.services) == 2


def test_they_wait_since_they_asked_first_and_three_days_at_most(web: Talk) -> None:
    web.say("转人工", "human")
    first = waiting_talks(web.services, staff="test")[0].since
    web.say("人呢", "human")
    assert waiting_talks(web.services, staff="test")[0].since == first
    with web.services.store.session() as session:
        session.get_one(Conversation, web.id).person_asked_at = first - timedelta(days=3, minutes=1)
    assert waits(web) == []


@pytest.mark.parametrize(
    ("text", "intent"), [("算了不填了", "cancel"), ("不用了", "deny"), ("不想留", "out_of_scope")]
)
def test_who_wants_nobody_after_all_waits_no_more(web: Talk, text: str, intent: str) -> None:
    web.say("转人工", "human")
    web.say(text, intent)
    assert waits(web) == []


@pytest.mark.parametrize("open_form", [True, False])
def test_who_wants_no_call_waits_for_nobody(web: Talk, open_form: bool) -> None:
    web.say("转人工", "human")
    if not open_form:
        web.open = False
        web.slots.clear()
    web._run(VALIDATE if open_form else "action_answer", "别给我打电话了", "human")
    assert waits(web) == []


def test_whose_number_could_not_be_read_still_waits_for_a_person(web: Talk) -> None:
    web.say("人工，我姓王", "human")
    for text in ("12345", "啊啊", "嘿嘿嘿嘿嘿"):
        web.say(text, "out_of_scope")
    assert not web.open
    assert waits(web) == ["asked_for_a_person"]


def test_a_call_that_is_booked_takes_the_place_of_the_wait_and_its_end_ends_both(web: Talk) -> None:
    web.say("转人工", "human")
    web.say("王女士 13800138000")
    assert waits(web) == ["asked_for_a_call"]
    web.say("取消回电", "cancel")
    assert waits(web) == []


def test_whose_number_waits_for_its_code_waits_for_a_person_meanwhile(web: Talk) -> None:
    web.proves = False
    web.say("人工，我姓王，13800138000", "human")
    assert waits(web) == ["asked_for_a_person"]
    web._run("action_answer", "把我留的号码删掉", "privacy")
    assert waits(web) == []


def test_a_word_of_staff_ends_the_wait_and_a_new_wish_begins_another(web: Talk) -> None:
    web.say("转人工", "human")
    handover.say(web.services, web.id, "您好，请说", staff="li")
    handover.release(web.services, web.id, staff="li")
    assert waits(web) == []
    web.say("人工", "human")
    assert waits(web) == ["asked_for_a_person"]


@pytest.fixture
def unproved(web: Talk) -> Talk:
    """Somebody on the web who left a number, to which a code is on its way."""
    web.proves = False
    web.say("人工，我姓王，13800138000", "human")
    return web


def test_a_number_typed_on_the_web_is_told_to_be_checked_first(web: Talk) -> None:
    web.proves = False
    said = web.say("人工，我姓王，13800138000", "human")
    assert "尾号8000" in said
    assert "先核对" in said
    assert "11月24日" not in said
    assert web.callback.state == "unconfirmed"
    assert web.callback.code_due_at is not None


@pytest.mark.parametrize(
    ("text", "intent"), [("不用打了", "deny"), ("取消回电", "cancel"), ("别给我打电话了", "complaint")]
)
def test_a_call_that_waits_for_its_code_is_cancelled(unproved: Talk, text: str, intent: str) -> None:
    assert "不会有人打" in unproved.say(text, intent)
    assert unproved.callback.state == "cancelled"


@pytest.mark.parametrize(
    ("text", "intent"), [("怎么还没人给我打电话", "callback_time"), ("算了不办了", "cancel")]
)
def test_of_a_call_that_waits_for_its_code_no_day_is_told(unproved: Talk, text: str, intent: str) -> None:
    said = unproved.say(text, intent)
    assert "只差验证码" in said
    assert "11月24日" not in said


def test_a_name_or_number_put_right_before_the_code_changes_the_same_call(unproved: Talk) -> None:
    assert "李四" in unproved.say("名字错了，是李四", "correct")
    assert "4321" in unproved.say("号码写错了是13987654321", "correct")
    assert (unproved.callback.name, unproved.callback.phone) == ("李四", "+8613987654321")
    assert unproved.callback.state == "unconfirmed"


def test_a_wish_for_an_hour_before_the_code_is_kept_with_the_call(unproved: Talk) -> None:
    said = unproved.say("下午三点以后打", "inform")
    assert "转告" in said
    assert "只差验证码" in said
    assert "下午三点以后打" in unproved.callback.about


def test_a_holder_who_is_known_on_the_web_needs_no_code_for_the_number_on_file(
    call: Call, services: Services
) -> None:
    make_sample(services.store, seed=1, count=200, today=services.today())
    known = Talk(
        call=call, services=services, id=open_scenario(services, "failure:address", "web"), proves=False
    )
    assert "登记好了" in known.say("转人工", "human")
    assert known.callback.state == "open"
    assert "仍打原来的号码" in known.say("打13900139000吧")
    assert [row.state for row in known.callbacks()] == ["open", "unconfirmed"]


def test_whose_call_could_not_be_booked_still_waits_for_a_person(web: Talk) -> None:
    web.say("人工，我姓王，座机021-62345678", "human")
    assert web.callbacks() == []
    assert waits(web) == ["asked_for_a_person"]
