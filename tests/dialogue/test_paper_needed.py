"""Yes or no of one paper, for this person; the list again for a home that is told after papers."""

from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.situation import with_situation
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of

NAMES = {
    "kinship_proof": "亲属关系证明",
    "lease_filing": "登记备案证明",
    "property_certificate": "房地产权证明",
    "dormitory_proof": "集体宿舍证明",
    "household_register_proof": "户籍证明",
    "id_number_correction": "号码更正证明",
}


def conversation(
    text: str,
    intent: str = "paper_needed",
    *,
    asked: str = "",
    after: str = "",
    language: str = "zh",
    **told: Any,
) -> str:
    """The answer to a text of a topic, after an answer of the topic `after` to the text `asked`."""
    facts = Facts({name: Fact(value=value, source=Source.BEFORE) for name, value in told.items()})
    facts = Facts.of(with_situation(facts, asked).kept())
    case = Case(conversation_id="", channel="web", language=language, facts=with_situation(facts, text))
    last = {"intent": after, "text": asked, "entities": {}, "previous": ""} if after else None
    memory = Memory(asked=last, topic=after, topics=(after,) if after else (), key=after)
    said = Understood(intent=intent, text=text, confidence=0.9, ranking=((intent, 0.9),))
    return "\n".join(message.text for message in respond(ask_of(said, case=case, memory=memory)).messages)


@pytest.mark.parametrize(
    ("told", "text", "begins"),
    [
        ({"moved": False, "housing": "rented"}, "租房合同要不要", "地址没变，不用房屋租赁合同登记备案证明"),
        ({"moved": True, "housing": "rented"}, "备案的那张要拿吗", "要带房屋租赁合同登记备案证明"),
        ({"moved": True, "housing": "rented"}, "房本要吗", "不用房地产权证明"),
        ({"moved": True, "housing": "own"}, "红本带不带", "要带房地产权证明"),
        ({"moved": True, "housing": "own"}, "亲属证明要吗", "不用亲属关系证明"),
        ({"moved": True, "housing": "own", "whose_home": "儿子"}, "亲属证明要吗", "要带亲属关系证明"),
        ({"moved": True, "housing": "dormitory"}, "宿舍的证明要吗", "要带集体宿舍证明"),
        ({"id_changes": ("name",)}, "更正证明要不要", "身份证号码没变就不用《公民身份证号码更正证明》"),
        ({"id_changes": ("number",)}, "更正号码的要吗", "要带《公民身份证号码更正证明》"),
        ({"id_changes": ("address",)}, "户籍的那张要吗", "要带户籍证明"),
        ({"id_changes": ("number",)}, "户籍证明要吗", "身份证号码变了，要不要另带户籍证明，续签指南没有写明"),
        ({"moved": False}, "户籍证明要吗", "身份证上的地址或姓名变了，才要户籍证明"),
        ({}, "房产证要带吗", "现住址和登记的不一致，又住自己或近亲属买的房，才要房地产权证明"),
        (
            {"moved": True, "housing": "relative", "whose_home": "姐姐"},
            "租赁备案要吗",
            "现住址和登记的不一致",
        ),
        ({}, "申请表要带吗", "要带申请续办表"),
        ({}, "劳动合同要带吗", "续签指南的材料单里没有“劳动合同”"),
    ],
)
def test_a_paper_is_needed_or_not_by_what_is_known(told: dict[str, Any], text: str, begins: str) -> None:
    assert conversation(text, **told).startswith(begins)


def test_what_is_not_known_of_the_address_is_left_open() -> None:
    text = conversation("更正证明要不要", id_changes=("name",))
    assert "住址也变了的，另加住所证明" in text
    assert "另加住所证明" not in conversation("更正证明要不要", id_changes=("name",), moved=False)


def test_a_paper_that_may_show_kinship_is_left_to_the_window() -> None:
    text = conversation("结婚证能带吗", moved=True, housing="own", whose_home="老婆")
    assert "认不认由窗口定" in text


def test_several_papers_are_answered_each() -> None:
    text = conversation("房本和亲属证明都要吗", moved=True, housing="own")
    assert "要带房地产权证明" in text
    assert "不用亲属关系证明" in text


def test_two_windows_that_differ_are_answered_with_both_papers() -> None:
    asked = "一个窗口要租赁备案，一个说合同也行"
    text = conversation("稳妥点拿哪样", asked=asked, after="materials_housing", moved=True, housing="rented")
    assert "要带房屋租赁合同登记备案证明" in text
    assert "稳妥起见两样都带上" in text


def test_that_paper_is_asked_of_the_home_that_was_supposed_before() -> None:
    home = {"moved": False, "housing": "rented"}
    asked = "那要是搬到我姐姐买的房子呢"
    assert conversation("亲属证明要吗", asked=asked, after="papers_list", **home).startswith("要带亲属")
    dormitory = "下个月公司安排住宿舍呢"
    assert "人事" in conversation("那张谁开", "issuer", asked=dormitory, after="papers_list", **home)


def test_in_english_the_paper_is_named_in_both_languages() -> None:
    text = conversation("do I need the lease filing?", language="en", moved=False, housing="rented")
    assert text.startswith("No lease filing: your address is the same.")


@pytest.mark.parametrize("intent", ["change_report", "others_record", "notice_dispute", "out_of_scope"])
@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("哦对了，房产证写的是我妈", "亲属关系证明"),
        ("那要是下周搬到单位宿舍呢", "集体宿舍证明"),
        ("说错了，其实是租的", "登记备案证明"),
    ],
)
def test_a_home_told_after_papers_gives_the_list_again(intent: str, text: str, paper: str) -> None:
    home = {"moved": True, "housing": "own"}
    assert paper in conversation(text, intent, asked="带什么", after="materials", **home)


def test_a_move_told_with_a_question_of_papers_gives_the_list() -> None:
    assert "房地产权证明" in conversation("搬家了，自己买的房，要带哪些材料", "change_report")


def test_a_move_told_with_no_word_of_papers_is_a_change_to_report() -> None:
    text = conversation("我搬家了", "change_report")
    assert "变更" in text
    told = conversation(
        "我搬到姐姐家了，要先去变更地址吗", "change_report", asked="带什么", after="materials"
    )
    assert "变更" in told


def test_the_number_that_stayed_is_the_cards_where_the_card_is_spoken_of() -> None:
    facts = with_situation(with_situation(Facts(), "我改名了"), "号码没变")
    assert (facts.value("id_changes"), facts.value("phone_changed")) == (("name",), None)
    assert with_situation(Facts(), "号码没变").value("phone_changed") is False
    both = with_situation(with_situation(Facts(), "我改名了"), "身份证地址也换了")
    assert both.value("id_changes") == ("address", "name")
    kept = with_situation(with_situation(Facts(), "我改名了"), "身份证地址没变")
    assert kept.value("id_changes") == ("name",)
