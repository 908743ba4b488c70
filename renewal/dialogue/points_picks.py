"""The points as one answer among others: in a line, what would raise them, or why they are what they are."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.points_persons import told_now
from renewal.dialogue.points_reasons import reasons
from renewal.dialogue.points_telling import estimate_views
from renewal.dialogue.points_wishes import LINE, NOTHING, RAISES, WHY
from renewal.language import talk
from renewal.language.points.answers import situation_of

_KEYS = {"points_total": LINE, "points_gap": LINE, "points_raise": RAISES, "points_why": WHY}


def points_pick(topic: str, ask: Ask) -> tuple[str, Mapping[str, Any]] | None:
    """The wording and what it names; None where the general rules of points are the better answer.

    That is so where nothing is told yet and more is asked than a number, and where something is only supposed that
    the text does not let work out.
    """
    told, is_other = told_now(ask.memory)
    if talk.supposes(ask.text):
        return None
    if not told:
        return (NOTHING, {"points": {"other": is_other}}) if _KEYS[topic] == LINE else None
    rules, today = ask.ground.rules, ask.ground.today
    view = next(estimate_views(rules, today, told))
    why = tuple(reasons(situation_of(told), rules, today))
    return _KEYS[topic], {"points": {**view, "other": is_other, "question": "", "reasons": why}}
