"""What a night came to, from the counts of its passes: the same figures for a terminal, a page and a dry run."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from types import MappingProxyType
from typing import Self, TypeVar

from renewal.domain import Category, Field, Outcome

Key = TypeVar("Key", bound=Hashable)


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
class StaffItem:
    """A kind of work that waits for a person: how much of it there is now, and what to type to see it."""

    kind: str
    count: int
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """What a day's night came to, over all its passes.

    `outcomes`, `categories` and `districts` count permits: renewed in any pass of the day, failed and waiting
    as the last pass found them. `reasons`, `missing` and `stale` count each field of such a permit, so their
    sums may be greater. `notices` counts what was made, by kind, in all passes; `new_notices` and
    `new_renewals` what the last pass alone did. `due` and `done` are permits of the last pass, `compared`
    permits and `seconds` of all passes together. `finished_at` is None while the last pass is under way, and
    in a dry run.
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
        )


def _counted(rows: Iterable[CountRow], keys: Callable[[CountRow], Iterable[Key]]) -> Mapping[Key, int]:
    """Permits by each key of their row, the most frequent first."""
    counts: Counter[Key] = Counter()
    for row in rows:
        for key in keys(row):
            counts[key] += row.permits
    return MappingProxyType(dict(counts.most_common()))
