"""Whoever a text is about is taken out of it; what it asks stays."""

import pytest

from renewal.language.anonymous import PLACEHOLDERS, says_something, without_persons
from renewal.language.likeness import grouped

PERSONAL = {
    "张伟的居住证过期了怎么办": "〈姓名〉的居住证过期了怎么办",
    "我叫李小明，居住证丢了": "我叫〈姓名〉,居住证丢了",
    "我老婆陈丽的证到期了": "我老婆〈姓名〉的证到期了",
    "王女士想问下": "〈姓名〉想问下",
    "my name is John Smith, where do I go": "my name is 〈姓名〉, where do I go",
    "一三八零零一三八零零零这个号码收不到": "〈号码〉这个号码收不到",
    "我手机１３８ ００１３ ８０００收不到": "我手机〈号码〉收不到",
    "021-62833333是你们的吗": "〈号码〉是你们的吗",
    "11010519491231002X这个号对吗": "〈证件号〉这个号对吗",
    "我住徐汇区样例北路100弄3号502室，能办吗": "〈地址〉,能办吗",
    "搬到样例花园12号楼了要改吗": "〈地址〉了要改吗",
    "发到sample.holder@example.org行吗": "发到〈账号〉行吗",
    "我的微信sample_0001加一下": "我的微信〈号码〉加一下",
    "1985年3月2日生的能办吗": "〈日期〉生的能办吗",
    "證號SAMPLE-0001查得到嗎": "证号〈号码〉查得到吗",
}
PLAIN = (
    "居住证怎么续签",
    "周一能办吗",
    "温州的户口可以吗",
    "任何的材料都要吗",
    "高中毕业可以办吗",
    "12月5号去办来得及吗",
    "过期60天内补办行不行",
    "2026年的新规定是什么",
    "金山区能办吗",
    "办一次多少钱，100块吗",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_who_is_meant_is_taken_out_and_the_question_stays(text: str) -> None:
    assert without_persons(text) == PERSONAL[text]


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_about_nobody_stays_as_it_is(text: str) -> None:
    assert without_persons(text) == text.replace("，", ",")


def test_a_name_that_is_known_is_taken_out_wherever_it_stands() -> None:
    assert without_persons("帮样例明看看好了没有", ["样例明"]) == "帮〈姓名〉看看好了没有"


@pytest.mark.parametrize(
    "text", ["13800138000", "欧阳娜娜 13800138000", "样例北路100弄3号", "110105194912310021"]
)
def test_a_text_that_is_only_somebody_says_nothing(text: str) -> None:
    assert not says_something(without_persons(text))
    assert says_something("能办吗")


def test_what_was_taken_out_is_not_taken_out_again() -> None:
    for text in PERSONAL:
        once = without_persons(text)
        assert without_persons(once) == once
        assert any(placeholder in once for placeholder in PLACEHOLDERS)


ASKED = (
    "居住证能不能贷款",
    "社保断了一个月",
    "有居住证能贷款不",
    "今天天气怎么样",
    "社保断缴一个月有影响吗",
    "社保断了会影响吗",
)


def test_texts_that_are_alike_stand_together_the_most_first() -> None:
    groups = grouped(ASKED, 0.4)
    assert [[ASKED[place] for place in group] for group in groups] == [
        ["社保断了一个月", "社保断缴一个月有影响吗", "社保断了会影响吗"],
        ["居住证能不能贷款", "有居住证能贷款不"],
        ["今天天气怎么样"],
    ]


def test_every_text_is_in_one_group_and_the_same_ones_are_together() -> None:
    texts = ["居住证", "？", "", "居住证", "好", "a", "居住证"]
    groups = grouped(texts, 0.4)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert (0, 3, 6) in groups
    assert grouped([], 0.4) == ()
