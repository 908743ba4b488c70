"""When a text is answered, when two topics are offered, when it is declined."""

import pytest

from renewal.dialogue.claims import respond
from renewal.dialogue.responding import Response
from renewal.dialogue.thresholds import EITHER, SECOND, SURE
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of


def said(
    *ranking: tuple[str, float], text: str = "请问一下", parts: tuple[Understood, ...] = (), **entities: str
):
    found = {kind: (value,) for kind, value in entities.items()}
    intent, confidence = ranking[0]
    return Understood(
        intent=intent, text=text, confidence=confidence, ranking=ranking, parts=parts, entities=found
    )


def decided(understood: Understood) -> Response:
    return respond(ask_of(understood))


def topics(response: Response) -> list[str]:
    return list(response.topics)


def choices(response: Response) -> tuple[str, ...]:
    return response.memory.choices


def test_a_sure_topic_is_answered() -> None:
    assert topics(decided(said(("fees", SURE), ("where", 0.3)))) == ["fees"]


def test_two_topics_in_doubt_are_offered_likeliest_first() -> None:
    assert choices(decided(said(("fees", SURE - 0.05), ("where", 0.3)))) == ("fees", "where")


def test_a_topic_far_ahead_of_a_weak_second_is_answered() -> None:
    assert topics(decided(said(("fees", SURE - 0.02), ("where", SECOND / 2)))) == ["fees"]


def test_what_nothing_fits_is_declined() -> None:
    assert decided(said(("out_of_scope", 0.9), ("fees", 0.05))).claim == "miss"
    weak = EITHER / 3
    assert decided(said(("fees", weak), ("where", weak))).claim == "miss"


def test_doubt_between_a_topic_and_nothing_offers_the_two_likeliest_topics() -> None:
    doubt = said(("out_of_scope", 0.4), ("fees", 0.33), ("where", 0.2))
    assert choices(decided(doubt)) == ("fees", "where")


def test_several_questions_are_answered_in_their_order_each_once() -> None:
    parts = tuple(said((topic, 0.9)) for topic in ("materials", "where", "materials", "thanks"))
    assert topics(decided(said(("materials", 0.9), ("where", 0.05), parts=parts))) == ["materials", "where"]


def test_an_unsure_part_is_not_answered_on_its_own() -> None:
    parts = (said(("materials", 0.9)), said(("where", 0.3), ("fees", 0.2)))
    assert topics(decided(said(("materials", 0.9), ("where", 0.05), parts=parts))) == ["materials"]


def test_the_one_sure_part_of_a_rambling_text_is_what_it_asks() -> None:
    parts = (said(("landlord", 0.9)), said(("thanks", 0.9)))
    assert topics(decided(said(("complaint", 0.3), ("landlord", 0.25), parts=parts))) == ["landlord"]


@pytest.mark.parametrize(
    ("text", "found"), [("离婚了怎么办", "family_change"), ("深圳的居住证", "other_city")]
)
def test_another_city_is_meant_only_where_one_is_named(text: str, found: str) -> None:
    city = {"city": "深圳"} if "深圳" in text else {}
    assert topics(decided(said(("other_city", 0.8), ("family_change", 0.15), text=text, **city))) == [found]


def test_forging_is_meant_only_where_something_false_is_named() -> None:
    honest = said(("forged", 0.7), ("agents", 0.25), text="中介说两百块包续靠谱吗")
    assert topics(decided(honest)) == ["agents"]
    guest = said(("forged", 0.7), ("materials_housing", 0.25), text="借住同学家，没租也没买，证明去哪里开")
    assert topics(decided(guest)) == ["issuer"]
    assert topics(decided(said(("forged", 0.7), ("agents", 0.25), text="假合同行不行"))) == ["forged"]
