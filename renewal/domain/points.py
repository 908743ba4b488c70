"""A points estimate: what a holder tells of themselves, scored by the rulebook's tables, item by item.

The rows of a table are its members here by name, so that a row that is renamed fails a test, not a holder.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from renewal.domain.errors import RenewalError
from renewal.domain.rules import Rulebook, WrongKindOfRule

MONTHS_A_YEAR = 12
_AGES = re.compile(r"(\d+)(?:-(\d+))?")
_BAND = re.compile(r"(\d+(?:\.\d+)?)倍(?:至(\d+(?:\.\d+)?)倍)?")
Row = TypeVar("Row", bound=StrEnum)


class AgeOutsideTable(RenewalError):
    """The table of points by age has no row for that age."""


class Degree(StrEnum):
    """Rows of clause points.education; NONE is a degree below the lowest row, or none."""

    NONE = "none"
    COLLEGE = "大专"
    BACHELOR = "本科"
    BACHELOR_WITH_DEGREE = "本科并有学士学位"
    MASTER = "硕士"
    DOCTOR = "博士"


class Skill(StrEnum):
    """Rows of clause points.skills: a level of skill, or the professional title that counts as much."""

    LEVEL_5 = "技能五级"
    LEVEL_4 = "技能四级"
    LEVEL_3 = "技能三级"
    LEVEL_2 = "技能二级或中级职称"
    LEVEL_1 = "技能一级或高级职称"


class Bonus(StrEnum):
    """Rows of clause points.bonus."""

    SHORTAGE = "紧缺专业"
    GRADUATE = "应届毕业生"


class Award(StrEnum):
    """Rows of clause points.awards."""

    FIRST = "第一档"
    SECOND = "第二档"
    THIRD = "第三档"


class Deduction(StrEnum):
    """Rows of clause points.deductions, each taken off as often as it happened."""

    FALSE_PAPERS = "三年内每次虚假材料"
    DETENTION = "五年内每次行政拘留"
    CRIME = "五年内每次一般刑事犯罪"


class Item(StrEnum):
    """What a line of the breakdown is for."""

    AGE = "age"
    DEGREE = "degree"
    SKILL = "skill"
    INSURANCE = "insurance"
    BASE = "base"
    SPOUSE = "spouse"
    BONUS = "bonus"
    AWARD = "award"
    DEDUCTION = "deduction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Contribution bases from `low` up to below `high` times the average wage; without `high`, all above."""

    low: Decimal
    high: Decimal | None
    points: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsSituation:
    """What a holder tells; None and empty are what is not told, and count nothing.

    `age` in full years; `base_multiple` is the contribution base in average wages, zero below every band, and
    `base_months` how many months of it were paid: as many as were insured, where nobody told.
    """

    age: int | None = None
    degree: Degree | None = None
    skill: Skill | None = None
    insurance_months: int | None = None
    base_multiple: Decimal | None = None
    base_months: int | None = None
    spouse_years: int | None = None
    bonuses: frozenset[Bonus] = frozenset()
    award: Award | None = None
    deductions: tuple[tuple[Deduction, int], ...] = ()

    def __post_init__(self) -> None:
        told = (self.age, self.insurance_months, self.base_multiple, self.base_months, self.spouse_years)
        if any(count is not None and count < 0 for count in told):
            raise ValueError("an age, a span and a base are not negative")
        if any(times < 1 for _, times in self.deductions):
            raise ValueError("a deduction happened at least once")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsLine:
    """One item's points, the clause that gives them, and what was counted: a row, a band, or years or times."""

    item: Item
    points: int
    clause: str
    row: StrEnum | None = None
    band: Band | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsEstimate:
    """The breakdown against the standard. `insured_long_enough` is None where no insurance was told."""

    lines: tuple[PointsLine, ...]
    standard: int
    insured_long_enough: bool | None

    @property
    def total(self) -> int:
        """Points in all; deductions can take it below zero."""
        return sum(line.points for line in self.lines)

    @property
    def gap(self) -> int:
        """Points missing to the standard, zero where it is reached."""
        return max(self.standard - self.total, 0)


def estimate_points(situation: PointsSituation, rules: Rulebook, on: date) -> PointsEstimate:
    """Score a situation by the tables in force on a day.

    Of degree and skill the higher counts; full years of insurance count; a base counts only where the months
    that its clause asks for can have been paid.
    Source: clauses points.* (reported; the articles themselves were not read).

    Raises:
        AgeOutsideTable: the age has no row.
        RuleNotInForce: the rulebook has no such table on that day.
    """
    lines = (
        *_age(situation, rules, on),
        *_level(situation, rules, on),
        *_insurance(situation, rules, on),
        *_base(situation, rules, on),
        *_extras(situation, rules, on),
    )
    months = situation.insurance_months
    return PointsEstimate(
        lines=lines,
        standard=rules.integer("points.standard", on),
        insured_long_enough=None
        if months is None
        else months >= rules.integer("points.insurance_months", on),
    )


