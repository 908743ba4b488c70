"""What days make of a matter: the permit's own, the identity card's, a registration's."""

from datetime import date
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.verdicts import standing_of
from renewal.language.dates import DayMention, add_months
from renewal.language.other_days import id_card_ends_on, permit_ends_on, registered_on

_UNKNOWN = {"state": "", "roughly": False}  # how a permit stands of which no day is known


def values_of_days(ask: Ask) -> dict[str, Any]:
    """What a wording may name of them; `state` and `first_ends` are empty where a day is not known."""
    return {**(standing_of(ask) or _UNKNOWN), **_of_identity_card(ask), **_of_registration(ask)}


def _of_identity_card(ask: Ask) -> dict[str, Any]:
    """Which of the two cards ends first: `id`, `permit`, or empty where one of the days is not known."""
    today, expiry = ask.ground.today, ask.case.expiry
    ends = id_card_ends_on(ask.text, today)
    permit = expiry.value if expiry is not None else _on(permit_ends_on(ask.text, today))
    told = {"id_ends_on": ends.on if ends is not None and ends.exact else None}
    if ends is None or (permit is None and ends.on >= today):
        return {"first_ends": "", **told}
    id_first = ends.on < today or (permit is not None and ends.on <= permit)
    return {"first_ends": "id" if id_first else "permit", **told}


def _of_registration(ask: Ask) -> dict[str, Any]:
    """When half a year of registration is full, and whether it is today. Source: clause registration.months."""
    since, today = registered_on(ask.text, ask.ground.today), ask.ground.today
    if since is None:
        return {"registered": "full" if ask.reading.says("half_a_year_full") else "", "full_on": None}
    full_on = add_months(since.on, ask.ground.rules.integer("registration.months", today))
    return {"registered": "full" if full_on <= today else "not_yet", "full_on": full_on}


def _on(day: DayMention | None) -> date | None:
    return None if day is None else day.on
