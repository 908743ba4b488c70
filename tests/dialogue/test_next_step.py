"""What to do now: told in steps by the facts of the person, not the last answer once more."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.understood import Understood
from tests.loaded import ask_of

DAYS = {
    "early": date(2027, 1, 8),
    "open": date(2026, 12, 10),
    "last_day": date(2026, 11, 23),
    "suspended": date(2026, 11, 18),
    "lapsed": date(2026, 9, 1),
}


def hear(text: str, memory: Memory, **told: Any) -> Response:
    known = {name: Fact(value=value, source=Source.BEFORE) for name, value in told.items()}
    case = Case(conversation_id="", channel="sms", facts=Facts(known))
    said = Understood(
        intent="how_to_renew",
        text=text,
        confidence=0.4,
        ranking=(("how_to_renew", 0.4), ("auto_failed", 0.3)),
    )
    return respond(ask_of(said, case=case, memory=memory))


def text_of(response: Response) -> str:
    return "".join(message.text for message in response.messages)


AFTER_A_DAY = Memory(topic="renewal_window", topics=("renewal_window",), key="dated.open")


@pytest.mark.parametrize(
    "text", ["那我该做什么", "怎么办", "现在呢", "那我该怎么弄", "so what should I do now", "now what"]
)
def test_a_text_that_only_asks_what_to_do_gets_the_steps(text: str) -> None:
    heard = hear(text, AFTER_A_DAY, expires_on=DAYS["open"])
    assert (heard.claim, heard.picks[0].key) == ("next_step", "next.steps")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("early", "12月9日起才能办"),
        ("open", "最晚12月10日当天"),
        ("last_day", "今天是按时办的最后一天"),
        ("suspended", "最迟2027年1月17日"),
        ("lapsed", "仍请尽快去问"),
    ],
)
def test_the_steps_begin_with_when_to_go(state: str, says: str) -> None:
    assert says in text_of(hear("怎么办", AFTER_A_DAY, expires_on=DAYS[state]))


def test_the_steps_name_what_changed() -> None:
    heard = text_of(hear("怎么办", AFTER_A_DAY, expires_on=DAYS["open"], employer_changed=True))
    assert "就业证明材料" in heard
    assert "变更信息并续签" in heard


def test_of_anothers_permit_the_steps_speak_of_them() -> None:
    assert "您母亲" in text_of(hear("怎么弄", AFTER_A_DAY, expires_on=DAYS["open"], person="mother"))


def test_whose_papers_are_in_only_waits() -> None:
    memory = Memory(topic="done_by", topics=("done_by",), key="handed.done_by")
    heard = hear("那我现在要做什么", memory, handed_in_on=date(2026, 11, 18))
    assert heard.picks[0].key == "next.handed"


def test_a_matter_with_a_step_of_its_own_is_gone_on_with() -> None:
    memory = Memory(
        topic="lost_permit",
        topics=("lost_permit",),
        key="lost_permit",
        asked={"intent": "lost_permit", "text": "证丢了"},
    )
    heard = hear("怎么办", memory)
    assert heard.picks[0].key == "next.of_last"
    assert "哪天到期" in text_of(heard)


def test_asked_twice_it_is_told_in_other_words() -> None:
    first = hear("怎么办", AFTER_A_DAY, expires_on=DAYS["open"])
    again = hear("那怎么弄", first.memory, expires_on=DAYS["open"])
    assert text_of(again) != text_of(first)
    assert "还是刚才说的" not in text_of(again)


@pytest.mark.parametrize("topic", ["points", "settling", "other_city"])
def test_points_and_other_business_have_no_such_steps(topic: str) -> None:
    memory = Memory(topic=topic, topics=(topic,), key=topic)
    assert hear("怎么办", memory).claim != "next_step"
