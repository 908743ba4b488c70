"""What staff read of a holder's own words: the home told last, and numbers without their middle."""

import pytest

from renewal.language.for_staff import housing_in, mask_numbers


@pytest.mark.parametrize(
    ("texts", "home"),
    [
        (["我租房", "要带什么"], "rented"),
        (["我住宿舍", "现在租房了"], "rented"),
        (["我住公司宿舍"], "dormitory"),
        (["住我姐买的房子"], "relative"),
        (["住自己买的房子"], "own"),
        (["住在朋友家"], ""),
        (["要是租房呢"], ""),
        (["怎么续签"], ""),
    ],
)
def test_the_home_told_last_is_the_one_that_staff_read(texts: list[str], home: str) -> None:
    assert housing_in(texts) == home


def test_the_middle_of_a_long_number_is_starred() -> None:
    assert mask_numbers("打13800138000") == "打138****8000"
    assert mask_numbers("12月5号到期") == "12月5号到期"
