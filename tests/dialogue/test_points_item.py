"""One item of the points, asked without the others, and levels or ages that lean on what was told."""

import pytest

from renewal.dialogue.memory import POINTS
from tests.dialogue.test_points_heard import said, talk


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("老公上海户口的，结婚9年，加几分", "36分"),
        ("娶了个本地媳妇十二年了 给多少分", "40分"),
        ("配偶沪籍满2年算多少", "8分"),
        ("社保缴满11年这项几分", "33分"),
        ("基数2.5倍给几分", "100分"),
        ("46岁年龄这项给几分", "25分"),
    ],
)
def test_an_item_whose_number_is_told_is_worked_out(text: str, points: str) -> None:
    (told,) = talk(text)
    assert told.claim == "points_told"
    assert points in said(told)


def test_what_holds_for_the_writer_is_kept_and_an_example_is_not() -> None:
    (own,), (example,) = talk("我社保交了11年，这项几分"), talk("46岁年龄这项给几分")
    assert own.memory.facts[POINTS] == {"insurance": {"months": 132}}
    assert example.memory.facts[POINTS] == {}


def test_a_bare_number_after_an_item_is_asked_of_the_same_item() -> None:
    *_, six, nine = talk("配偶沪籍满2年算多少", "那6年呢", "9年呢")
    assert "24分" in said(six)
    assert "36分" in said(nine)


def test_an_item_of_ones_own_is_added_to_what_was_told() -> None:
    _, total = talk("大专，41岁，社保满7年，一共几分", "我老婆沪籍结婚5年能加几分")
    assert "121分" in said(total)


@pytest.mark.parametrize(
    ("tried", "then", "total"),
    [
        ("考个五级证呢", "四级呢", "96分"),
        ("评上中级职称呢", "高级呢", "206分"),
        ("考三级证呢", "那一级呢", "206分"),
    ],
)
def test_a_level_alone_is_tried_after_another_level(tried: str, then: str, total: str) -> None:
    *_, last = talk("高中，41岁，社保满12年，没有职称，基数低于0.8倍", tried, then)
    assert total in said(last)


@pytest.mark.parametrize("first", ["大专，41岁，社保满12年，差几分", "大专，41岁，社保满12年，一共几分"])
def test_a_bare_age_is_tried_whatever_was_asked_last(first: str) -> None:
    _, older = talk(first, "47呢")
    assert "那就是109分" in said(older)
    assert "抱歉" not in said(older)
