"""A points estimate in words: what a question names, how a total is told, whole or so far, before and after."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.points import lacking, next_question
from renewal.dialogue.says import BotMessage
from renewal.dialogue.speaking import render
from renewal.domain import Rulebook
from renewal.domain.points import (
    Band,
    Item,
    PointsEstimate,
    PointsLine,
    age_table,
    base_bands,
    estimate_points,
)
from renewal.domain.points_ways import PointsWay, ways_to_raise
from renewal.language.points.answers import (
    AGE,
    BASE,
    EXTRAS,
    INSURANCE,
    LEVEL,
    QUESTIONS,
    Answers,
    situation_of,
)
from renewal.wording import WordingError

_EXTRA_ITEMS = frozenset({Item.SPOUSE, Item.BONUS, Item.AWARD, Item.DEDUCTION})
_PART_ASKED = {LEVEL: "degree", EXTRAS: "spouse"}  # what is asked where a question is answered in part


def ask_points(
    ground: Ground, case: Case, question: str, answers: Answers, *, misses: int, opening: bool
) -> tuple[BotMessage, ...]:
    """Ask a question, with what this is before the first, and the more helpfully the more often it was missed."""
    key = ("ask_{}", "bad_{}", "bad_{}_again")[min(misses, 2)].format(_asked(question, answers))
    view = _limits(ground.rules, ground.today)
    asked = render(ground, case, f"points_estimate.{key}", points=view)
    if not opening or misses:
        return (asked,)
    first = render(ground, case, "points_estimate.intro", points=view)
    return (BotMessage(text=f"{first.text}\n{asked.text}"),)


def refuse(ground: Ground, case: Case, question: str, number: int) -> tuple[BotMessage, ...]:
    """Say why a number cannot be the answer."""
    view = {**_limits(ground.rules, ground.today), "number": number}
    return (render(ground, case, f"points_estimate.refused_{question}", points=view),)


def tell_points(ground: Ground, case: Case, answers: Answers) -> tuple[BotMessage, ...]:
    """The whole estimate: total, breakdown, what is missing, what was not counted, what would raise it.

    Raises:
        WordingError: the wording lacks an entry, or not even the bare estimate fits an SMS.
    """
    lines = next(estimate_views(ground.rules, ground.today, answers))["lines"]
    return tell(ground, case, "points_estimate.result" if lines else "points_estimate.nothing", answers)


def tell(
    ground: Ground,
    case: Case,
    key: str,
    answers: Answers,
    *,
    before: Answers | None = None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[BotMessage, ...]:
    """An entry on the points; an SMS that would grow too long names fewer ways, then extras only in sum.

    `before` are the answers that hold, where `answers` are only supposed; `more` what else the entry names, or
    names otherwise.

    Raises:
        WordingError: the wording lacks the entry, or not even its shortest view fits an SMS.
    """
    too_long = WordingError("no view of the estimate")
    if before is not None:
        more = {**more, "before": _total(ground, before)}
    for view in estimate_views(ground.rules, ground.today, answers):
        try:
            return (render(ground, case, key, points={**view, **more}),)
        except WordingError as error:
            too_long = error
    raise too_long


def _total(ground: Ground, answers: Answers) -> int:
    return estimate_points(situation_of(answers), ground.rules, ground.today).total


def estimate_views(rules: Rulebook, on: date, answers: Answers) -> Iterator[dict[str, Any]]:
    """The estimate as a wording names it, whole at first, then shorter and shorter."""
    situation = situation_of(answers)
    made = estimate_points(situation, rules, on)
    ways = [_way(way) for way in ways_to_raise(situation, rules, on)]
    question = next_question(answers, rules, on)
    view: dict[str, Any] = {
        "total": made.total,
        "gap": made.gap,
        "insured": made.insured_long_enough,
        "lines": [_line(line) for line in made.lines],
        "left_out": list(_left_out(answers)),
        "missing": list(lacking(answers, rules, on)),
        "question": _asked(question, answers) if question else "",
        "other": False,
        "lower": "",
        "both": False,
        "tried": False,
    }
    for kept in range(len(ways), -1, -1):
        yield {**view, "ways": ways[:kept]}
    yield _in_sum(view, made)


def _asked(question: str, answers: Answers) -> str:
    """What is asked of a question: all of it, or the part that an answer lacks."""
    is_part = bool((answers.get(question) or {}).get("open"))
    return _PART_ASKED.get(question, question) if is_part else question


def _in_sum(view: dict[str, Any], made: PointsEstimate) -> dict[str, Any]:
    """The same with bonuses in one line, deductions in another, and what could not be counted as one."""
    lines = [_line(line) for line in made.lines if line.item not in _EXTRA_ITEMS]
    extras = [line.points for line in made.lines if line.item in _EXTRA_ITEMS]
    added, taken = sum(each for each in extras if each > 0), sum(each for each in extras if each < 0)
    blank = {"count": None, "unit": "", "low": "", "high": ""}
    for name, points in (("bonus", added), ("deduction", taken)):
        lines += [{"name": name, "points": points, **blank}] if points else []
    left = [name if name in {*QUESTIONS, "academic_degree"} else EXTRAS for name in view["left_out"]]
    return {**view, "lines": lines, "left_out": list(dict.fromkeys(left)), "ways": []}


def _limits(rules: Rulebook, on: date) -> dict[str, Any]:
    """What a question names of the rules: the ages in the table, the bands with a letter to answer with."""
    ages = age_table(rules, on)
    bands = base_bands(rules, on)
    letters = [chr(ord("A") + place) for place in range(len(bands) + 1)]
    return {
        "youngest": min(ages),
        "oldest": max(ages),
        "most_years": max(ages) - min(ages),
        "bands": [{"letter": letter, **_edges(band)} for letter, band in zip(letters, bands, strict=False)],
        "lower_letter": letters[-1],
    }


def _edges(band: Band) -> dict[str, str]:
    return {"low": str(band.low), "high": "" if band.high is None else str(band.high)}


def _line(line: PointsLine) -> Mapping[str, Any]:
    """A line as a wording names it: its label's name, its count with the count's unit, its band, its points."""
    name = f"{line.item}.{_name(line.row)}" if line.row is not None else str(line.item)
    if line.item is Item.BASE and line.band is None:
        name = "base.none"
    unit = {Item.AGE: "age", Item.INSURANCE: "years", Item.SPOUSE: "years", Item.DEDUCTION: "times"}.get(
        line.item, ""
    )
    edges = _edges(line.band) if line.band else {"low": "", "high": ""}
    return {"name": name, "count": line.count, "unit": unit, "points": line.points, **edges}


def _way(way: PointsWay) -> Mapping[str, Any]:
    rows = [f"{type(row).__name__.lower()}.{_name(row)}" for row in way.rows]
    edges = _edges(way.band) if way.band else {"low": "", "high": ""}
    return {
        "way": str(way.way), "names": rows, "years": way.years, "gain": way.gain, "enough": way.enough, **edges
    }  # fmt: skip


def _name(row: StrEnum) -> str:
    return row.name.lower()


def _left_out(answers: Answers) -> Iterator[str]:
    """What the total does not hold: the questions that were skipped, and what could not be counted."""
    for question in (AGE, LEVEL, INSURANCE, BASE, EXTRAS):
        answer = answers.get(question) or {}
        if answer.get("skipped"):
            yield question
        yield from answer.get("unclear", ())
