"""Why a points estimate comes to what it does: what is told and does not count, and what its rule is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from renewal.domain import Rulebook
from renewal.domain.points import MONTHS_A_YEAR, Band, Item, PointsSituation, base_bands, estimate_points


def reasons(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[Mapping[str, Any]]:
    """What was told and adds nothing, each with the values that its wording names.

    The lower of degree and title; a base below the bands, or paid for too few months; months that make no full year.
    Source: clauses points.higher_of, points.insurance_base, points.insurance_per_year.
    """
    yield from _lower_level(situation, rules, on)
    yield from _base(situation, rules, on)
    over = (situation.insurance_months or 0) % MONTHS_A_YEAR
    if over:
        yield {"reason": "months", "count": over}


def _lower_level(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[Mapping[str, Any]]:
    if situation.degree is None or situation.skill is None:
        return
    alone = (replace(situation, skill=None), replace(situation, degree=None))
    lines = [line for each in alone for line in estimate_points(each, rules, on).lines]
    levels = sorted(
        (line for line in lines if line.item in (Item.DEGREE, Item.SKILL)), key=lambda x: -x.points
    )
    higher, lower = ((f"{line.item}.{line.row.name.lower()}", line.points) for line in levels if line.row)
    if lower[1]:
        yield {"reason": "level", "names": (higher[0], lower[0]), "points": (higher[1], lower[1])}


def _base(situation: PointsSituation, rules: Rulebook, on: date) -> Iterator[Mapping[str, Any]]:
    """Why a base gives nothing, or less than its band would."""
    base = situation.base_multiple
    if base is None:
        return
    reached = [band for band in base_bands(rules, on) if band.low <= base]
    line = next(line for line in estimate_points(situation, rules, on).lines if line.item is Item.BASE)
    if not reached:
        yield {"reason": "base_low", "low": str(base_bands(rules, on)[0].low)}
    elif line.points < max(band.points for band in reached):
        yield {
            "reason": "base_months",
            "months": _months(max(reached, key=lambda band: band.points), rules, on),
        }


def _months(band: Band, rules: Rulebook, on: date) -> int:
    return rules.integer(f"{band.clause}_months", on)
