"""A night: who is renewed, who is told, what is written, and that a second run of it changes nothing."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from renewal.domain import Category, Field, Outcome, endorsed_until
from renewal.services.night import nightly
from renewal.services.night.nightly import NightRefused, is_owed, owed_days, run_night, run_nights
from renewal.services.renewals.notice_list import list_notices
from renewal.services.renewals.notices import compose_next, forgotten
from renewal.store.models import (
    Change,
    Comparison,
    Delivery,
    Holder,
    Night,
    NightCount,
    Notice,
    NoticeBatch,
    Permit,
)
from tests.services import city

WRITTEN = (Notice, Comparison, Change, NoticeBatch, Night, NightCount)
DAY = timedelta(days=1)


def counted(services, *tables) -> list[int]:
    with services.store.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def notices(services) -> Counter:
    with services.store.read() as session:
        return Counter(session.scalars(select(Notice.kind)))


def composed(services) -> dict[str, str]:
    """The text of every notice, by the notice's id."""
    with services.store.read() as session:
        batches = session.scalars(select(NoticeBatch.id)).all()
    for batch_id in batches:
        while compose_next(services, batch_id, 50):
            pass
    with services.store.read() as session:
        return dict(session.execute(select(Delivery.notice_id, Delivery.body)).all())


def decided(services) -> list[Comparison]:
    with services.store.read() as session:
        return list(session.scalars(select(Comparison).order_by(Comparison.id)))


def test_a_night_renews_the_matching_and_tells_every_failed_holder_why(sample) -> None:
    report = run_night(sample, sample.today())
    assert set(report.outcomes) == set(Outcome)
    assert notices(sample) == dict(report.notices)
    assert report.notices["failure"] == report.outcomes[Outcome.FAILED]
    assert report.notices["renewed"] == report.outcomes[Outcome.RENEWED]
    texts = composed(sample)
    with sample.store.read() as session:
        failed = session.scalars(select(Notice).where(Notice.kind == "failure")).all()
    assert failed
    for notice in failed:
        assert texts[notice.id].startswith("【")
        for reason in notice.reasons.split(","):
            assert sample.wording.entry(f"label.field.{reason}").say in texts[notice.id]


def test_a_renewed_permit_runs_a_year_longer_and_the_change_is_on_record(sample) -> None:
    with sample.store.read() as session:
        before = dict(session.execute(select(Permit.id, Permit.expires_on)).all())
    run_night(sample, sample.today())
    with sample.store.read() as session:
        renewed = session.scalars(select(Comparison).where(Comparison.outcome == Outcome.RENEWED)).all()
        changes = {row.permit_id: row for row in session.scalars(select(Change))}
        assert renewed
        assert set(changes) == {row.permit_id for row in renewed}
        for row in renewed:
            old, now = before[row.permit_id], session.get_one(Permit, row.permit_id).expires_on
            assert now == endorsed_until(old, sample.rulebook)
            change = changes[row.permit_id]
            assert (change.was, change.now, change.why) == (old.isoformat(), now.isoformat(), row.clause)


def test_running_a_night_again_sends_and_decides_nothing_more(sample) -> None:
    run_night(sample, sample.today())
    told = counted(sample, Notice, Comparison, Change, NoticeBatch)
    again = run_night(sample, sample.today())
    assert counted(sample, Notice, Comparison, Change, NoticeBatch) == told
    assert (again.passes, again.new_notices, again.new_renewals) == (2, 0, 0)
    assert again.nothing_new


def test_the_next_night_tells_nobody_twice(sample, on) -> None:
    run_night(sample, sample.today())
    tomorrow = sample.today() + DAY
    report = run_night(on(tomorrow), tomorrow)
    assert report.new_notices > 0, "those whose window opened, or whose last day came"
    with sample.store.read() as session:
        doubled = session.execute(
            select(Notice.permit_id)
            .group_by(Notice.permit_id, Notice.period_on, Notice.kind)
            .having(func.count() > 1)
        ).all()
    assert not doubled


