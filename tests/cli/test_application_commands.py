"""What staff type about renewals at the window, and what they read."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from renewal.cli.actor import actor
from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.domain import Category, Field
from renewal.language.records import comparable
from renewal.store.models import Application, BureauFact, Change, Holder, Permit, Record

TODAY = date(2026, 11, 23)
NUMBER = "TEST-9601"
PHONE = "+8619900009601"


@pytest.fixture
def permit() -> str:
    """The number of a permit that expires in ten days."""
    return _permit(10)


def _permit(days: int, number: str = NUMBER) -> str:
    with opened() as services, services.store.session() as session:
        holder = Holder(
            name="样例丙", phone=PHONE, phone_hash=services.store.phone_hash(PHONE), origin="import",
            category=Category.EMPLOYMENT, district="徐汇区", created_at=services.now(),
        )  # fmt: skip
        session.add(holder)
        session.flush()
        row = Permit(number=number, holder_id=holder.id, expires_on=TODAY + timedelta(days=days))
        session.add(row)
        session.flush()
        filed = {
            field: comparable(field, "样例", services.store) for field in (Field.ADDRESS, Field.EMPLOYMENT)
        }
        session.add(Record(permit_id=row.id, **filed))
        for field, value in filed.items():
            fact = BureauFact(permit_id=row.id, field=field, value=value, as_of_on=TODAY, source="人社")
            session.add(fact)
    return number


def typed(*words: str) -> int:
    return outcome(["application", *words])


def receipt() -> str:
    with opened() as services, services.store.read() as session:
        return session.scalars(select(Application.receipt_no).order_by(Application.id.desc())).first() or ""


def test_an_application_goes_from_missing_papers_to_its_endorsement(permit, capsys) -> None:
    assert (
        typed("open", permit, "--address-changed", "--housing", "rented", "--paper", "application_form") == 0
    )
    shown = capsys.readouterr()
    assert "材料不齐，已退还（件 1）" in shown.out
    assert "身份证复印件（验原件）  --paper id_card_copy" in shown.out
    assert "房屋租赁合同登记备案证明复印件（验原件）  --paper lease_filing" in shown.out
    assert "短信已经排好队" in shown.err
    assert typed("papers", "1", "--paper", "id_card_copy,lease_filing") == 0
    shown = capsys.readouterr().out
    assert f"已受理：回执 {receipt()}" in shown
    assert "人社部门最晚 2026-12-07 核定完" in shown
    assert "最晚 2026-12-23 全部办完" in shown
    assert typed("pass", receipt(), "--by", "employment") == 0
    assert f"renewal application endorse {receipt()}" in capsys.readouterr().out
    assert typed("endorse", receipt(), "--staff", "小李") == 0
    shown = capsys.readouterr().out
    assert "有效期到 2027-11-23" in shown
    assert "档案里还是旧地址" in shown
    with opened() as services, services.store.read() as session:
        actors = [change.actor for change in session.scalars(select(Change).order_by(Change.id))]
    assert actors == [*[actor("")] * 3, *[actor("小李")] * 2]


def test_an_application_is_shown_with_its_stages_and_its_history(permit, capsys) -> None:
    typed("open", permit)
    typed("papers", "1", "--all-papers", "--staff", "小李")
    capsys.readouterr()
    assert typed("show", "1") == 0
    shown = capsys.readouterr().out
    for words in (
        "证 TEST-9601，样*丙，就业类，2026-12-03 到期那一期",
        "现在：核定中",
        "1. 材料提交社区事务受理服务中心：2026-11-23 办好",
        "2. 人力资源社会保障部门核定：最晚 2026-12-07",
        "3. 公安部门核定：不用",
        "4. 审核通过同意签注：最晚 2026-12-23",
        "材料不齐，退还：申请续办表、身份证复印件（验原件）",
        f"材料齐全，受理（{actor('小李')}；材料齐全）",
    ):
        assert words in shown
    typed("refuse", "1", "--by", "employment", "--reason", "样例理由[bold]")
    capsys.readouterr()
    typed("show", receipt())
    shown = capsys.readouterr().out
    assert "人社部门的书面意见：样例理由[bold]" in shown
    assert "2. 人力资源社会保障部门核定：不通过" in shown
    assert "4. 审核通过同意签注：还没到" in shown


def test_applications_are_listed_and_what_is_overdue_is_marked(permit, capsys, monkeypatch) -> None:
    assert typed("list") == 0
    assert "没有在办的件" in capsys.readouterr().out
    typed("open", permit, "--all-papers")
    typed("list", "--overdue")
    assert "没有超期的件" in capsys.readouterr().out
    typed("list")
    shown = capsys.readouterr().out
    for cell in (receipt(), NUMBER, "样*丙", "就业", "核定中", "2026-12-07", "2026-12-23"):
        assert cell in shown
    assert "放假安排" not in shown
    monkeypatch.setenv("RENEWAL_TODAY", "2026-12-08")
    typed("list", "--overdue")
    assert "核定中，超期" in capsys.readouterr().out
    typed("withdraw", "1")
    typed("list", "--overdue")
    assert "没有超期的件" in capsys.readouterr().out
    typed("list", "--all")
    assert "已撤回" in capsys.readouterr().out


def test_a_day_that_unpublished_holidays_may_move_is_marked(capsys, monkeypatch) -> None:
    monkeypatch.setenv("RENEWAL_TODAY", "2026-12-23")
    typed("open", _permit(40), "--all-papers")
    assert "2027-01-07 *" in capsys.readouterr().out
    typed("list")
    shown = capsys.readouterr().out
    assert "2027-01-07*" in shown
    assert "放假安排还没有公布" in shown


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (-60, "已逾期。在期限内补办签注的结果：居住证使用功能恢复。"),
        (-61, "超过这个期限以后怎么办，指南没有写。由中心核实后决定，不要向本人作保证"),
    ],
)
def test_a_late_renewal_is_taken_and_staff_read_what_the_rules_say(days, says, capsys) -> None:
    typed("open", _permit(days), "--all-papers")
    assert says in capsys.readouterr().out
    typed("pass", "1", "--by", "employment")
    capsys.readouterr()
    typed("endorse", "1")
    assert says in capsys.readouterr().out


def test_on_the_spot_is_refused_with_what_to_do_instead(permit, capsys) -> None:
    assert typed("open", permit, "--all-papers", "--on-the-spot") == 1
    assert "联系电话还没有这一期的比对数据，不能当场签注：去掉 --on-the-spot" in capsys.readouterr().err
    with opened() as services, services.store.session() as session:
        row = session.scalars(select(Permit)).one()
        value = comparable(Field.PHONE, PHONE, services.store)
        session.get_one(Record, row.id).phone = value
        session.add(
            BureauFact(permit_id=row.id, field=Field.PHONE, value=value, as_of_on=TODAY, source="人社")
        )
    assert typed("open", permit, "--all-papers", "--on-the-spot") == 0
    assert "当场签注：回执 20261123-" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (["open", "NOBODY-1"], "没有居住证号 NOBODY-1", 1),
        (["show", "99"], "没有件 99", 1),
        (["endorse", "20261123-0000171"], "可能输错了", 1),
        (["open", NUMBER, "--paper", "passport"], "不认识材料 passport", 1),
        (["open", NUMBER, "--paper", "application_form", "--all-papers"], "只写一样", 2),
        (["open", NUMBER, "--housing", "own", "--relative-home", "own"], "--relative-home 只用在", 2),
        (["open", NUMBER, "--housing", "castle"], "--housing 的值不对", 2),
        (["papers", "1"], "带来了什么", 2),
        (["pass", "1"], "缺少选项 --by", 2),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(permit, words, says, code, capsys) -> None:
    assert typed(*words) == code
    told = capsys.readouterr().err
    assert says in told
    assert len(told.splitlines()) == 1
