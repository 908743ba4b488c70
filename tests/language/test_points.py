"""What one text gives to the points, in all the ways people write it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewal.domain.points import Award, Bonus, Deduction, Degree, Skill
from renewal.language.points.answers import QUESTIONS, situation_of
from renewal.language.points.reading import read_points
from tests.loaded import RULES

TODAY = date(2026, 11, 23)
OPEN_BACHELOR = {"level": {"degree": Degree.BACHELOR, "open": True}}


def read(text: str, asked: str = "", told: dict | None = None):
    return read_points(text, told or {}, RULES, TODAY, asked=asked)


def situation(*texts: tuple[str, str]):
    """What texts tell, one after the other, each with the question it answers."""
    answers: dict = {}
    for text, asked in texts:
        answers |= read(text, asked, answers).answers
    return situation_of(answers)


def test_a_text_that_holds_everything_is_read_at_once() -> None:
    told = situation(("35岁，本科有学士学位，社保五年，一倍基数，老婆上海户口3年，紧缺专业", ""))
    assert (told.age, told.degree, told.insurance_months) == (35, Degree.BACHELOR_WITH_DEGREE, 60)
    assert (told.base_multiple, told.spouse_years, told.bonuses) == (Decimal(1), 3, {Bonus.SHORTAGE})


def test_a_question_with_facts_in_it_leaves_only_the_academic_degree_and_the_rest_open() -> None:
    answers = read("本科35岁社保五年一倍基数能有几分").answers
    assert set(answers) == {"age", "level", "insurance", "base"}
    assert answers["level"]["open"]


ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "points.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
DEDUCTIONS = {
    Deduction.FALSE_PAPERS: "虚假材料",
    Deduction.DETENTION: "行政拘留",
    Deduction.CRIME: "刑事犯罪",
}


def written(text: str) -> str:
    """What a text tells, as the table writes it."""
    answers = read(text).answers
    told, extras = situation_of(answers), answers.get("extras") or {}
    degree = str(told.degree or "").replace("本科并有学士学位", "本科+")
    values = {
        "age": told.age,
        "degree": degree or None,
        "skill": None if told.skill is None else told.skill.name[-1],
        "months": told.insurance_months,
        "base": told.base_multiple,
        "base_months": told.base_months,
        "spouse": "?" if extras.get("open") else told.spouse_years,
        "bonus": "+".join(sorted(told.bonuses)) or None,
        "award": told.award,
        "deduction": "+".join(f"{DEDUCTIONS[name]}x{times}" for name, times in told.deductions) or None,
        "skip": "+".join(name for name, answer in answers.items() if answer.get("skipped")) or None,
    }
    told_values = [f"{name}={value}" for name, value in values.items() if value is not None]
    return " ".join(sorted([*told_values, *(["done"] if extras.get("done") else [])])) or "-"


@pytest.mark.parametrize(("text", "told"), ROWS)
def test_a_text_tells_of_the_points_what_a_careful_clerk_would_note_down(text: str, told: str) -> None:
    assert written(text) == " ".join(sorted(told.split()))


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("35", 35),
        ("三十五", 35),
        ("35岁", 35),
        ("我今年35周岁了", 35),
        ("３５", 35),
        ("1990年5月", 36),
        ("1990", 36),
        ("1990年12月1日", 35),
        ("90年的", 36),
        ("快40了", 39),
        ("虚岁36", 35),
        ("I'm 35 years old", 35),
        ("三十六歲", 36),
    ],
)
def test_an_age_is_read_in_the_ways_people_write_it(text: str, age: int) -> None:
    assert situation((text, "age")).age == age


@pytest.mark.parametrize("text", ["孩子8岁", "老公40岁", "2018年的社保"])
def test_another_persons_age_is_not_the_writers(text: str) -> None:
    assert situation((text, "")).age is None


@pytest.mark.parametrize("number", ["17", "61", "100", "-5", "0"])
def test_an_age_outside_the_table_is_refused(number: str) -> None:
    reading = read(number, "age")
    assert reading.refused == ("age", int(number))
    assert "age" not in reading.answers


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("大专", Degree.COLLEGE),
        ("本科有学位", Degree.BACHELOR_WITH_DEGREE),
        ("本科双证", Degree.BACHELOR_WITH_DEGREE),
        ("学士", Degree.BACHELOR_WITH_DEGREE),
        ("本科，没有学士学位", Degree.BACHELOR),
        ("专升本 单证", Degree.BACHELOR),
        ("专升本，学位没拿到", Degree.BACHELOR),
        ("研究生毕业", Degree.MASTER),
        ("碩士", Degree.MASTER),
        ("大专，硕士在读", Degree.COLLEGE),
        ("博士", Degree.DOCTOR),
        ("高中", Degree.NONE),
        ("没有", Degree.NONE),
        ("没上过大学", Degree.NONE),
        ("master's degree", Degree.MASTER),
    ],
)
def test_a_degree_is_read_in_the_ways_people_write_it(text: str, degree: Degree) -> None:
    assert situation((text, "level")).degree == degree


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("有", Degree.BACHELOR_WITH_DEGREE),
        ("没有", Degree.BACHELOR),
        ("有学士学位", Degree.BACHELOR_WITH_DEGREE),
    ],
)
def test_the_academic_degree_is_told_in_a_word(text: str, degree: Degree) -> None:
    answer = read(text, "level", OPEN_BACHELOR).answers["level"]
    assert answer["degree"] == degree
    assert "open" not in answer


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("中级职称", Skill.LEVEL_2),
        ("高级工程师", Skill.LEVEL_1),
        ("副教授", Skill.LEVEL_1),
        ("技师", Skill.LEVEL_2),
        ("高级工", Skill.LEVEL_3),
        ("技能四级", Skill.LEVEL_4),
        ("三级", Skill.LEVEL_3),
        ("软件工程师", None),
        ("英语六级", None),
        ("没有中级职称", None),
        ("准备考中级", None),
    ],
)
def test_a_title_is_one_and_a_job_is_none(text: str, skill: Skill | None) -> None:
    assert situation((text, "level")).skill == skill


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5年", 60),
        ("五年半", 66),
        ("5", 60),
        ("60个月", 60),
        ("半年", 6),
        ("3年零4个月", 40),
        ("快5年了", 59),
        ("十几年", 120),
        ("大概7-8年", 84),
        ("2年不到", 23),
        ("断断续续加起来交了4年社保", 48),
        ("没交过社保", 0),
        ("2018年7月开始交的", 100),
        ("paid 5 years", 60),
        ("交了足足九年", 108),
        ("中间断了一年 总共六年", 72),
        ("2019年11月交的", 84),
        ("full eleven years paid", 132),
    ],
)
def test_a_span_of_insurance_is_read_in_the_ways_people_write_it(text: str, months: int) -> None:
    assert situation((text, "insurance")).insurance_months == months


@pytest.mark.parametrize(
    ("text", "months"),
    [("大专毕业五年社保三年", 36), ("我来上海10年了社保8年", 96), ("社保6年公积金8年", 72)],
)
def test_only_the_span_of_the_insurance_is_taken(text: str, months: int) -> None:
    assert situation((text, "")).insurance_months == months


@pytest.mark.parametrize(("text", "years"), [("100年", 100), ("社保100年", 100), ("-3年", -3)])
def test_an_impossible_span_is_refused(text: str, years: int) -> None:
    assert read(text, "insurance").refused == ("insurance", years)


@pytest.mark.parametrize(
    ("text", "multiple"),
    [
        ("1倍", "1"),
        ("一倍半", "1.5"),
        ("1.2", "1.2"),
        ("一点五倍", "1.5"),
        ("平均工资左右", "1"),
        ("最低", "0"),
        ("1到2倍", "1"),
        ("不到2倍", "1"),
        ("80%", "0.8"),
        ("九成半", "0.95"),
        ("六七成", "0.6"),
        ("八成不到", "0"),
        ("1.1 of the average", "1.1"),
        ("A", "0.8"),
        ("d", "3"),
        ("E", "0"),
    ],
)
def test_a_base_is_read_in_the_ways_people_write_it(text: str, multiple: str) -> None:
    assert situation((text, "base")).base_multiple == Decimal(multiple)


@pytest.mark.parametrize("text", ["不到1倍", "九成不到", "不到平均工资", "12000元", "12000", "按工资", "Z"])
def test_a_base_that_cannot_be_told_is_not_guessed(text: str) -> None:
    assert read(text, "base").answers == {}


@pytest.mark.parametrize(
    ("text", "deductions"),
    [
        ("一次行政拘留", {Deduction.DETENTION: 1}),
        ("拘留过两次，没有犯罪", {Deduction.DETENTION: 2}),
        ("没有加分，交过假材料", {Deduction.FALSE_PAPERS: 1}),
        ("没有虚假材料拘留犯罪", {}),
        ("八年前判过刑", {}),
        ("2018年被拘留过", {}),
        ("2024年被拘留过", {Deduction.DETENTION: 1}),
        ("刑事拘留过", {}),
    ],
)
def test_deductions_are_those_said_to_be_so_and_not_too_old(text: str, deductions: dict) -> None:
    assert dict(situation((text, "extras")).deductions) == deductions


@pytest.mark.parametrize("text", ["没有", "都没有", "无", "none", "没有任何不良记录，紧缺专业也不是"])
def test_a_no_ends_the_question_for_bonuses_and_deductions(text: str) -> None:
    reading = read(text, "extras")
    assert reading.answers["extras"]["done"]
    assert situation((text, "extras")).bonuses == frozenset()


@pytest.mark.parametrize("text", ["紧缺专业是什么", "什么是应届", "表彰有哪些"])
def test_a_question_about_a_bonus_claims_none(text: str) -> None:
    assert read(text, "extras").answers == {}


def test_a_childs_age_is_neither_taken_nor_refused() -> None:
    reading = read("我有2个孩子，大的10岁，社保6年")
    assert (reading.refused, set(reading.answers)) == (None, {"insurance"})


def test_an_award_counts_only_with_its_class() -> None:
    assert situation(("表彰第二档", "extras")).award == Award.SECOND
    assert situation(("得过表彰", "extras")).award is None
    assert read("得过表彰", "extras").answers["extras"]["unclear"] == ["award"]


def test_a_spouses_years_are_asked_for_where_they_are_missing() -> None:
    first = read("老公是上海人", "extras").answers
    assert first["extras"]["open"]
    second = read("5年", "extras", first).answers["extras"]
    assert second["spouse_years"] == 5
    assert "open" not in second


def test_a_later_no_takes_back_an_earlier_yes() -> None:
    told = read("紧缺专业，一次拘留", "extras").answers
    answer = read("不对，没有拘留过", told=told).answers["extras"]
    assert answer["deductions"] == {}
    assert answer["bonuses"] == [Bonus.SHORTAGE]


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("不对，我是硕士", Degree.MASTER),
        ("不是本科，是硕士", Degree.MASTER),
        ("是大专不是本科", Degree.COLLEGE),
    ],
)
def test_a_correction_gives_the_right_one(text: str, degree: Degree) -> None:
    assert read(text, "insurance", OPEN_BACHELOR).answers["level"]["degree"] == degree


@pytest.mark.parametrize("text", ["跳过", "不知道", "不清楚", "忘了", "skip", "I don't know"])
def test_not_knowing_skips(text: str) -> None:
    assert read(text, "base").skips


@pytest.mark.parametrize("text", ["", "哈哈", "😀", "今天天气不错"])
@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_text_that_says_nothing_of_it_gives_nothing(text: str, asked: str) -> None:
    reading = read(text, asked)
    assert (reading.answers, reading.refused, reading.skips) == ({}, None, False)


@given(st.text(max_size=40), st.sampled_from(["", *QUESTIONS]))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reading(text: str, asked: str) -> None:
    situation_of(read(text, asked).answers)


@pytest.mark.parametrize(
    ("text", "age"),
    [("48是虚岁，身份证上47", 47), ("那个50算虚岁的", 49), ("虚岁44 实足43", 43), ("我45是说的虚岁", 44)],
)
def test_an_age_by_the_old_count_gives_way_to_the_full_years(text: str, age: int) -> None:
    assert read(text, told={"age": {"age": 50}}).answers["age"] == {"age": age}


@pytest.mark.parametrize(
    ("text", "months"),
    [("两倍的只有最近14个月", 14), ("1.5倍基数才这两年", 24), ("最近9个月才一倍", 9), ("一倍的就近一年", 12)],
)
def test_a_base_of_late_only_has_its_months(text: str, months: int) -> None:
    told = {"insurance": {"months": 96}, "base": {"base": "1"}}
    answers = read(text, told=told).answers
    assert answers["base"]["months"] == months
    assert "insurance" not in answers


def test_a_no_of_the_academic_degree_is_no_answer_on_the_years() -> None:
    told = {"level": {"degree": Degree.BACHELOR_WITH_DEGREE}}
    answers = read("学位没有的呢", "insurance", told).answers
    assert answers == {"level": {"degree": Degree.BACHELOR.value}}
