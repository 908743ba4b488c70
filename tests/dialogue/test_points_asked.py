"""What is asked of one's points, with the topic that the model is sure of: the total, the gap, what helps, and why."""

from typing import Any

import pytest

from renewal.dialogue.claims import respond
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of

TOLD = {"age": {"age": 28}, "level": {"degree": "大专"}, "insurance": {"months": 36}}
AFTER = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: TOLD})


def hear(text: str, intent: str, *parts: tuple[str, str], memory: Memory = AFTER, **of: Any) -> Response:
    """The response to a text of which the model is sure."""
    split = tuple(Understood(intent=topic, text=part, confidence=0.9) for part, topic in parts)
    said = Understood(intent=intent, text=text, confidence=0.9, ranking=((intent, 0.9),), parts=split)
    return respond(ask_of(said, memory=memory, **of))


def said(response: Response) -> str:
    return "\n".join(message.text for message in response.messages)


def then(before: Response, text: str, intent: str) -> Response:
    return hear(text, intent, memory=before.memory)


@pytest.mark.parametrize("channel", ["web", "sms"])
def test_the_total_and_the_gap_are_told_of_what_was_told(channel: Any) -> None:
    assert "89分" in said(hear("加一块儿有吗", "points_total", channel=channel))
    assert "差31分" in said(hear("离线有多远", "points_gap", channel=channel))


@pytest.mark.parametrize(
    ("text", "intent", "begins"),
    [("看看我够不够线", "points_total", "points_estimate"), ("离线有多远", "points_gap", "")],
)
def test_of_points_that_nobody_told_the_form_or_one_text_asks_for_them(
    text: str, intent: str, begins: str
) -> None:
    response = hear(text, intent, memory=Memory())
    assert response.begins == begins
    assert begins or "请告诉我年龄" in said(response)


@pytest.mark.parametrize("intent", ["points_raise", "points_why"])
def test_what_helps_and_why_are_told_in_general_where_nothing_was_told(intent: str) -> None:
    assert "年龄：最高30分" in said(hear("这分是怎么来的", intent, memory=Memory()))


def test_a_certificate_below_the_degree_is_taken_and_adds_nothing() -> None:
    added = hear("另外有个四级焊工证，也算进去", "human")
    assert added.memory.facts[POINTS]["level"] == {"degree": "大专", "skill": "技能四级"}
    assert "现在是89分" in said(added)
    assert "只取高的一项，技能四级不再加" in said(added)
    why = then(added, "怎么一分没多", "points_why")
    assert "大专50分已经算了，技能四级30分不再加" in said(why)


def test_bare_why_after_points_tells_how_they_come_about() -> None:
    assert "89分是这几项加出来的" in said(hear("为什么", "ask_why"))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({**TOLD, "base": {"base": "0"}}, "不到0.8倍"),
        ({**TOLD, "base": {"base": "2", "months": 12}}, "累计缴满36个月"),
        ({**TOLD, "insurance": {"months": 41}}, "不满整年的5个月不加"),
    ],
)
def test_why_names_what_was_told_and_adds_nothing(told: dict[str, Any], why: str) -> None:
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    assert why in said(hear("怎么少了", "points_why", memory=memory))


