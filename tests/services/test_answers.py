"""From what was understood to what is said: the clause, the worked-out day, the holder's own case."""

from datetime import date

import pytest
from sqlalchemy import select

from renewal.dialogue.memory import Memory
from renewal.dialogue.naming import topic_of
from renewal.dialogue.understood import Understood
from renewal.domain import Field
from renewal.services.samples.scenarios import SCENARIOS, NoSampleHolder, UnknownScenario, open_scenario
from renewal.services.talks import conversations
from renewal.services.talks.case import case_of
from renewal.services.talks.status import status
from renewal.store.models import Conversation, Notice
from tests.loaded import answered, ask_of


def ask(
    services, intent: str, text: str, *, talk: str = "", previous: str = "", channel: str = "web", **entities
) -> str:
    talk = talk or conversations.open_anonymous(services, channel)
    found = {kind: (value,) for kind, value in entities.items()}
    messages = answered(
        services, talk, Understood(intent=intent, text=text, entities=found, previous=previous)
    )
    return "\n".join(message.text for message in messages)


def test_an_answer_carries_its_source_on_the_web_and_by_sms(services) -> None:
    assert "来源：" in ask(services, "how_to_renew", "居住证怎么续签")
    assert "（据" in ask(services, "how_to_renew", "居住证怎么续签", channel="sms")


def test_a_web_answer_offers_topics_as_buttons_and_an_sms_none(services) -> None:
    understood = Understood(intent="how_to_renew", text="怎么续签")
    web = answered(services, conversations.open_anonymous(services, "web"), understood)[0]
    sms = answered(services, conversations.open_anonymous(services, "sms"), understood)[0]
    assert {button.intent for button in web.buttons} >= {"materials", "where"}
    assert sms.buttons == ()


@pytest.mark.parametrize(
    ("housing", "paper"),
    [
        ("own", "房地产权证明"),
        ("rented", "登记备案证明"),
        ("dormitory", "集体宿舍证明"),
        ("relative", "亲属关系证明"),
        ("friend", "没有“住朋友家”这一类"),
    ],
)
def test_housing_papers_are_those_of_the_home_that_was_named(services, housing: str, paper: str) -> None:
    assert paper in ask(services, "materials_housing", "要什么证明", housing=housing)


@pytest.mark.parametrize(
    ("relation", "said"),
    [("哥哥", "算的"), ("叔叔", "不包括叔叔"), ("岳父", "不包括岳父"), ("继父母", "近亲属包括")],
)
def test_who_counts_as_a_close_relative_is_said_of_the_one_that_was_named(
    services, relation: str, said: str
) -> None:
    assert said in ask(services, "relatives_scope", f"{relation}算吗", relation=relation)


@pytest.mark.parametrize(("category", "who"), [("employment", "人社局"), ("dependant", "公安部门")])
def test_the_review_is_by_the_office_of_the_category(services, category: str, who: str) -> None:
    assert who in ask(services, "review_time", "审核多久", category=category)


def test_a_fragment_leans_on_the_topic_before(services) -> None:
    leaning = Understood(
        intent="out_of_scope",
        text="那投靠的呢",
        entities={"category": ("dependant",)},
    )
    assert topic_of(ask_of(leaning, memory=Memory(topic="on_the_spot"))) == "on_the_spot"
    assert "实有人口" in ask(services, "inform", "那投靠的呢", previous="on_the_spot", category="dependant")


@pytest.mark.parametrize(
    ("text", "previous"), [("那租房的呢", "materials"), ("租房的呢", "materials_housing")]
)
def test_a_home_named_after_the_papers_gets_its_papers(services, text: str, previous: str) -> None:
    assert "登记备案证明" in ask(services, "materials", text, previous=previous, housing="rented")


def test_a_home_rented_by_a_sister_is_a_relatives_home(services) -> None:
    reply = ask(services, "materials_housing", "和姐姐住她租的房", housing="rented", relation="姐姐")
    assert "亲属关系证明" in reply


def test_a_home_shared_with_the_wife_is_ones_own_rented_home(services) -> None:
    reply = ask(services, "materials_housing", "和老婆租的房", housing="rented", relation="老婆")
    assert "登记备案证明" in reply
    assert "亲属关系" not in reply


def test_parents_named_after_the_papers_of_a_home_are_a_relatives_home(services) -> None:
    reply = ask(services, "address_unchanged", "住我爸妈的呢", previous="materials_housing", relation="父母")
    assert "亲属关系证明" in reply


def test_a_home_rented_by_a_cousin_is_not_a_relatives_home(services) -> None:
    assert "不算近亲属" in ask(
        services, "materials_housing", "住表哥租的房", housing="rented", relation="表亲"
    )


def test_another_citys_permit_is_declined_whatever_is_asked_of_it(services) -> None:
    reply = ask(services, "overdue", "北京居住证过期了还能补吗", city="北京")
    assert "上海" in reply
    assert "60日" not in reply
    assert "60日" in ask(services, "overdue", "人在北京出差，居住证过期了", city="北京")


def test_address_unchanged_said_of_the_papers_is_no_dispute(services) -> None:
    assert "不用住所证明" in ask(services, "notice_dispute", "地址没变过", previous="materials_housing")


