"""The window's day, notices, sending and nights at the desk: what each page shows and does, and for whom."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from renewal.domain import ApplicationState, AppointmentState, Category, Outcome
from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.texts import holds
from renewal.services.texts.restored import RESTORED
from renewal.services.work import Work
from renewal.store.models import (
    Application,
    Appointment,
    AuditEntry,
    Comparison,
    Delivery,
    Hold,
    Night,
    NightCount,
    Notice,
    WorkerBeat,
)
from tests.conftest import TODAY
from tests.desk.conftest import Clerk
from tests.onfile import NAME, NUMBER, kept, put_centre, put_holder, put_notice, put_seat

MINE = {
    Role.CLERK: ("/search/", "/window/"),
    Role.SUPERVISOR: (
        "/notices/",
        "/notices/x",
        "/sending/",
        "/sending/failed",
        "/nights/",
        "/nights/2026-11-23",
        "/nights/waiting/unfiled",
        "/nights/report.css",
    ),
    Role.OPERATOR: ("/audit/",),
}
ACTS = {
    Role.CLERK: ("/search/", "/search/permit/x", "/window/1/came", "/window/1/not-come"),
    Role.SUPERVISOR: (
        "/notices/",
        "/notices/x/retry",
        "/sending/hold",
        "/sending/lift",
        "/sending/failed/x/retry",
        "/nights/owed",
    ),
    Role.OPERATOR: ("/audit/",),
}
MARKUP = "<script>alert(1)</script><b onmouseover=x>'\"&"


@pytest.fixture
def boss(sign_in: Callable[..., Clerk]) -> Clerk:
    """A supervisor called boss, signed in."""
    return sign_in("boss", Role.SUPERVISOR)


def put_case(services: Services, permit_id: int, **more: object) -> int:
    """A renewal at the window in review; its id."""
    given = {
        "state": ApplicationState.IN_REVIEW,
        "police_review_due_on": TODAY + timedelta(days=3),
        "due_on": TODAY + timedelta(days=9),
    } | more
    with services.store.session() as session:
        row = Application(
            permit_id=permit_id,
            period_on=TODAY + timedelta(days=12),
            category=Category.EMPLOYMENT,
            address_changed=False,
            opened_on=TODAY,
            created_at=services.now(),
            updated_at=services.now(),
            **given,
        )
        session.add(row)
        session.flush()
        return row.id


def put_night(
    services: Services, day: date, *, finished: bool = True, hours_ago: int = 2, done: int = 10
) -> None:
    """A night's only pass, with what it counted."""
    began_at = services.now() - timedelta(hours=hours_ago)
    with services.store.session() as session:
        night = Night(
            day=day,
            pass_no=1,
            due=10,
            done=done,
            started_at=began_at,
            finished_at=began_at + timedelta(seconds=9) if finished else None,
            seconds=9.0,
            rulebook_version="v",
        )
        session.add(night)
        session.flush()
        session.add(
            NightCount(
                night_id=night.id,
                outcome=Outcome.RENEWED,
                category=Category.EMPLOYMENT,
                district="徐汇区",
                reasons="",
                missing="",
                stale="",
                notice="renewed",
                permits=done,
            )
        )


# Whose pages they are --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_for_its_role_and_those_above_and_anybody_else_gets_a_sentence(
    sign_in: Callable[..., Clerk], stranger: Clerk, role: Role
) -> None:
    somebody = sign_in("li", role)
    for needed, paths in MINE.items():
        for path in paths:
            assert stranger.get(path).location == "/desk/sign-in"
            answer = somebody.get(path)
            if role.may(needed):
                assert answer.status_code in (200, 404), path
                continue
            assert answer.status_code == 403, path
            assert "才能看" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_an_act_takes_the_role_of_its_page_and_the_token_of_a_form(
    sign_in: Callable[..., Clerk], role: Role
) -> None:
    somebody = sign_in("li", role)
    for needed, paths in ACTS.items():
        for path in paths:
            without = somebody.client.post(f"/desk{path}", data={})
            assert without.status_code == (400 if role.may(needed) else 403) or without.status_code == 400, (
                path
            )
            if not role.may(needed):
                assert somebody.post(path, then=False).status_code == 403, path
    with_origin = somebody.client.post(
        "/desk/search/", data={"csrf_token": somebody.token}, headers={"Origin": "https://elsewhere.example"}
    )
    assert with_origin.status_code == 403


# The window ------------------------------------------------------------------------------------------------------


