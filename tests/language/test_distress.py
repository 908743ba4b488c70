"""Somebody in despair is heard, whatever the script and the spacing."""

import pytest

from renewal.language.distress import in_despair


@pytest.mark.parametrize(
    "text", ["自 杀", "自　殺", "自.杀", "自*殺", "我 不 想 活 了", "想\u200b死", "活 着 没 意 思"]
)
def test_words_of_despair_are_heard_with_signs_between_them(text: str) -> None:
    assert in_despair(text)


@pytest.mark.parametrize(
    "text", ["快急死了", "排队排死人", "烦 死 了", "累死了", "不想。活动几点", "我自己。杀价"]
)
def test_annoyance_is_not_despair(text: str) -> None:
    assert not in_despair(text)
