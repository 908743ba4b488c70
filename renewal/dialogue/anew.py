"""When a fact that is told answers the question before anew, or is worth an answer of its own."""

from collections.abc import Sequence

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import visit_values
from renewal.dialogue.facts import Source
from renewal.dialogue.papers import HOME
from renewal.dialogue.topics import is_tagged, topics

HANDED_IN = "handed_in_on"


def facts_behind(topic: str) -> frozenset[str]:
    """The facts that an answer to the topic is worked out from; of papers to hand in, the day to go too."""
    rows = [row for row in topics().values() if row.name == topic or topic in row.by_fact]
    used = frozenset(fact for row in rows for fact in row.uses)
    papers = {HANDED_IN, "visit_on"} if used & {HANDED_IN, "handing_in_on", "term_from_on"} else set()
    return used | papers | (HOME if is_tagged(topic, "homes") else set())


def is_of_those(topic: str, anew: Sequence[str]) -> bool:
    """Whether a topic that the text seems to ask is no other question than those answered before."""
    if any(topic in (name, *topics()[name].over) for name in anew):
        return True
    behind = frozenset[str]().union(*(facts_behind(name) for name in anew))
    return HANDED_IN in behind and is_of_days(topic)


def is_of_days(topic: str) -> bool:
    """Whether an answer to the topic is about the day of expiry."""
    return is_tagged(topic, "dated") or "expires_on" in topics()[topic].uses


def goes_when_it_matters(ask: Ask) -> bool:
    """Whether the text tells a day to go that is out of time, or one for a day of expiry just spoken of."""
    visit, expiry = ask.case.facts.fact("visit_on"), ask.case.expiry
    if visit is None or visit.value is None or visit.source is not Source.NOW or expiry is None:
        return False
    if ask.case.handed_in_on is not None:
        return False
    in_time = visit_values(ask.ground, expiry.value, visit.value)["visit"] == "in_time"
    told = "expires_on" in ask.case.facts.from_now()
    return told or not in_time or ask.memory.key.startswith(("dated.", "days."))
