"""The points form as Rasa drives it: facts in any order, skips, corrections, questions on the way, the estimate."""

from collections.abc import Callable
from typing import Any

import pytest

from renewal.domain.points import Degree

Call = Callable[..., Any]
# One database is enough here: the store has its own tests on both.
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
VALIDATE = "validate_points_form"
TELL = "action_tell_points"
ASKED = {
    "points_age": {"age": 35},
    "points_level": {"degree": Degree.COLLEGE.value},
    "points_stage": "asking",
}
BEFORE_EXTRAS = {**ASKED, "points_insurance": {"months": 96}, "points_base": {"base": "1"}}
COMPLETE = {**BEFORE_EXTRAS, "points_extras": {"done": True}}
TOLD = {
    "memory": {
        "topic": "points_rules",
        "key": "points_rules",
        "facts": {
            "points": {
                slot.removeprefix("points_"): COMPLETE[slot] for slot in COMPLETE if slot != "points_stage"
            }
        },
    }
}


@pytest.fixture
def step(call: Call) -> Call:
    """`step(text, intent, requested=…)`: the form takes one text."""

    def run(text: str, intent: str = "inform", **given: Any) -> Any:
        return call(VALIDATE, text, intent, form="points_form", **given)

    return run


def test_the_form_opens_with_the_first_question(step: Call) -> None:
    reply = step("帮我算算积分", "points_estimate")
    assert reply.slots["requested_slot"] == "points_age"
    assert reply.slots["points_stage"] == "opening"


def test_facts_in_the_request_itself_are_all_taken_and_counted_at_once(step: Call) -> None:
    reply = step("本科35岁社保五年一倍基数能有几分", "points_estimate")
    assert reply.texts[0].startswith("现在是155分")
    assert "学士学位吗" in reply.texts[0]
    assert reply.slots["requested_slot"] is None
    told = reply.slots["memory"]["facts"]["points"]
    assert told["age"] == {"age": 35}
    assert told["insurance"] == {"months": 60}
    assert told["base"] == {"base": "1"}
    assert told["level"]["open"]


def test_a_new_estimate_forgets_the_one_before(step: Call) -> None:
    reply = step("重新帮我算积分，我30岁", "points_estimate", slots=TOLD)
    assert reply.slots["points_age"] == {"age": 30}
    assert reply.slots["points_level"] is None


def test_a_form_that_is_opened_by_a_choice_begins_too(step: Call) -> None:
    reply = step("2", "inform", since=("action_answer",))
    assert reply.slots["requested_slot"] == "points_age"


def test_what_if_after_the_estimate_changes_one_answer_for_that_turn_and_tells_again(step: Call) -> None:
    reply = step("那要是硕士呢", "points_estimate", slots=TOLD)
    assert reply.texts[0].startswith("那就是204分（现在154分")
    assert reply.slots["memory"]["facts"]["points"]["level"] == {"degree": Degree.COLLEGE.value}
    assert reply.next == "action_listen"


def test_one_answer_leads_to_the_next_question(step: Call) -> None:
    assert step("35", requested="points_age").slots["requested_slot"] == "points_level"
    assert step("大专", requested="points_level", slots=ASKED).slots["requested_slot"] == "points_insurance"
    assert step("8年", requested="points_insurance", slots=ASKED).slots["requested_slot"] == "points_base"


def test_the_last_answer_leads_to_the_estimate(step: Call) -> None:
    reply = step("没有", "deny", requested="points_extras", slots=BEFORE_EXTRAS)
    assert reply.slots["requested_slot"] is None
    assert reply.next == TELL


def test_the_first_question_carries_what_this_is_and_later_ones_do_not(call: Call) -> None:
    first = call("action_ask_points_age", "", "inform", form="points_form", slots={"points_stage": "opening"})
    later = call("action_ask_points_level", "", "inform", form="points_form", slots=ASKED)
    assert "取消" in first.texts[0]
    assert first.slots["points_stage"] == "asking"
    assert "取消" not in later.texts[0]


@pytest.mark.parametrize("text", ["跳过", "不知道", "不想说", "skip"])
@pytest.mark.parametrize("intent", ["out_of_scope", "deny", "cancel"])
def test_any_question_can_be_skipped(step: Call, text: str, intent: str) -> None:
    reply = step(text, intent, requested="points_age")
    assert reply.slots["points_age"] == {"skipped": True}
    assert reply.slots["requested_slot"] == "points_level"


