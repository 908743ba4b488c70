"""A night: who is renewed, who is told, and that a second run of it changes nothing."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from renewal.domain import Outcome
from renewal.services.nightly import run_night
from renewal.store.models import AuditEntry, Comparison, Delivery, Holder, Notice, Permit


def _count(services, model) -> int:
    with services.store.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def _notices(services) -> Counter:
    with services.store.read() as session:
        return Counter(session.scalars(select(Notice.kind)))


def test_a_night_renews_the_matching_and_tells_every_failed_holder_why(sample) -> None:
    report = run_night(sample, sample.today())
    assert set(report.outcomes) == {"renewed", "failed", "waiting"}
    assert _notices(sample) == report.notices
    assert report.notices["failure"] == report.outcomes["failed"]
    assert report.notices["renewed"] == report.outcomes["renewed"]
    with sample.store.read() as session:
        for notice in session.scalars(select(Notice).where(Notice.kind == "failure")):
            body = session.scalars(select(Delivery.body).where(Delivery.notice_id == notice.id)).one()
            assert body.startswith("【")
            for reason in notice.reasons.split(","):
                assert sample.wording.entry(f"label.field.{reason}").say in body


def test_a_renewed_permit_runs_a_year_longer_and_the_change_is_on_record(sample) -> None:
    with sample.store.read() as session:
        before = dict(session.execute(select(Permit.id, Permit.expires_on)).all())
    run_night(sample, sample.today())
    with sample.store.read() as session:
        renewed = session.scalars(select(Comparison).where(Comparison.outcome == Outcome.RENEWED)).all()
        assert renewed
        for row in renewed:
            permit = session.get_one(Permit, row.permit_id)
            old = before[row.permit_id]
            assert (permit.expires_on.year, permit.expires_on.month) == (old.year + 1, old.month)
        audited = session.scalar(select(func.count()).where(AuditEntry.action == "permit.renewed"))
        assert audited == len(renewed)


def test_rerunning_a_night_sends_no_second_notice(sample) -> None:
    run_night(sample, sample.today())
    told = _count(sample, Notice), _count(sample, Delivery), _count(sample, Comparison)
    again = run_night(sample, sample.today())
    assert (_count(sample, Notice), _count(sample, Delivery), _count(sample, Comparison)) == told
    assert not again.outcomes
    assert again.already_done > 0


def test_the_next_night_tells_nobody_twice(sample, on) -> None:
    run_night(sample, sample.today())
    tomorrow = sample.today() + timedelta(days=1)
    before = _notices(sample)["failure"]
    report = run_night(on(tomorrow), tomorrow)
    with sample.store.read() as session:
        doubled = session.execute(
            select(Notice.permit_id)
            .group_by(Notice.permit_id, Notice.period_on, Notice.kind)
            .having(func.count() > 1)
        ).all()
    assert not doubled
    assert _notices(sample)["failure"] == before + report.notices["failure"]


def test_a_dry_run_writes_nothing_and_says_the_same(sample) -> None:
    tables = (Notice, Delivery, Comparison, AuditEntry)
    before = [_count(sample, table) for table in tables]
    dry = run_night(sample, sample.today(), dry_run=True)
    assert [_count(sample, table) for table in tables] == before
    real = run_night(sample, sample.today())
    assert (dry.outcomes, dry.reasons, dry.notices) == (real.outcomes, real.reasons, real.notices)


def test_what_still_waits_is_told_on_the_day_of_expiry_and_not_before(sample) -> None:
    run_night(sample, sample.today())
    with sample.store.read() as session:
        rows = session.execute(
            select(Permit.expires_on, Notice.kind)
            .join(Notice, Notice.permit_id == Permit.id)
            .where(Notice.kind == "no_result")
        ).all()
        waiting = session.scalars(
            select(Comparison.period_on).where(Comparison.outcome == Outcome.WAITING)
        ).all()
    assert {expires_on for expires_on, _ in rows} == {sample.today()}
    assert any(day > sample.today() for day in waiting)


def test_only_permits_within_the_window_are_compared(sample) -> None:
    run_night(sample, sample.today())
    window = timedelta(days=sample.rulebook.days("renewal.window_days", sample.today()))
    with sample.store.read() as session:
        days = set(session.scalars(select(Comparison.period_on)))
    assert min(days) >= sample.today()
    assert max(days) == sample.today() + window


def test_a_number_that_was_called_bad_gets_a_notice_for_staff_and_no_text(sample) -> None:
    with sample.store.session() as session:
        for holder in session.scalars(select(Holder)):
            holder.phone_ok = False
    run_night(sample, sample.today())
    assert _count(sample, Notice) > 0
    assert _count(sample, Delivery) == 0


def test_progress_is_told_up_to_the_end(sample) -> None:
    steps: list[tuple[int, int]] = []
    run_night(sample, sample.today(), progress=lambda done, total: steps.append((done, total)))
    assert steps
    assert steps[-1][0] == steps[-1][1]
