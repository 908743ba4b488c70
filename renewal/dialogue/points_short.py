"""A shortfall that the writer was told elsewhere ("我还差4分怎么补"): what closes it, and whether years do."""

from dataclasses import replace
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.memory import POINTS
from renewal.dialogue.points_wishes import RULES
from renewal.dialogue.responding import Response, say
from renewal.dialogue.topics import is_tagged
from renewal.language.points.answers import INSURANCE
from renewal.language.points.reading import read_points
from renewal.language.points.short import gap_told, years_tried
from renewal.language.words import says

SHORT, TRIED = "points_told.short", "points_told.short_tried"


def points_short(ask: Ask) -> Response | None:
    """What closes the gap that the text tells, or told before; None where the points themselves are told."""
    rules, today = ask.ground.rules, ask.ground.today
    standard = rules.integer("points.standard", today)
    told = read_points(ask.text, {}, rules, today).answers.keys() - {INSURANCE}
    if told or ask.memory.facts.get(POINTS):
        return None
    now = gap_told(ask.text, standard) if _is_of_points(ask) else None
    source = ask.text if now is not None else ask.memory.last.text
    gap = now if now is not None or ask.memory.key not in (SHORT, TRIED) else gap_told(source, standard)
    tried = years_tried(ask.text)
    if gap is None or (now is None and tried is None and not says("asks_what_raises", ask.text)):
        return None
    return _said(ask, gap, tried, source)


def _is_of_points(ask: Ask) -> bool:
    """Whether a number of points in the text is one of the residence permit's."""
    named = says("speaks_of_points", ask.text) or is_tagged(ask.memory.topic, "points")
    return named or is_tagged(ask.said.intent, "points") or says("short_by", ask.text)


def _said(ask: Ask, gap: int, tried: int | None, source: str) -> Response:
    """The gap with the years that close it; the text that told it is kept, for what leans on it."""
    a_year = ask.ground.rules.integer("points.insurance_per_year", ask.ground.today)
    values: dict[str, Any] = {"short": gap, "years": -(-gap // a_year)}
    key = SHORT
    if tried is not None:
        key, values = TRIED, {**values, "tried": tried, "added": tried * a_year}
    asked = {"intent": RULES, "text": source}
    memory = replace(ask.memory.fresh(), asked=asked, topic=RULES, topics=(RULES,), key=key)
    return replace(say(ask, key, memory=memory, **values), topics=(RULES,))
