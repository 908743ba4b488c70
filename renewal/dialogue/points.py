"""The answers of the points: told in any order, by a form or by plain texts, kept as JSON under one fact."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from renewal.domain import Rulebook
from renewal.domain.points import months_for_base
from renewal.language.corrections import correction_in
from renewal.language.points.answers import (
    BASE,
    EXTRAS,
    INSURANCE,
    LEVEL,
    QUESTIONS,
    SKIPPED,
    Answer,
    Answers,
)
from renewal.language.points.reading import PointsReading, read_points
from renewal.language.words import without

PointsTold: TypeAlias = Answers
_PARTS = {LEVEL: "academic_degree", EXTRAS: "spouse_years"}  # what an open answer still lacks


def merge(told: PointsTold, reading: PointsReading) -> dict[str, Answer | None]:
    """The answers with what a text gives: a question that is told again is corrected."""
    return {**told, **reading.answers}


def facts_in(reading: PointsReading, told: PointsTold) -> int:
    """How many facts a text gives; a degree and a title are two, what was only left out is none."""
    found = 0
    for question, answer in reading.answers.items():
        if question == LEVEL:
            found += _levels_in(answer, told.get(LEVEL) or {})
        elif not answer.get("skipped"):
            found += 1
    return found


def _levels_in(answer: Answer, before: Answer) -> int:
    """How many of degree and title are told otherwise than before; one where both are told once more."""
    changed = sum(answer.get(name) != before.get(name) for name in ("degree", "skill"))
    return changed or int(not answer.get("skipped"))


def next_question(answers: Answers, rules: Rulebook, today: date) -> str:
    """The first question that is neither answered nor skipped; empty where the estimate can be told."""
    return next(missing(answers, rules, today), "")


def missing(answers: Answers, rules: Rulebook, today: date) -> Iterator[str]:
    """The questions that are neither answered nor skipped, in order.

    The base is not asked of who cannot have been insured long enough for any (points.insurance_base*_months).
    """
    months = (answers.get(INSURANCE) or {}).get("months")
    too_short = months is not None and months < months_for_base(rules, today)
    for name in QUESTIONS:
        answer = answers.get(name) or {}
        if name == BASE and too_short and not answer:
            continue
        finished = bool(answer) if name != EXTRAS else bool(answer.get("done") or answer.get("skipped"))
        if not finished or answer.get("open"):
            yield name


def lacking(answers: Answers, rules: Rulebook, today: date) -> Iterator[str]:
    """As `missing`, but of a question that is answered in part only the part."""
    for name in missing(answers, rules, today):
        yield _PARTS[name] if (answers.get(name) or {}).get("open") else name


def skip(question: str, given: Answer | None) -> Answer:
    """Marks a question as skipped. Keeps what the holder has already told us about it."""
    kept = {name: value for name, value in (given or {}).items() if name != "open"}
    if given and given.get("open"):  # only a part is left out: the academic degree, or the spouse's years
        return {**kept, "unclear": [*kept.get("unclear", ()), _PARTS[question]], "done": True}
    return {**kept, **SKIPPED}


def as_asked(question: str, given: Answer) -> Answer:
    """An answer as if its part that may be told alone were still asked for: the spouse's years."""
    return {**given, "open": True} if question == EXTRAS and "spouse_years" in given else given


def _holds(answer: Answer | None, number: str) -> bool:
    """Whether an answer is, or has, that number."""
    return answer is not None and number in {str(value) for value in answer.values()}


def set_right(
    text: str, told: Answers, before: Sequence[str], rules: Rulebook, today: date
) -> PointsReading | None:
    """A bare "说错了，是6年" as the answer to the one of some questions that it fits.

    None where it answers none of them, or several.
    """
    correction = correction_in(text)
    if correction is not None and correction.taken_back:
        held = [name for name in before if _holds(told.get(name), correction.taken_back)]
        before, text = held or before, correction.instead
    bare = without("takes_back", text)
    apart = bare.rstrip(" ,。.!").replace(" ", ",")
    last = without("leads_to_value", apart.rpartition(",")[2])
    given = {name: as_asked(name, answer) for name, answer in told.items() if answer}
    for part in (bare, last):
        readings = [(name, read_points(part, given, rules, today, asked=name)) for name in before]
        fitting = [reading for name, reading in readings if name in reading.answers]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None
