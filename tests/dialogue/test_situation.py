"""Facts of the situation over many texts: told, corrected, supposed for one turn, and of another person."""

from collections.abc import Iterable
from datetime import date

import pytest

from renewal.dialogue.facts import Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.persons import IN_ORDER, OF_PERSONS
from renewal.dialogue.situation import with_situation
from renewal.dialogue.telling import facts_of, remembered
from renewal.language.reading import read
from tests.loaded import RULES

TODAY = date(2026, 11, 23)


def after(texts: Iterable[str]) -> Facts:
    """What is known at the last text, each before it kept as a conversation keeps it."""
    facts = Facts()
    for text in texts:
        facts = with_situation(Facts.of(facts.kept()), text)
    return facts


def test_what_was_told_before_is_known_at_the_next_text() -> None:
    facts = after(["我租房，地址没动过，去窗口带啥", "要多少钱"])
    assert (facts.value("housing"), facts.value("moved")) == ("rented", False)
    assert facts.from_now() == frozenset()


def test_a_fact_told_again_replaces_the_one_before() -> None:
    facts = after(["我租房", "不是租的，是我姐买的房子"])
    assert (facts.value("housing"), facts.value("whose_home")) == ("own", "姐姐")
    assert after(["我住我姐家", "说错了，自己买的房"]).value("whose_home") is None


def test_what_is_supposed_holds_for_one_turn_and_overwrites_nothing() -> None:
    texts = ["我租房，地址没动过，去窗口带啥", "那下个月搬到我姐买的房子呢"]
    supposed = after(texts)
    assert supposed.value("moved") is True
    assert (supposed.value("housing"), supposed.value("whose_home")) == ("own", "姐姐")
    fact = supposed.fact("moved")
    assert fact is not None
    assert fact.source is Source.SUPPOSED
    later = after([*texts, "要多少钱"])
    assert (later.value("moved"), later.value("housing"), later.value("whose_home")) == (
        False,
        "rented",
        None,
    )


def test_a_supposed_home_of_ones_own_covers_the_relative_whose_home_it_is_for_one_turn() -> None:
    texts = ["我搬家了，住我姐家", "要是自己买的房呢"]
    assert "whose_home" not in after(texts)
    assert after([*texts, "好的"]).value("whose_home") == "姐姐"


def test_another_home_alone_is_no_move() -> None:
    assert after(["没搬家", "我住宿舍"]).value("moved") is False


def test_what_was_told_of_one_person_is_not_true_of_another() -> None:
    facts = after(["我妈的居住证快到期了，她搬家了，住我姐家", "那我的呢"])
    assert facts.value("person") == "self"
    assert set(facts) == {"person", OF_PERSONS, IN_ORDER}
    assert after(["我租房，没搬家", "我的居住证要带什么"]).value("housing") == "rented"


def test_who_wants_no_call_wants_none_whoevers_permit_is_spoken_of() -> None:
    assert after(["别再打电话了", "我妈的居住证怎么续"]).value("refuses_calls") is True


def test_the_day_worked_out_for_one_permit_is_not_taken_for_another_persons() -> None:
    memory = Memory(day="2027-01-08", facts={"person": {"value": "mother", "exact": True}})
    mine = facts_of(memory, read("那我的呢", TODAY), RULES)
    assert "expires_on" not in mine
    assert remembered(memory, mine).day == ""
    hers = facts_of(memory, read("还有几天", TODAY), RULES)
    assert remembered(memory, hers).day == "2027-01-08"


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("我爸78岁，证下月5号到期", 78),
        (
            "小孩的证谁能代办？我妈70岁走不动能不能我替她去？",
            None,
        ),  # the grandmother's, and the child is spoken of
    ],
)
def test_an_age_is_kept_as_theirs_where_nobody_else_is_named(text: str, age: int | None) -> None:
    assert with_situation(Facts(), text).value("holders_age") == age
