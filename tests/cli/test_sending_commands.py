"""What operators type about texts on their way: seeing, stopping, going on, sending once more."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.domain import Category
from renewal.services.texts import call_counts, holds, suppression
from renewal.services.texts.delivery_failures import apply_failure
from renewal.services.texts.provider import SendFailure, TextTemplate
from renewal.services.texts.restored import RESTORED
from renewal.services.texts.templates import load_templates
from renewal.services.work import Work
from renewal.store.models import AuditEntry, Delivery, Holder, Notice, NoticeBatch, Permit
from sms_gateway.providers import open_providers
from tests import outgoing
from tests.conftest import KEYS
from tests.contract.fake_alibaba import FakeAlibaba
from tests.contract.wires import alibaba

PHONE = "+8619900000001"


@pytest.fixture(autouse=True)
def migrated(own_state: Path, sqlite_template_with_jobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with its tables, which take longer to make than to copy, and the keys that it was made with."""
    own_state.mkdir(mode=0o700)
    for name in ("data_keys", "lookup_key"):
        monkeypatch.setenv(f"RENEWAL_{name.upper()}", KEYS[name])
    shutil.copyfile(sqlite_template_with_jobs, own_state / "renewal.db")


@pytest.fixture
def refused() -> str:
    """A failure notice that the provider refused; its text's id."""
    with opened() as services, services.store.session() as session:
        now, phone_hash = services.now(), services.store.phone_hash(PHONE)
        holder = Holder(
            name="样例甲",
            phone=PHONE,
            phone_hash=phone_hash,
            category=Category.EMPLOYMENT,
            district="sample",
            origin="sample",
            created_at=now,
        )
        session.add(holder)
        session.flush()
        permit = Permit(number="P-1", holder_id=holder.id, expires_on=now.date())
        session.add(permit)
        session.flush()
        notice = Notice(
            permit_id=permit.id, holder_id=holder.id, period_on=now.date(), kind="failure", created_at=now
        )
        session.add(notice)
        session.flush()
        made = outgoing.create(
            session,
            phone=PHONE,
            phone_hash=phone_hash,
            body="x",
            provider="simulator",
            now=now,
            notice_id=notice.id,
        )
        row = session.get_one(Delivery, made)
        row.state = "sending"
        apply_failure(session, row, SendFailure.CONTENT, code="21408", now=now, jitter=lambda: 1.0)
        return made


def _said(capsys, *typed: str) -> str:
    assert outcome(list(typed)) == 0
    return capsys.readouterr().out


def test_with_no_texts_that_is_said(capsys) -> None:
    said = _said(capsys, "sending")
    assert "还没有短信" in said
    assert "没有停着的" in said
    assert "没有发不出去的短信" in _said(capsys, "sending", "failed")


def test_notices_that_are_decided_and_not_worded_yet_are_counted(capsys, refused) -> None:
    with opened() as services, services.store.session() as session:
        holder_id, permit_id = session.execute(select(Notice.holder_id, Notice.permit_id)).one()
        batch = NoticeBatch(created_at=services.now())
        session.add(batch)
        session.flush()
        what = {"permit_id": permit_id, "holder_id": holder_id, "batch_id": batch.id, "kind": "renewed"}
        session.add(Notice(**what, period_on=services.today(), created_at=services.now()))
    assert "1 条通知已经排好队" in _said(capsys, "sending")


@pytest.mark.parametrize("what", ["queue", "notices", "replies", "notice.failure"])
def test_what_is_held_is_shown_with_who_and_why_and_goes_on_once_lifted(capsys, what) -> None:
    assert "已停" in _said(capsys, "sending", "hold", what, "--why", "样例", "--staff", "小李")
    assert "早已停着" in _said(capsys, "sending", "hold", what)
    shown = _said(capsys, "sending")
    assert all(cell in shown for cell in (what, "样例", "小李"))
    assert "已恢复" in _said(capsys, "sending", "lift", what)
    assert "没有停着" in _said(capsys, "sending", "lift", what)
    with opened() as services, services.store.read() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["sending.held", "sending.lifted"]


def test_stop_holds_everything_for_whoever_looks_next(capsys) -> None:
    assert "所有进程" in _said(capsys, "sending", "stop")
    with opened() as services, services.store.read() as session:
        found = holds.held(session)
    assert found.stops(holds.REPLIES, "answer")
    assert found.stops(holds.NOTICES, "notice.renewed")
    assert "已恢复" in _said(capsys, "sending", "lift")


