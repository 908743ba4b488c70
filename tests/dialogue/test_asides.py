"""What is asked beside a renewal, and papers that wait or were sent back: each has its answer, said of this person."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.computing import computed
from renewal.dialogue.speaking import render
from renewal.dialogue.understood import Understood
from tests.dialogue.test_claims import case_of, hear, text_of
from tests.loaded import ask_of, ground

UNSURE = (("out_of_scope", 0.4), ("materials", 0.2))


def said(topic: str, text: str = "", **told: Any) -> str:
    pick = computed(ask_of(Understood(intent=topic, text=text), case=case_of(**told)), topic)
    assert pick is not None
    return render(ground(), Case(conversation_id="", channel="web"), pick.key, **pick.values).text


def test_a_fine_is_in_no_rule_and_a_late_permit_is_told_its_last_day() -> None:
    assert "没有写逾期要罚款" in said("fine")
    assert "2027年1月12日" in said("fine", expires_on=date(2026, 11, 13))
    assert "据报道补办后居住年限重新计算" in said("fine", expires_on=date(2026, 9, 1))


def test_copies_are_told_only_where_they_are_asked_about() -> None:
    assert "几份" in said("originals", "复印几份")
    assert "几份" not in said("originals", "要原件吗")


@pytest.mark.parametrize(
    ("handed_in", "verdict"),
    [
        (date(2026, 11, 16), "到今天7天，还在10个工作日里，属于正常"),
        (date(2026, 11, 2), "核定的10个工作日已经过了"),
        (date(2026, 10, 12), "到今天42天，已经超过最多30日"),
        (date(2026, 11, 23), "好的"),
    ],
)
def test_papers_that_wait_are_told_whether_that_is_normal(handed_in: date, verdict: str) -> None:
    assert verdict in said("waiting", handed_in_on=handed_in)


def test_words_ask_whether_waiting_is_normal_only_of_papers_that_went_in() -> None:
    assert "waiting" in hear("正常吗", *UNSURE, case=case_of(handed_in_on=date(2026, 11, 16))).topics
    assert "waiting" not in hear("正常吗", *UNSURE).topics


@pytest.mark.parametrize("text", ["每次说的都不一样，一次告诉我要带什么", "没写补什么就让我回来"])
def test_who_was_sent_away_gets_the_whole_list_at_once(text: str) -> None:
    told = text_of(hear(text, *UNSURE))
    assert "当场告诉您" in told
    assert "申请续办表" in told


def test_on_the_spot_is_told_beside_whether_the_day_is_in_time() -> None:
    days = case_of(expires_on=date(2027, 1, 8), visit_on=date(2026, 12, 15))
    told = text_of(hear("12月15号去能当场签好吗", ("on_the_spot", 0.6), ("may_go", 0.2), case=days))
    assert "来得及" in told
    assert "当场签注" in told


def test_a_changed_number_and_no_text_message_are_one_answer() -> None:
    told = text_of(hear("换了手机号，没收到短信", ("no_sms", 0.9), case=case_of(phone_changed=True)))
    assert "不用等短信" in told
    assert "新号码" in told