def test_a_day_at_a_centre_shows_who_comes_when_with_which_papers(clerk: Clerk, services: Services) -> None:
    permit_id, here, there = (
        put_holder(services),
        put_centre(services),
        put_centre(services, "PD-1", "浦东新区"),
    )
    with services.store.session() as session:
        session.add(
            Comparison(
                permit_id=permit_id,
                period_on=TODAY + timedelta(days=12),
                compared_on=TODAY,
                actor="nightly",
                at=services.now(),
                outcome=Outcome.FAILED,
                reasons="address",
                clause="automatic.step_two",
                rulebook_version="v",
            )
        )
    put_seat(services, permit_id, here, starts=time(9))
    other_id = put_holder(services, "EX-2002", name="样例别人甲", phone="+8619900005678")
    put_seat(services, other_id, here, day=TODAY + timedelta(days=1))
    third_id = put_holder(services, "EX-2003", name="样例第三人", phone="+8619900005679")
    put_seat(services, third_id, there, starts=time(10))
    page = clerk.get(f"/window/?day={TODAY}&centre=XH-1").text
    for there_is in ("09:00", "样***明", "尾号 2001", "不一致的是：居住地址", "在沪合法居住证明"):
        assert there_is in page, there_is
    assert "样***甲" not in page
    assert "样***人" not in page
    assert NAME not in page
    assert NUMBER not in page
    assert "样***人" in clerk.get("/window/").text


def test_who_came_and_who_did_not_is_noted_once_and_can_be_put_right(
    clerk: Clerk, services: Services
) -> None:
    seat = put_seat(services, put_holder(services), put_centre(services))
    clerk.get("/window/")
    assert f"预约 {seat} 记为没来" in clerk.post(f"/window/{seat}/not-come").text
    assert f"预约 {seat} 早已记为没来" in clerk.post(f"/window/{seat}/not-come").text
    assert f"预约 {seat} 记为来了" in clerk.post(f"/window/{seat}/came").text
    assert "不能这样改" in clerk.post(f"/window/{seat}/not-come").text
    with services.store.read() as session:
        assert session.get_one(Appointment, seat).state is AppointmentState.KEPT
    assert [row.actor for row in kept(services, "appointment.missed")] == ["li(desk)"]
    assert "没有编号 99 的预约" in clerk.post("/window/99/came").text


def test_nobody_is_noted_as_absent_before_the_day(clerk: Clerk, services: Services) -> None:
    seat = put_seat(services, put_holder(services), put_centre(services), day=TODAY + timedelta(days=1))
    clerk.get("/window/")
    assert "那天还没到" in clerk.post(f"/window/{seat}/not-come").text
    assert "那天还没到" in clerk.post(f"/window/{seat}/came").text


def test_cases_that_are_late_stand_first_and_by_the_centre_s_district(
    clerk: Clerk, services: Services
) -> None:
    put_centre(services)
    late = put_case(services, put_holder(services), police_review_due_on=TODAY - timedelta(days=1))
    put_case(
        services, put_holder(services, "EX-2002", phone="+8619900005678"), papers_missing="application_form"
    )
    put_case(services, put_holder(services, "EX-2003", phone="+8619900005679", district="浦东新区"))
    page = clerk.get("/window/?centre=XH-1").text
    first, rest = page.split('id="cases"')
    assert "超期的窗口件 1 件" in first
    assert f">{late}<" in first
    assert "在办的窗口件 2 件" in rest
    assert "尾号 2003" not in page
    assert "application_form" not in page
    assert "在办的窗口件 3 件" in clerk.get("/window/").text


# Notices and what goes out ---------------------------------------------------------------------------------------


def test_notices_are_found_by_state_kind_and_permit_and_one_is_shown_whole(
    boss: Clerk, services: Services
) -> None:
    permit_id = put_holder(services)
    dead = put_notice(services, permit_id, state="failed", failure="bad_number", code="30005")
    put_notice(services, permit_id, "renewed", state="delivered")
    other_id = put_holder(services, "EX-2002", name="样例别人甲", phone="+8619900005678")
    put_notice(services, other_id, "no_result")
    assert boss.get("/notices/").text.count(">打开<") == 3
    assert boss.get("/notices/?state=failed").text.count(">打开<") == 1
    assert boss.get("/notices/?state=none").text.count(">打开<") == 1
    assert boss.get("/notices/?kind=renewed&state=failed").text.count(">打开<") == 0
    answer = boss.post("/notices/", then=False, permit=NUMBER.lower())
    assert answer.location == f"/desk/notices/?of={permit_id}"
    assert boss.get(answer.location.removeprefix("/desk")).text.count(">打开<") == 2
    whole = boss.get(f"/notices/{dead}").text
    for there_is in ("30005", "号码不对或已停用", "【续签助手】样例通知", "再发一次"):
        assert there_is in whole, there_is
    assert [row.subject for row in kept(services, "notice.read")] == [f"notice:{dead}"]
    assert boss.get("/notices/nothing").status_code == 404


