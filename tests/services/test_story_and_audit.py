"""One holder's whole story and the audit of who did what, on both databases; nights listed; a centre's day."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from renewal.domain import AppointmentState
from renewal.services.app import Services
from renewal.services.appointments.day import centres, day_at
from renewal.services.appointments.staff import AppointmentOver, NoSuchAppointment, miss_appointment
from renewal.services.lookup import audit, searching, story
from renewal.services.lookup.audit import AuditFilter, known_acts, read_audit
from renewal.services.lookup.reasons import Reason, Why
from renewal.services.lookup.searching import NoSuchSearch
from renewal.services.night.listing import NightState, NoNightOwed, do_owed, list_nights
from renewal.services.renewals.notice_list import NO_TEXT, NoNotices, NoticeFilter, list_notices, read_notice
from renewal.services.texts import dead_letters
from renewal.store.models import AuditEntry, Night
from tests.conftest import TODAY
from tests.onfile import (
    NAME,
    PHONE,
    kept,
    put_callback,
    put_centre,
    put_holder,
    put_notice,
    put_seat,
    put_talk,
)

ROOT = Path(__file__).parents[2]
NO_AUDIT = {"change.other", "change.other_bare"}  # sentences of the wording, on a line of a permit's history
LI = "li(desk)"
CALL = Why(reason=Reason.CALLBACK)


def found(services: Services, typed: str = "EX-2001") -> int:
    return searching.search(services, typed, CALL, staff=LI)


# A story -----------------------------------------------------------------------------------------------------------


def test_a_story_has_everything_in_the_order_in_which_it_happened_and_no_name_or_phone(services):
    permit_id = put_holder(services)
    put_notice(services, permit_id, state="delivered")
    talk = put_talk(services, permit_id=permit_id, said=(f"我叫{NAME}", PHONE))
    put_callback(services, talk, permit_id=permit_id)
    put_seat(services, permit_id, put_centre(services))
    told = story.tell(services, found(services), permit_id, staff=LI)
    assert {event.kind for event in told.events} == {"permit", "notice", "talk", "callback", "appointment"}
    assert list(told.events) == sorted(told.events, key=lambda event: event.at)
    assert [one.id for one in told.talks] == [talk]
    assert (told.talks[0].said, told.calls[0].state, told.notices[0].state) == (2, "open", "delivered")
    for secret in (NAME, PHONE.removeprefix("+86")):
        assert secret not in repr(told)
    assert {event.ref for event in told.events if event.kind == "notice"} == {told.notices[0].id}


def test_a_story_opens_by_a_search_that_found_it_and_each_opening_is_kept_with_the_reason(services):
    permit_id, other_id = put_holder(services), put_holder(services, "EX-2002", phone="+8619900005678")
    search_id = found(services)
    story.tell(services, search_id, permit_id, staff=LI)
    story.tell(services, search_id, permit_id, staff=LI)
    opened = kept(services, story.OPENED)
    assert [(row.actor, row.subject, row.detail["reason"], row.detail["search"]) for row in opened] == [
        (LI, f"permit:{permit_id}", "callback", search_id)
    ] * 2
    for wrong in (
        (search_id, other_id, LI),
        (search_id, permit_id, "wang(desk)"),
        (search_id + 50, permit_id, LI),
    ):
        with pytest.raises(NoSuchSearch):
            story.tell(services, wrong[0], wrong[1], staff=wrong[2])
    assert len(kept(services, story.OPENED)) == 2


def test_of_a_number_that_several_have_only_what_is_surely_theirs_is_told(services):
    permit_id = put_holder(services)
    stray = put_talk(services, phone=PHONE, said=("你好",))
    alone = story.tell(services, found(services), permit_id, staff=LI)
    assert [one.id for one in alone.talks] == [stray]
    put_holder(services, "EX-2002", name="样例家人")
    shared = story.tell(services, found(services), permit_id, staff=LI)
    assert (shared.shared, shared.talks, shared.texts) == (True, (), ())


# The audit ---------------------------------------------------------------------------------------------------------


def put_entries(services: Services, count: int, *, actor: str = LI, action: str = "callbacks.read") -> None:
    with services.store.session() as session:
        session.add_all(
            AuditEntry(
                at=services.now(), actor=actor, action=action, subject="callbacks", detail={"n": number}
            )
            for number in range(count)
        )


def test_pages_of_the_audit_meet_without_a_gap_or_a_repeat_while_more_is_written(services):
    put_entries(services, 120)
    seen, before = [], None
    while True:
        page = read_audit(services, AuditFilter(act="callbacks.read"), staff="boss(desk)", before=before)
        seen += [dict(entry.details)["n"] for entry in page.entries]
        put_entries(services, 1)
        before = page.next_before
        if before is None:
            break
    assert seen == [str(number) for number in range(119, -1, -1)]


def test_the_audit_is_filtered_by_account_act_and_day(services):
    put_entries(services, 2)
    put_entries(services, 3, actor="lin(desk)")
    put_entries(services, 1, actor="nightly", action="sending.held")

    def count(**only: object) -> int:
        return len(read_audit(services, AuditFilter(**only), staff="boss(desk)").entries)

    assert count(account="li(") == 2
    assert count(account="li") == 5
    assert count(account="l_") == 0
    assert count(act="sending.held") == 1
    assert count(account=audit.STAFFS_OWN, act="callbacks.read") == 5
    assert count(account=audit.STAFFS_OWN, act="sending.held") == 0
    assert count(act="callbacks.read", since=date(2000, 1, 1), until=date(2000, 1, 2)) == 0
    today = services.now().date()
    assert count(act="callbacks.read", since=today - timedelta(days=1), until=today + timedelta(days=1)) == 5


def test_what_was_done_to_a_permit_and_to_what_belongs_to_it_is_found_by_it_and_searches_too(services):
    permit_id, other_id = put_holder(services), put_holder(services, "EX-2002", phone="+8619900005678")
    notice = put_notice(services, permit_id, state="failed", failure="bad_number")
    read_notice(services, notice, staff=LI)
    dead_letters.retry_permit(services, "EX-2001", staff=LI)
    story.tell(services, found(services), permit_id, staff=LI)
    found(services, NAME)  # finds both
    found(services, "EX-2002")
    entries = read_audit(services, AuditFilter(permit_id=permit_id), staff="boss(desk)").entries
    acts = [entry.act for entry in entries]
    assert acts == ["查人", "看一个人的全部经过", "查人", "短信再发一次", "看一条通知"]
    others = read_audit(services, AuditFilter(permit_id=other_id), staff="boss(desk)").entries
    assert [entry.act for entry in others] == ["查人", "查人"]
    assert read_audit(services, AuditFilter(permit_id=9999), staff="boss(desk)").entries == ()


def test_acts_that_stand_in_the_audit_are_offered_by_their_names(services):
    assert known_acts(services) == ()
    put_entries(services, 5)
    put_entries(services, 1, action="nobody.named")
    assert known_acts(services) == (("nobody.named", "nobody.named"), ("callbacks.read", "看回电列表"))


def test_every_act_that_the_code_keeps_has_a_name():
    kept_at = re.compile(r"audit\(|note\(|alert\(session|_by_holder\(|write_audit\(|action=")
    act = re.compile(r"(?<![\w.])\"([a-z]+\.[a-z_]+)\"")
    lines = [
        line
        for file in (ROOT / "renewal/services").rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
    ]
    acts = {found for line in lines if kept_at.search(line) for found in act.findall(line)} - NO_AUDIT
    assert len(acts) > 30
    assert [found for found in sorted(acts) if audit.act_name(found) == found] == []


# Notices -----------------------------------------------------------------------------------------------------------


def test_notices_are_chosen_by_state_kind_and_permit_a_page_at_a_time(services):
    permit_id, other_id = put_holder(services), put_holder(services, "EX-2002", phone="+8619900005678")
    put_notice(services, permit_id, state="failed")
    put_notice(services, permit_id, "renewed", state="delivered")
    put_notice(services, other_id, "no_result")

    def count(**only: object) -> int:
        return list_notices(services, limit=9, only=NoticeFilter(**only))[1]

    assert (count(), count(state="failed"), count(state=NO_TEXT), count(state="pending")) == (3, 1, 1, 0)
    assert (
        count(kind="renewed"),
        count(permit_id=permit_id),
        count(permit_id=permit_id, kind="no_result"),
    ) == (1, 2, 0)
    pages = [list_notices(services, limit=2, page=page)[0] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({one.id for page in pages for one in page}) == 3
    with pytest.raises(ValueError, match="no such"):
        NoticeFilter(state="x")


def test_one_notice_is_read_with_its_words_and_who_read_it_is_kept(services):
    notice = put_notice(services, put_holder(services), state="failed", failure="bad_number", code="30005")
    whole = read_notice(services, notice, staff=LI)
    assert (whole.body, whole.notice.error_code, whole.template) == (
        "【续签助手】样例通知",
        "30005",
        "notice.failure",
    )
    assert "号码" in whole.steps[-1].reason
    assert [row.actor for row in kept(services, "notice.read")] == [LI]
    with pytest.raises(NoNotices):
        read_notice(services, "nothing", staff=LI)


def test_dead_letters_come_a_page_at_a_time(services):
    for number in range(5):
        permit_id = put_holder(services, f"EX-3{number}", phone=f"+861990000400{number}")
        put_notice(services, permit_id, state="failed")
    pages = [dead_letters.list_dead(services, limit=2, page=page)[0] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({one.id for page in pages for one in page}) == 5


# Nights ------------------------------------------------------------------------------------------------------------


def put_pass(
    services: Services, day: date, *, pass_no: int = 1, finished: bool = True, hours_ago: float = 3
) -> None:
    began_at = services.now() - timedelta(hours=hours_ago)
    with services.store.session() as session:
        session.add(
            Night(
                day=day,
                pass_no=pass_no,
                due=10,
                done=10 if finished else 4,
                started_at=began_at,
                finished_at=began_at if finished else None,
                rulebook_version="v",
            )
        )


def test_nights_are_listed_by_their_last_pass_with_those_that_stopped_or_never_began(services):
    put_pass(services, TODAY - timedelta(days=4), finished=True)
    put_pass(services, TODAY - timedelta(days=4), pass_no=2, finished=True)
    put_pass(services, TODAY - timedelta(days=3), finished=False)
    nights = list_nights(services)
    told = [((TODAY - row.day).days, row.state, row.passes) for row in nights.rows]
    assert told == [
        (0, NightState.MISSED, 0),
        (1, NightState.MISSED, 0),
        (2, NightState.MISSED, 0),
        (3, NightState.STOPPED, 1),
        (4, NightState.DONE, 2),
    ]
    assert (nights.count, len(nights.owed), nights.workers, nights.asked) == (2, 4, 0, False)


def test_a_pass_that_began_just_now_is_under_way_and_no_failure(services):
    put_pass(services, TODAY, finished=False, hours_ago=0.1)
    (row,) = list_nights(services).rows
    assert (row.state, row.failed) == (NightState.UNDER_WAY, False)


def test_the_nights_that_are_owed_are_asked_for_once(services):
    with pytest.raises(NoNightOwed, match="都做完了"):
        do_owed(services, staff=LI)
    put_pass(services, TODAY - timedelta(days=1), finished=False)
    assert do_owed(services, staff=LI) == (TODAY - timedelta(days=1), TODAY)
    assert list_nights(services).asked
    with pytest.raises(NoNightOwed, match="早已排好队"):
        do_owed(services, staff=LI)
    assert [row.actor for row in kept(services, "night.asked")] == [LI]


def test_four_hundred_nights_come_thirty_at_a_time(services):
    with services.store.session() as session:
        session.add_all(
            Night(
                day=TODAY - timedelta(days=back),
                pass_no=1,
                started_at=services.now(),
                finished_at=services.now(),
                rulebook_version="v",
            )
            for back in range(400)
        )
    last = list_nights(services, page=14)
    assert (last.count, len(last.rows), last.rows[-1].day) == (400, 10, TODAY - timedelta(days=399))


# A centre's day ------------------------------------------------------------------------------------------------------


def test_a_day_is_listed_by_time_and_centre_a_page_at_a_time_and_who_looked_is_kept(services):
    here, there = put_centre(services), put_centre(services, "PD-1", "浦东新区")
    for number in range(105):
        permit_id = put_holder(services, f"EX-4{number:03d}", phone=f"+86199001{number:05d}")
        put_seat(services, permit_id, here if number else there, starts=time(9 + number % 3), seat=number)
    first = day_at(services, TODAY, centre="XH-1", staff=LI)
    second = day_at(services, TODAY, centre="XH-1", staff=LI, page=2)
    assert (first.count, len(first.comers), len(second.comers)) == (104, 100, 4)
    assert [one.starts for one in first.comers] == sorted(one.starts for one in first.comers)
    assert first.by_state == {AppointmentState.APPROVED: 104}
    assert day_at(services, TODAY, centre="", staff=LI).count == 105
    assert day_at(services, TODAY + timedelta(days=1), centre="", staff=LI).comers == ()
    assert [centre.code for centre in centres(services)] == ["XH-1", "PD-1"]
    assert kept(services, "appointments.read")[0].detail == {"count": 100, "day": TODAY.isoformat()}
    assert all(one.papers and one.markable for one in first.comers)


def test_not_to_have_come_is_noted_once_and_only_of_who_was_to_come(services):
    centre = put_centre(services)
    seat = put_seat(services, put_holder(services), centre)
    assert miss_appointment(services, seat, staff=LI)
    assert not miss_appointment(services, seat, staff=LI)
    other = put_seat(
        services,
        put_holder(services, "EX-2002", phone="+8619900005678"),
        centre,
        seat=2,
        state=AppointmentState.ASKED,
    )
    with pytest.raises(AppointmentOver):
        miss_appointment(services, other, staff=LI)
    with pytest.raises(NoSuchAppointment):
        miss_appointment(services, 999, staff=LI)
    assert [row.subject for row in kept(services, "appointment.missed")] == [f"appointment:{seat}"]