def test_what_may_have_gone_out_since_a_restored_backup_is_counted(capsys) -> None:
    with opened() as services, Work.begin(services, actor="li") as work:
        outgoing.create(
            work.session, phone=PHONE, phone_hash="1", body="x", provider="simulator", now=work.now
        )
        holds.hold(work.session, holds.QUEUE, why="x", now=work.now)
        work.audit(RESTORED, "store", made_at=work.now.isoformat())
    told = "等着的 1 条也许早已发出"
    assert told in "".join(_said(capsys, "sending").split("\n"))
    _said(capsys, "sending", "lift")
    assert told not in _said(capsys, "sending")


def test_what_waits_is_counted_by_class_and_state_and_what_is_held_apart(capsys, refused) -> None:
    with opened() as services, services.store.session() as session:
        for lane, number in ((holds.NOTICES, 3), (holds.REPLIES, 2)):
            for n in range(number):
                outgoing.create(
                    session,
                    phone=PHONE,
                    phone_hash=str(n),
                    body="x",
                    provider="simulator",
                    now=services.now(),
                    lane=lane,
                )
    _said(capsys, "sending", "hold", "notices")
    shown = _said(capsys, "sending")
    rows = [line.split()[:3] for line in shown.splitlines() if line.split()]
    assert ["通知", "等待发送", "3"] in rows
    assert ["回答", "等待发送", "2"] in rows
    assert ["通知", "失败", "1"] in rows
    assert "现在可发 2 条，未到时间 0 条，停着 3 条" in shown
    assert "没有短信在往外发" in shown
    way = "等待发送 3 → 正在发送 0 → 已交运营商 0 → 已发出 0 → 已送达 0"
    assert f"通知 未写成短信 0 → {way}↳ 失败 1" in " ".join(shown.split()).replace(" ↳", "↳")
    assert "回答 等待发送 2 → 正在发送 0" in shown


def test_how_the_providers_take_texts_is_told_with_what_else_came_of_their_calls(capsys) -> None:
    counts = call_counts.CallCounts()
    for seconds in (*[0.2] * 90, *[0.8] * 8, 30.0, 30.0):
        counts.note("first", call_counts.TAKEN, seconds)
    counts.note("second", "busy", 0.1)
    with opened() as services:
        counts.hand_in(services.store)
    shown = _said(capsys, "sending")
    assert "first：收下 100 条，一半不到 0.25 秒，95%不到 1 秒；其余：没有" in shown
    assert "second：收下 0 条" in shown
    assert "忙或连不上 1" in shown


def test_a_refused_text_is_listed_with_its_reason_and_sent_once_more(capsys, refused) -> None:
    listed = _said(capsys, "sending", "failed")
    assert all(cell in listed for cell in (refused[:8], "P-1", "notice.failure", "21408", "拒收"))
    assert "再发 1 条" in _said(capsys, "sending", "retry", refused[:8], "--staff", "小李")
    with opened() as services, services.store.read() as session:
        row = session.get_one(Delivery, refused)
        audit = session.scalars(select(AuditEntry).where(AuditEntry.action == "text.retried")).one()
    assert (row.state, row.attempts, row.failure) == ("pending", 0, None)
    assert audit.actor.startswith("小李(")
    assert outcome(["sending", "retry", refused[:8]]) == 1
    assert "没有发失败或过期的短信" in capsys.readouterr().err


def test_the_steps_of_a_permits_notices_are_shown_and_they_are_sent_once_more(capsys, refused) -> None:
    shown = _said(capsys, "notices", "show", "P-1")
    assert all(cell in shown for cell in ("失败", "content 21408", "拒收"))
    assert "再发 1 条" in _said(capsys, "notices", "retry", "P-1")
    assert "等待发送" in _said(capsys, "notices")


def test_a_number_that_opted_out_since_gets_no_other_try(capsys, refused) -> None:
    with opened() as services, services.store.session() as session:
        suppression.suppress(session, services.store.phone_hash(PHONE), "opt_out", services.now())
    said = _said(capsys, "notices", "retry", "P-1")
    assert "再发 0 条" in said
    assert "已退订" in said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["sending", "hold", "no.such"], "没有 no.such 这一项可停"),
        (["notices", "show", "P-9"], "证 P-9 没有通知"),
        (["notices", "retry", "P-9"], "没有发失败或过期的短信"),
    ],
)
def test_what_is_not_there_is_one_clear_line_and_exit_1(typed, says, capsys) -> None:
    assert outcome(typed) == 1
    assert says in capsys.readouterr().err


