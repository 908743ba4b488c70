"""The night: decides on every permit that is due, batch by batch, and goes on where a stopped one was.

A batch is one transaction that holds its decisions, renewals, notices, counts, the job that sends the notices,
and the place that the night has come to. Two runs at once take turns at batches.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import Outcome, RenewalError
from renewal.domain.types import Category
from renewal.services.app import Services
from renewal.services.appointments.night import after_night
from renewal.services.night.decisions import carry_out, terms_of
from renewal.services.night.report import CountRow, NightReport, load_report
from renewal.services.renewals.notices import reopen
from renewal.services.texts.forecast import forecast
from renewal.services.texts.recovering import while_store_recovers
from renewal.services.work import Work
from renewal.settings import SHANGHAI
from renewal.store.deciding import count_next, decide_next
from renewal.store.models import Night, Permit
from renewal.store.types import fields
from renewal.wording.staff import staff_sentence

log = structlog.get_logger(__name__)

ACTOR = "nightly"
# Permits a transaction. On SQLite the gateway's writes wait for it, about a tenth of a second; on PostgreSQL
# nobody does, and each commit waits for the disk.
BATCHES = {"sqlite": 2_000, "postgresql": 10_000}
DRY_BATCH = 20_000
PAUSE_S = 0.005  # between batches on SQLite, whose waiting writers only look again now and then
LOCK = "night"
STARTS_AT_HOUR = 2  # in Shanghai

Progress = Callable[[int, int], None]


class NightRefused(RenewalError):
    """A night is not done for a day to come, nor for a day before one that is done; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    done: int
    due: int
    finished: bool


def run_nights(services: Services, day: date, *, progress: Progress | None = None) -> NightReport:
    """Do the nights that are owed up to `day`, oldest first, and `day`'s; returns the report of `day`.

    Owed are a night that was stopped, and the days since the last one: who expired on such a day would
    otherwise never be told. Days further back than the renewal window change nothing any more.

    Raises:
        NightRefused: `day` is to come, or lies before a night that is done.
        StoreStopped: the store did not recover; what was done is kept, and the next run goes on from there.
    """
    _refuse_to_come(services, day)
    for owed in owed_days(services, day):
        if owed != day:
            run_night(services, owed, progress=progress)
    return run_night(services, day, progress=progress)


def owed_days(services: Services, day: date) -> tuple[date, ...]:
    """The days up to `day` whose night is not done, oldest first; where no night was ever done, `day` alone."""
    with services.store.read() as session:
        last = _last(session)
    if last is None:
        return (day,)
    start = last.day if last.finished_at is None else last.day + timedelta(days=1)
    start = max(start, day - timedelta(days=services.rulebook.days("renewal.window_days", day)))
    return tuple(start + timedelta(days=ahead) for ahead in range((day - start).days + 1))


def is_owed(services: Services, now: datetime) -> bool:
    """Whether a night was missed or stopped. A store that never had one owes none: its first is for staff to start."""
    today = services.today()
    with services.store.read() as session:
        if _last(session) is None:
            return False
    owed = owed_days(services, today)
    return bool(owed) and (owed[0] < today or now.astimezone(SHANGHAI).hour >= STARTS_AT_HOUR)


def run_night(
    services: Services, day: date, *, dry_run: bool = False, progress: Progress | None = None
) -> NightReport:
    """Decide on every permit that expires within the renewal window from `day`, and write what follows.

    A holder is told once a period and kind; a decision is written where it differs from the last. A night that
    is done may be done again: it finds the renewed gone and writes what new data change. A dry run may be of
    any day, and writes nothing. `progress` is called with (done, all).
    Source: clauses automatic.step_one, automatic.step_two, renewal.window_days and
    automatic.result_by_days_before_expiry.

    Raises:
        NightRefused: `day` is to come, or lies before a night that is done.
        StoreStopped: the store did not recover; what was done is kept, and the next run goes on from there.
    """
    if dry_run:
        return _rehearse(services, day, progress)
    night_id = while_store_recovers(lambda: _open(services, day))
    step = _Step(done=0, due=0, finished=False)
    while not step.finished:
        step = while_store_recovers(lambda: _take_step(services, night_id))
        if progress:
            progress(step.done, step.due)
        if services.store.engine.dialect.name == "sqlite":
            time.sleep(PAUSE_S)
    while_store_recovers(lambda: after_night(services, day))
    while_store_recovers(lambda: reopen(services, services.today()))
    while_store_recovers(lambda: _close(services, night_id))
    report = load_report(services, day)
    assert report is not None
    return report


