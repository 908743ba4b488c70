"""The nights as a list for staff: which were done, which stopped halfway, which never began, and doing those."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from renewal.domain import RenewalError
from renewal.services import jobs
from renewal.services.app import Services
from renewal.services.night import nightly
from renewal.services.night.report import TrendDay, load_trend
from renewal.services.texts import workers
from renewal.services.work import Work
from renewal.store.models import Night
from renewal.wording.staff import staff_sentence

PAGE = 30
STOPPED_AFTER = timedelta(hours=1)  # a million permits take a minute: a pass so old stands still
LONGEST_MISSED = 31  # days further back than the renewal window change nothing any more


class NightState(StrEnum):
    """How a night ended, or that it did not."""

    DONE = "done"
    UNDER_WAY = "under_way"
    STOPPED = "stopped"
    MISSED = "missed"


class NoNightOwed(RenewalError):
    """Every night is done, or is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNight:
    """One day's night. `done` and `due` are permits of its last pass, `counts` what its passes came to together."""

    day: date
    state: NightState
    passes: int
    done: int
    due: int
    started_at: datetime | None
    finished_at: datetime | None
    counts: TrendDay | None

    @property
    def failed(self) -> bool:
        """Whether somebody must see to it."""
        return self.state in {NightState.STOPPED, NightState.MISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """A page of nights, newest first, with `count` days that had one; `owed` are the days that are not done.

    `workers` is how many workers were heard of just now, `asked` whether a job that does the owed ones waits or runs.
    """

    rows: tuple[ListedNight, ...]
    count: int
    owed: tuple[date, ...]
    workers: int
    asked: bool


def list_nights(services: Services, *, page: int = 1) -> Nights:
    """A page of nights, newest first; on the first also the days whose night is owed and never began."""
    now = services.now()
    owed = nightly.owed_days(services, services.today()) if nightly.is_owed(services, now) else ()
    with services.store.read() as session:
        count = session.scalar(select(func.count(func.distinct(Night.day)))) or 0
        found = _last_passes(session, page)
        at_work = len(workers.at_work(session, services.store.clock()))
        asked = bool(services.jobs.live(session, jobs.OWED_NIGHTS))
    counted = _counted(services, found)
    rows = [_begun(night, counted.get(night.day), now) for night in found]
    begun = {night.day for night in found}
    if page == 1:
        rows += [_missed(day) for day in owed[-LONGEST_MISSED:] if day not in begun]
    ordered = sorted(rows, key=lambda row: row.day, reverse=True)
    return Nights(rows=tuple(ordered), count=count, owed=tuple(owed), workers=at_work, asked=asked)


def last_night(services: Services) -> ListedNight | None:
    """The newest night, with what it came to; one that is owed and never began counts, None where there was none."""
    owed = nightly.owed_days(services, services.today()) if nightly.is_owed(services, services.now()) else ()
    with services.store.read() as session:
        found = _last_passes(session, page=1, most=1)
    if owed and (not found or owed[-1] > found[0].day):
        return _missed(owed[-1])
    counted = _counted(services, found)
    return _begun(found[0], counted.get(found[0].day), services.now()) if found else None


def state_of(services: Services, day: date) -> ListedNight | None:
    """One day's night; None where it never began."""
    with services.store.read() as session:
        night = session.scalars(
            select(Night).where(Night.day == day).order_by(Night.pass_no.desc()).limit(1)
        ).first()
    return _begun(night, None, services.now()) if night else None


def do_owed(services: Services, *, staff: str) -> Sequence[date]:
    """Have the worker do the nights that are not done, from where they stopped; returns their days.

    Raises:
        NoNightOwed: there is none, or a job for them waits or runs already.
    """
    if not nightly.is_owed(services, services.now()):
        raise NoNightOwed(staff_sentence("nights.none_owed"))
    owed = nightly.owed_days(services, services.today())
    with Work.begin(services, actor=staff) as work:
        services.store.one_at_a_time(work.session, nightly.LOCK)
        if services.jobs.live(work.session, jobs.OWED_NIGHTS):
            raise NoNightOwed(staff_sentence("nights.asked_before"))
        job = f"owed-nights-{services.today()}-{secrets.token_hex(4)}"
        work.enqueue(jobs.OWED_NIGHTS, jobs.NOTICES, id=job)
        work.audit("night.asked", "nights", days=[day.isoformat() for day in owed])
    return owed


def _last_passes(session: Session, page: int, most: int = PAGE) -> Sequence[Night]:
    """The last pass of each of a page's days, of which a page has `most`."""
    last = (
        select(Night.day, func.max(Night.pass_no).label("pass_no"))
        .group_by(Night.day)
        .order_by(Night.day.desc())
        .offset((page - 1) * most)
        .limit(most)
        .subquery()
    )
    joined = and_(last.c.day == Night.day, last.c.pass_no == Night.pass_no)
    return session.scalars(select(Night).join(last, joined).order_by(Night.day.desc())).all()


def _counted(services: Services, found: Sequence[Night]) -> dict[date, TrendDay]:
    if not found:
        return {}
    return {row.day: row for row in load_trend(services, found[0].day, nights=len(found))}


def _begun(night: Night, counts: TrendDay | None, now: datetime) -> ListedNight:
    state = NightState.DONE
    if night.finished_at is None:
        state = NightState.STOPPED if now - night.started_at > STOPPED_AFTER else NightState.UNDER_WAY
    return ListedNight(
        day=night.day,
        state=state,
        passes=night.pass_no,
        done=night.done,
        due=night.due,
        started_at=night.started_at,
        finished_at=night.finished_at,
        counts=counts,
    )


def _missed(day: date) -> ListedNight:
    return ListedNight(
        day=day,
        state=NightState.MISSED,
        passes=0,
        done=0,
        due=0,
        started_at=None,
        finished_at=None,
        counts=None,
    )
