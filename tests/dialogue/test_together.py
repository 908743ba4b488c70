"""Several people's permits: whose day is whose, and the days on which all may go."""

from datetime import date

from renewal.dialogue.case import Case
from renewal.dialogue.computing import computed
from renewal.dialogue.facts import Facts
from renewal.dialogue.memory import Memory
from renewal.dialogue.persons import OF_PERSONS
from renewal.dialogue.speaking import render
from renewal.dialogue.telling import facts_of
from renewal.dialogue.understood import Understood
from renewal.language.reading import read
from tests.loaded import ask_of, ground

TODAY = date(2026, 11, 23)


def after(*texts: str) -> Facts:
    """The facts after these texts."""
    memory, facts = Memory(), Facts()
    for text in texts:
        facts = facts_of(memory, read(text, TODAY), ground().rules)
        memory = memory.with_facts(facts)
    return facts


def said(*texts: str) -> str:
    case = Case(conversation_id="", channel="web", facts=after(*texts))
    pick = computed(ask_of(Understood(intent="may_go", text=texts[-1]), case=case), "go_together")
    assert pick is not None
    return render(ground(), case, pick.key, **pick.values).text


def test_each_window_is_told_and_the_days_that_suit_both() -> None:
    text = said("我的12月8号到期，老公的12月28号到期")
    assert "11月28日到12月8日" in text


def test_where_no_day_suits_both_that_is_said_with_what_waiting_costs() -> None:
    text = said("我妈12月3日到期，我1月30日到期")
    assert "没有一起去都算按时的日子" in text
    assert "最早12月31日" in text


def test_days_told_one_after_the_other_are_of_two_people() -> None:
    assert "11月25日到12月10日" in said("居住证12月10到期", "我老公的12月25到期", "那我俩一起去呢")


def test_the_others_day_comes_back_with_the_other() -> None:
    facts = after("我的12月8号到期，老公的12月28号到期", "他呢")
    assert facts.value("person") == "spouse"
    assert facts.day("expires_on") == date(2026, 12, 28)
    assert after("我的12月8号到期，老公的12月28号到期", "他呢", "那我呢").day("expires_on") == date(
        2026, 12, 8
    )


def test_a_day_that_was_somebody_elses_is_not_the_writers_any_more() -> None:
    facts = after("居住证10月20号过期了", "这张是我舅舅的")
    assert facts.value("person") == "relative"
    assert facts.day("expires_on") == date(2026, 10, 20)
    assert not facts.value(OF_PERSONS)