def test_a_bare_home_asks_for_its_papers(services) -> None:
    assert "登记备案证明" in ask(services, "inform", "租的房子", housing="rented")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12月5号到期什么时候能办", ("11月5日", "12天")),
        ("2027年1月22号到期，可以办了吗", ("12月23日", "30天")),
        ("今天到期", ("今天", "2027年1月22日")),
    ],
)
def test_a_day_of_expiry_is_worked_out(services, text: str, said: tuple[str, ...]) -> None:
    reply = ask(services, "renewal_window", text)
    for part in said:
        assert part in reply


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("过期20天了", ("2027年1月2日", "恢复", "40天")),
        ("过期60天了", ("11月23日", "恢复", "今天是最后一天")),
        ("过期61天了", ("没有写", "重新计算")),
        ("逾期三个月", ("没有写", "重新计算")),
        ("过期了怎么办", ("中止", "60日", "恢复")),
    ],
)
def test_overdue_is_worked_out_up_to_and_past_the_sixtieth_day(
    services, text: str, said: tuple[str, ...]
) -> None:
    reply = ask(services, "overdue", text)
    for part in said:
        assert part in reply


@pytest.mark.parametrize("text", ["0001年1月1日到期", "9999年12月31日过期"])
def test_a_day_centuries_off_gets_the_rule(services, text: str) -> None:
    assert "30日" in ask(services, "renewal_window", text)


@pytest.mark.parametrize("text", ["13月40号到期", "2月30号到期"])
def test_a_day_that_does_not_exist_is_said_not_to(services, text: str) -> None:
    assert "没有这个日子" in ask(services, "renewal_window", text)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_opens_on_sms_as_a_holder_known_by_number(sample, name: str) -> None:
    talk = open_scenario(sample, name, "sms")
    assert case_of(sample, talk).known
    assert status(sample, case_of(sample, talk))[0].text


def test_a_web_conversation_never_shows_a_record(sample) -> None:
    talk = conversations.open_anonymous(sample, "web")
    assert not case_of(sample, talk).known
    assert "看不到您的记录" in status(sample, case_of(sample, talk))[0].text
    assert "11月5日" in status(sample, case_of(sample, talk), date(2026, 12, 5))[0].text


def test_an_answer_to_a_failure_notice_knows_the_reason_and_the_day(sample) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    with sample.store.read() as session:
        notice = session.scalars(select(Notice)).one()
        assert session.get_one(Conversation, talk).notice_id == notice.id
    day = f"{notice.period_on.month}月{notice.period_on.day}日"
    for intent in ("notice_dispute", "notice_meaning", "change_report"):
        reply = ask(sample, intent, "我没换地址啊", talk=talk)
        assert "地址" in reply
        assert day in reply
        assert "社区事务受理服务中心" in reply


def test_who_admits_the_change_is_not_told_to_dispute_it(sample) -> None:
    talk = open_scenario(sample, "failure:marriage", "sms")
    assert "有变化" in ask(sample, "notice_dispute", "我已经离婚了，孩子还小，我怎么办", talk=talk)
    assert "提出异议" in ask(sample, "notice_dispute", "我没离婚啊", talk=talk)


def test_every_reason_of_a_notice_has_its_paper(sample) -> None:
    text = sample.wording.render(
        "notice.failure",
        today=sample.today(),
        expires_on=sample.today(),
        reasons=(Field.EMPLOYMENT, Field.MARRIAGE),
    )
    assert "就业证明" in text
    assert "婚姻状况证明" in text


def test_a_reply_that_is_not_understood_is_still_told_what_the_notice_asks(sample) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    reply = ask(sample, "out_of_scope", "那个啥", talk=talk)
    for part in ("居住地址", "中止", "社区事务受理服务中心", "人工"):
        assert part in reply


@pytest.mark.parametrize("field", ["employment", "phone", "sponsor", "marriage", "enrolment"])
def test_what_to_bring_is_for_the_reason_of_the_notice(sample, field: str) -> None:
    talk = open_scenario(sample, f"failure:{field}", "sms")
    assert sample.wording.entry(f"label.bring.{field}").say in ask(sample, "materials", "带什么", talk=talk)


def test_the_status_after_a_failure_notice_tells_its_reason(sample) -> None:
    told = status(sample, case_of(sample, open_scenario(sample, "failure:employment", "sms")))[0].text
    assert "就业情况" in told
    assert "自动续签失败" in told


def test_an_overdue_holder_gets_the_own_deadline_without_naming_a_day(sample) -> None:
    talk = open_scenario(sample, "overdue", "sms")
    assert "2027年1月2日" in ask(sample, "overdue", "过期了怎么办", talk=talk)


def test_an_unknown_scenario_names_the_known_ones(sample) -> None:
    with pytest.raises(UnknownScenario, match="failure:address"):
        open_scenario(sample, "nonsense", "sms")


def test_a_store_without_samples_says_how_to_get_them(services) -> None:
    with pytest.raises(NoSampleHolder, match="renewal sample"):
        open_scenario(services, "renewed", "sms")