def test_an_earlier_answer_is_corrected_and_the_question_stays(step: Call) -> None:
    reply = step("不对，我是硕士", "correct", requested="points_insurance", slots=ASKED)
    assert reply.slots["points_level"]["degree"] == Degree.MASTER
    assert reply.slots["requested_slot"] == "points_insurance"
    assert reply.texts


def test_an_answer_that_is_only_called_wrong_is_asked_anew(step: Call) -> None:
    reply = step("年龄打错了", "correct", requested="points_insurance", slots=ASKED)
    assert reply.slots["points_age"] is None
    assert reply.slots["requested_slot"] == "points_age"


@pytest.mark.parametrize("text", ["取消", "算了", "不算了", "cancel"])
def test_the_form_lets_go_and_forgets(step: Call, text: str) -> None:
    reply = step(text, "cancel", requested="points_insurance", slots=ASKED)
    assert reply.texts
    assert reply.slots["requested_slot"] is None
    assert reply.slots["points_age"] is None
    assert reply.next == "action_listen"


def test_asking_for_a_person_leads_from_this_form_to_the_other(step: Call) -> None:
    reply = step("转人工", "human", requested="points_level", slots=ASKED)
    assert reply.closed
    assert reply.next == "callback_form"


def test_asking_why_is_answered_and_is_no_bad_answer(step: Call) -> None:
    reply = step("问这个干什么", "ask_why", requested="points_age")
    assert reply.texts
    assert reply.slots["requested_slot"] == "points_age"
    assert reply.slots["form_misses"] == 0


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("居住证要带什么材料", "materials"),
        ("中级职称多少分", "points_rules"),
        ("积分怎么续", "points_renewal"),
    ],
)
def test_a_question_is_left_to_the_answers(step: Call, text: str, intent: str) -> None:
    reply = step(text, intent, requested="points_level")
    assert reply.stepped_aside
    assert not reply.texts


def test_after_the_answer_the_forms_question_comes_again(step: Call) -> None:
    slots = {"points_age": {"age": 35}}
    since = ("action_answer",)
    reply = step("中级职称多少分", "points_rules", requested="points_level", slots=slots, since=since)
    assert reply.slots["requested_slot"] == "points_level"
    assert reply.slots["points_level"] is None
    assert not reply.stepped_aside


@pytest.mark.parametrize("intent", ["points_rules", "eligibility", "points", "points_estimate"])
def test_an_answer_is_taken_whatever_it_is_taken_for(step: Call, intent: str) -> None:
    reply = step("大专", intent, requested="points_level", slots={"points_age": {"age": 35}})
    assert reply.slots["points_level"] == {"degree": Degree.COLLEGE}


@pytest.mark.parametrize("text", ["还差几分", "现在多少分了"])
def test_who_asks_for_the_total_on_the_way_is_told_what_it_is_so_far(step: Call, text: str) -> None:
    reply = step(text, "points_estimate", requested="points_insurance", slots=ASKED)
    assert reply.texts[0].startswith("到这里是80分，离标准120分还差40分")
    assert reply.slots["requested_slot"] == "points_insurance"
    assert reply.slots["form_misses"] == 0


def test_what_is_only_tried_on_the_way_is_told_and_not_kept(step: Call) -> None:
    reply = step("换中级职称的话呢", "correct", requested="points_insurance", slots=ASKED)
    assert reply.texts[0].startswith("那就是130分（现在80分")
    assert "points_level" not in reply.slots
    assert reply.slots["requested_slot"] == "points_insurance"


def test_a_title_beside_the_degree_corrects_nothing(step: Call) -> None:
    reply = step("还有中级职称", requested="points_insurance", slots=ASKED)
    assert reply.slots["points_level"]["degree"] == Degree.COLLEGE
    assert not any("改过来" in text for text in reply.texts)


def test_a_text_that_reaches_the_standard_is_told_the_sum_so_far(step: Call) -> None:
    reply = step("还有中级职称", requested="points_insurance", slots=ASKED)
    assert "已达到标准" in reply.texts[0]