def test_each_template_is_previewed_with_its_segments_and_its_cost(capsys) -> None:
    shown = _said(capsys, "texts", "preview", "--price", "0.05", "--people", "100")
    assert "identity.code_sms" in shown
    assert "10.00" in shown  # two segments to a hundred people
    assert "【续签助手】验证码123456" in shown


@pytest.fixture
def by_alibaba(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAlibaba]:
    """Alibaba Cloud is the provider, and has approved two of our texts and refused one."""
    fake = FakeAlibaba(alibaba.KEY_ID, alibaba.KEY_SECRET, alibaba.SIGN_NAME, {})
    fake.start()
    given = {
        "PROVIDER": "alibaba",
        "PUBLIC_URL": "https://sms.example.org",
        "ALIBABA_ACCESS_KEY_ID": alibaba.KEY_ID,
        "ALIBABA_ACCESS_KEY_SECRET": alibaba.KEY_SECRET,
        "ALIBABA_SIGN_NAME": alibaba.SIGN_NAME,
        "ALIBABA_CALLBACK_KEY": alibaba.CALLBACK_KEY,
        "ALIBABA_BASE_URL": fake.url,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"RENEWAL_{name}", value)
    with opened() as services:
        bodies = {one.name: one.body.removeprefix("【续签助手】") for one in load_templates(services)}
    code = bodies["identity.code_sms"].replace("123456", "${code}")
    fake.listed = [
        {"TemplateName": "identity.code_sms", "TemplateCode": "SMS_1", "TemplateContent": code}
        | {"AuditStatus": "AUDIT_STATE_PASS"},
        {"TemplateName": "sms.opted_out", "TemplateCode": "SMS_2", "TemplateContent": bodies["sms.opted_out"]}
        | {"AuditStatus": "AUDIT_STATE_PASS"},
        {"TemplateName": "sms.opted_in", "TemplateCode": "SMS_3", "TemplateContent": bodies["sms.opted_in"]}
        | {"AuditStatus": "AUDIT_STATE_NOT_PASS", "Reason": {"RejectInfo": "用途不明"}},
    ]
    yield fake
    fake.stop()


def test_what_is_not_approved_yet_is_told_and_what_is_can_be_saved_and_sent(
    by_alibaba: FakeAlibaba, capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "templates.yml"
    shown = _said(capsys, "texts", "templates", "--save", str(file))
    assert "没有通过：用途不明" in shown
    assert "里有 2 种有批准的模板" in shown
    assert set(yaml.safe_load(file.read_text("utf-8"))) == {"identity.code_sms", "sms.opted_out"}
    monkeypatch.setenv("RENEWAL_ALIBABA_TEMPLATES", str(file))
    by_alibaba.templates = {row["TemplateCode"]: row["TemplateContent"] for row in by_alibaba.listed}
    with opened() as services:
        (body,) = [one.body for one in load_templates(services) if one.name == "identity.code_sms"]
        (provider,) = open_providers(services)
        provider.send(to=PHONE, body=body, our_id="1", template=TextTemplate(name="identity.code_sms"))
    assert [row["Content"] for row in by_alibaba.taken] == [body]


def test_a_provider_that_does_not_answer_is_one_clear_line(by_alibaba: FakeAlibaba, capsys) -> None:
    by_alibaba.key_secret = "changed"
    assert outcome(["texts", "templates"]) == 1
    assert "问不到阿里云短信：AccessKey 的密钥不对" in capsys.readouterr().err


def test_without_templates_there_is_nothing_to_approve(capsys) -> None:
    assert outcome(["texts", "templates"]) == 1
    assert "不用模板" in capsys.readouterr().err


def test_the_doctor_asks_the_provider_by_a_call_that_costs_nothing(by_alibaba: FakeAlibaba, capsys) -> None:
    outcome(["doctor"])
    shown = "".join(char for char in capsys.readouterr().out if char not in "\n │")
    assert "账户和发送人都能用" in shown
    by_alibaba.key_secret = "changed"
    assert outcome(["doctor"]) == 1
    assert by_alibaba.taken == []
