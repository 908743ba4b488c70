"""Who asks about one item of the points is told that item's figures, on a phone too."""

import pytest

from renewal.dialogue.answering import answer
from renewal.dialogue.leaning import leaning_topic
from renewal.dialogue.memory import Memory
from renewal.dialogue.naming import topic_of
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of
from tests.wording.test_wording import TODAY, WORDING, values

FIGURES = {
    "age": ("18-43", "30", "44", "29", "45", "27", "55", "56-60"),
    "degree": ("50", "60", "90", "100", "110"),
    "skills": ("15", "30", "60", "100", "140"),
    "insurance_years": ("3", "6"),
    "insurance_base": ("25", "50", "100", "120", "36", "24"),
    "spouse": ("4", "40"),
    "graduate": ("10",),
    "shortage_major": ("30",),
    "awards": ("30", "60", "110"),
    "investment": ("10",),
    "public_service": ("4", "5"),
    "deductions": ("150", "50"),
    "several": ("30", "50", "60", "90", "100", "110", "3"),
}
DECIDED_BY = "人才服务中心"


def asked(text: str, *items: str, intent: str = "points_rules", previous: str = "") -> str:
    """The wording that a text which names these items is answered with."""
    said = Understood(intent=intent, text=text, entities={"points_item": items})
    ask = ask_of(said, memory=Memory(topic=previous))
    return answer(ask, topic_of(ask)).key


@pytest.mark.parametrize("item", FIGURES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["sms", "web"])
def test_an_items_figures_are_told_as_reported_and_the_office_that_decides_is_named(
    item: str, language: str, channel: str
) -> None:
    wording = WORDING.edition(language)
    text = wording.render(f"points_rules.{item}", channel=channel, on=TODAY, **values())
    for figure in FIGURES[item]:
        assert figure in text
    assert "据报道" in text or "eportedly" in text
    assert DECIDED_BY in text


@pytest.mark.parametrize("item", [item for item in FIGURES if item != "several"])
def test_an_item_takes_two_segments_on_a_phone_with_its_source(item: str) -> None:
    text = WORDING.render(f"points_rules.{item}", on=TODAY, **values())
    assert len(text) <= 128
    assert text.endswith("（据积分条文转述）")


def test_a_bachelors_with_and_without_the_academic_degree_are_told_apart() -> None:
    assert "没有学士学位的是60分" in WORDING.render("points_rules.degree", on=TODAY, **values())
    english = WORDING.edition("en").render("points_rules.degree", on=TODAY, **values())
    assert "(学士学位) 60, with it 90" in english


@pytest.mark.parametrize("intent", ["points", "points_rules"])
def test_the_item_that_a_text_names_picks_the_answer(intent: str) -> None:
    assert asked("硕士多少分", "degree", intent=intent) == "points_rules.degree"
    assert asked("造假怎么扣", "deductions", "deductions", intent=intent) == "points_rules.deductions"
    assert asked("怎么回事", intent=intent) == intent


def test_several_items_get_all_figures_and_a_few_belong_together() -> None:
    assert asked("45岁硕士", "age", "degree") == "points_rules.several"
    assert asked("社保按两倍缴", "insurance_years", "insurance_base") == "points_rules.insurance_base"
    assert asked("假学历扣多少", "deductions", "degree") == "points_rules.deductions"


@pytest.mark.parametrize("previous", ["points", "points_rules"])
@pytest.mark.parametrize(
    "text",
    ["45呢", "那45岁呢", "45", "四十五岁呢", "那要是五十呢", "我今年46岁", "what about 45?", "45 years old"],
)
def test_a_bare_age_after_the_points_asks_for_the_age(text: str, previous: str) -> None:
    assert asked(text, intent="out_of_scope", previous=previous) == "points_rules.age"


@pytest.mark.parametrize("text", ["1", "2", "45天呢", "12月5号呢", "还有40天"])
def test_a_number_that_is_no_age_is_none(text: str) -> None:
    assert (
        leaning_topic(ask_of(Understood(intent="inform", text=text), memory=Memory(topic="points_rules")))
        == ""
    )


def test_an_age_after_another_topic_is_not_about_points() -> None:
    assert (
        leaning_topic(ask_of(Understood(intent="inform", text="45呢"), memory=Memory(topic="materials")))
        == ""
    )


def test_a_fragment_leans_on_the_points_before() -> None:
    assert (
        asked("那硕士呢", "degree", intent="out_of_scope", previous="points_rules") == "points_rules.degree"
    )


@pytest.mark.parametrize("channel", ["sms", "web"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("不等于落户", "不收费")), ("en", ("not the same as a Shanghai hukou", "free of"))],
)
def test_points_are_said_to_be_no_hukou_and_to_cost_nothing_at_the_office(
    channel: str, language: str, words: tuple[str, ...]
) -> None:
    text = WORDING.edition(language).render("points", channel=channel, on=TODAY, **values())
    assert all(word in text for word in words)
