"""The own record: what a known holder is told about the own permit, and that nobody else is told anything."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from renewal.dialogue.answering import answer as pick
from renewal.dialogue.case import Case
from renewal.dialogue.own_record import own_answer
from renewal.dialogue.speaking import Pick
from renewal.dialogue.understood import Understood
from renewal.domain import Category, Field, Outcome
from renewal.services.app import Services
from renewal.services.renewals.notices import compose_next, open_batch
from renewal.services.talks import conversations
from renewal.services.talks.case import case_of
from renewal.services.talks.status import status
from renewal.services.texts.delivery_states import advance
from renewal.services.texts.provider import DeliveryState
from renewal.store.models import Comparison, Conversation, Delivery, Holder, Notice, Permit, opaque_id
from tests.loaded import ask_of

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PHONE = "+8619900009901"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
Known = Callable[..., str]


@pytest.fixture
def known(services: Services) -> Known:
    """`known(days, …)`: the SMS conversation of a holder whose permit expires in so many days."""

    def make(
        days: int,
        *,
        category: Category = Category.EMPLOYMENT,
        outcome: Outcome | None = None,
        reasons: tuple[Field, ...] = (),
        notice: str = "",
        period_days: int | None = None,
        channel: str = "sms",
    ) -> str:
        expires_on = TODAY + timedelta(days=days)
        with services.store.session() as session:
            holder = Holder(
                name="样例甲",
                phone=PHONE,
                phone_hash=services.store.phone_hash(PHONE),
                category=category,
                district="徐汇区",
                origin="import",
                created_at=services.now(),
            )
            session.add(holder)
            session.flush()
            permit = Permit(number="TEST-9901", holder_id=holder.id, expires_on=expires_on)
            session.add(permit)
            session.flush()
            if outcome is not None:
                _compare(session, permit, outcome, reasons)
            if notice:
                batch_id = open_batch(session, services.now())
                session.add(
                    Notice(
                        permit_id=permit.id,
                        batch_id=batch_id,
                        holder_id=holder.id,
                        period_on=TODAY + timedelta(days=days if period_days is None else period_days),
                        kind=notice,
                        reasons=",".join(reasons),
                        created_at=services.now(),
                    )
                )
        if notice:
            compose_next(services, batch_id, 1)
        talk = conversations.for_phone(services, PHONE)
        with services.store.session() as session:
            session.get_one(Conversation, talk).channel = channel
        return talk

    return make


def _compare(session, permit: Permit, outcome: Outcome, reasons: tuple[Field, ...]) -> None:
    session.add(
        Comparison(
            permit_id=permit.id,
            period_on=permit.expires_on,
            compared_on=TODAY,
            outcome=outcome,
            reasons=",".join(reasons),
            clause="automatic.failed",
            rulebook_version="test",
            actor="nightly",
            at=NOW,
        )
    )


def own_of(services: Services, case: Case, topic: str, text: str) -> Pick | None:
    """What the own record answers to a text of that topic."""
    said = Understood(intent=topic, text=text)
    return own_answer(ask_of(said, case=case, ground=services.ground()), topic)


def test_far_from_the_day_it_is_too_early_with_the_day_it_opens(services, known) -> None:
    text = status(services, case_of(services, known(200)))[0].text
    assert "2027年6月11日到期，还有200天" in text
    assert "从2027年5月12日起" in text


@pytest.mark.parametrize(("days", "key"), [(31, "没到续签的时候"), (30, "正在自动比对"), (1, "正在自动比对")])
def test_the_window_opens_thirty_days_before(services, known, days: int, key: str) -> None:
    assert key in status(services, case_of(services, known(days)))[0].text


def test_on_the_last_day_without_a_result_the_window_is_the_way(services, known) -> None:
    text = status(services, case_of(services, known(0)))[0].text
    assert "今天" in text
    assert "2027年1月22日" in text


@pytest.mark.parametrize("reason", list(Field))
def test_a_failure_is_told_with_each_reason_and_what_to_bring_for_it(services, known, reason: Field) -> None:
    talk = known(10, outcome=Outcome.FAILED, reasons=(reason,))
    text = status(services, case_of(services, talk))[0].text
    wording = services.wording
    assert wording.render(f"label.field.{reason}") in text
    assert wording.render(f"label.bring.{reason}") in text
    assert "还有10天" in text


def test_every_reason_of_a_failure_is_told(services, known) -> None:
    talk = known(10, outcome=Outcome.FAILED, reasons=(Field.ADDRESS, Field.PHONE))
    text = status(services, case_of(services, talk))[0].text
    assert "居住地址、联系电话" in text
    assert "住址证明" in text
    assert "现在用的手机" in text


@pytest.mark.parametrize(("days", "left"), [(-1, "2027年1月21日"), (-60, "11月23日")])
def test_an_expired_permit_is_told_until_which_day_it_can_be_restored(
    services, known, days: int, left: str
) -> None:
    text = status(services, case_of(services, known(days, outcome=Outcome.FAILED, reasons=(Field.ADDRESS,))))[
        0
    ].text
    assert f"已逾期{-days}天" in text
    assert left in text
    assert "居住地址" in text


def test_past_the_deadline_nothing_is_promised(services, known) -> None:
    text = status(services, case_of(services, known(-61)))[0].text
    assert "续签指南没" in text
    assert "社区事务受理服务中心" in text


def test_a_renewal_is_told_with_its_new_day(services, known) -> None:
    text = status(services, case_of(services, known(365, notice="renewed", period_days=0)))[0].text
    assert "续签成功" in text
    assert "2027年11月23日" in text


@pytest.mark.parametrize("days", [20, 0, -5])
def test_last_years_renewal_is_no_news_when_the_next_one_is_due(services, known, days: int) -> None:
    text = status(services, case_of(services, known(days, notice="renewed", period_days=days - 365)))[0].text
    assert "成功" not in text


def test_a_failure_of_an_earlier_period_explains_nothing_now(services, known) -> None:
    talk = known(300, notice="failure", reasons=(Field.ADDRESS,), period_days=-65)
    assert "失败" not in status(services, case_of(services, talk))[0].text
    assert own_of(services, case_of(services, talk), "materials", "要带什么") is None


def test_the_page_also_tells_what_is_on_file_and_which_notice_went_out(services, known) -> None:
    talk = known(10, notice="failure", reasons=(Field.ADDRESS,), channel="web", category=Category.DEPENDANT)
    assert "短信没有发出去" in status(services, case_of(services, talk))[1].text
    with services.store.session() as session:
        row = session.scalars(select(Delivery)).one()
        advance(session, row, DeliveryState.ACCEPTED, raw="", now=services.now())
    filed = status(services, case_of(services, talk))[1].text
    assert "投靠" in filed
    assert "自动续签失败" in filed
    assert "发的短信" in filed


def test_no_name_phone_or_number_of_the_permit_is_ever_told(services, known) -> None:
    talk = known(10, notice="failure", reasons=(Field.ADDRESS,), channel="web")
    told = "".join(message.text for message in status(services, case_of(services, talk)))
    for secret in ("样例甲", "徐汇", "TEST", PHONE[3:], "9901"):
        assert secret not in told


def test_by_sms_the_status_is_one_text(services, known) -> None:
    assert (
        len(status(services, case_of(services, known(10, outcome=Outcome.FAILED, reasons=(Field.ADDRESS,)))))
        == 1
    )


def test_who_is_not_known_is_told_of_the_given_day_only(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    assert not case_of(services, talk).known
    assert "12月5日" in status(services, case_of(services, talk), date(2026, 12, 5))[0].text
    assert len(status(services, case_of(services, talk))) == 1


@pytest.mark.parametrize(
    ("topic", "text", "key"),
    [
        ("my_status", "查一下", "status.failed"),
        ("validity", "我什么时候到期", "status.failed"),
        ("renewal_window", "还剩几天", "status.failed"),
        ("inform", "到期日是哪天", "status.failed"),
        ("auto_failed", "为什么失败", "status.why"),
        ("auto_failed", "自动续签失败了怎么办", "status.failed"),
        ("materials", "要带什么", "status.bring"),
        ("validity", "How many days left", "status.failed"),
    ],
)
def test_a_question_about_ones_own_permit_gets_the_own_answer(
    services, known, topic: str, text: str, key: str
) -> None:
    case = case_of(services, known(10, outcome=Outcome.FAILED, reasons=(Field.ADDRESS,)))
    own = own_of(services, case, topic, text)
    assert own is not None
    assert own.key == key
    assert services.wording.render(own.key, today=TODAY, **own.values)


@pytest.mark.parametrize(
    ("topic", "text"), [("validity", "居住证有效期多久"), ("fees", "收费吗"), ("materials", "要带什么")]
)
def test_a_general_question_keeps_its_general_answer(services, known, topic: str, text: str) -> None:
    assert own_of(services, case_of(services, known(100)), topic, text) is None


def test_who_asks_why_it_failed_when_it_did_not_is_told_so(services, known) -> None:
    own = own_of(services, case_of(services, known(10)), "auto_failed", "我的为什么失败了")
    assert own is not None
    assert own.key == "status.no_failure"


@pytest.mark.parametrize("topic", ["my_status", "materials", "auto_failed", "validity"])
def test_nobody_who_is_not_known_gets_an_own_of(services, known, topic: str) -> None:
    known(10, outcome=Outcome.FAILED, reasons=(Field.ADDRESS,))
    stranger = conversations.open_anonymous(services, "web")
    assert own_of(services, case_of(services, stranger), topic, "我什么时候到期，为什么失败") is None
    assert own_of(services, case_of(services, opaque_id()), topic, "我什么时候到期") is None


@pytest.mark.parametrize("text", ["11月30日上午9点", "周五上午"])
def test_a_day_that_is_only_named_does_not_become_that_of_the_permit_on_file(
    services, known, text: str
) -> None:
    case = case_of(services, known(15))
    for intent in ("inform", "renewal_window"):
        said = Understood(intent=intent, text=text)
        picked = pick(ask_of(said, case=case, ground=services.ground()), intent)
        assert picked.values["expires_on"] == TODAY + timedelta(days=15)
