"""A text that puts something right: what it asks instead, whose permit, which day, which number."""

from datetime import date

import pytest

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.righted import righted
from renewal.dialogue.slips import with_day_put_right
from renewal.dialogue.telling import with_told
from renewal.dialogue.understood import Understood
from renewal.language.reading import read

TODAY = date(2026, 11, 23)


def _said(text: str, instead: str, *ranking: tuple[str, float]) -> Understood:
    part = Understood(intent=ranking[0][0], text=instead, confidence=ranking[0][1], ranking=ranking)
    return Understood(intent="correct", text=text, confidence=0.9, instead=part)


def test_what_stands_in_the_place_of_what_is_taken_back_is_asked() -> None:
    said = _said("不是新办，是丢了", "丢了", ("lost_permit", 0.49), ("inform", 0.22), ("registration", 0.17))
    assert righted(said, "first_application", TODAY).intent == "lost_permit"


@pytest.mark.parametrize(
    "said",
    [
        _said("记岔了 是11月9号", "11月9号", ("renewal_window", 0.9)),
        _said("说错了 是34", "34", ("points_rules", 0.9)),
        _said("不对，我是说我爱人的证", "我爱人的证", ("others_record", 0.9)),
        _said("不是这个 是那个", "那个", ("inform", 0.9), ("materials", 0.05)),
    ],
)
def test_a_day_a_number_or_a_person_is_put_right_by_the_facts_and_asks_nothing_else(said: Understood) -> None:
    assert righted(said, "renewal_window", TODAY) is said


def test_a_kind_of_home_put_right_is_asked_as_the_last_question_was() -> None:
    said = _said("不是租的 是单位宿舍", "单位宿舍", ("inform", 0.9), ("materials_housing", 0.08))
    part = said.instead
    assert part is not None
    named = Understood(intent="inform", text=part.text, entities={"housing": ("dormitory",)})
    found = righted(Understood(intent="correct", text=said.text, instead=named), "materials_housing", TODAY)
    assert (found.intent, found.text) == ("materials_housing", "单位宿舍")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("不是28 是18", date(2026, 12, 18)),
        ("记错了 是18", date(2026, 12, 18)),
        ("啊说岔了，10月的", date(2026, 10, 28)),
        ("不是12月 是1月", date(2027, 1, 28)),
        ("不是27 是18", date(2026, 12, 28)),
        ("不是28 是31月", date(2026, 12, 28)),
    ],
)
def test_a_number_takes_the_place_of_the_one_that_is_taken_back(text: str, on: date) -> None:
    known = Facts({"expires_on": Fact(value=date(2026, 12, 28), source=Source.BEFORE)})
    found = with_day_put_right(Memory(topic="renewal_window"), known, known, read(text, TODAY))
    assert found.day("expires_on") == on


def test_what_was_told_of_ones_own_permit_is_another_s_where_the_text_says_so() -> None:
    known = Facts({"expires_on": Fact(value=date(2026, 12, 20), source=Source.BEFORE)})
    found = with_told(known, read("不对 我是说我爱人的证", TODAY))
    assert (found.value("person"), found.day("expires_on")) == ("spouse", date(2026, 12, 20))
