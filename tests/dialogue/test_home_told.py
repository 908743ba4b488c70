"""A home told without words of renting: kept, and what it adds to the papers is said."""

from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.facts import Facts
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.situation import with_situation
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of

AFTER_PAPERS = Memory(topic="materials", topics=("materials",), key="materials")


def hear(text: str, memory: Memory | None = None, intent: str = "inform", sure: float = 0.6) -> Response:
    facts = with_situation(Facts(), text)
    said = Understood(intent=intent, text=text, confidence=sure, ranking=((intent, sure), ("fees", 0.02)))
    return respond(
        ask_of(said, case=Case(conversation_id="", channel="sms", facts=facts), memory=memory or Memory())
    )


def housing_of(text: str) -> tuple[Any, Any]:
    facts = with_situation(Facts(), text)
    return facts.value("housing"), facts.value("whose_home")


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("房子是我自己的", ("own", None)),
        ("我们自家的", ("own", None)),
        ("她住我这里，房子是我的", ("relative", None)),
        ("我妈住我这里", ("relative", "子女")),
        ("我妈住我买的房子里", ("own", "子女")),
        ("单位给住的", ("arranged", None)),
        ("公司包吃住", ("arranged", None)),
        ("老板管住", ("employer", None)),
        ("the flat is mine", ("own", None)),
        ("my company gives me a place to stay", ("arranged", None)),
        ("这房子不是我的", (None, None)),
    ],
)
def test_a_home_is_told_without_words_of_renting(text: str, home: tuple[Any, Any]) -> None:
    assert housing_of(text) == home


def test_a_home_of_ones_own_does_not_turn_the_talk_to_the_writers_permit() -> None:
    facts = with_situation(Facts(), "我妈的居住证快到期了")
    assert with_situation(facts, "房子是我自己的").value("person") == "mother"


@pytest.mark.parametrize("text", ["房子是我自己的", "住我儿子家", "我妈住我这里", "住 我 哥 那 里"])
def test_after_a_question_about_papers_the_answer_is_given_anew(text: str) -> None:
    assert hear(text, AFTER_PAPERS).picks[0].key == "papers.of_home"


@pytest.mark.parametrize("text", ["房子是我自己的", "住我儿子家", "我妈住我这里"])
def test_before_any_question_it_is_kept_and_what_can_be_asked_is_offered(text: str) -> None:
    heard = hear(text)
    assert heard.claim == "home_noted"
    assert heard.picks[0].key == "inform.noted"


@pytest.mark.parametrize("text", ["我想续签，租房子住的", "续签 租房", "要续签了，住宿舍"])
def test_who_wants_to_renew_and_tells_a_home_is_told_how(text: str) -> None:
    heard = hear(text, intent="eligibility", sure=0.4)
    assert heard.picks[0].key == "papers.of_home"
    assert heard.picks[0].values["renews"]


def test_a_paper_that_is_named_is_no_note() -> None:
    assert hear("站点撤了 宿舍证明没人盖章").claim != "home_noted"
