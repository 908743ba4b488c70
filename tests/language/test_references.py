"""Which texts are the number of a booking or of a receipt, by table."""

import pytest

from renewal.language.references import is_reference


@pytest.mark.parametrize(
    "text",
    [
        "KX33QT",
        "m8p2w5",
        "HL-20417",
        "预约号是 TT90QW",
        "回执号码 2026101877",
        "查一下C3M8P1",
        "booking number ZK33T7",
        "这个码呢 BN41ZX",
    ],
)
def test_a_number_of_a_booking_or_a_receipt_is_one_with_the_words_that_lead_to_it(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "10dec2026",
        "NOV 30",
        "DEC2026",
        "120points",
        "30days",
        "13800001111",
        "20261220",
        "310101199001011234",
        "B1签证",
        "A4纸要吗",
        "回执号SH2026110233什么时候好",
        "回执号丢了怎么办",
        "66666",
        "covid19",
    ],
)
def test_a_day_a_span_a_phone_or_a_question_is_no_such_number(text: str) -> None:
    assert not is_reference(text)
