"""What the model says of one text, weighed with the case: evidence, known facts, topics of one family."""

from datetime import date

import pytest

from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.thresholds import SURE
from renewal.dialogue.understood import Understood
from renewal.dialogue.weighing import are_kin, stands_for, weighed
from tests.loaded import ask_of

TOLD = Facts({"expires_on": Fact(value=date(2027, 1, 8), source=Source.BEFORE)})


def asked(
    text: str, *ranking: tuple[str, float], facts: Facts | None = None, memory: Memory | None = None
) -> Ask:
    said = Understood(intent=ranking[0][0], confidence=ranking[0][1], ranking=ranking, text=text)
    case = Case(conversation_id="", channel="web", facts=facts or Facts())
    return ask_of(said, case=case, memory=memory)


def test_a_topic_whose_facts_are_known_is_likelier_than_the_model_can_know() -> None:
    ranking = (("points_rules", 0.4), ("restore_by", 0.3))
    assert weighed(asked("那最迟呢", *ranking)).intent == "points_rules"
    assert weighed(asked("那最迟呢", *ranking, facts=TOLD)).intent == "restore_by"


def test_topics_of_one_family_are_sure_together() -> None:
    said = weighed(asked("过了咋办", ("overdue", 0.35), ("lapse_effect", 0.3), ("fees", 0.2), facts=TOLD))
    assert said.intent == "lapse_effect"
    assert said.confidence >= SURE


def test_topics_of_two_families_are_not() -> None:
    said = weighed(asked("多少", ("fees", 0.4), ("points", 0.35), ("where", 0.2)))
    assert said.confidence < SURE


def test_a_topic_whose_evidence_is_missing_is_not_meant() -> None:
    assert weighed(asked("怎么办居住证", ("forged", 0.6), ("how_to_renew", 0.2))).intent == "how_to_renew"


def test_a_topic_of_which_no_text_says_such_words_is_not_meant() -> None:
    ranking = (("opt_out_question", 0.5), ("fees", 0.2))
    assert weighed(asked("押金退不退", *ranking)).intent == "fees"
    assert weighed(asked("怎么退掉短信", *ranking)).intent == "opt_out_question"


def test_a_topic_of_which_nothing_is_hinted_is_less_likely() -> None:
    ranking = (("refused", 0.4), ("human", 0.3))
    assert weighed(asked("没过会告诉我吧", *ranking)).ranking[0][1] >= SURE
    assert weighed(asked("没过找人工说吧", *ranking)).ranking[0][1] < SURE


def test_a_fact_that_was_told_decides_between_situations() -> None:
    ranking = (("lost_job", 0.5), ("change_report", 0.3))
    told = Facts({"employer_changed": Fact(value=True, source=Source.NOW)})
    assert weighed(asked("跳槽了", *ranking)).intent == "lost_job"
    assert weighed(asked("跳槽了", *ranking, facts=told)).intent == "change_report"


def test_where_some_topics_are_ruled_out_the_others_share_the_certainty() -> None:
    said = Understood(intent="cancel", text="", confidence=0.5, ranking=(("cancel", 0.5), ("where", 0.2)))
    assert said.without("cancel").ranking == (("where", 1.0),)
    assert said.without("cancel", "where") is said


def test_what_was_answered_last_is_not_counted_twice_since_the_model_knows_it() -> None:
    ranking = (("no_sms", 0.5), ("notice_meaning", 0.4))
    after = Memory(topic="notice_meaning", topics=("notice_meaning",))
    assert weighed(asked("就是我一条都没收到", *ranking, memory=after)).intent == "no_sms"


def test_how_another_permit_stands_is_asked_of_somebody_elses_record() -> None:
    ranking = (("my_status", 0.3), ("others_record", 0.28), ("fees", 0.1))
    wife = Facts({"person": Fact(value="配偶", source=Source.NOW)})
    said = weighed(asked("我老婆的什么时候到期", *ranking, facts=wife))
    assert (said.intent, said.chance_of("my_status")) == ("others_record", 0.0)


def test_what_is_no_word_of_a_forms_purpose_hardly_begins_it() -> None:
    ranking = (("points_estimate", 0.4), ("materials", 0.3))
    assert weighed(asked("带身份证行不行", *ranking)).intent == "materials"
    assert weighed(asked("算积分行不行", *ranking)).intent == "points_estimate"


def test_the_whole_of_the_probability_stays_what_it_was() -> None:
    ranking = (("overdue", 0.5), ("restore_by", 0.3), ("fees", 0.1))
    said = weighed(asked("那最迟呢", *ranking, facts=TOLD))
    assert sum(chance for _, chance in said.ranking) == pytest.approx(0.9)


def test_the_parts_of_a_text_are_weighed_too() -> None:
    part = Understood(
        intent="points_rules", text="最迟呢", ranking=(("points_rules", 0.4), ("restore_by", 0.3))
    )
    said = Understood(
        intent="fees", text="要钱吗，最迟呢", ranking=(("fees", 0.9), ("where", 0.1)), parts=(part,)
    )
    case = Case(conversation_id="", channel="web", facts=TOLD)
    assert weighed(ask_of(said, case=case)).parts[0].intent == "restore_by"


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("overdue", "restore_by", True),
        ("lapse_effect", "restore_by", True),
        ("no_calls", "cancel", True),
        ("appointment_move", "appointment_lookup", True),
        ("fees", "where", False),
        ("guarantee", "out_of_scope", False),
        ("materials_housing", "others_record", False),
    ],
)
def test_which_topics_are_of_one_family(one: str, other: str, kin: bool) -> None:
    assert are_kin(one, other) is kin
    assert are_kin(other, one) is kin


def test_a_question_stands_for_nothing_but_itself() -> None:
    assert stands_for("overdue") == frozenset()
    assert "overdue" in stands_for("restore_by")
