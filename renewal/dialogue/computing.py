"""Answers that are worked out: from the permit's day, the day of handing in, the home. One row a computed topic."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import expiry_values, handed_in_values, state_of, visit_values
from renewal.dialogue.papers import UNLISTED, closeness, paper_asked, papers_values, situation_of
from renewal.dialogue.points_picks import points_pick
from renewal.dialogue.points_wishes import ASKED as POINTS_ASKED
from renewal.dialogue.speaking import Pick
from renewal.language.papers import papers_named

# What the whole day's answer is called, by how the permit stands today.
WHOLE = {name: f"dated.{name}" for name in ("early", "open", "last_day", "suspended", "lapsed")}
# Where the permit has lapsed, or is suspended, the whole day's answer says these better.
_BETTER_WHOLE = {
    "lapsed": frozenset({"days.restore_by", "days.effect"}),
    "suspended": frozenset({"days.effect"}),
}


def computed(ask: Ask, topic: str) -> Pick | None:
    """The answer to a computed topic; None where a fact that it needs is not known."""
    found = _COMPUTED.get(topic)
    told = found(ask) if found else None
    return None if told is None else Pick(key=told[0], values=told[1], topic=topic, claim=f"computed.{topic}")


def day_line(ask: Ask) -> Pick | None:
    """One line on the permit's day, to stand beside other answers."""
    return _pick(_of_day(ask, "days.line"), "day_line")


def whole_day(ask: Ask, expires_on: date, *, roughly: bool = False) -> Pick:
    """All that an expiry day means today."""
    key = WHOLE[state_of(ask.ground, expires_on)]
    values = expiry_values(ask.ground, expires_on, roughly=roughly, yours=not ask.case.about_another)
    return Pick(key=key, values=values, topic="renewal_window", claim="whole_day")


Told = tuple[str, Mapping[str, Any]]


def _pick(told: Told | None, claim: str) -> Pick | None:
    return None if told is None else Pick(key=told[0], values=told[1], topic=claim, claim=claim)


def _of_day(ask: Ask, key: str) -> Told | None:
    expiry = ask.case.expiry
    if expiry is None:
        return None
    yours = not ask.case.about_another
    return key, expiry_values(ask.ground, expiry.value, roughly=not expiry.exact, yours=yours)


def _day(key: str, ask: Ask) -> Told | None:
    told = _of_day(ask, key)
    if told is None:
        return None
    state = told[1]["state"]
    return (WHOLE[state], told[1]) if key in _BETTER_WHOLE.get(state, ()) else told


def _may_go(ask: Ask) -> Told | None:
    visit = ask.case.facts.fact("visit_on")
    told = _of_day(ask, "days.may_go")
    if told is None or visit is None:
        return None
    expires_on = told[1]["expires_on"]
    visits = visit_values(ask.ground, expires_on, visit.value)
    return told[0], {**told[1], **visits, "visit_roughly": not visit.exact}


def _handed_in(key: str, ask: Ask, *, planned: bool = False) -> Told | None:
    """What the day of the papers makes of it; with `planned`, a day on which the writer would go counts as that."""
    facts = ask.case.facts
    handed_in_on = facts.day("handed_in_on")
    if planned and ("visit_on" in facts.from_now() or handed_in_on is None):
        handed_in_on = facts.day("visit_on") or handed_in_on
    if handed_in_on is None:
        return None
    return key, handed_in_values(ask.ground, ask.case, handed_in_on)


def _papers(ask: Ask) -> Told | None:
    facts = ask.case.facts
    if facts.value("moved") is None and not facts.value("id_changes"):
        return None
    situation = situation_of(ask.ground, facts)
    if situation is None:
        relation = facts.value("whose_home") or ""
        named = relation if relation and closeness(ask.ground, relation) == "distant" else ""
        return "papers.not_listed", {"relation": named}
    return "papers.list", papers_values(ask.ground, situation)


def _issuer(ask: Ask) -> Told | None:
    named = papers_named(ask.text)
    facts = ask.case.facts
    if facts.value("housing") in UNLISTED and not named:
        return "papers.not_listed", {"relation": ""}
    paper = paper_asked(ask.ground, facts, named)
    return f"issuer.{paper or 'any'}", {}


def _plain(key: str, _ask: Ask) -> Told | None:
    return key, {}


_COMPUTED: Mapping[str, Callable[[Ask], Told | None]] = {
    "restore_by": partial(_day, "days.restore_by"),
    "days_over": partial(_day, "days.over"),
    "days_left": partial(_day, "days.left"),
    "opens_on": partial(_day, "days.opens"),
    "lapse_effect": partial(_day, "days.effect"),
    "years_kept": partial(_day, "days.years"),
    "may_go": _may_go,
    "review_due": partial(_handed_in, "handed.review_due", planned=True),
    "done_by": partial(_handed_in, "handed.done_by", planned=True),
    "valid_until": partial(_handed_in, "handed.valid_until", planned=True),
    "handed_told": partial(_handed_in, "handed.told"),
    "meanwhile": partial(_handed_in, "handed.meanwhile"),
    "not_yet": partial(_handed_in, "handed.not_yet"),
    "went_told": partial(_plain, "went.told"),
    "papers_list": _papers,
    "issuer": _issuer,
    **{topic: partial(points_pick, topic) for topic in POINTS_ASKED},
    **{key: partial(_plain, key) for key in ("originals", "guarantee", "photo", "post")},
}
