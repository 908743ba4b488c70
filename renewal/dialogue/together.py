"""The permits of several people, and the days on which all of them can be renewed in one visit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import state_of, visit_of
from renewal.dialogue.facts import Fact
from renewal.dialogue.persons import expiries, spoken_of
from renewal.domain import reinstatement_deadline, renewal_window


def speaks_of_several(ask: Ask) -> bool:
    """Whether the text tells of several people's permits, or would have them go together."""
    now = ask.case.facts.from_now()
    told = "expires_on" in now and bool(ask.reading.days_of_persons)
    go = ask.reading.says("goes_together") or ("visit_on" in now and ask.reading.says("both_of_them"))
    return (told or go) and len(expiries(ask.case)) > 1


def together(ask: Ask) -> tuple[str, Mapping[str, Any]] | None:
    """When each may go, and when all may; with the day on which they mean to go, what it would be for each."""
    known = expiries(ask.case)
    if len(known) < 2:
        return None
    visit = ask.case.facts.fact("visit_on")
    visit_on = visit.value if visit is not None and "visit_on" in ask.case.facts.from_now() else None
    people = [
        _person(ask, who, fact, visit_on) for who, fact in sorted(known.items(), key=lambda k: k[1].value)
    ]
    from_on, until_on = max(each["from_on"] for each in people), min(each["until_on"] for each in people)
    # Who cannot wait for the last one's window renews late, and may within the days that restore it.
    late = [each for each in people if each["until_on"] < from_on]
    restored = bool(late) and from_on <= min(each["deadline_on"] for each in people)
    now = known.get(spoken_of(ask.case.facts))
    not_gone = [each for each in people if each["state"] != "lapsed"]
    return "days.together", {
        "people": people,
        "apart": ask.reading.says("each_apart"),
        "roughly": any(not fact.exact for fact in known.values()),
        "from_on": from_on,
        "until_on": until_on,
        "in_time": from_on <= until_on,
        "overdue": any(each["state"] in ("suspended", "lapsed") for each in people),
        "late_ones": late,
        "restored": restored,
        "late_until_on": min(each["deadline_on"] for each in people),
        "visit_on": visit_on,
        "urgent": min(not_gone, key=_urgency, default=None),
        "gone": len(not_gone) < len(people),
        "expires_on": now.value if now is not None else people[0]["expires_on"],
    }


def _urgency(person: Mapping[str, Any]) -> tuple[bool, date]:
    """Who may not wait, first: one that is suspended already, then by the last day to go."""
    return person["state"] != "suspended", person["until_on"]


def _person(ask: Ask, who: str, expiry: Fact, visit_on: date | None) -> dict[str, Any]:
    """One person's permit: from when until when it can be renewed, from today on."""
    ground, expires_on = ask.ground, expiry.value
    state = state_of(ground, expires_on)
    deadline_on = reinstatement_deadline(expires_on, ground.rules)
    opens_on = renewal_window(expires_on, ground.rules).opens_on
    until_on = {"suspended": deadline_on, "lapsed": date.max}.get(state, expires_on)
    return {
        "who": who,
        "named": "" if who.isascii() else who,
        "state": state,
        "expires_on": expires_on,
        "opens_on": opens_on,
        "from_on": max(opens_on, ground.today),
        "until_on": until_on,
        "deadline_on": deadline_on if state != "lapsed" else date.max,
        "days_overdue": (ground.today - expires_on).days,
        "visit": visit_of(ground.rules, expires_on, visit_on) if visit_on else "",
    }
