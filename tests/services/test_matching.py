"""Which of a provider's listed texts is ours (design section 6: settled by asking the provider)."""

from datetime import UTC, datetime, timedelta

import pytest

from renewal.services.texts.matching import Listed, oldest_match

CALLED_AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
WORDS = "【上海居住证】您的居住证签注未能自动完成，原因：地址不一致。"


def listed(ref: str, *, after_s: float | None = 1, body: str = WORDS) -> Listed:
    at = None if after_s is None else CALLED_AT + timedelta(seconds=after_s)
    return Listed(provider_ref=ref, body=body, created_at=at)


def match(*texts: Listed, taken: tuple[str, ...] = (), body: str = WORDS) -> str | None:
    found = oldest_match(texts, body=body, since=CALLED_AT, taken=taken)
    return found.provider_ref if found else None


def test_of_two_texts_with_the_same_words_the_oldest_is_ours() -> None:
    assert match(listed("second", after_s=9), listed("first", after_s=2)) == "first"


def test_a_text_that_another_row_owns_is_not_ours() -> None:
    assert match(listed("first", after_s=2), listed("second", after_s=9), taken=("first",)) == "second"
    assert match(listed("first"), taken=("first",)) is None


def test_a_text_older_than_the_call_is_not_ours() -> None:
    assert match(listed("yesterday", after_s=-86_400)) is None


def test_a_clock_that_is_a_little_apart_does_not_hide_our_text() -> None:
    assert match(listed("ours", after_s=-2)) == "ours"


def test_a_preface_before_our_words_does_not_hide_our_text() -> None:
    preface = "Sent from your Twilio trial account - "
    assert match(listed("ours", body=preface + WORDS)) == "ours"


def test_the_same_words_go_before_a_preface() -> None:
    assert match(listed("other", body="x " + WORDS), listed("ours", after_s=9)) == "ours"


@pytest.mark.parametrize("changed", [WORDS[:-4], WORDS.replace("：", ":").replace("，", ", "), WORDS + "。"])
def test_words_that_a_provider_changed_a_little_are_still_ours(changed: str) -> None:
    assert match(listed("ours", body=changed)) == "ours"


def test_other_words_of_the_same_minute_are_not_ours() -> None:
    assert match(listed("other", body="【上海居住证】验证码 482913，5分钟内有效。")) is None


def test_a_list_without_times_is_taken_in_its_order() -> None:
    assert match(listed("first", after_s=None), listed("second", after_s=None)) == "first"