@lru_cache(maxsize=8)
def age_table(rules: Rulebook, on: date) -> Mapping[int, int]:
    """Points by age in full years. Raises WrongKindOfRule where a row names no age."""
    table: dict[int, int] = {}
    for row, points in rules.table("points.age", on).items():
        match = _AGES.fullmatch(row)
        if match is None:
            raise WrongKindOfRule(f"条款 points.age 的 {row} 不是年龄")
        table |= dict.fromkeys(range(int(match[1]), int(match[2] or match[1]) + 1), points)
    return MappingProxyType(table)


def base_bands(rules: Rulebook, on: date) -> tuple[Band, ...]:
    """The bands of the contribution base, lowest first. Raises WrongKindOfRule where a row names none."""
    bands: list[Band] = []
    for clause in ("points.insurance_base", "points.insurance_base_top"):
        for row, points in rules.table(clause, on).items():
            match = _BAND.fullmatch(row)
            if match is None:
                raise WrongKindOfRule(f"条款 {clause} 的 {row} 不是倍数")
            high = Decimal(match[2]) if match[2] else None
            bands.append(Band(low=Decimal(match[1]), high=high, points=points, clause=clause))
    return tuple(sorted(bands, key=lambda band: band.low))


def months_for_base(rules: Rulebook, on: date) -> int:
    """Insured months below which no base can count."""
    return min(_months_for(band, rules, on) for band in base_bands(rules, on))


def _months_for(band: Band, rules: Rulebook, on: date) -> int:
    return rules.integer(f"{band.clause}_months", on)


def _age(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsLine, ...]:
    if situation.age is None:
        return ()
    points = age_table(rules, on).get(situation.age)
    if points is None:
        raise AgeOutsideTable(f"年龄分的表里没有 {situation.age} 周岁")
    return (PointsLine(item=Item.AGE, points=points, clause="points.age", count=situation.age),)


def _level(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsLine, ...]:
    """The higher of degree and skill (clause points.higher_of); the degree where they are worth the same."""
    lines: list[PointsLine] = []
    if situation.degree is not None:
        lines.append(_row(Item.DEGREE, "points.education", situation.degree, rules, on))
    if situation.skill is not None:
        lines.append(_row(Item.SKILL, "points.skills", situation.skill, rules, on))
    return tuple(sorted(lines, key=lambda line: -line.points)[:1])


def _insurance(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsLine, ...]:
    if situation.insurance_months is None:
        return ()
    years = situation.insurance_months // MONTHS_A_YEAR
    clause = "points.insurance_per_year"
    return (
        PointsLine(item=Item.INSURANCE, points=years * rules.integer(clause, on), clause=clause, count=years),
    )


def _base(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsLine, ...]:
    if situation.base_multiple is None:
        return ()
    months = situation.insurance_months if situation.base_months is None else situation.base_months
    reached = [
        band
        for band in base_bands(rules, on)
        if band.low <= situation.base_multiple and (months is None or months >= _months_for(band, rules, on))
    ]
    if not reached:
        return (PointsLine(item=Item.BASE, points=0, clause="points.insurance_base"),)
    best = max(reached, key=lambda band: band.points)
    return (PointsLine(item=Item.BASE, points=best.points, clause=best.clause, band=best),)


def _extras(situation: PointsSituation, rules: Rulebook, on: date) -> tuple[PointsLine, ...]:
    lines: list[PointsLine] = []
    if situation.spouse_years:
        clause = "points.spouse_per_year"
        most = rules.integer("points.spouse_cap", on)
        points = min(situation.spouse_years * rules.integer(clause, on), most)
        lines.append(PointsLine(item=Item.SPOUSE, points=points, clause=clause, count=situation.spouse_years))
    told = [bonus for bonus in Bonus if bonus in situation.bonuses]
    lines.extend(_row(Item.BONUS, "points.bonus", bonus, rules, on) for bonus in told)
    if situation.award is not None:
        lines.append(_row(Item.AWARD, "points.awards", situation.award, rules, on))
    for deduction, times in situation.deductions:
        each = rules.table("points.deductions", on)[deduction]
        clause = "points.deductions"
        lines.append(
            PointsLine(item=Item.DEDUCTION, points=each * times, clause=clause, row=deduction, count=times)
        )
    return tuple(lines)


def _row(item: Item, clause: str, row: Row, rules: Rulebook, on: date) -> PointsLine:
    points = 0 if row is Degree.NONE else rules.table(clause, on)[row]
    return PointsLine(item=item, points=points, clause=clause, row=row)
