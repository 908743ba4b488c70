"""Whose points a text speaks of, clause by clause."""

import pytest

from renewal.language.points.persons import persons_in


@pytest.mark.parametrize(
    ("text", "own", "other"),
    [
        ("我35岁，大专", "我35岁,大专", ""),
        ("我朋友30岁，硕士", "", "30岁,硕士"),
        ("老公40岁，我36", "我36", "40岁,"),
        ("帮我同事问，他大专，帮我算算", "", "问,他大专,帮我算算"),
        ("孩子9岁，社保6年", "社保6年", ""),
        ("女儿18岁，高中，我大专", "我大专", ""),
        ("老婆是上海户口，结婚5年", "老婆是上海户口,结婚5年", ""),
        ("没有配偶，社保3年", "没有配偶,社保3年", ""),
        ("同事说中级就够，我大专", "同事说中级就够,我大专", ""),
        ("my friend is 40, college", "", " is 40, college"),
    ],
)
def test_a_clause_goes_on_about_the_one_before_it(text: str, own: str, other: str) -> None:
    found = persons_in(text)
    assert (found.own, found.other) == (own, other)
