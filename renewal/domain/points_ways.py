"""What would raise a points estimate: the nearest step in each table, and what it would add."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from renewal.domain.points import (
    MONTHS_A_YEAR,
    Band,
    Degree,
    PointsSituation,
    Skill,
    age_table,
    base_bands,
    estimate_points,
)
from renewal.domain.rules import Rulebook

MOST_WAYS = 2
FARTHEST_YEARS = 10  # to wait longer is no advice


class Way(StrEnum):
    """What a holder can honestly do."""

    LEVEL = "level"
    BASE = "base"
    YEARS = "years"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsWay:
    """One way, what it adds in all, and whether it alone reaches the standard.

    `rows` are the degrees and skills that come to the same; `band` the base to reach; `years` more insurance.
    """

    way: Way
    gain: int
    enough: bool
    rows: tuple[Degree | Skill, ...] = ()
    band: Band | None = None
    years: int = 0


def ways_to_raise(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsWay, ...]:
    """At most two ways to raise the estimate, those that reach the standard first; none where it is reached.

    Only what was told can be raised: what was left out is to be told first. Waiting counts the birthdays in.
    Source: clauses points.education, points.skills, points.insurance_base, points.insurance_per_year.

    Raises:
        AgeOutsideTable: the age has no row.
    """
    gap = estimate_points(situation, rules, on).gap
    if not gap:
        return ()
    found = [
        way
        for way in (
            _nearest(_levels(situation, rules, on), gap),
            _nearest(_bases(situation, rules, on), gap),
            _nearest(_years(situation, rules, on), gap),
        )
        if way is not None
    ]
    return tuple(sorted(found, key=lambda way: not way.enough)[:MOST_WAYS])


def years_to_standard(situation: PointsSituation, rules: Rulebook, on: date) -> int | None:
    """Full years of insurance still to be paid until the standard is reached by them alone, birthdays counted in.

    Zero where it is reached; None where it never is: age takes as much as insurance gives, or the table of ages
    ends before. Without an age, insurance alone is counted.

    Raises:
        AgeOutsideTable: the age has no row.
    """
    ages = age_table(rules, on)
    months, age = situation.insurance_months or 0, situation.age
    last = max(ages) - (min(ages) if age is None else age)
    for years in range(last + 1):
        older = None if age is None else age + years
        after = replace(situation, insurance_months=months + years * MONTHS_A_YEAR, age=older)
        if not estimate_points(after, rules, on).gap:
            return years
    return None


def _nearest(steps: Iterator[PointsWay], gap: int) -> PointsWay | None:
    """The first step that fills the gap; else the one that adds most."""
    best: PointsWay | None = None
    for step in steps:
        if step.gain >= gap:
            return replace(step, enough=True)
        if step.gain > (best.gain if best else 0):
            best = step
    return best


def _levels(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[PointsWay]:
    """Higher degrees and skills, by what they add. The top row only where the holder stands right below it."""
    if situation.degree is None and situation.skill is None:
        return
    rows: dict[int, tuple[Degree | Skill, ...]] = {}
    degrees = [degree for degree in Degree if degree is not Degree.NONE]
    for row in (*_near(degrees, situation.degree), *_near(list(Skill), situation.skill)):
        after = replace(situation, degree=row) if isinstance(row, Degree) else replace(situation, skill=row)
        gain = _gain(situation, after, rules, on)
        if gain > 0:
            rows[gain] = (*rows.get(gain, ()), row)
    for gain in sorted(rows):
        yield PointsWay(way=Way.LEVEL, gain=gain, enough=False, rows=rows[gain])


def _near(rows: Sequence[Degree] | Sequence[Skill], now: Degree | Skill | None) -> Sequence[Degree | Skill]:
    """Every row but the top one, which is within reach of the row before it alone."""
    return rows if now in rows[-2:] else rows[:-1]


def _bases(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[PointsWay]:
    if situation.base_multiple is None:
        return
    for band in base_bands(rules, on):
        if band.low > situation.base_multiple:
            gain = _gain(situation, replace(situation, base_multiple=band.low), rules, on)
            if gain > 0:
                yield PointsWay(way=Way.BASE, gain=gain, enough=False, band=band)


def _years(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[PointsWay]:
    months, age = situation.insurance_months, situation.age
    if months is None:
        return
    for years in range(1, FARTHEST_YEARS + 1):
        older = None if age is None else age + years
        if older is not None and older not in age_table(rules, on):
            return
        after = replace(situation, insurance_months=months + years * MONTHS_A_YEAR, age=older)
        yield PointsWay(way=Way.YEARS, gain=_gain(situation, after, rules, on), enough=False, years=years)


def _gain(before: PointsSituation, after: PointsSituation, rules: Rulebook, on: date) -> int:
    return estimate_points(after, rules, on).total - estimate_points(before, rules, on).total
