"""Which claim answers a text, and what it makes of facts that were told now, before, or are only supposed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import CLAIMS, respond
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from renewal.domain import Field
from tests.loaded import ask_of


def case_of(source: Source = Source.NOW, channel: Any = "web", **told: Any) -> Case:
    known = {name: Fact(value=value, source=source) for name, value in told.items()}
    return Case(conversation_id="", channel=channel, facts=Facts(known))


def hear(text: str, *ranking: tuple[str, float], **of: Any) -> Response:
    (intent, confidence), *_ = ranking
    said = Understood(
        intent=intent, text=text, confidence=confidence, ranking=ranking, parts=of.pop("parts", ())
    )
    return respond(ask_of(said, **of))


def text_of(response: Response) -> str:
    return "\n".join(message.text for message in response.messages)


def test_every_claim_has_a_name_of_its_own() -> None:
    names = [name for name, _ in CLAIMS]
    assert len(names) == len(set(names))


def test_anger_with_a_question_gets_half_a_sentence_and_the_answer() -> None:
    parts = (
        Understood(intent="materials", text="到底带什么", confidence=0.9, ranking=(("materials", 0.9),)),
    )
    response = hear("跑了两趟了气死我了，到底带什么", ("complaint", 0.8), ("materials", 0.1), parts=parts)
    assert text_of(response).startswith("抱歉")
    assert "身份证" in text_of(response)
    assert response.memory.apologised
    again = hear(
        "烦死了，到底带什么", ("complaint", 0.8), ("materials", 0.1), parts=parts, memory=response.memory
    )
    assert "抱歉" not in text_of(again)


def test_a_day_told_beside_another_question_is_answered_with_it() -> None:
    response = hear(
        "12月5号到期，去哪办", ("where", 0.9), ("fees", 0.02), case=case_of(expires_on=date(2026, 12, 5))
    )
    assert "社区事务受理服务中心" in text_of(response)
    assert "还有12天" in text_of(response)


def test_papers_told_to_be_handed_in_are_acknowledged_with_the_days_to_wait_for() -> None:
    response = hear(
        "上周四材料交进去了", ("processing_time", 0.9), case=case_of(handed_in_on=date(2026, 11, 19))
    )
    assert response.claim == "told"
    assert "12月3日" in text_of(response)
    assert "12月19日" in text_of(response)


def test_what_words_ask_of_papers_handed_in_is_answered_whatever_the_model_heard() -> None:
    case = case_of(Source.BEFORE, handed_in_on=date(2026, 11, 19))
    response = hear("那我这个人社几号前审完", ("renewal_window", 0.9), case=case)
    assert "12月3日" in text_of(response)


def test_papers_still_under_review_are_not_called_renewed() -> None:
    case = case_of(Source.BEFORE, handed_in_on=date(2026, 11, 23))
    response = hear("那现在就算续好了对吧", ("auto_success", 0.9), case=case)
    assert text_of(response).startswith("还没有")
    assert "核定" in text_of(response)


def test_who_has_been_at_the_window_is_not_contradicted() -> None:
    response = hear("我前天已经去窗口办好了", ("auto_success", 0.9), case=case_of(went_already=True))
    assert "受理回执" in text_of(response)
    assert "失败" not in text_of(response)


def test_a_fact_without_a_question_gives_the_last_answer_anew() -> None:
    memory = Memory(topic="materials", topics=("materials",), key="materials", asked={"intent": "materials"})
    response = hear(
        "是租的，搬过了", ("inform", 0.9), case=case_of(moved=True, housing="rented"), memory=memory
    )
    assert "登记备案证明" in text_of(response)


def test_a_day_to_go_is_judged_by_the_day_told_before() -> None:
    facts = {
        "expires_on": Fact(value=date(2027, 1, 8), source=Source.BEFORE),
        "visit_on": Fact(value=date(2027, 1, 2), source=Source.NOW),
    }
    case = replace(case_of(), facts=Facts(facts))
    response = hear("我元旦后再去行吗", ("renewal_window", 0.5), ("opening_hours", 0.2), case=case)
    assert response.topics == ("may_go",)
    assert "来得及" in text_of(response)


def test_what_is_supposed_is_not_kept_and_leaves_what_was_told_before() -> None:
    facts = Facts({"expires_on": Fact(value=date(2027, 1, 8), source=Source.BEFORE)})
    supposed = facts.with_told({"expires_on": Fact(value=date(2027, 2, 1), source=Source.SUPPOSED)})
    assert supposed.day("expires_on") == date(2027, 2, 1)
    assert Facts.of(supposed.kept()).day("expires_on") == date(2027, 1, 8)


@pytest.mark.parametrize(("text", "claim"), [("👍", "好的"), ("🙏🙏", "好的"), ("……", "没看到文字")])
def test_a_sign_gets_a_friendly_word_and_a_blank_text_a_hint(text: str, claim: str) -> None:
    assert claim in text_of(hear(text, ("out_of_scope", 0.9)))


def test_who_owns_up_to_the_change_is_not_told_that_there_was_none() -> None:
    case = replace(
        case_of(moved=True, channel="sms"),
        notice="failure",
        reasons=(Field.ADDRESS,),
        period_on=date(2026, 12, 8),
        expires_on=date(2026, 12, 8),
        holder_id=1,
    )
    response = hear("就是我的号码，地址是换了", ("notice_dispute", 0.9), case=case)
    assert "您没换地址" not in text_of(response)
    assert "先变更信息" in text_of(response)


@pytest.mark.parametrize(
    ("text", "topic", "asked_too"),
    [
        ("人在外地，我妈的能不能让我代办，要带啥", "materials", "in_person"),
        ("居转户的事，年限会清零吗", "settling", "continuity_years"),
        ("离婚了，要带什么材料", "family_change", "materials"),
    ],
)
def test_what_words_ask_is_answered_beside_what_the_model_is_sure_of(
    text: str, topic: str, asked_too: str
) -> None:
    response = hear(text, (topic, 0.98), ("greet", 0.01))
    assert {*response.topics, *(pick.key.partition(".")[0] for pick in response.picks)} == {topic, asked_too}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("护照换发要多少钱", "other_business"),
        ("自己的房子要什么证明", "materials_housing"),
        ("积分最晚哪天续", "points_renewal"),
    ],
)
def test_words_ask_nothing_beside_a_topic_that_answers_instead(text: str, topic: str) -> None:
    assert hear(text, (topic, 0.98), ("greet", 0.01)).topics == (topic,)


def test_words_of_a_fragment_are_of_what_it_leans_on() -> None:
    before = Memory(topic="points_renewal", topics=("points_renewal",))
    response = hear("几天内要续", ("points_renewal", 0.98), ("greet", 0.01), memory=before)
    assert response.topics == ("points_renewal",)


def test_who_moved_and_asks_whether_it_renews_by_itself_is_told_the_papers_too() -> None:
    case = case_of(moved=True, expires_on=date(2026, 12, 3))
    response = hear("搬了家，12月3日到期，还会自动续签吗", ("auto_renewal", 0.98), ("greet", 0.01), case=case)
    assert response.topics == ("auto_renewal", "papers_list")


def test_that_the_address_is_unchanged_is_of_the_papers_even_where_more_was_answered() -> None:
    before = Memory(topic="fees", topics=("materials", "where", "fees"))
    response = hear("地址没动", ("notice_dispute", 0.9), ("greet", 0.01), memory=before)
    assert response.picks[0].key == "address_unchanged"