def test_a_try_holds_for_one_turn_and_what_is_can_be_asked_for_again() -> None:
    tried = hear("评到三级能有几分", "points_total")
    assert "那就是99分（现在89分" in said(tried)
    assert tried.memory.facts[POINTS] == TOLD
    assert said(then(tried, "没评的话缺几分", "points_gap")).startswith("还差31分")
    assert "照您刚才试的是99分" in said(then(tried, "那缺几分", "points_gap"))


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("基数那块不认呢", "那就是89分（现在139分"),
        ("去掉基数分还有几分", "那就是89分（现在139分"),
        ("要是社保不给算", "那就是130分（现在139分"),
        ("年龄分如果没了呢", "那就是109分（现在139分"),
        ("不用交社保行不行", "那就是80分（现在139分"),
        ("what if the base doesn't count", "那就是89分（现在139分"),
        ("听别人讲硕士就稳，能有几分", "那就是189分（现在139分"),
    ],
)
def test_an_item_is_left_out_for_one_turn(text: str, total: str) -> None:
    told = {**TOLD, "base": {"base": "1"}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    response = hear(text, "points_rules", memory=memory)
    assert total in said(response)
    assert response.memory.facts[POINTS] == told


def test_what_is_denied_beside_a_fact_is_no_question_of_an_item() -> None:
    response = hear("社保基数达不到0.8倍，职称没有，几分", "points_rules")
    assert "现在是89分" in said(response)
    assert response.memory.facts[POINTS]["base"] == {"base": "0"}


def test_a_title_that_was_told_is_taken_back() -> None:
    told = {**TOLD, "level": {"degree": "大专", "skill": "技能二级或中级职称"}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    response = hear("说错了，职称还没评下来", "correct", memory=memory)
    assert response.memory.facts[POINTS]["level"] == {"degree": "大专"}
    assert "89分" in said(response)


def test_a_bare_correction_sets_right_what_was_told_last() -> None:
    spouse = hear("我老婆上海户口8年", "inform")
    right = then(spouse, "记错了，是6年", "correct")
    assert right.memory.facts[POINTS]["extras"]["spouse_years"] == 6
    assert right.memory.facts[POINTS]["insurance"] == {"months": 36}


def test_insurance_alone_is_counted_in_years_with_the_birthdays() -> None:
    told = {"age": {"age": 41}, "level": {"degree": "none", "skill": "技能三级"}, "insurance": {"months": 84}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    assert "再缴满4年到120分（到时45周岁" in said(hear("光靠社保得等多少年", "points_raise", memory=memory))
    old = {**told, "age": {"age": 58}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: old})
    assert "只靠社保年限到不了" in said(hear("光靠社保得等多少年", "points_raise", memory=memory))


def test_another_question_beside_the_points_is_answered_too_and_no_form_opens() -> None:
    text = "44岁，大专，社保满9年，看够不够120，办积分和签注在同一处吗"
    parts = (("看够不够120", "points_estimate"), ("办积分和签注在同一处吗", "where"))
    response = hear(text, "points_estimate", *parts, memory=Memory())
    assert response.begins == ""
    assert "106分" in said(response)
    assert "人才服务中心" in said(response)
    assert response.memory.facts[POINTS]["age"] == {"age": 44}
    assert "还差14分" in said(then(response, "离线有多远", "points_gap"))


def test_what_points_are_good_for_is_told_after_them() -> None:
    assert "中高考" in said(hear("那有什么用处", "permit_use"))
    assert "中高考" not in said(hear("那居住证有什么用处", "permit_use"))


@pytest.mark.parametrize(
    "text", ["我表哥31岁，本科有学位，社保5年，几分", "帮我同事算，他31岁，本科双证，社保5年"]
)
def test_the_points_of_somebody_else_are_told_and_kept_apart(text: str) -> None:
    other = hear(text, "points_total")
    assert "按您说的这位，现在是135分" in said(other)
    assert other.memory.facts[POINTS] == TOLD
    gap = then(other, "缺不缺", "points_gap")
    assert "135分" in said(gap)
    own = then(gap, "那我自己差几分", "points_gap")
    assert said(own).startswith("还差31分")
    assert own.memory.facts[POINTS] == TOLD


@pytest.mark.parametrize("text", ["我老公41岁，硕士", "我女儿18岁，高中", "孩子9岁"])
def test_a_relatives_facts_never_become_the_writers(text: str) -> None:
    assert hear(text, "inform").memory.facts[POINTS] == TOLD


def test_the_writers_own_facts_are_taken_from_between_those_of_others() -> None:
    response = hear("我老公41岁，我29", "points_total")
    assert response.memory.facts[POINTS]["age"] == {"age": 29}


@pytest.mark.parametrize(
    "text",
    [
        "我室友42岁，本科有学位，社保8年，他够分了没",
        "帮我表姐估一下积分",
        "my colleague is 30 with a master's degree, how many points does he have",
    ],
)
def test_an_estimate_for_somebody_else_opens_no_form(text: str) -> None:
    response = hear(text, "points_estimate")
    assert (response.claim, response.begins) == ("points_told", "")
    assert response.memory.facts[POINTS] == TOLD


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("社保补充一下，是4年", "insurance", {"months": 48}),
        ("年龄不对，是29", "age", {"age": 29}),
        ("基数错了，是0.9", "base", {"base": "0.9"}),
    ],
)
def test_a_number_put_right_is_of_the_item_that_is_named(
    text: str, question: str, value: dict[str, Any]
) -> None:
    assert hear(text, "correct").memory.facts[POINTS][question] == value


@pytest.mark.parametrize("text", ["那不考呢", "先不评了", "不算中级了"])
def test_what_is_told_after_a_try_is_given_up(text: str) -> None:
    tried = hear("如果考个中级职称", "points_total")
    assert said(hear(text, "deny", memory=tried.memory)).startswith("现在是89分")


def test_a_denied_degree_beside_the_last_question_is_no_answer_to_it() -> None:
    told = {**TOLD, "base": {"base": "1"}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    response = hear("没职称", "deny", memory=memory)
    assert "extras" not in response.memory.facts[POINTS]


@pytest.mark.parametrize("text", ["是的", "那是", "好吧"])
def test_a_bare_yes_asks_for_no_total(text: str) -> None:
    assert hear(text, "acknowledge").claim != "points_told"


@pytest.mark.parametrize(
    ("extras", "text", "total"),
    [
        ({"bonuses": ["紧缺专业"]}, "紧缺专业那项去掉呢", "那就是89分（现在119分"),
        ({"deductions": {"五年内每次行政拘留": 1}}, "拘留那次如果不扣", "那就是89分（现在39分"),
        ({"spouse_years": 6}, "配偶分要是不认", "那就是89分（现在113分"),
    ],
)
def test_an_extra_is_left_out_for_one_turn(extras: dict[str, Any], text: str, total: str) -> None:
    told = {**TOLD, "extras": {**extras, "done": True}}
    memory = Memory(topic="points_rules", key="points_told.so_far", facts={POINTS: told})
    response = hear(text, "points_rules", memory=memory)
    assert total in said(response)
    assert response.memory.facts[POINTS] == told
