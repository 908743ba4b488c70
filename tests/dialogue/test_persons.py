"""Whose permit is spoken of, of several who were told one after the other."""

from renewal.dialogue.facts import Facts
from renewal.dialogue.persons import by_place, spoken_of, turned


def test_those_told_one_after_the_other_are_known_by_their_place() -> None:
    facts = turned(turned(Facts(), "friend"), "other")
    assert spoken_of(facts) == "other"
    assert by_place(facts, "第一个同事几号") == "friend"
    assert by_place(facts, "第二位呢") == "other"


def test_the_order_stays_when_the_talk_turns_back() -> None:
    facts = turned(turned(turned(Facts(), "friend"), "other"), "friend")
    assert by_place(facts, "第二个人呢") == "other"


def test_a_place_means_nobody_where_one_alone_is_spoken_of() -> None:
    assert by_place(Facts(), "第二个人呢") == ""
    assert by_place(turned(Facts(), "friend"), "第三个人呢") == ""
