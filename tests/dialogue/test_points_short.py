"""A shortfall that somebody tells: what closes it, whether the years that they try do, and what is no shortfall."""

import pytest

from tests.dialogue.test_points_heard import said, talk


@pytest.mark.parametrize(
    ("text", "gap", "years"), [("我还差两分怎么办", 2, 1), ("积分116分，怎么补", 4, 2), ("差9分到120", 9, 3)]
)
def test_the_gap_is_told_with_the_full_insured_years_that_close_it(text: str, gap: int, years: int) -> None:
    told = said(talk(text)[-1])
    assert f"还差{gap}分到120分" in told
    assert f"再缴满{years}年" in told


def test_the_years_that_are_tried_are_enough_or_not() -> None:
    *_, enough = talk("我还差4分", "再交满两年够吗")
    assert "够了：" in said(enough)
    assert "122分" in said(enough)
    *_, short = talk("我还差4分", "再交一年够吗")
    assert "还不够" in said(short)
    assert "还差1分" in said(short)


@pytest.mark.parametrize("text", ["差十分钟关门", "够120分了", "本科50分"])
def test_other_numbers_are_no_shortfall(text: str) -> None:
    assert talk(text)[-1].claim != "points_short"
