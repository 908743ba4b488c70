"""Replies to a notice: what a text says that means something of its own for the reason that the notice gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from renewal.dialogue.ask import Ask
from renewal.dialogue.days import notice_values
from renewal.dialogue.speaking import Pick
from renewal.dialogue.topics import BadTopics, topics
from renewal.domain import Category, Field, compared_fields
from renewal.language.dates.around import find_mentions
from renewal.language.words import find, says

DONE = ("went_already", "change_reported")  # what was done since the notice is answered first
FIELDS = frozenset("notice reasons words never facts tells unless topic key values".split())
LISTS = ("words", "never", "facts", "unless")  # the fields that hold several names


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One row of `replies.yml`, which says what each field means."""

    name: str
    notice: str
    topic: str
    key: str
    words: tuple[str, ...] = ()
    reasons: frozenset[Field] = frozenset()
    never: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    tells: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def fits(self, ask: Ask) -> bool:
        """Whether the text says it, after the notice that it is a reply to."""
        case = ask.case
        if case.notice != self.notice or (self.reasons and not self.reasons & set(case.reasons[:1])):
            return False
        if not self._is_of(ask) or any(says(word, ask.text) for word in self.never):
            return False
        return all(says(word, ask.text) for word in self.words)

    def _is_of(self, ask: Ask) -> bool:
        """Whether the facts that are told and known allow it."""
        facts = ask.case.facts
        if any(facts.value(fact) is True for fact in self.unless) or (self.tells and ask.reading.asks):
            return False
        return all(facts.is_told_now(fact) and facts.value(fact) is True for fact in self.facts)


@cache
def replies() -> tuple[Reply, ...]:
    """Every reply in the order of the table.

    Raises:
        BadTopics: a row has an unknown key, or names a topic that there is not.
    """
    return read_replies(yaml.safe_load(files("renewal.dialogue").joinpath("replies.yml").read_text("utf-8")))


def read_replies(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Reply, ...]:
    """Raises BadTopics."""
    found = []
    for name, row in raw.items():
        if (
            set(row) - FIELDS
            or not (row.get("words") or row.get("facts"))
            or row.get("topic") not in topics()
        ):
            raise BadTopics(f"{name}: {sorted(row)}")
        told: dict[str, Any] = {which: row[which] for which in ("tells", "values") if which in row}
        lists: dict[str, Any] = {which: tuple(row[which]) for which in LISTS if which in row}
        reasons = frozenset(Field(reason) for reason in row.get("reasons", ()))
        notice, topic = row["notice"], row["topic"]
        key = row.get("key", f"notice.{notice}.{name}")
        found.append(Reply(name=name, notice=notice, topic=topic, key=key, reasons=reasons, **lists, **told))
    return tuple(found)


def reply_in(ask: Ask) -> Reply | None:
    """The reply that the text is, to the notice that its holder was sent; None where it is none."""
    case = ask.case
    if case.period_on is None or case.about_another or case.handed_in is not None:
        return None
    if case.notice != "renewed" and not case.notice_is_current:
        return None
    if any(case.facts.is_told_now(fact) and case.facts.value(fact) for fact in DONE):
        return None
    return next((reply for reply in replies() if reply.fits(ask)), None)


def reply_pick(ask: Ask, topic: str) -> Pick | None:
    """What answers the reply, where it is asked as the topic in whose place it answers."""
    reply = reply_in(ask)
    if reply is None or reply.topic != topic or ask.case.period_on is None:
        return None
    match = find(reply.words[0], ask.text) if reply.words else None
    values = {
        **notice_values(ask.ground, ask.case.reasons, ask.case.period_on),
        "named": match.group() if match else "",
        "category": _unlike_ground(ask),
        **_paper_values(ask, ask.case.period_on),
        **reply.values,
    }
    return Pick(key=reply.key, values=values, topic=topic, claim=f"reply.{reply.name}")


def _paper_values(ask: Ask, expires_on: date) -> dict[str, Any]:
    """The day that the text names, as that of a paper that is still to come, and whether it is before the expiry."""
    days = (mention.coming(ask.ground.today) for mention in find_mentions(ask.text, ask.ground.today))
    on = next((day.on for day in days if day is not None and day.exact), None)
    return {"paper_on": on, "comes_in_time": on is not None and on <= expires_on}


def _unlike_ground(ask: Ask) -> str:
    """The ground that the holder tells, of which the field that the notice names is not compared; else empty."""
    told = ask.case.facts.value("category")
    if not told or not ask.case.reasons:
        return ""
    compared = compared_fields(Category(told), ask.ground.rules, ask.ground.today)
    return "" if ask.case.reasons[0] in compared else str(told)
