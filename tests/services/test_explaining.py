"""Why a permit is in its state: the sentence, the course of things, and what the bureaus know, never a value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from renewal.domain import (
    ApplicationState,
    AppointmentState,
    Category,
    Field,
    FieldState,
    Outcome,
    VisitFinding,
    VisitWay,
)
from renewal.services.app import Services
from renewal.services.explaining.permit import Explanation, UnknownPermit, explain
from renewal.store.models import (
    Application,
    Appointment,
    BureauFact,
    Centre,
    Change,
    Comparison,
    Delivery,
    Holder,
    Notice,
    NoticeBatch,
    Permit,
    Record,
    Visit,
)
from tests.conftest import TODAY

NAME, PHONE, ADDRESS, NUMBER = "样例欧阳明", "+8619900001234", "keyed-hash-of-an-address", "310000000001"
AT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # 02:30 of the 21st in Shanghai


@dataclass
class Held:
    """A permit under test; `add` writes rows about it."""

    services: Services
    permit_id: int
    holder_id: int
    expires_on: date

    def add(self, *rows: object) -> None:
        with self.services.store.session() as session:
            session.add_all(rows)

    def decide(self, outcome: Outcome, clause: str, *, version: str = "", **more: str) -> None:
        self.add(
            Comparison(
                permit_id=self.permit_id,
                period_on=self.expires_on,
                compared_on=date(2026, 11, 21),
                actor="nightly",
                at=AT,
                outcome=outcome,
                clause=clause,
                rulebook_version=version or self.services.rulebook.version,
                **more,
            )
        )

    def tell(self, **more: object) -> Notice:
        notice = Notice(
            permit_id=self.permit_id,
            holder_id=self.holder_id,
            period_on=self.expires_on,
            kind="failure",
            reasons="address",
            created_at=AT,
            **more,
        )
        self.add(notice)
        return notice

    def change(self, action: str, why: str, *, actor: str = "nightly", **more: object) -> None:
        version = self.services.rulebook.version
        self.add(
            Change(
                permit_id=self.permit_id,
                at=AT,
                actor=actor,
                action=action,
                why=why,
                rulebook_version=version,
                **more,
            )
        )

    def explained(self) -> Explanation:
        return explain(self.services, NUMBER)


@pytest.fixture
def held(services) -> Callable[..., Held]:
    """Makes the permit, expiring so many days from today, with what is on file."""

    def make(days: int, *, category: Category = Category.EMPLOYMENT, phone_ok: bool = True) -> Held:
        with services.store.session() as session:
            holder = Holder(
                name=NAME,
                phone=PHONE,
                phone_hash="h",
                phone_ok=phone_ok,
                category=category,
                district="徐汇区",
                origin="import",
                created_at=datetime(2026, 10, 1, 1, tzinfo=UTC),
            )
            session.add(holder)
            session.flush()
            permit = Permit(number=NUMBER, holder_id=holder.id, expires_on=TODAY + timedelta(days=days))
            session.add(permit)
            session.flush()
            session.add(Record(permit_id=permit.id, address=ADDRESS, employment=ADDRESS, sponsor=ADDRESS))
            return Held(
                services=services, permit_id=permit.id, holder_id=holder.id, expires_on=permit.expires_on
            )

    return make


def _all_of(found: Explanation) -> str:
    lines = [found.who, found.headline, *found.because, *found.about]
    lines += [line for event in found.events for line in (event.when, event.text, *event.details)]
    lines += [f"{known.field} {known.says} {known.source} {known.as_of_on}" for known in found.known]
    return "\n".join(lines)


def _event(found: Explanation, beginning: str) -> str:
    """The one event that begins so, with its details."""
    (event,) = (event for event in found.events if event.text.startswith(beginning))
    return "\n".join((event.when, event.text, *event.details))


# The state, in one sentence ---------------------------------------------------------------------------------


def test_before_its_window_a_permit_is_valid_and_the_window_is_named(held):
    assert held(31).explained().headline == "有效，2026-12-24 到期；窗口期从 2026-11-24 起，还不用续签。"


def test_in_its_window_with_no_comparison_that_is_said(held):
    headline = held(30).explained().headline
    assert headline == "有效，2026-12-23 到期（还有 30 天）；在窗口期里，还没有做过自动比对。"


def test_on_the_day_of_expiry_it_is_the_last_day(held):
    assert "2026-11-23 到期（今天是最后一天）" in held(0).explained().headline


def test_a_failed_permit_names_every_reason_and_the_clause(held):
    permit = held(10, category=Category.DEPENDANT)
    permit.decide(Outcome.FAILED, "automatic.failed", reasons="address,sponsor")
    found = permit.explained()
    assert "自动续签失败：居住地址、投靠人情况不一致，要到窗口办" in found.headline
    assert "信息不对称的，系统发短信告知自动续签失败和原因" in found.because[0]
    assert "指南原文；automatic.failed" in found.because[0]


def test_a_waiting_permit_tells_missing_from_stale(held):
    permit = held(10)
    permit.decide(Outcome.WAITING, "automatic.step_two", missing="phone", stale="address,employment")
    assert "还在等：缺联系电话，居住地址、就业情况的数据太旧" in permit.explained().headline


def test_only_the_last_decision_of_the_present_period_counts(held):
    permit = held(10)
    permit.decide(Outcome.WAITING, "automatic.step_two", missing="phone")
    permit.decide(Outcome.FAILED, "automatic.failed", reasons="phone")
    assert "联系电话不一致" in permit.explained().headline


def test_a_renewed_permit_says_from_when_to_when_how_and_by_which_clause(held):
    permit = held(380)
    permit.change("renewed", "automatic.renewed", was="2026-12-08", now="2027-12-08")
    found = permit.explained()
    assert (
        found.headline
        == "有效，已续到 2027-12-08：2026-11-21 02:30 自动续签，从 2026-12-08 续到 2027-12-08。"
    )
    assert "信息没有变化的，自动续签" in found.because[0]


def test_a_renewal_of_an_earlier_year_does_not_explain_todays_day(held):
    permit = held(200)
    permit.change("renewed", "automatic.renewed", was="2025-01-01", now="2026-01-01")
    assert "窗口期从" in permit.explained().headline


@pytest.mark.parametrize(("days", "left"), [(-1, "还有 59 天"), (-60, "今天是最后一天")])
def test_a_suspended_permit_names_the_last_day_that_restores_it(held, days, left):
    permit = held(days)
    permit.decide(Outcome.WAITING, "automatic.step_two", missing="phone")
    found = permit.explained()
    deadline = TODAY + timedelta(days=60 + days)
    assert f"最晚 {deadline}（含当天，{left}）补办签注，居住证使用功能恢复" in found.headline
    assert f"逾期 {-days} 天，居住证使用功能中止" in found.headline
    assert found.because[0] == "这一期自动续签没有结果：缺联系电话。"


def test_a_lapsed_permit_gets_the_rulebooks_careful_words_and_no_promise(held):
    found = held(-61).explained()
    assert "能恢复的最后一天 2026-11-22 已过" in found.headline
    assert "超过这个期限以后怎么办，指南没有写" in found.headline
    assert "不说一定能恢复，也不说一定作废" in found.headline
    assert any("居住年限自补办之日起重新计算" in line and "未见原文" in line for line in found.because)


def test_an_unknown_permit_is_one_clear_line(services):
    with pytest.raises(UnknownPermit, match="没有居住证号 NOBODY：请核对，或先导入持证人"):
        explain(services, " NOBODY ")


# The course of things ---------------------------------------------------------------------------------------


def test_events_come_in_the_order_in_which_they_happened(held):
    permit = held(10)
    permit.decide(Outcome.FAILED, "automatic.failed", reasons="address")
    permit.tell()
    permit.add(_visit(permit, date(2026, 11, 12)))
    texts = [event.text[:4] for event in permit.explained().events]
    assert texts == ["持证人导", "上门走访", "比对：失", "通知：自"]


def _visit(permit: Held, visited_on: date, **more: object) -> Visit:
    return Visit(
        permit_id=permit.permit_id,
        period_on=permit.expires_on,
        visited_on=visited_on,
        way=VisitWay.DOOR,
        finding=VisitFinding.CONFIRMED,
        origin="staff",
        recorded_at=datetime(2026, 11, 14, 1, tzinfo=UTC),
        **more,
    )


def test_a_visit_tells_what_it_found_and_when_it_was_written_down(held):
    permit = held(10)
    permit.add(_visit(permit, date(2026, 11, 12), renewed=True))
    told = _event(permit.explained(), "上门走访")
    assert told.startswith("2026-11-12\n上门走访核实地址：没有变化，走访人员当场续签")
    assert "2026-11-14 记入" in told
    assert "automatic.step_one_on_the_spot" in told


def test_a_decision_tells_reasons_what_was_lacking_who_made_it_and_by_which_rulebook(held, services):
    permit = held(10)
    permit.decide(Outcome.FAILED, "automatic.failed", reasons="address", missing="phone", stale="employment")
    told = _event(permit.explained(), "比对")
    assert told.startswith("2026-11-21 02:30\n比对：失败，居住地址不一致（2026-12-03 到期那一期）")
    assert "当时缺联系电话，就业情况的数据太旧" in told
    assert f"由夜间比对，规则库 {services.rulebook.version}" in told
    assert "依据：比对有不一致" in told


def test_a_decision_by_an_older_rulebook_says_that_the_words_are_todays(held, services):
    permit = held(10)
    permit.decide(Outcome.FAILED, "automatic.failed", version="0123456789ab", reasons="address")
    told = _event(permit.explained(), "比对")
    assert f"当时的规则库 0123456789ab（现在是 {services.rulebook.version}" in told


def test_a_clause_that_is_gone_stands_by_its_key(held):
    permit = held(10)
    permit.decide(Outcome.FAILED, "automatic.was_once", reasons="address")
    assert "依据：automatic.was_once（现在的规则库里没有这一条）" in _event(permit.explained(), "比对")


def test_a_change_tells_before_and_after_by_whom_and_why(held):
    permit = held(10)
    permit.change("endorsed", "持证人当面说明", actor="小李", was="2026-12-03", now="2027-11-21")
    told = _event(permit.explained(), "窗口签注")
    assert "到期日由 2026-12-03 改为 2027-11-21" in told
    assert "由工作人员 小李" in told
    assert "理由：持证人当面说明" in told


def test_papers_and_fields_in_a_change_are_named(held):
    permit = held(10)
    permit.change("application.returned", "stages.incomplete", actor="小李", now="lease_filing,id_card_copy")
    permit.change("record.changed", "change.at_window", actor="小李", now="address")
    found = permit.explained()
    assert "房屋租赁合同登记备案证明" in _event(found, "窗口：材料不齐")
    assert "身份证复印件" in _event(found, "窗口：材料不齐")
    assert "档案里的居住地址改为新的" in _all_of(found)


@pytest.mark.parametrize(
    ("action", "was", "now", "told"),
    [
        ("import.changed", "", "", "导入改了档案\n"),
        ("import.changed", "2026-12-01", "2026-12-03", "导入改了档案，到期日由 2026-12-01 改为 2026-12-03\n"),
        ("appointment.refused", "", "", "预约没有同意\n"),
        ("appointment.cancelled", "c1 2026-11-25 09:30", "", "预约取消：c1 2026-11-25 09:30\n"),
        ("appointment.moved", "c1 2026-11-25 09:30", "c2 2026-11-26 10:00", "改到 c2 2026-11-26 10:00\n"),
    ],
)
def test_what_an_import_or_an_appointment_changed_is_told_in_words(held, action, was, now, told):
    permit = held(10)
    permit.change(action, "holders.csv", was=was, now=now)
    shown = _all_of(permit.explained())
    assert told in shown
    assert "理由：holders.csv" in shown


def test_a_change_that_has_no_sentence_is_told_as_it_was_written(held):
    permit = held(10)
    permit.change("moved.elsewhere", "", was="a", now="b")
    assert "moved.elsewhere：a → b" in _all_of(permit.explained())


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (ApplicationState.IN_REVIEW, "自动比对不再管这个证"),
        (ApplicationState.RETURNED, "窗口续签的材料不齐，退还了：件 "),
        (ApplicationState.REFUSED, ""),
    ],
)
def test_an_application_at_the_window_is_told_and_leads_where_it_is_open(held, state, told):
    permit = held(10)
    permit.add(
        Application(
            permit_id=permit.permit_id,
            period_on=permit.expires_on,
            category=Category.EMPLOYMENT,
            receipt_no="R-1",
            state=state,
            address_changed=False,
            opened_on=TODAY,
            written_reason="某人住在某处",
            created_at=AT,
            updated_at=AT,
        )
    )
    found = permit.explained()
    assert "回执 R-1" in _event(found, "窗口收件")
    assert told in "\n".join(found.because)
    assert bool(found.because) == bool(told)
    assert "某人住在某处" not in _all_of(found)


def test_an_appointment_tells_where_when_and_what_became_of_it(held):
    permit = held(10)
    centre = Centre(
        code="c1",
        name="样例路社区事务受理服务中心",
        district="徐汇区",
        address="样例路",
        phone="",
        hours="周一至周五 09:00-11:30",
        slot_minutes=30,
        capacity=2,
        updated_at=AT,
    )
    permit.add(centre)
    permit.add(
        Appointment(
            permit_id=permit.permit_id,
            centre_id=centre.id,
            day=date(2026, 11, 25),
            starts=time(9, 30),
            seat=1,
            state=AppointmentState.APPROVED,
            created_at=AT,
            updated_at=AT,
        )
    )
    found = permit.explained()
    line = "样例路社区事务受理服务中心 2026-11-25 09:30，已同意，等本人来"
    assert line in _event(found, "预约")
    assert found.because == (f"有预约：{line}。",)


def test_a_notice_tells_what_became_of_its_text(held):
    permit = held(10)
    notice = permit.tell()
    permit.add(
        Delivery(
            notice_id=notice.id,
            phone=PHONE,
            phone_hash="h",
            body="样例",
            segments=1,
            state="failed",
            provider="simulator",
            error_code="30003",
            created_at=AT,
            updated_at=AT + timedelta(hours=1),
        )
    )
    told = _event(permit.explained(), "通知")
    assert "通知：自动续签失败，原因 居住地址（2026-12-03 到期那一期）" in told
    assert "短信：没有发成（2026-11-21 03:30，代码 30003）" in told


def test_a_notice_whose_text_is_not_written_yet_waits_for_its_batch(held):
    permit = held(10)
    batch = NoticeBatch(created_at=AT)
    permit.add(batch)
    permit.tell(batch_id=batch.id)
    assert "短信还没有写" in _event(permit.explained(), "通知")


def test_a_notice_to_a_bad_number_says_that_nobody_was_told(held):
    permit = held(10, phone_ok=False)
    permit.tell()
    assert "号码收不到短信，要另想办法告诉本人" in _event(permit.explained(), "通知")


# What the bureaus know now ----------------------------------------------------------------------------------


def _fact(permit: Held, field: Field, value: str, as_of_on: date, source: str = "police") -> BureauFact:
    return BureauFact(permit_id=permit.permit_id, field=field, value=value, as_of_on=as_of_on, source=source)


def test_each_compared_field_is_the_same_differs_is_stale_or_is_missing(held):
    permit = held(10, category=Category.DEPENDANT)
    opens_on = permit.expires_on - timedelta(days=30)
    permit.add(
        _fact(permit, Field.ADDRESS, "another", opens_on, "visit"),
        _fact(permit, Field.EMPLOYMENT, ADDRESS, opens_on, "social_insurance"),
        _fact(permit, Field.SPONSOR, ADDRESS, opens_on - timedelta(days=1), "样例单位"),
        _fact(permit, Field.PHONE, "whatever", TODAY),
    )
    known = permit.explained().known
    assert [(one.field, one.state, one.says, one.source) for one in known] == [
        ("居住地址", FieldState.DIFFERS, "不一致", "走访"),
        ("就业情况", FieldState.SAME, "一致", "社保"),
        ("联系电话", FieldState.MISSING, "缺：档案里没有", "公安"),
        ("投靠人情况", FieldState.STALE, "太旧", "样例单位"),
        ("婚姻状况", FieldState.MISSING, "缺：档案里没有", ""),
    ]
    assert known[0].as_of_on == opens_on
    assert known[-1].as_of_on is None


def test_what_is_on_file_and_no_bureau_told_of_is_told_apart(held):
    assert held(10).explained().known[0].says == "缺：没有单位报过"


def test_before_the_window_no_fact_counts_yet_and_none_is_called_too_old(held):
    permit = held(200)
    permit.add(_fact(permit, Field.ADDRESS, ADDRESS, TODAY))
    found = permit.explained()
    assert found.known[0].says == "还不到时候"
    assert "才进窗口期" in found.about[1]


def test_no_name_no_phone_and_no_compared_value_is_ever_shown(held):
    permit = held(10)
    permit.decide(Outcome.FAILED, "automatic.failed", reasons="address")
    permit.add(
        _fact(permit, Field.ADDRESS, "value-of-a-bureau", TODAY), _visit(permit, TODAY, visitor="样例访客")
    )
    permit.tell()
    told = _all_of(permit.explained())
    for secret in (NAME, "欧阳", PHONE, PHONE[3:], ADDRESS, "value-of-a-bureau"):
        assert secret not in told
    assert "样***明" in told


def test_every_sample_holder_can_be_explained(sample):
    with sample.store.read() as session:
        numbers = [number for (number,) in session.query(Permit.number)]
    assert len(numbers) == 200
    assert all(explain(sample, number).headline for number in numbers)