def test_a_value_put_right_by_its_name_is_taken_and_the_sum_told(step: Call) -> None:
    slots = {**ASKED, "points_insurance": {"months": 84}}
    reply = step("社保记错了 五年", requested="points_base", slots=slots)
    assert reply.slots["points_insurance"] == {"months": 60}
    assert reply.slots["requested_slot"] == "points_base"


def test_years_still_to_come_are_only_tried(step: Call) -> None:
    slots = {**ASKED, "points_insurance": {"months": 84}}
    reply = step("再攒三年", requested="points_base", slots=slots)
    assert reply.slots.get("points_insurance", {"months": 84}) == {"months": 84}
    assert "试算" in reply.texts[0]


def test_bad_answers_are_counted_and_the_third_is_skipped(step: Call) -> None:
    for before, after in ((0, 1), (1, 2)):
        slots = {**BEFORE_EXTRAS, "points_base": None, "form_misses": before}
        reply = step("哈哈", "out_of_scope", requested="points_base", slots=slots)
        assert reply.slots["form_misses"] == after
    slots = {**BEFORE_EXTRAS, "points_base": None, "form_misses": 2}
    third = step("哈哈", "out_of_scope", requested="points_base", slots=slots)
    assert third.slots["points_base"] == {"skipped": True}
    assert third.slots["requested_slot"] == "points_extras"
    assert third.slots["form_misses"] == 0
    assert third.texts


@pytest.mark.parametrize(
    ("text", "requested"),
    [("17", "points_age"), ("61岁", "points_age"), ("-5", "points_age"), ("100年", "points_insurance")],
)
def test_a_number_that_cannot_be_gets_a_clear_sentence_and_the_question_again(
    step: Call, text: str, requested: str
) -> None:
    slots = {} if requested == "points_age" else ASKED
    reply = step(text, requested=requested, slots=slots)
    assert "打错" in reply.texts[0]
    assert reply.slots["requested_slot"] == requested
    assert reply.slots["form_misses"] == 1
    assert reply.slots[requested] is None


def test_an_impossible_number_in_the_request_is_refused_and_the_rest_is_taken(step: Call) -> None:
    reply = step("我70岁，硕士，有几分", "points_estimate")
    assert "打错" in reply.texts[0]
    assert reply.slots["points_level"] == {"degree": Degree.MASTER}
    assert reply.slots["requested_slot"] == "points_age"


@pytest.mark.parametrize("text", ["", "😀😀", "？？"])
@pytest.mark.parametrize(
    "slot", ["points_age", "points_level", "points_insurance", "points_base", "points_extras"]
)
def test_a_text_without_words_is_a_bad_answer_to_any_question(step: Call, text: str, slot: str) -> None:
    others = {name: value for name, value in COMPLETE.items() if name != slot}
    reply = step(text, "out_of_scope", requested=slot, slots=others)
    assert reply.slots["requested_slot"] == slot
    assert reply.slots["form_misses"] == 1


def test_the_estimate_is_told_and_its_answers_are_kept_in_mind(call: Call) -> None:
    slots = {**COMPLETE, "points_age": {"age": 40}, "points_base": {"skipped": True}}
    reply = call(TELL, "没有", "deny", slots=slots)
    assert "104分" in reply.texts[0]
    assert "差16分" in reply.texts[0]
    assert reply.slots["memory"]["facts"]["points"]["age"] == {"age": 40}
    assert reply.slots["points_age"] is None
    assert reply.next == "action_listen"


def test_an_answer_that_is_only_supposed_is_told_and_not_kept(step: Call) -> None:
    given = {**ASKED, "points_insurance": {"months": 72}}
    reply = step("假如基数到了2倍", requested="points_base", slots=given)
    assert "那就是198分" in reply.texts[0]
    assert reply.slots.get("points_base") is None
    assert reply.slots["requested_slot"] == "points_base"


def test_an_answer_that_asks_for_the_gap_is_told_it(step: Call) -> None:
    reply = step("交了6年，那差几分", requested="points_insurance", slots=ASKED)
    assert "还差22分" in reply.texts[0]
    assert reply.slots["requested_slot"] == "points_base"


def test_an_estimate_for_somebody_else_fills_no_slot(step: Call) -> None:
    reply = step("帮我同事算积分，他40岁，大专", "points_estimate")
    assert "按您说的这位" in reply.texts[0]
    assert reply.slots["points_age"] is None
