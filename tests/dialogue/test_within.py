"""A permit of whose end the month is known: what is true of all its days, or of each kind of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from renewal.dialogue.days import state_of, within_values
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import Memory
from renewal.dialogue.telling import facts_of
from renewal.language.dates.mentions import month_end
from renewal.language.reading import read
from tests.loaded import RULES, WORDING, ground

TODAY = date(2026, 11, 23)


def test_each_month_of_each_day_of_a_year_has_a_wording_that_holds_for_all_its_days() -> None:
    told = set()
    for ahead in range(365):
        today = TODAY + timedelta(days=ahead)
        for months in range(-9, 10):
            year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
            first_on, last_on = date(year, month + 1, 1), month_end(year, month + 1)
            values = within_values(_on(today), first_on, last_on)
            key = f"within.{'_'.join(values['states'])}"
            assert key in WORDING, f"{today}: {first_on}"
            told.add(key)
            _holds(_on(today), values)
    assert len(told) == 7


def _on(today: date) -> Ground:
    return replace(ground(), today=today)


def _holds(on: Ground, values: dict) -> None:
    day = values["first_on"]
    while day <= values["last_on"]:
        state = state_of(on, day).replace("last_day", "open")
        later = len(values["states"]) > 1 and day >= values["split_on"]
        assert state == values["states"][later], f"{on.today}: {day}"
        day += timedelta(days=1)


def _facts(*texts: str):
    memory = Memory()
    for text in texts:
        facts = facts_of(memory, read(text, TODAY), RULES)
        memory = memory.with_facts(facts)
    return facts


@pytest.mark.parametrize("then", ["18号", "是12月18号", "哦是12月18号"])
def test_the_day_that_is_told_after_its_month_is_a_day_of_it(then: str) -> None:
    assert _facts("我的居住证下个月到期", then).day("expires_on") == date(2026, 12, 18)


def test_a_day_of_another_month_is_not_the_one_and_the_month_goes_where_it_is() -> None:
    assert _facts("我的居住证下个月到期", "我4月5号去的窗口").day("expires_on") is None
    facts = _facts("我的居住证下个月到期", "说错了，居住证是2027年2月3号到期")
    assert facts.day("expires_on") == date(2027, 2, 3)
    assert facts.value("expires_within") is None


def test_a_month_is_kept_for_the_next_turn_and_told_over_none_that_is_known() -> None:
    assert _facts("我的居住证下个月到期", "要带什么").value("expires_within") == (
        date(2026, 12, 1),
        date(2026, 12, 31),
    )
    assert _facts("我的居住证12月18号到期", "居住证下个月到期").value("expires_within") is None
