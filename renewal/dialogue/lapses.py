"""A lapse of an earlier term that was made up then: whether it broke the years of residence."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.domain import reinstatement_deadline


def lapse_past(ask: Ask) -> tuple[str, Mapping[str, Any]] | None:
    """What the lapse told in this turn made of the years; of one of which no days are told, by how long it was."""
    lapse = ask.case.facts.fact("lapse_days")
    if lapse is None or lapse.value is None:
        return None
    allowed = (reinstatement_deadline(ask.ground.today, ask.ground.rules) - ask.ground.today).days
    values = {"lapse_days": lapse.value, "within": lapse.value <= allowed, "roughly": not lapse.exact}
    return "days.years_past", values
