"""A phone, a wish for another code and whose record is meant are read alike in both scripts."""

import pytest

from renewal.language.secrets import asks_status_with_phone, names_another, wants_another


@pytest.mark.parametrize(
    "text", ["收不到驗證碼，重發", "沒收到", "再來一個", "換一個驗證碼", "請重新發送", "resend please"]
)
def test_a_wish_for_another_code_is_heard(text: str) -> None:
    assert wants_another(text)


@pytest.mark.parametrize(
    "text", ["查一下續簽狀態19900000001", "查看進度19900000001", "查我的記錄 199 0000 0001"]
)
def test_a_record_is_asked_for_with_a_phone(text: str) -> None:
    assert asks_status_with_phone(text)


@pytest.mark.parametrize(
    "text", ["幫我老婆查居住證", "幫鄰居查一下", "員工的居住證", "我媽媽的證", "for a friend"]
)
def test_somebody_elses_record_is_told_apart(text: str) -> None:
    assert names_another(text)


@pytest.mark.parametrize("text", ["我的號碼", "同事說可以查", "when is my expiry date", "老公的证用我的手机"])
def test_the_writers_own_record_is_not_taken_for_anothers(text: str) -> None:
    assert not names_another(text)
