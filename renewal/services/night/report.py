"""What a night came to, from the counts of its passes: the same figures for a terminal, a page and a dry run."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from types import MappingProxyType
from typing import Self, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import Category, Field, Outcome
from renewal.services.app import Services
from renewal.services.night.staff import StaffItem, staff_items
from renewal.services.texts.forecast import forecast
from renewal.store.models import Night, NightCount
from renewal.store.types import fields

Key = TypeVar("Key", bound=Hashable)
TREND_NIGHTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """How many permits of one kind a pass came to.

    `notice` is the kind of the notice that was made for each of them ("failure", "renewed", "no_result"), or
    empty where none was.
    """

    outcome: Outcome
    category: Category
    district: str
    reasons: tuple[Field, ...] = ()
    missing: tuple[Field, ...] = ()
    stale: tuple[Field, ...] = ()
    notice: str = ""
    permits: int

    def __post_init__(self) -> None:
        if self.permits < 0:
            raise ValueError("a count is not below nothing")
        if bool(self.reasons) != (self.outcome is Outcome.FAILED):
            raise ValueError("a failed renewal has reasons, and no other outcome has any")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """What a day's night came to, over all its passes.

    `outcomes`, `categories` and `districts` count permits: renewed in any pass of the day, failed and waiting
    as the last pass found them. `reasons`, `missing` and `stale` count each field of such a permit, so their
    sums may be greater. `notices` counts what was made, by kind, in all passes; `new_notices` and
    `new_renewals` what the last pass alone did. `due` and `done` are permits of the last pass, `compared`
    permits and `seconds` of all passes together. `finished_at` is None while the last pass is under way, and
    in a dry run. `texts_out` says when the notices that wait now will be out, whatever night they are of.
    """

    day: date
    passes: int
    due: int
    done: int
    compared: int
    seconds: float
    started_at: datetime | None
    finished_at: datetime | None
    rulebook_version: str
    outcomes: Mapping[Outcome, int]
    reasons: Mapping[Field, int]
    missing: Mapping[Field, int]
    stale: Mapping[Field, int]
    categories: Mapping[tuple[Category, Outcome], int]
    districts: Mapping[tuple[str, Outcome], int]
    notices: Mapping[str, int]
    new_notices: int
    new_renewals: int
    staff: tuple[StaffItem, ...] = ()
    texts_out: str = ""

    def __post_init__(self) -> None:
        if self.passes < 1:
            raise ValueError("a night that is reported had a pass")
        if not 0 <= self.done <= self.due:
            raise ValueError("a pass deals with the permits that are due, and no others")
        if self.seconds < 0:
            raise ValueError("a night does not end before it began")

    @property
    def permits(self) -> int:
        """How many permits the day's picture is of."""
        return sum(self.outcomes.values())

    @property
    def nothing_new(self) -> bool:
        """Whether the night had been done before, and its last pass neither renewed nor told anybody."""
        return self.passes > 1 and self.done == self.due and not (self.new_notices or self.new_renewals)

    @classmethod
    def of(
        cls,
        day: date,
        rows: Iterable[CountRow],
        *,
        rulebook_version: str,
        earlier: Iterable[CountRow] = (),
        passes: int = 1,
        due: int | None = None,
        done: int | None = None,
        compared: int | None = None,
        seconds: float = 0.0,
        started_at: datetime | None = None,
        finished_at: datetime | None = None,
        staff: tuple[StaffItem, ...] = (),
        texts_out: str = "",
    ) -> Self:
        """A report of the last (or only) pass's `rows`, and those of `earlier` passes of the same day.

        Without `due`, `done` or `compared`, the permits of `rows` are all that there was.
        """
        last, before = tuple(rows), tuple(earlier)
        counted = sum(row.permits for row in last)
        picture = (*last, *(row for row in before if row.outcome is Outcome.RENEWED))
        return cls(
            day=day,
            passes=passes,
            due=counted if due is None else due,
            done=counted if done is None else done,
            compared=counted + sum(row.permits for row in before) if compared is None else compared,
            seconds=seconds,
            started_at=started_at,
            finished_at=finished_at,
            rulebook_version=rulebook_version,
            outcomes=_counted(picture, lambda row: (row.outcome,)),
            reasons=_counted(picture, lambda row: row.reasons),
            missing=_counted(picture, lambda row: row.missing),
            stale=_counted(picture, lambda row: row.stale),
            categories=_counted(picture, lambda row: ((row.category, row.outcome),)),
            districts=_counted(picture, lambda row: ((row.district, row.outcome),)),
            notices=_counted(chain(last, before), lambda row: (row.notice,) if row.notice else ()),
            new_notices=sum(row.permits for row in last if row.notice),
            new_renewals=sum(row.permits for row in last if row.outcome is Outcome.RENEWED),
            staff=staff,
            texts_out=texts_out,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDay:
    """One night of the trend, in permits: renewed in any pass of the day, the others as its last pass found."""

    day: date
    renewed: int
    failed: int
    waiting: int


def load_report(services: Services, day: date) -> NightReport | None:
    """The report of a day's night as the store has it, also of one that is under way; None where none was begun.

    What waits for staff is as of now, whatever the day.
    """
    with services.store.read() as session:
        passes = session.scalars(select(Night).where(Night.day == day).order_by(Night.pass_no)).all()
        if not passes:
            return None
        last = passes[-1]
        rows = _rows(session, day)
        return NightReport.of(
            day,
            rows.get(last.id, ()),
            earlier=chain.from_iterable(found for night, found in rows.items() if night != last.id),
            passes=last.pass_no,
            due=last.due,
            done=last.done,
            compared=sum(each.done for each in passes),
            seconds=sum(each.seconds for each in passes),
            started_at=last.started_at,
            finished_at=last.finished_at,
            rulebook_version=last.rulebook_version,
            staff=staff_items(services, session),
            texts_out=forecast(services).told(),
        )


def newest_night(services: Services) -> date | None:
    """The last day that has a night, or None."""
    with services.store.read() as session:
        return session.scalar(select(func.max(Night.day)))


def load_trend(services: Services, until: date, *, nights: int = TREND_NIGHTS) -> tuple[TrendDay, ...]:
    """The last `nights` days up to `until` that had a night, oldest first."""
    newest = select(Night.day).where(Night.day <= until).distinct().order_by(Night.day.desc()).limit(nights)
    query = (
        select(Night.day, Night.pass_no, NightCount.outcome, func.sum(NightCount.permits))
        .outerjoin(NightCount, NightCount.night_id == Night.id)
        .where(Night.day.in_(newest))
        .group_by(Night.day, Night.pass_no, NightCount.outcome)
        .order_by(Night.day, Night.pass_no)
    )
    days: dict[date, Counter[Outcome]] = {}
    passes: dict[date, int] = {}
    with services.store.read() as session:
        for day, pass_no, outcome, permits in session.execute(query):
            counts = days.setdefault(day, Counter())
            if passes.get(day) != pass_no:
                passes[day] = pass_no
                counts[Outcome.FAILED] = counts[Outcome.WAITING] = 0
            if outcome is not None:
                counts[outcome] += permits
    return tuple(
        TrendDay(
            day=day,
            renewed=counts[Outcome.RENEWED],
            failed=counts[Outcome.FAILED],
            waiting=counts[Outcome.WAITING],
        )
        for day, counts in days.items()
    )


def _rows(session: Session, day: date) -> dict[int, list[CountRow]]:
    """The counts of a day's passes, by the pass."""
    query = select(NightCount).join(Night, Night.id == NightCount.night_id).where(Night.day == day)
    found: dict[int, list[CountRow]] = {}
    for row in session.scalars(query):
        found.setdefault(row.night_id, []).append(
            CountRow(
                outcome=row.outcome,
                category=row.category,
                district=row.district,
                reasons=fields(row.reasons),
                missing=fields(row.missing),
                stale=fields(row.stale),
                notice=row.notice,
                permits=row.permits,
            )
        )
    return found


def _counted(rows: Iterable[CountRow], keys: Callable[[CountRow], Iterable[Key]]) -> Mapping[Key, int]:
    """Permits by each key of their row, the most frequent first."""
    counts: Counter[Key] = Counter()
    for row in rows:
        for key in keys(row) if row.permits else ():
            counts[key] += row.permits
    return MappingProxyType(dict(counts.most_common()))
