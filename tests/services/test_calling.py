"""Which texts ask to be called, and which only speak of a call."""

import pytest

from renewal.language.calling import asks_for_call, wants_call

NUMBER = "13800138503"


@pytest.mark.parametrize(
    "said",
    [
        "我姓曹，电话{}，请你们打给我，租房备案的事说不清楚",
        "{} 回电",
        "麻烦联系我{}",
        "請給我回個電話 {}",
        "能打电话给我吗 {}",
        "转人工，{}",
        "call me at {}",
        "can you call me back on {}",
    ],
)
def test_a_number_with_the_wish_to_be_called_asks_for_a_call(said: str) -> None:
    assert asks_for_call(said.format(NUMBER))


@pytest.mark.parametrize(
    "said",
    [
        "{}打给我说要续签，是骗子吗",
        "{}给我打电话让我交钱是真的吗",
        "昨天{}打了电话给我",
        "什么时候打给我 {}",
        "{} 多久回电",
        "别打给我了 {}",
        "我的手机是{}",
        "查一下{}的状态",
        "我换手机号了{}，要去登记吗",
        "你们的电话是{}吗",
        "have you called me from {}",
    ],
)
def test_a_number_with_anything_else_asks_for_no_call(said: str) -> None:
    assert not asks_for_call(said.format(NUMBER))


def test_without_a_number_there_is_nothing_to_call() -> None:
    assert wants_call("请打给我")
    assert not asks_for_call("请打给我")