def _refuse_to_come(services: Services, day: date) -> None:
    if day > services.today():
        raise NightRefused(staff_sentence("night.to_come", day=day, today=services.today()))


def _last(session: Session) -> Night | None:
    return session.scalars(select(Night).order_by(Night.day.desc(), Night.pass_no.desc()).limit(1)).first()


def _open(services: Services, day: date) -> int:
    """The pass of `day` that is under way, or a new one; returns its id."""
    _refuse_to_come(services, day)
    with services.store.session() as session:
        services.store.one_at_a_time(session, LOCK)
        last = _last(session)
        if last is not None and last.day > day:
            why = "clock" if day == services.today() else "before"
            raise NightRefused(staff_sentence(f"night.{why}", day=day, last=last.day))
        if last is not None and last.day == day and last.finished_at is None:
            return last.id
        window = timedelta(days=services.rulebook.days("renewal.window_days", day))
        night = Night(
            day=day,
            pass_no=last.pass_no + 1 if last is not None and last.day == day else 1,
            due=session.scalar(select(func.count()).where(Permit.expires_on.between(day, day + window))) or 0,
            started_at=services.now(),
            rulebook_version=services.rulebook.version,
        )
        session.add(night)
        session.flush()
        return night.id


def _take_step(services: Services, night_id: int) -> _Step:
    """One batch. The row of the pass is locked, so that of two runs one waits and then goes on behind the other."""
    started = time.monotonic()
    with Work.begin(services, actor=ACTOR) as work:
        session = work.session
        night = session.get_one(Night, night_id, with_for_update=True)
        if night.finished_at is None:
            terms = terms_of(services, night.day, actor=ACTOR, night_id=night_id)
            most = BATCHES[services.store.engine.dialect.name]
            decided = decide_next(session, terms, after=night.cursor_id, most=most)
            carry_out(work, terms, decided)
            night.cursor_id = decided.last_id or night.cursor_id
            night.done += decided.permits
            night.due = max(night.due, night.done)
            night.seconds += time.monotonic() - started
            if decided.permits == most:
                return _Step(done=night.done, due=night.due, finished=False)
            night.due = night.done
        return _Step(done=night.done, due=night.due, finished=True)


def _close(services: Services, night_id: int) -> None:
    with services.store.session() as session:
        night = session.get_one(Night, night_id, with_for_update=True)
        night.finished_at = night.finished_at or services.now()


def _rehearse(services: Services, day: date, progress: Progress | None) -> NightReport:
    terms = terms_of(services, day, actor=ACTOR)
    started = time.monotonic()
    rows: list[CountRow] = []
    after, done, found = 0, 0, DRY_BATCH
    with services.store.read() as session:
        due = session.scalar(
            select(func.count()).where(Permit.expires_on.in_([period.ends_on for period in terms.periods]))
        )
        while found == DRY_BATCH:
            counts = count_next(session, terms, after=after, most=DRY_BATCH)
            rows += [_row(count) for count in counts]
            found = sum(count["permits"] for count in counts)
            after = max((count["last_id"] for count in counts), default=after)
            done += found
            if progress:
                progress(done, max(due or 0, done))
    more = sum(row.permits for row in rows if row.notice)
    return NightReport.of(
        day,
        rows,
        rulebook_version=services.rulebook.version,
        seconds=time.monotonic() - started,
        texts_out=forecast(services, more=more).told(),
    )


def _row(count: dict[str, Any]) -> CountRow:
    return CountRow(
        outcome=Outcome(count["outcome"]),
        category=Category(count["category"]),
        district=count["district"],
        reasons=fields(count["reasons"]),
        missing=fields(count["missing"]),
        stale=fields(count["stale"]),
        notice=count["notice"],
        permits=count["permits"],
    )