def test_a_decision_is_written_again_only_where_it_changed(services, on) -> None:
    today = services.today()
    first, second = city.add(
        services,
        [
            city.differing(services, today + 9 * DAY, Field.ADDRESS),
            city.differing(services, today + 9 * DAY, Field.ADDRESS, Field.PHONE),
        ],
    )
    run_night(services, today)
    city.learn(services, second, Field.PHONE, "same", today + DAY)
    run_night(on(today + DAY), today + DAY)
    assert [(row.permit_id, row.reasons) for row in decided(services)] == [
        (first, "address"),
        (second, "address,phone"),
        (second, "address"),
    ]
    assert notices(services) == {"failure": 2}, "the changed reasons are on record, and no second text"


def test_new_data_of_the_same_day_are_taken_up_by_a_second_run(services) -> None:
    (number,) = city.add(services, [city.unknown(services, services.today() + 5 * DAY)])
    assert run_night(services, services.today()).outcomes == {Outcome.WAITING: 1}
    for field in (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE):
        city.learn(services, number, field, "same", services.today())
    report = run_night(services, services.today())
    assert report.outcomes == {Outcome.RENEWED: 1}
    assert (report.passes, report.new_renewals, report.nothing_new) == (2, 1, False)


def test_a_dry_run_writes_nothing_and_says_the_same(sample) -> None:
    dry = run_night(sample, sample.today(), dry_run=True)
    assert counted(sample, *WRITTEN) == [0] * len(WRITTEN)
    real = run_night(sample, sample.today())
    for name in (
        "outcomes",
        "reasons",
        "missing",
        "stale",
        "categories",
        "districts",
        "notices",
        "due",
        "done",
    ):
        assert getattr(dry, name) == getattr(real, name), name


def test_a_dry_run_may_look_ahead_and_a_night_may_not(sample) -> None:
    later = sample.today() + 10 * DAY
    assert run_night(sample, later, dry_run=True).permits > 0
    with pytest.raises(NightRefused, match="--dry-run"):
        run_night(sample, later)


def test_what_still_waits_is_told_on_the_day_of_expiry_and_not_before(services) -> None:
    today = services.today()
    last, before = city.add(services, [city.unknown(services, today), city.unknown(services, today + DAY)])
    run_night(services, today)
    with services.store.read() as session:
        assert session.scalars(select(Notice.permit_id).where(Notice.kind == "no_result")).all() == [last]
    assert [(row.permit_id, row.outcome) for row in decided(services)] == [
        (last, Outcome.WAITING),
        (before, Outcome.WAITING),
    ]


def test_missing_and_stale_are_told_apart_in_the_result(services) -> None:
    ends_on = services.today() + 2 * DAY
    (number,) = city.add(services, [city.matching(services, ends_on, category=Category.SCHOOLING)])
    city.learn(services, number, Field.ENROLMENT, "same", ends_on - 31 * DAY)
    city.forget(services, number, Field.PHONE)
    report = run_night(services, services.today())
    (row,) = decided(services)
    assert (row.outcome, row.missing, row.stale) == (Outcome.WAITING, "phone", "enrolment")
    assert (report.missing, report.stale) == ({Field.PHONE: 1}, {Field.ENROLMENT: 1})


def test_only_permits_within_the_window_are_decided_on(sample) -> None:
    run_night(sample, sample.today())
    window = timedelta(days=sample.rulebook.days("renewal.window_days", sample.today()))
    days = {row.period_on for row in decided(sample)}
    assert min(days) >= sample.today()
    assert max(days) == sample.today() + window


def test_a_visitor_who_renewed_on_the_spot_has_renewed_by_that_clause(services) -> None:
    city.add(services, [city.unknown(services, services.today() + 4 * DAY, renewed_by_visitor=True)])
    run_night(services, services.today())
    (row,) = decided(services)
    assert (row.outcome, row.clause) == (Outcome.RENEWED, "automatic.step_one_on_the_spot")
    assert notices(services) == {"renewed": 1}


def test_a_number_that_was_called_bad_gets_a_notice_for_staff_and_no_text(sample) -> None:
    with sample.store.session() as session:
        for holder in session.scalars(select(Holder)):
            holder.phone_ok = False
    run_night(sample, sample.today())
    assert notices(sample).total() > 0
    assert composed(sample) == {}
    with sample.store.read() as session:
        assert forgotten(session, sample.now() + DAY) == []


