"""Points in plain texts: which texts are of them, and what comes of one after the other."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.claims import respond
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.points_heard import hear
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from renewal.domain.points import Degree
from renewal.language.points.levels import degree_in
from renewal.language.text import low
from renewal.services.texts.segments import segments
from tests.loaded import RULES, WORDING, ask_of

TODAY = date(2026, 11, 23)
ESTIMATED = {
    "age": {"age": 35},
    "level": {"degree": "大专"},
    "insurance": {"months": 60},
    "base": {"base": "1"},
    "extras": {"done": True},
}
AFTER_AN_ESTIMATE = Memory(topic="points_rules", key="points_rules", facts={POINTS: ESTIMATED})
UNSURE = (("out_of_scope", 0.4), ("points_rules", 0.2))


def is_answered(text: str, memory: Memory) -> bool:
    return hear(text, memory, RULES, TODAY).is_answered


def talk(*texts: str, channel: Any = "web", memory: Memory | None = None) -> list[Response]:
    """Texts one after the other, none of which the model is sure of."""
    found: list[Response] = []
    for text in texts:
        memory = found[-1].memory if found else memory or Memory()
        said = Understood(intent="out_of_scope", text=text, confidence=0.4, ranking=UNSURE)
        ask = ask_of(said, memory=memory, channel=channel)
        found.append(respond(ask))
    return found


def said(response: Response) -> str:
    return "\n".join(message.text for message in response.messages)


@pytest.mark.parametrize(
    "text",
    [
        "那要是硕士呢",
        "不对，我学历是本科有学位",
        "基数说错了，是2倍",
        "要是社保十年呢",
        "硕士呢",
        "那基数3倍够了吗",
        "换成硕士能有多少分",
        "那如果配偶是上海户口结婚10年呢",
        "what if I had a master's degree",
        "what if I pay two times the base for 3 years",
        "how many more points do I need",
        "还差几分",
        "那差的分怎么补",
        "我36岁",
        "够了吗",
        "加起来呢",
        "差多少",
        "没拘留过也没犯过罪",
        "基数不知道",
        "那加起来是多少",
    ],
)
def test_after_the_estimate_another_answer_gives_a_new_total(text: str) -> None:
    assert is_answered(text, AFTER_AN_ESTIMATE)


@pytest.mark.parametrize(
    "text",
    [
        "那硕士能落户吗",
        "如果社保断了3个月怎么办",
        "那45岁还能续居住证吗",
        "那积分续办要什么材料",
        "那孩子3岁能入学吗",
        "不对，我12月5号到期",
        "那中级职称在哪考",
        "那过期三个月呢",
        "那宿舍呢",
        "谢谢",
        "中级职称多少分",
        "本科算几分",
        "还差什么材料",
        "重新算",
        "我女儿18岁，高中",
        "？？",
    ],
)
def test_after_the_estimate_another_question_is_left_alone(text: str) -> None:
    assert not is_answered(text, AFTER_AN_ESTIMATE)


@pytest.mark.parametrize(
    "text",
    [
        "那要是硕士呢",
        "我35岁",
        "中级职称",
        "本科有多少分",
        "帮我算算积分",
        "帮我算积分，我30岁",
        "材料还差多少",
        "还差几",
        "我35岁，在上海租房，社保交了3年",
        "35岁本科能落户吗",
        "怎么提高积分",
        "大专和中级职称分别多少分",
        "应届硕士加多少分",
    ],
)
def test_before_anything_is_told_a_bare_fact_is_no_text_of_points(text: str) -> None:
    assert not is_answered(text, Memory())


@pytest.mark.parametrize(
    "text",
    [
        "大专，41岁，社保6年多",
        "我35岁本科有学位",
        "本科35岁社保五年一倍基数能有几分",
        "41岁 大专 达标吗",
        "还差几分到120",
        "I am 41, college, 6 years of social insurance",
    ],
)
def test_two_facts_or_one_with_a_question_for_the_total_are_a_text_of_points(text: str) -> None:
    assert is_answered(text, Memory())


def test_facts_come_over_several_texts_and_a_try_holds_for_one() -> None:
    told, total, title, gap, base, gap_again = talk(
        "大专，41岁，社保6年多",
        "别的没有，算算",
        "换成中级职称",
        "还差几分",
        "要是一倍基数缴满3年呢",
        "还差几分",
    )
    assert said(told).startswith("现在是98分")
    assert "还没算：社保基数、加分减分" in said(told)
    assert said(total).startswith("现在是98分")
    assert "加分减分" not in said(total)
    assert said(title).startswith("那就是148分（现在98分，多50分），达到标准120分")
    assert said(gap).startswith("照您刚才试的是148分，不差了；按您原来说的是98分，还差22分")
    assert said(base).startswith("那就是148分（现在98分")
    assert "按您原来说的是98分，还差22分" in said(gap_again)


def test_a_correction_is_kept() -> None:
    *_, corrected, gap = talk("大专，41岁，社保6年多", "不对，社保是8年", "还差几分")
    assert "104分" in said(corrected)
    assert said(gap).startswith("还差16分")


def test_a_bare_answer_to_the_question_at_the_end_is_taken() -> None:
    *_, based, last = talk("大专，41岁，社保8年", "1倍", "没有")
    assert "154分" in said(based)
    assert said(last).startswith("估算是154分")


def test_a_question_at_the_end_can_be_passed_over() -> None:
    _, passed = talk("大专，41岁，社保8年", "不清楚")
    assert "还没算：社保基数、加分减分" in said(passed)
    assert "有没有配偶" in said(passed)


def test_a_fact_told_in_passing_is_kept() -> None:
    _, _, total = talk("我是大专", "社保交了6年多", "我41岁，能有几分")
    assert "98分" in said(total)


def test_a_number_that_cannot_be_is_refused_and_the_rest_is_taken() -> None:
    (told,) = talk("我70岁，硕士，社保3年，有几分")
    assert "打错" in said(told)
    assert "硕士：100分" in said(told)


def test_the_gap_of_points_that_nobody_told_asks_for_them() -> None:
    (nothing,) = talk("积分还差几分")
    assert "还没有您的情况" in said(nothing)


def test_what_would_raise_them_is_told_of_those_told() -> None:
    *_, raises = talk("大专，40岁，社保8年，基数不到0.8倍", "没有别的了", "那差的分怎么补")
    assert "可以提高" in said(raises)
    assert "学士学位" in said(raises)


def test_an_item_is_asked_in_general_and_changes_nothing() -> None:
    told, asked = talk("大专，41岁，社保6年多", "中级职称多少分")
    assert "：100分" in said(asked)
    assert asked.memory.facts[POINTS] == told.memory.facts[POINTS]


def test_another_person_begins_afresh() -> None:
    _, friend = talk("大专，41岁，社保6年多", "我朋友30岁硕士呢")
    assert "现在是130分" in said(friend)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_message_of_points_takes_at_most_three_segments(language: str) -> None:
    texts = ["大专，41岁，社保6年多", "别的没有，算算", "换成中级职称", "还差几分", "怎么提高"]
    if language == "en":
        texts = ["I'm 41, college, 6 years of social insurance", "nothing else", "what if intermediate title"]
    for response in talk(*texts, channel="sms"):
        assert segments(WORDING.render("sms.signature") + said(response)) <= 2 + (language == "en")


def test_an_age_put_right_replaces_the_one_told_and_the_rest_stays() -> None:
    first, second = talk("48岁，大专，社保11年，算下积分", "按错了，我其实38岁")
    assert first.memory.facts[POINTS]["age"] == {"age": 48}
    assert second.memory.facts[POINTS]["age"] == {"age": 38}
    assert second.memory.facts[POINTS]["insurance"] == {"months": 132}


def test_counting_again_after_news_keeps_what_was_told() -> None:
    found = talk("我1971年生，大专，社保满20年，算算积分", "中级证拿到手了，再算一遍")
    assert "167" in said(found[1])


@pytest.mark.parametrize(
    "text", ["博士没读完 按硕士算", "没拿到博士，就是硕士", "my doctorate isn't finished, I have a master's"]
)
def test_a_degree_that_was_not_finished_does_not_count(text: str) -> None:
    assert degree_in(low(text)) is Degree.MASTER


def test_a_bachelors_without_the_academic_degree_is_one_still() -> None:
    assert degree_in("本科没拿到学位") is Degree.BACHELOR
