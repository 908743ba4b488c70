"""Verdicts come first, and the very same text is not sent twice running."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.topics import BadTopics
from renewal.dialogue.understood import Understood
from renewal.dialogue.verdicts import read_verdicts, verdicts
from renewal.language.words import concepts
from renewal.rulebook import load_rulebook
from renewal.wording import load_wording
from tests.loaded import ask_of

LATE = {"expires_on": date(2026, 11, 10)}  # a permit that is past its day


def hear(text: str, topic: str, memory: Memory | None = None, **told: Any) -> Response:
    known = {name: Fact(value=value, source=Source.NOW) for name, value in told.items()}
    case = Case(conversation_id="", channel="sms", facts=Facts(known))
    said = Understood(intent=topic, text=text, confidence=0.9, ranking=((topic, 0.9), ("fees", 0.02)))
    return respond(ask_of(said, case=case, memory=memory or Memory()))


def text_of(response: Response) -> str:
    return "".join(message.text for message in response.messages)


def test_the_words_and_the_wording_of_every_verdict_are_written() -> None:
    wording = load_wording(load_rulebook())
    assert {word for row in verdicts() for word in (*row.words, *row.never)} <= concepts().keys()
    assert [row.name for row in verdicts() if row.name not in wording] == []
    assert [key for row in verdicts() for key in row.keys if key not in wording] == []


@pytest.mark.parametrize("row", [{"of": ["nothing"]}, {"words": ["frail"]}, {"of": ["online"], "at": []}])
def test_a_verdict_with_an_unknown_key_or_topic_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadTopics):
        read_verdicts({"verdict.counts": row})


@pytest.mark.parametrize(
    ("text", "topic", "told", "begins"),
    [
        ("能在网上续吗", "online", {"moved": True}, "不能"),
        ("能在网上续吗", "online", {"moved": False}, "可以"),
        ("居委会能办吗", "where", {}, "不能"),
        ("你直接帮我改了号码行吗", "change_report", {}, "不能"),
        ("回执要带吗", "receipt", {}, "要带"),
        ("证是不是作废了", "lapse_effect", {"expires_on": date(2026, 12, 8)}, "没有作废"),
        ("过期了还来得及吗", "overdue", {}, "逾期60日内都来得及"),
        ("算不算就业", "eligibility", {}, "指南没有逐项写"),
        ("提前三个月行吗", "renewal_window", {}, "不行，太早"),
        ("还会自动续吗", "auto_renewal", {"moved": True}, "不能指望"),
        ("还会自动续吗", "auto_renewal", {"employer_changed": True}, "不一定"),
        ("宿舍证明叫班主任签个字行吗", "issuer", {}, "只有那个人签字"),
        ("户籍证明在上海能开吗", "issuer", {}, "上海这边开不了"),
        ("没交过社保能续吗", "eligibility", {}, "没有社保也可能续"),
        ("没积分还能续居住证吗", "points_renewal", {}, "能续"),
        ("断签了积分还有效吗", "points_renewal", {}, "会受影响"),
        ("满7年就能落户吗", "settling", {}, "不是满7年"),
        ("搬到隔壁一栋算吗", "change_report", {}, "算"),
        ("早点去好还是等到期", "renewal_window", {"expires_on": date(2026, 12, 8)}, "早点去好"),
        ("年限断了吗", "years_kept", {"handed_in_on": date(2026, 11, 3), **LATE}, "不能断定清零"),
        ("到底好了没", "done_by", {"handed_in_on": date(2026, 10, 5)}, "已经超期"),
    ],
)
def test_the_verdict_comes_first(text: str, topic: str, told: dict[str, Any], begins: str) -> None:
    assert text_of(hear(text, topic, **told)).startswith(begins)


def test_a_permit_that_is_over_is_not_called_valid() -> None:
    assert "没有作废" not in text_of(hear("是不是作废了", "lapse_effect", expires_on=date(2026, 11, 3)))


def test_the_same_text_is_not_sent_twice_running() -> None:
    first = hear("交了多久能好", "processing_time")
    second = hear("那要等多久呢", "processing_time", first.memory)
    assert text_of(first) != text_of(second)


@pytest.mark.parametrize(
    ("topic", "key"), [("points_total", "points.no_employer"), ("where", "eligibility.self_employed")]
)
def test_who_pays_the_insurance_alone_is_told_of_points_only_after_points(topic: str, key: str) -> None:
    heard = hear("社保是我自己在交", "eligibility", Memory(topic=topic, topics=(topic,)))
    assert [pick.key for pick in heard.picks] == [key]