def test_a_dead_letter_is_sent_once_more_and_a_number_that_wants_none_is_told(
    boss: Clerk, services: Services
) -> None:
    dead = put_notice(services, put_holder(services), state="failed", failure="handset_away", code="30003")
    assert "手机几次都没有收到" in boss.get("/sending/failed").text
    with services.store.read() as session:
        text_id = session.scalar(select(Delivery.id))
    assert "排好队了" in boss.post(f"/sending/failed/{text_id}/retry").text
    with services.store.read() as session:
        assert session.get_one(Delivery, text_id).state == "pending"
    assert [row.actor for row in kept(services, "text.retried")] == ["boss(desk)"]
    assert "没有发失败或过期的短信" in boss.post(f"/notices/{dead}/retry").text


def test_sending_is_held_with_a_reason_and_lifted_again(boss: Clerk, services: Services) -> None:
    boss.get("/sending/")
    assert "没有写为什么停" in boss.post("/sending/hold", what="notices", why=" x ").text
    assert "没有选要停哪些" in boss.post("/sending/hold", what="everything", why="样例原因说明").text
    assert "已停：所有通知" in boss.post("/sending/hold", what="notices", why="运营商故障 13800138000").text
    page = boss.get("/sending/").text
    assert "运营商故障" in page
    assert "13800138000" not in page
    assert "boss(desk)" in page
    with services.store.read() as session:
        assert holds.held(session).lanes == {"notices"}
    assert "已恢复：所有通知" in boss.post("/sending/lift", what="notices").text
    assert "没有停着的" in boss.get("/sending/").text
    assert "没有停着" in boss.post("/sending/lift", what="notices").text
    assert "没有 nothing 这一项可停" in boss.post("/sending/lift", what="nothing").text


def test_when_the_notices_will_be_out_is_told_with_the_hours_in_which_they_leave(
    boss: Clerk, services: Services
) -> None:
    put_notice(services, put_holder(services), state="pending")
    assert re.search(r"点到\s?\d+ 点发：约 \d\d-\d\d \d\d:\d\d 发完", boss.get("/sending/").text)


def test_after_a_restore_it_is_told_that_what_waits_may_have_gone_out(
    boss: Clerk, services: Services
) -> None:
    put_notice(services, put_holder(services), state="pending")
    with Work.begin(services, actor="li") as work:
        holds.hold(work.session, holds.QUEUE, why="x", now=work.now)
        work.audit(RESTORED, "store", made_at=work.now.isoformat())
    assert "1 条也许早已发出" in boss.get("/sending/").text
    boss.post("/sending/lift", what="queue")
    assert "也许早已发出" not in boss.get("/sending/").text
    with services.store.read() as session:
        assert session.scalars(select(Delivery.state)).all() == ["uncertain"]


def test_a_kind_that_a_worker_held_is_named_in_words_and_lifted(boss: Clerk, services: Services) -> None:
    with services.store.session() as session:
        holds.hold(session, holds.template_of("notice.failure"), why="content 30007", now=services.now())
    assert "自动续签失败通知" in boss.get("/sending/").text
    assert "已恢复：自动续签失败通知" in boss.post("/sending/lift", what="notice.failure").text
    with services.store.read() as session:
        assert session.scalars(select(Hold.lifted_by)).all() == ["boss(desk)"]


def test_ten_thousand_notices_come_fifty_at_a_time(boss: Clerk, services: Services) -> None:
    permit_id = put_holder(services)
    put_notice(services, permit_id)
    with services.store.session() as session:
        one = session.scalars(select(Notice)).one()
        session.add_all(
            Notice(
                permit_id=permit_id,
                holder_id=one.holder_id,
                period_on=date(1990, 1, 1) + timedelta(days=number),
                kind="renewed",
                created_at=services.now(),
            )
            for number in range(9_999)
        )
    page = boss.get("/notices/?page=200").text
    assert page.count(">打开<") == 50
    assert "第 9951 到 10000 条，共 10,000 条" in page
    assert 'rel="next"' not in page
    beyond = boss.get("/notices/?page=99999999999")
    assert beyond.status_code == 200