def test_a_batch_is_composed_once_however_often_it_is_tried(sample) -> None:
    run_night(sample, sample.today())
    first = composed(sample)
    assert len(first) == notices(sample).total()
    assert composed(sample) == first


def test_a_failure_that_is_no_more_is_not_told(services, on) -> None:
    today = services.today()
    mended, waits, fails = city.add(
        services, [city.differing(services, today + 9 * DAY, Field.PHONE) for _ in range(3)]
    )
    run_night(services, today)
    city.learn(services, mended, Field.PHONE, "same", today)
    city.forget(services, waits, Field.PHONE)
    run_night(services, today)
    told = composed(services)
    with services.store.read() as session:
        kinds = {
            session.get_one(Notice, number).permit_id: session.get_one(Notice, number).kind for number in told
        }
    assert kinds == {mended: "renewed", fails: "failure"}


def test_a_batch_whose_job_was_lost_is_found(sample) -> None:
    run_night(sample, sample.today())
    with sample.store.read() as session:
        assert forgotten(session, sample.now() - DAY) == []
        lost = forgotten(session, sample.now() + DAY)
    assert len(lost) == counted(sample, NoticeBatch)[0]


def test_a_notice_whose_text_is_still_to_be_made_is_listed_as_waiting(sample) -> None:
    run_night(sample, sample.today())
    before, count = list_notices(sample, limit=500)
    assert len(before) == count
    assert {notice.state for notice in before} == {"pending"}
    composed(sample)
    after, _ = list_notices(sample, limit=500)
    assert {(notice.permit, notice.kind, notice.state) for notice in after} == {
        (notice.permit, notice.kind, "pending") for notice in before
    }
    with sample.store.session() as session:
        session.execute(delete(Delivery))
    assert {notice.state for notice in list_notices(sample, limit=500)[0]} == {""}, (
        "no text was made for them"
    )


def test_progress_is_told_up_to_the_end(sample, monkeypatch) -> None:
    monkeypatch.setattr(nightly, "BATCHES", dict.fromkeys(nightly.BATCHES, 20))
    steps: list[tuple[int, int]] = []
    run_night(sample, sample.today(), progress=lambda done, total: steps.append((done, total)))
    assert len(steps) > 3
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


def test_nights_that_were_missed_are_made_up_for_in_their_order(services, on) -> None:
    today = services.today()
    (number,) = city.add(services, [city.unknown(services, today + DAY)])
    run_night(services, today)
    later = on(today + 3 * DAY)
    assert owed_days(later, later.today()) == (today + DAY, today + 2 * DAY, today + 3 * DAY)
    run_nights(later, later.today())
    with services.store.read() as session:
        assert session.scalars(select(Night.day).order_by(Night.id)).all() == [
            today + n * DAY for n in range(4)
        ]
        notice = session.scalars(select(Notice)).one()
        assert (notice.permit_id, notice.kind) == (number, "no_result"), "its last day fell in the gap"


def test_a_store_that_never_had_a_night_owes_none(services) -> None:
    assert not is_owed(services, services.now())
    assert owed_days(services, services.today()) == (services.today(),)


def test_a_night_is_owed_from_its_hour_on_and_a_missed_one_at_once(services, on) -> None:
    run_night(services, services.today())
    one, two = on(services.today() + DAY), on(services.today() + 2 * DAY)
    midnight = services.now().replace(hour=16, minute=30)  # half past midnight in Shanghai
    assert not is_owed(services, midnight)
    assert not is_owed(one, midnight)
    assert is_owed(one, midnight + 2 * timedelta(hours=1))
    assert is_owed(two, midnight)


def test_days_beyond_the_window_are_not_made_up_for(services, on) -> None:
    run_night(services, services.today())
    much_later = on(services.today() + 200 * DAY)
    assert len(owed_days(much_later, much_later.today())) == 31


def test_a_clock_that_went_back_starts_no_night(services, on) -> None:
    city.add(services, [city.matching(services, services.today() + 3 * DAY)])
    run_night(services, services.today())
    before = counted(services, *WRITTEN)
    yesterday = on(services.today() - DAY)
    with pytest.raises(NightRefused, match="时钟"):
        run_nights(yesterday, yesterday.today())
    assert counted(services, *WRITTEN) == before
