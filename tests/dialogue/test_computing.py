"""What is worked out of the case: days, handing in, papers. Each figure follows from the rulebook and today."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.computing import computed
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.speaking import Pick, render
from renewal.dialogue.understood import Understood
from renewal.domain import Category
from renewal.language.facts import told_facts
from tests.loaded import ask_of, ground

TODAY = date(2026, 11, 23)


def facts(**told: Any) -> Facts:
    return Facts({name: Fact(value=value, source=Source.BEFORE) for name, value in told.items()})


def worked_out(topic: str, *, text: str = "", category: Category | None = None, **told: Any) -> Pick | None:
    case = Case(conversation_id="", channel="web", category=category, facts=facts(**told))
    return computed(ask_of(Understood(intent=topic, text=text), case=case), topic)


def told(text: str) -> dict[str, Any]:
    """The facts that a text tells, by name."""
    return {fact.name: fact.value for fact in told_facts(text)}


def said(topic: str, **told: Any) -> str:
    pick = worked_out(topic, **told)
    assert pick is not None
    return render(ground(), Case(conversation_id="", channel="web"), pick.key, **pick.values).text


def test_until_when_a_late_one_restores_is_a_day() -> None:
    assert "2027年3月9日" in said("restore_by", expires_on=date(2027, 1, 8))


@pytest.mark.parametrize("topic", ["restore_by", "lapse_effect"])
def test_beyond_sixty_days_nobody_is_told_to_go_in_time(topic: str) -> None:
    text = said(topic, expires_on=date(2026, 9, 20))
    assert "按时签注，最晚" not in text
    assert "前到社区" not in text
    assert "超过60日" in text


def test_within_sixty_days_the_effect_of_a_lapse_is_told_as_what_has_happened() -> None:
    assert "已逾期13天" in said("lapse_effect", expires_on=date(2026, 11, 10))


def test_days_overdue_are_counted_to_today_and_beyond_sixty_nothing_is_promised() -> None:
    text = said("days_over", expires_on=date(2026, 9, 20))
    assert "过了64天" in text
    assert "11月19日" in text
    assert "没有写" in text


@pytest.mark.parametrize(
    ("visit_on", "visit"),
    [
        (TODAY, "too_early"),
        (date(2026, 12, 8), "too_early"),
        (date(2026, 12, 9), "in_time"),
        (date(2027, 1, 8), "in_time"),
        (date(2027, 1, 9), "restores"),
        (date(2027, 3, 9), "restores"),
        (date(2027, 3, 10), "too_late"),
    ],
)
def test_a_day_to_go_is_too_early_in_time_late_or_too_late(visit_on: date, visit: str) -> None:
    pick = worked_out("may_go", expires_on=date(2027, 1, 8), visit_on=visit_on)
    assert pick is not None
    assert pick.values["visit"] == visit


def test_what_is_too_early_is_told_from_when_it_can_be_done() -> None:
    text = said("may_go", expires_on=date(2027, 1, 8), visit_on=TODAY)
    assert "今天还不能办" in text
    assert "12月9日" in text


def test_without_the_day_nothing_is_worked_out_of_it() -> None:
    assert worked_out("restore_by") is None
    assert worked_out("review_due") is None
    assert worked_out("papers_list") is None


def test_papers_handed_in_have_a_last_day_for_the_review_for_all_and_a_new_term() -> None:
    handed_in_on = date(2026, 11, 19)
    assert "12月3日" in said("review_due", handed_in_on=handed_in_on)
    assert "12月19日" in said("done_by", handed_in_on=handed_in_on)
    assert "2027年11月19日" in said("valid_until", handed_in_on=handed_in_on)


def test_the_day_on_which_papers_would_be_handed_in_counts_where_none_were() -> None:
    assert "12月15日" in said("review_due", visit_on=date(2026, 12, 1))
    assert "2027年12月1日" in said("valid_until", visit_on=date(2026, 12, 1))


def test_a_review_is_by_the_office_of_the_category() -> None:
    pick = worked_out("review_due", handed_in_on=date(2026, 11, 19), category=Category.DEPENDANT)
    assert pick is not None
    assert pick.values["review_by"] == "police"


def test_who_did_not_move_needs_no_proof_of_home() -> None:
    text = said("papers_list", moved=False, housing="rented")
    assert "申请续办表" in text
    assert "身份证复印件" in text
    assert "备案" not in text
    assert "不用住所证明" in text


def test_who_moves_to_a_sisters_own_home_needs_the_deed_and_proof_of_kinship() -> None:
    text = said("papers_list", moved=True, housing="own", whose_home="姐姐")
    assert "房地产权证明" in text
    assert "亲属关系证明" in text


@pytest.mark.parametrize("told", [{"housing": "friend"}, {"housing": "rented", "whose_home": "表亲"}])
def test_a_home_of_no_class_of_the_guide_is_never_given_the_nearest(told: dict[str, str]) -> None:
    pick = worked_out("papers_list", moved=True, **told)
    assert pick is not None
    assert pick.key == "papers.not_listed"


@pytest.mark.parametrize("relation", ["老婆", "老公", "配偶", "儿子", "女儿", "子女"])
@pytest.mark.parametrize(
    ("housing", "of_home"), [("own", "property_certificate"), ("rented", "lease_filing")]
)
def test_a_home_of_a_spouse_or_child_needs_proof_of_kinship(
    relation: str, housing: str, of_home: str
) -> None:
    pick = worked_out("papers_list", moved=True, housing=housing, whose_home=relation)
    assert pick is not None
    assert {of_home, "kinship_proof"} <= set(pick.values["papers"])


def test_a_home_rented_together_with_the_wife_is_ones_own() -> None:
    assert told("和老婆租房住") == {"housing": "rented", "whose_home": None}
    pick = worked_out("papers_list", moved=True, housing="rented")
    assert pick is not None
    assert "kinship_proof" not in pick.values["papers"]


def test_a_home_owned_together_is_ones_own_and_one_of_the_in_laws_is_not_listed() -> None:
    assert told("产证写我和老婆两个人名字") == {"housing": "own", "whose_home": None}
    in_laws = worked_out("papers_list", moved=True, **told("住婆家"))
    assert in_laws is not None
    assert (in_laws.key, in_laws.values["relation"]) == ("papers.not_listed", "公婆")


def test_a_partners_home_is_a_spouses_from_the_wedding_on() -> None:
    before = worked_out("papers_list", moved=True, housing="own", whose_home="男女朋友")
    assert before is not None
    assert before.key == "papers.not_listed"
    after = worked_out("papers_list", moved=True, housing="own", whose_home="男女朋友", married=True)
    assert after is not None
    assert "kinship_proof" in after.values["papers"]


@pytest.mark.parametrize("relation", ["继父母", "养父母"])
def test_a_relative_whom_the_rules_leave_open_is_neither_close_nor_distant(relation: str) -> None:
    pick = worked_out("papers_list", moved=True, housing="own", whose_home=relation)
    assert pick is not None
    assert (pick.key, pick.values["relation"]) == ("papers.not_listed", "")


def test_where_nobody_told_of_a_move_the_list_does_not_say_that_there_was_none() -> None:
    text = said("papers_list", id_changes=("name",))
    assert "户籍证明" in text
    assert "地址没变" not in text
    assert "住址也变了的，还要住所证明" in text


def test_an_english_list_names_each_paper_in_english_with_the_chinese_in_brackets() -> None:
    pick = worked_out("papers_list", moved=True, housing="own", whose_home="弟弟")
    assert pick is not None
    case = Case(conversation_id="", channel="web", language="en")
    text = render(ground(), case, pick.key, **pick.values).text
    for paper in (
        "application form",
        "ID card copy, with the original (身份证复印件)",
        "proof of kinship (亲属关系证明)",
    ):
        assert paper in text


@pytest.mark.parametrize(
    ("told", "text", "key"),
    [
        ({"moved": True, "housing": "own", "whose_home": "姐姐"}, "谁开", "issuer.kinship_proof"),
        ({"moved": True, "housing": "rented"}, "哪里开", "issuer.lease_filing"),
        ({"moved": True, "housing": "dormitory"}, "哪个部门盖章", "issuer.dormitory_proof"),
        ({}, "这个亲属证明谁开", "issuer.kinship_proof"),
        ({"moved": False, "housing": "dormitory"}, "谁盖章", "issuer.dormitory_proof"),
        ({}, "谁开", "issuer.any"),
    ],
)
def test_who_issues_a_paper_is_told_of_the_one_that_is_meant(
    told: dict[str, Any], text: str, key: str
) -> None:
    pick = worked_out("issuer", text=text, **told)
    assert pick is not None
    assert pick.key == key


def test_papers_handed_in_on_a_day_nobody_told_are_acknowledged_without_a_day() -> None:
    text = said("handed_told")
    assert "辛苦了" in text
    assert "10个工作日" in text
    assert "30日" in text
    assert "月" not in text.split("来源")[0]


def test_when_the_record_shows_it_promises_no_day() -> None:
    assert "可能要几天" in said("record_lag")
    assert "受理回执" in said("record_lag")


def test_whom_to_ask_invents_no_number() -> None:
    text = said("whom_to_ask")
    assert "社区事务受理服务中心" in text
    assert "本市政务服务热线" in text
    assert not any(char.isdigit() for char in text.split("来源")[0])