# Nights ----------------------------------------------------------------------------------------------------------


def test_a_night_that_stopped_is_named_with_what_to_do_and_is_taken_up_again(
    boss: Clerk, services: Services
) -> None:
    put_night(services, TODAY - timedelta(days=3))
    put_night(services, TODAY - timedelta(days=2), finished=False, done=4)
    page = boss.get("/nights/").text
    assert f"{TODAY - timedelta(days=2)} 的比对停在半路" in page
    assert "做了 4 / 10 个证" in page
    assert f"{TODAY - timedelta(days=1)} 的比对没有做" in page
    assert "没有后台进程在工作" in page
    assert "补做没做完的 3 夜" in page
    told = boss.post("/nights/owed").text
    assert "后台会补做 3 夜" in told
    assert "补做已经排好队" in told
    assert "补做早已排好队" in boss.post("/nights/owed").text
    assert len(kept(services, "night.asked")) == 1
    with services.store.session() as session:
        session.add(WorkerBeat(name="w", started_at=services.now(), beat_at=services.store.clock()))
    assert "没有后台进程在工作" not in boss.get("/nights/").text


def test_where_every_night_is_done_nothing_is_owed(boss: Clerk, services: Services) -> None:
    assert "还没有做过夜间比对" in boss.get("/nights/").text
    put_night(services, TODAY)
    page = boss.get("/nights/").text
    assert "有没做完的夜" not in page
    assert "没有欠着的夜" in boss.post("/nights/owed").text


def test_a_night_s_report_stands_in_the_desk_s_frame_with_links_to_what_waits(
    boss: Clerk, services: Services
) -> None:
    put_night(services, TODAY)
    put_notice(services, put_holder(services), state="failed", failure="bad_number")
    page = boss.get(f"/nights/{TODAY}")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert "renewal report --list" not in page.text
    assert 'href="/desk/nights/waiting/failed_texts"' in page.text
    assert boss.get("/nights/report.css").mimetype == "text/css"
    listed = boss.get("/nights/waiting/failed_texts").text
    assert "尾号 2001" in listed
    assert NUMBER not in listed
    assert boss.get("/nights/2020-01-01").status_code == 404
    assert boss.get("/nights/tomorrow").status_code == 404
    assert boss.get("/nights/waiting/nobody").status_code == 404


# Markup in every field ---------------------------------------------------------------------------------------------


def test_markup_in_any_field_is_shown_as_it_was_typed(
    sign_in: Callable[..., Clerk], services: Services
) -> None:
    boss = sign_in("boss", Role.OPERATOR)
    permit_id = put_holder(services, f"EX{MARKUP}", name=f"样{MARKUP}", district=MARKUP)
    put_notice(services, permit_id, state="failed", code=MARKUP, body=MARKUP)
    with services.store.session() as session:
        session.add(
            AuditEntry(
                at=services.now(), actor=MARKUP, action=MARKUP, subject=MARKUP, detail={MARKUP: MARKUP}
            )
        )
        holds.hold(session, "queue", why=MARKUP, by=MARKUP, now=services.now())
        notice_id = session.scalars(select(Notice.id)).one()
    centre = put_centre(services, MARKUP, MARKUP)
    put_seat(services, permit_id, centre)
    put_case(services, permit_id, papers_missing="application_form", receipt_no=MARKUP)
    boss.get("/search/")
    found = boss.post("/search/", then=False, who=f"样{MARKUP}", reason="other", words=MARKUP)
    where = found.location.removeprefix("/desk") if found.status_code == 303 else "/search/"
    paths = (
        where,
        f"{where}/{permit_id}",
        "/window/",
        "/notices/",
        f"/notices/{notice_id}",
        "/sending/",
        "/sending/failed",
        "/audit/",
        f"/audit/?account={MARKUP}&act={MARKUP}",
        f"/notices/?state={MARKUP}",
    )
    for path in paths:
        page = boss.get(path).text
        assert "<script>alert" not in page, path
        assert "<b onmouseover" not in page, path
    assert "&lt;script&gt;" in boss.get("/sending/").text
    refused = boss.post("/search/", who=MARKUP, reason=MARKUP).text
    assert "<script>alert" not in refused
