"""A points estimate in talk: which question comes next, how the estimate is told."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewal.dialogue import points
from renewal.dialogue.case import Case
from renewal.dialogue.points import skip
from renewal.dialogue.points_telling import ask_points, estimate_views, refuse, tell_points
from renewal.domain.points import Award, Bonus, Deduction, Degree, Skill
from renewal.language.points.answers import QUESTIONS
from renewal.services.texts.segments import segments
from renewal.wording import WordingError
from tests.loaded import RULES, WORDING, ground

TODAY = date(2026, 11, 23)
OPEN_BACHELOR = {"level": {"degree": Degree.BACHELOR, "open": True}}
EXAMPLE = {"age": {"age": 40}, "level": {"degree": Degree.COLLEGE}, "insurance": {"months": 96}}


def case(channel: Any = "sms", language: str = "zh") -> Case:
    return Case(conversation_id="", channel=channel, language=language)


def next_question(answers: dict) -> str:
    return points.next_question(answers, RULES, TODAY)


def told_in(answers: dict, *, channel: str = "web", language: str = "zh") -> str:
    return tell_points(ground(), case(channel, language), answers)[0].text


# Asking


def test_questions_come_in_order_and_only_for_what_is_missing() -> None:
    assert next_question({}) == "age"
    assert next_question(EXAMPLE) == "base"
    assert next_question({**EXAMPLE, "base": {"base": "1"}}) == "extras"
    assert next_question({**EXAMPLE, "base": skip("base", None), "extras": {"done": True}}) == ""


def test_the_base_is_not_asked_of_who_cannot_have_the_months_for_any() -> None:
    assert next_question({**EXAMPLE, "insurance": {"months": 23}}) == "extras"
    assert next_question({**EXAMPLE, "insurance": {"months": 24}}) == "base"


def test_a_bachelor_is_asked_for_the_academic_degree_alone() -> None:
    answers = {"age": {"age": 30}, **OPEN_BACHELOR}
    assert next_question(answers) == "level"
    asked = ask_points(ground(), case(), "level", answers, misses=0, opening=False)[0].text
    assert "学士学位" in asked
    assert "最高学历" not in asked


def test_the_first_question_says_what_this_is_and_how_to_leave() -> None:
    first = ask_points(ground(), case(), "age", {}, misses=0, opening=True)
    assert len(first) == 1
    for word in ("跳过", "取消", "周岁"):
        assert word in first[0].text


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("opened", [False, True])
def test_a_question_grows_more_helpful_the_more_often_it_is_missed(question: str, opened: bool) -> None:
    answers = {question: {"open": True}} if opened else {}
    asked = [
        ask_points(ground(), case(), question, answers, misses=n, opening=False)[0].text for n in (0, 1, 2)
    ]
    assert len(set(asked)) == 3
    assert "跳过" in asked[1]
    assert "取消" in asked[2]


@pytest.mark.parametrize(
    ("question", "number"), [("age", 100), ("insurance", -3), ("base", -1), ("extras", 100)]
)
def test_a_number_that_cannot_be_is_refused_in_a_clear_sentence(question: str, number: int) -> None:
    said = refuse(ground(), case(), question, number)[0].text
    assert "打错" in said
    assert question == "base" or str(number) in said


# Telling


def test_the_worked_example_is_told_line_by_line_with_its_gap() -> None:
    text = told_in({**EXAMPLE, "base": skip("base", None), "extras": {"done": True}})
    for part in (
        "104分",
        "差16分",
        "大专：50分",
        "（8年）：24分",
        "没算进去：社保基数",
        "本科并有学士学位：多40分",
        "再缴9年",
    ):
        assert part in text


def test_the_estimate_says_that_it_is_one_and_who_decides() -> None:
    for channel in ("web", "sms"):
        text = told_in(EXAMPLE, channel=channel)
        for part in ("估算", "转述", "人才服务中心", "由单位申请"):
            assert part in text
    assert "来源：" in told_in(EXAMPLE)


def test_reaching_the_standard_is_told_as_ones_own_word_and_without_ways() -> None:
    answers = {"age": {"age": 35}, "level": {"degree": Degree.BACHELOR_WITH_DEGREE}}
    text = told_in(answers)
    assert "按您说的已经达到" in text
    assert "可以提高" not in text


def test_who_is_insured_too_short_is_told_first_that_it_cannot_be_applied_for_yet() -> None:
    text = told_in({**EXAMPLE, "insurance": {"months": 5}})
    assert text.startswith("您参保还不满6个月，现在还不能申请")


def test_with_everything_skipped_there_is_nothing_to_estimate() -> None:
    text = told_in({name: skip(name, None) for name in QUESTIONS})
    assert "没法估算" in text
    assert "120分" in text


def test_a_skipped_academic_degree_counts_the_lower_and_is_named() -> None:
    text = told_in({"age": {"age": 30}, "level": skip("level", OPEN_BACHELOR["level"])})
    assert "本科（没有学士学位）：60分" in text
    assert "没算进去：学士学位" in text


def test_an_english_text_gets_an_english_estimate() -> None:
    assert "104 of 120" in told_in(EXAMPLE, channel="sms", language="en")


answers_told = st.fixed_dictionaries(
    {
        "age": st.sampled_from([{"skipped": True}, {"age": 30}, {"age": 55}]),
        "level": st.builds(
            dict,
            degree=st.sampled_from([degree.value for degree in Degree]),
            skill=st.sampled_from([skill.value for skill in Skill]),
            unclear=st.sampled_from([[], ["academic_degree"]]),
        ),
        "insurance": st.sampled_from([{"skipped": True}, {"months": 3}, {"months": 504}]),
        "base": st.sampled_from([{"skipped": True}, {"base": "0"}, {"base": "2.5"}, {"base": "3"}]),
        "extras": st.builds(
            dict,
            done=st.just(True),
            spouse_years=st.sampled_from([0, 12]),
            bonuses=st.just([bonus.value for bonus in Bonus]),
            award=st.sampled_from([None, Award.THIRD.value]),
            deductions=st.sampled_from([{}, {deduction.value: 2 for deduction in Deduction}]),
            unclear=st.sampled_from(
                [[], ["award", "criminal_detention", "investment", "public_service", "spouse_years"]]
            ),
        ),
    }
)


@given(answers_told, st.sampled_from(["zh", "zh-Hant", "en"]))
@settings(max_examples=300, deadline=None)
def test_every_estimate_fits_four_segments(answers: dict, language: str) -> None:
    edition = WORDING.edition(language)
    for view in estimate_views(RULES, TODAY, answers):
        try:
            text = edition.render("points_estimate.result", channel="sms", on=TODAY, points=view)
        except WordingError as error:
            assert "characters as an SMS" in str(error)  # noqa: PT017 the next view is shorter
            continue
        assert segments(WORDING.render("sms.signature") + text) <= 4
        return
    pytest.fail("no view is short enough")


@given(answers_told)
@settings(max_examples=100, deadline=None)
def test_a_shorter_view_tells_the_same_total(answers: dict) -> None:
    for view in estimate_views(RULES, TODAY, answers):
        assert sum(line["points"] for line in view["lines"]) == view["total"]
