"""What a conversation keeps in mind: choices, misses, the answer before, an apology given."""

from typing import Any

import pytest

from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.services.talks import conversations
from renewal.services.talks.case import case_of
from renewal.services.talks.dialogue import Response, respond


class Talk:
    """A conversation with the dialogue alone; each text is understood as the test says."""

    def __init__(self, services: Any, channel: str) -> None:
        self._services = services
        self._id = conversations.open_anonymous(services, channel)
        self._memory: dict[str, Any] = {}

    def say(self, text: str, *ranking: tuple[str, float], parts: tuple[Understood, ...] = ()) -> Response:
        (intent, confidence), *_ = ranking
        said = Understood(intent=intent, text=text, confidence=confidence, ranking=ranking, parts=parts)
        response = respond(self._services, case_of(self._services, self._id), said, Memory.of(self._memory))
        self._memory = response.memory.as_dict()
        return response

    def hear(self, text: str, *ranking: tuple[str, float], parts: tuple[Understood, ...] = ()) -> str:
        return "\n".join(message.text for message in self.say(text, *ranking, parts=parts).messages)


DOUBT = (("fees", 0.4), ("where", 0.3))
NOTHING = (("out_of_scope", 0.9), ("fees", 0.05))


@pytest.fixture
def sms(services) -> Talk:
    return Talk(services, "sms")


@pytest.fixture
def web(services) -> Talk:
    return Talk(services, "web")


def test_in_doubt_two_topics_are_named_and_a_number_chooses(sms: Talk) -> None:
    offered = sms.hear("那个居住证多少的地方", *DOUBT)
    assert "收费" in offered
    assert "去哪里办" in offered
    assert "社区事务受理服务中心" in sms.hear("2", ("acknowledge", 0.9))


@pytest.mark.parametrize("text", ["1", "第一个", "选1", "前一个", "收费吗", "１", "the first one", "1。"])
def test_the_first_choice_can_be_named_in_many_ways(sms: Talk, text: str) -> None:
    sms.say("那个", *DOUBT)
    assert "工本费" in sms.hear(text, ("acknowledge", 0.9))


def test_both_choices_can_be_asked_for(sms: Talk) -> None:
    sms.say("那个", *DOUBT)
    response = sms.say("都要", ("acknowledge", 0.9))
    assert response.topics == ("fees", "where")
    assert len(response.messages) == 1


def test_on_the_web_the_choices_are_buttons(web: Talk) -> None:
    assert [button.intent for button in web.say("那个", *DOUBT).messages[0].buttons] == ["fees", "where"]


def test_a_new_question_instead_of_a_choice_is_answered(sms: Talk) -> None:
    sms.say("那个", *DOUBT)
    assert "中止" in sms.hear("过期了怎么办", ("overdue", 0.9))


def test_a_number_with_nothing_offered_is_just_a_word(sms: Talk) -> None:
    assert "工本费" not in sms.hear("1", ("acknowledge", 0.9))


def test_a_chosen_form_begins(sms: Talk) -> None:
    sms.say("积分那个", ("points", 0.4), ("points_estimate", 0.35))
    assert sms.say("2", ("acknowledge", 0.9)).begins == "points_estimate"


def test_after_two_misses_a_person_is_offered_and_not_before(sms: Talk) -> None:
    first, second = sms.hear("呜啦啦", *NOTHING), sms.hear("嘟嘟嘟", *NOTHING)
    assert first != second
    assert "人工" in second
    sms.say("过期了怎么办", ("overdue", 0.9))
    assert sms.hear("呜啦啦", *NOTHING) == first


def test_more_gives_the_long_version_by_sms_within_four_segments(sms: Talk) -> None:
    short = sms.hear("要带什么", ("materials", 0.9))
    long = sms.hear("详细点", ("more", 0.9))
    assert len(short) < len(long) <= 262


def test_more_on_the_web_repeats_nothing(web: Talk) -> None:
    answer = web.hear("要带什么", ("materials", 0.9))
    assert answer not in web.hear("详细点", ("more", 0.9))


def test_not_understood_it_is_said_in_other_words_then_a_person_is_offered(sms: Talk) -> None:
    first = sms.hear("过期了怎么办", ("overdue", 0.9))
    second = sms.hear("没看懂", ("repeat", 0.9))
    third = sms.hear("还是不懂", ("repeat", 0.9))
    assert len({first, second, third}) == 3
    assert "人工" in third


def test_why_after_an_answer_names_what_it_rests_on(sms: Talk) -> None:
    sms.say("过期了怎么办", ("overdue", 0.9))
    assert "指南" in sms.hear("凭什么", ("ask_why", 0.9))


def test_anger_is_answered_with_one_apology(sms: Talk) -> None:
    assert "抱歉" in sms.hear("什么破系统", ("complaint", 0.9))
    again = sms.hear("太烂了", ("complaint", 0.9))
    assert "抱歉" not in again
    assert "对不起" not in again


def test_several_questions_get_an_answer_each_in_order(web: Talk) -> None:
    parts = tuple(
        Understood(intent=intent, text=text, confidence=0.9, ranking=((intent, 0.9),))
        for intent, text in (("materials", "要带什么"), ("where", "去哪办"), ("fees", "多少钱"))
    )
    response = web.say("要带什么，去哪办，多少钱", ("materials", 0.9), parts=parts)
    (message,) = response.messages
    places = [message.text.index(said) for said in ("身份证", "房屋所在地街道", "工本费")]
    assert places == sorted(places)
    assert message.text.count("来源：") == 1


def test_a_day_of_expiry_is_worked_out_however_unsure_the_topic(sms: Talk) -> None:
    assert "2027年10月24日" in sms.hear(
        "我那张2027年11月23日到期，弄得了么", ("out_of_scope", 0.8), ("overdue", 0.1)
    )


def test_a_supposed_endorsement_is_no_day_of_the_holders(sms: Talk) -> None:
    said = sms.hear("今天去签的话，有效期从今天算吗", ("validity", 0.9))
    assert "按11月23日受理那天算" in said
    assert "到期" not in said


def test_small_talk_does_not_forget_the_topic(sms: Talk) -> None:
    sms.say("要带什么", ("materials", 0.9))
    sms.say("谢谢", ("thanks", 0.9))
    assert sms.say("详细点", ("more", 0.9)).memory.topic == "materials"


def test_what_another_version_kept_is_forgotten_not_fatal() -> None:
    assert Memory.of({"colour": "blue", "choices": None}) == Memory()
    assert Memory.of(None) == Memory()
