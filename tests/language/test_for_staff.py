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
    assert mask_numbers("02158881234，2026-13-45") == "021****1234，202****1345"


@pytest.mark.parametrize("text", ["（据2020-03-05续签指南）", "2026-12-16 到期", "到2027-02-14止"])
def test_a_day_is_no_number_to_call(text: str) -> None:
    assert mask_numbers(text) == text
