"""What a night came to: its passes put together, how far it is, and what waits for a person."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from renewal.domain import ApplicationState, Category, Field, Outcome
from renewal.services.night.report import CountRow, NightReport, load_report, load_trend, newest_night
from renewal.services.night.staff import NothingToList, Waiting, list_waiting
from renewal.services.night.view import facts_of, sections, state_line
from renewal.services.talks import web_sessions
from renewal.services.texts.holds import QUEUE, hold, template_of
from renewal.store.models import (
    Application,
    Callback,
    Delivery,
    Holder,
    Night,
    NightCount,
    Notice,
    NoticeBatch,
    Permit,
    Record,
)
from tests.conftest import TODAY

AT = datetime(2026, 11, 22, 18, tzinfo=UTC)
RENEWED = {"outcome": Outcome.RENEWED, "category": Category.EMPLOYMENT, "district": "黄浦区"}
FAILED = {"outcome": Outcome.FAILED, "category": Category.DEPENDANT, "district": "徐汇区"}
WAITING = {"outcome": Outcome.WAITING, "category": Category.EMPLOYMENT, "district": "徐汇区"}
FIRST = (
    CountRow(**RENEWED, notice="renewed", permits=70),
    CountRow(**FAILED, reasons=(Field.ADDRESS, Field.SPONSOR), notice="failure", permits=20),
    CountRow(**WAITING, missing=(Field.PHONE,), stale=(Field.ADDRESS,), permits=10),
)
SECOND = (
    CountRow(**RENEWED, notice="renewed", permits=4),
    CountRow(**FAILED, reasons=(Field.ADDRESS,), notice="failure", permits=1),
    CountRow(**FAILED, reasons=(Field.ADDRESS, Field.SPONSOR), permits=20),
    CountRow(**WAITING, missing=(Field.PHONE,), permits=5),
)


@pytest.fixture
def passes(services) -> Callable[..., None]:
    """Writes the passes of a day as a night would; the last one is done up to `done` permits."""

    def write(*passes: tuple[CountRow, ...], day: date = TODAY, done: int | None = None) -> None:
        with services.store.session() as session:
            for number, rows in enumerate(passes, start=1):
                due = sum(row.permits for row in rows)
                open_ = done is not None and number == len(passes)
                night = Night(
                    day=day,
                    pass_no=number,
                    due=due,
                    done=done if open_ else due,
                    started_at=AT,
                    finished_at=None if open_ else AT + timedelta(seconds=5),
                    seconds=2.5,
                    rulebook_version=services.rulebook.version,
                )
                session.add(night)
                session.flush()
                session.add_all(_count(night.id, row) for row in rows)

    return write


def _count(night_id: int, row: CountRow) -> NightCount:
    joined = {name: ",".join(getattr(row, name)) for name in ("reasons", "missing", "stale")}
    words = {name: getattr(row, name) for name in ("outcome", "category", "district", "notice", "permits")}
    return NightCount(night_id=night_id, **words, **joined)


def test_a_days_renewals_add_up_over_its_passes_and_the_rest_is_as_the_last_pass_found_it(services, passes):
    passes(FIRST, SECOND)
    report = load_report(services, TODAY)
    assert report.outcomes == {Outcome.RENEWED: 74, Outcome.FAILED: 21, Outcome.WAITING: 5}
    assert report.reasons == {Field.ADDRESS: 21, Field.SPONSOR: 20}
    assert report.missing == {Field.PHONE: 5}
    assert report.stale == {}
    assert report.categories == {
        (Category.EMPLOYMENT, Outcome.RENEWED): 74,
        (Category.DEPENDANT, Outcome.FAILED): 21,
        (Category.EMPLOYMENT, Outcome.WAITING): 5,
    }
    assert report.districts == {
        ("黄浦区", Outcome.RENEWED): 74,
        ("徐汇区", Outcome.FAILED): 21,
        ("徐汇区", Outcome.WAITING): 5,
    }
    assert (report.passes, report.compared, report.seconds) == (2, 130, 5.0)


def test_notices_of_every_pass_of_the_day_are_counted(services, passes):
    passes(FIRST, SECOND)
    report = load_report(services, TODAY)
    assert report.notices == {"renewed": 74, "failure": 21}
    assert (report.new_notices, report.new_renewals) == (5, 4)


def test_a_night_under_way_says_how_far_it_is_and_how_to_go_on(services, passes):
    passes(FIRST, SECOND, done=12)
    report = load_report(services, TODAY)
    assert (report.done, report.due, report.finished_at) == (12, 30, None)
    assert not report.nothing_new
    told = state_line(report)
    assert "12 / 30" in told
    assert "renewal run --date 2026-11-23" in told


def test_a_night_that_was_done_before_and_brought_nothing_new_says_so(services, passes):
    again = (
        CountRow(**FAILED, reasons=(Field.ADDRESS, Field.SPONSOR), permits=20),
        CountRow(**WAITING, missing=(Field.PHONE,), stale=(Field.ADDRESS,), permits=10),
    )
    passes(FIRST, again)
    report = load_report(services, TODAY)
    assert report.nothing_new
    assert "没有新的续签，也没有新的通知" in state_line(report)
    assert report.outcomes == load_report_of(FIRST).outcomes


def load_report_of(rows: tuple[CountRow, ...]) -> NightReport:
    return NightReport.of(TODAY, rows, rulebook_version="v")


def test_a_first_pass_that_found_nothing_to_do_is_not_called_done_before(services, passes):
    passes(())
    report = load_report(services, TODAY)
    assert not report.nothing_new
    assert state_line(report) == "这一天没有要比对的证。"


def test_a_finished_night_with_results_needs_no_warning(services, passes):
    passes(FIRST)
    assert state_line(load_report(services, TODAY)) == ""


def test_a_dry_runs_report_has_the_figures_that_the_stored_night_would_have(services, passes):
    passes(FIRST)
    stored, dry = load_report(services, TODAY), load_report_of(FIRST)
    for figures in ("outcomes", "reasons", "missing", "stale", "categories", "districts", "notices"):
        assert getattr(dry, figures) == getattr(stored, figures), figures
    assert (dry.due, dry.done, dry.compared) == (100, 100, 100)
    assert "没有写入，也没有通知" in state_line(dry, dry=True)


def test_a_day_without_a_night_has_no_report(services, passes):
    passes(FIRST, day=TODAY - timedelta(days=2))
    assert load_report(services, TODAY) is None
    assert newest_night(services) == TODAY - timedelta(days=2)


def test_with_no_night_at_all_there_is_no_newest_one(services):
    assert newest_night(services) is None
    assert load_trend(services, TODAY) == ()


def test_the_trend_has_the_last_thirty_nights_each_as_its_last_pass_left_it(services, passes):
    for back in range(33):
        day = TODAY - timedelta(days=back)
        passes(*((FIRST, SECOND) if back == 1 else (FIRST,)), day=day)
    trend = load_trend(services, TODAY)
    assert [point.day for point in trend] == [TODAY - timedelta(days=back) for back in range(29, -1, -1)]
    assert (trend[-1].renewed, trend[-1].failed, trend[-1].waiting) == (70, 20, 10)
    assert (trend[-2].renewed, trend[-2].failed, trend[-2].waiting) == (74, 21, 5)
    assert load_trend(services, TODAY - timedelta(days=31))[-1].day == TODAY - timedelta(days=31)


def test_a_night_with_nothing_due_is_a_zero_in_the_trend(services, passes):
    passes(FIRST, day=TODAY - timedelta(days=1))
    passes(())
    assert [(point.renewed, point.failed, point.waiting) for point in load_trend(services, TODAY)] == [
        (70, 20, 10),
        (0, 0, 0),
    ]


def test_every_district_of_the_city_is_shown_the_busiest_first(services):
    rows = next(
        section for section in sections(services, load_report_of(FIRST)) if section.name == "districts"
    ).rows
    assert [row.label for row in rows[:2]] == ["黄浦区", "徐汇区"]
    assert len(rows) == 16
    assert (rows[1].total, round(rows[1].share, 3)) == (30, 0.667)


def test_what_no_permit_failed_for_is_no_reason(services):
    rows = (CountRow(**FAILED, reasons=(Field.PHONE,), permits=0),)
    assert load_report_of(rows).reasons == {}


def test_the_rate_is_that_of_all_passes(services, passes):
    passes(FIRST, SECOND)
    told = facts_of(load_report(services, TODAY))
    assert "第 2 次" in told
    assert "各次加起来比对 130 个证" in told
    assert "用时 5.0 秒" in told
    assert "每秒 26 个证" in told


@pytest.mark.parametrize(
    "wrong",
    [
        {**FAILED, "permits": 1},
        {**RENEWED, "reasons": (Field.PHONE,), "permits": 1},
        {**RENEWED, "permits": -1},
    ],
)
def test_a_count_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        CountRow(**wrong)


@pytest.mark.parametrize("wrong", [{"passes": 0}, {"due": 1, "done": 2}, {"seconds": -1.0}])
def test_a_report_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        NightReport.of(TODAY, (), rulebook_version="v", **wrong)


# What waits for a person -----------------------------------------------------------------------------------


@pytest.fixture
def permit(services) -> Callable[..., Permit]:
    """Puts a holder with a permit and something on file into the store."""

    def make(number: str, *, days: int = 5, phone_ok: bool = True, filed: bool = True) -> Permit:
        with services.store.session() as session:
            holder = Holder(
                name="样例甲",
                phone="+8619900000001",
                phone_hash=services.store.phone_hash("+8619900000001"),
                phone_ok=phone_ok,
                category=Category.EMPLOYMENT,
                district="黄浦区",
                origin="import",
                created_at=AT,
            )
            session.add(holder)
            session.flush()
            permit = Permit(number=number, holder_id=holder.id, expires_on=TODAY + timedelta(days=days))
            session.add(permit)
            session.flush()
            if filed:
                session.add(Record(permit_id=permit.id, address="x"))
            return permit

    return make


@pytest.fixture
def tell(services) -> Callable[..., None]:
    """Makes a notice of a permit, and its text in a state where one is given."""

    def make(
        permit: Permit, kind: str = "failure", *, state: str = "", back: int = 0, **more: object
    ) -> None:
        with services.store.session() as session:
            notice = Notice(
                permit_id=permit.id,
                holder_id=permit.holder_id,
                period_on=permit.expires_on - timedelta(days=back),
                kind=kind,
                reasons="address" if kind == "failure" else "",
                created_at=AT,
            )
            session.add(notice)
            session.flush()
            if state:
                session.add(_text(state, notice_id=notice.id, **more))

    return make


def _text(state: str, **more: object) -> Delivery:
    return Delivery(
        phone="+8619900000001",
        phone_hash="h",
        body="样例",
        segments=1,
        state=state,
        provider="simulator",
        created_at=AT,
        updated_at=AT,
        **more,
    )


def _waits(services) -> dict[str, int]:
    report = load_report(services, TODAY)
    return {item.kind: item.count for item in report.staff if item.count}


def test_every_kind_of_work_is_told_with_the_command_that_shows_it(services, passes):
    passes(FIRST)
    staff = load_report(services, TODAY).staff
    assert len(staff) == 9
    assert all(item.command.startswith("renewal ") and item.count == 0 for item in staff)


def test_a_permit_near_its_end_with_nothing_on_file_waits_for_staff(services, passes, permit):
    permit("NEAR", filed=False)
    permit("FAR", filed=False, days=31)
    permit("OVER", filed=False, days=-1)
    permit("FILED")
    passes(FIRST)
    assert _waits(services) == {"unfiled": 1}
    assert list_waiting(services, "unfiled", limit=9) == ((Waiting(permit="NEAR", conversation_id=""),), 1)


def test_a_holder_who_failed_and_cannot_be_texted_waits_for_staff(services, passes, permit, tell):
    tell(permit("BAD", phone_ok=False))
    tell(permit("GOOD"))
    tell(permit("RENEWED-SINCE", phone_ok=False), back=365)
    tell(permit("LONG-OVER", days=-61, phone_ok=False))
    tell(permit("STILL-RESTORED", days=-60, phone_ok=False), "no_result")
    passes(FIRST)
    assert _waits(services) == {"no_phone": 2}
    found, _ = list_waiting(services, "no_phone", limit=9)
    assert [one.permit for one in found] == ["BAD", "STILL-RESTORED"]


def test_a_holder_with_two_notices_of_a_period_is_listed_once(services, passes, permit, tell):
    both = permit("BOTH", days=0, phone_ok=False)
    tell(both)
    tell(both, "no_result")
    passes(FIRST)
    assert _waits(services) == {"no_phone": 1}


def test_texts_that_failed_are_uncertain_or_are_held_wait_for_staff(services, passes, permit, tell):
    tell(permit("FAILED"), state="failed")
    tell(permit("TOO-LATE"), state="expired")
    tell(permit("UNCERTAIN"), state="uncertain")
    tell(permit("HELD"), state="pending", template="notice.failure")
    with services.store.session() as session:
        hold(session, template_of("notice.failure"), why="30007", now=AT)
    tell(permit("SOON"), state="pending")
    tell(permit("DONE"), state="delivered")
    passes(FIRST)
    assert _waits(services) == {"failed_texts": 2, "uncertain_texts": 1, "held_texts": 1}
    found, count = list_waiting(services, "failed_texts", limit=1)
    assert (found[0].permit, count) == ("FAILED", 2)


def test_a_stopped_queue_holds_every_text_that_was_to_go(services, passes, permit, tell):
    tell(permit("SOON"), state="pending")
    with services.store.session() as session:
        hold(session, QUEUE, why="account 20003", now=AT)
    passes(FIRST)
    assert _waits(services) == {"held_texts": 1}


def test_late_callbacks_late_applications_and_unsent_batches_wait_for_staff(services, passes, permit):
    talk, _ = web_sessions.open_web(services)
    held = [permit(f"CASE-{number}") for number in range(4)]
    with services.store.session() as session:
        for back, state in ((1, "open"), (0, "open"), (1, "closed")):
            session.add(
                Callback(
                    conversation_id=talk,
                    name="样例",
                    phone="+8619900000001",
                    about="",
                    created_at=AT,
                    call_by_on=TODAY - timedelta(days=back),
                    state=state,
                )
            )
        session.add(_application(held[0], employment_review_due_on=TODAY - timedelta(days=1)))
        session.add(_application(held[1], employment_review_due_on=TODAY))
        late = {"police_review_due_on": TODAY - timedelta(days=9)}
        session.add(_application(held[2], **late, police_review_passed_on=TODAY - timedelta(days=1)))
        session.add(_application(held[3], ApplicationState.PASSED, due_on=TODAY - timedelta(days=1)))
        session.add(NoticeBatch(created_at=AT))
        session.add(NoticeBatch(created_at=AT, composed_at=AT))
    passes(FIRST)
    assert _waits(services) == {"late_callbacks": 1, "late_applications": 2, "unsent_batches": 1}


def _application(
    permit: Permit, state: ApplicationState = ApplicationState.IN_REVIEW, **days: date
) -> Application:
    return Application(
        permit_id=permit.id,
        period_on=permit.expires_on,
        category=Category.EMPLOYMENT,
        receipt_no=permit.number,
        state=state,
        address_changed=False,
        opened_on=TODAY,
        created_at=AT,
        updated_at=AT,
        **days,
    )


def test_a_list_that_does_not_exist_is_refused_with_the_ones_that_do(services):
    with pytest.raises(NothingToList, match="没有“nobody”这个清单，可以写：unfiled、no_phone"):
        list_waiting(services, "nobody", limit=9)
