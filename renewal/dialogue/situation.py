"""The situation that a text tells, as facts: the home, a move, the identity card, work, whose permit is meant."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.persons import SELF, by_place, named_in, others, spoken_of, turned
from renewal.language.ages import age_told
from renewal.language.clauses import clauses
from renewal.language.facts import ToldFact, told_facts
from renewal.language.holders import names_only
from renewal.language.words import says

# The home of one who lodges with the writer, where nobody says what they are to each other.
RELATIVES = "relative"
# What the writer is to whose permit is spoken of.
WRITER_TO = {"mother": "子女", "father": "子女", "spouse": "配偶", "child": "父母", "friend": "朋友"}


def with_situation(facts: Facts, text: str, *, of_several: bool = False, whose: str = "") -> Facts:
    """The facts with those of the situation that the text tells.

    Where it turns to another person's permit, what was told of the first person goes: it is not true of the other.
    It comes back when the text turns to that person again. `of_several`: the text tells of several people's permits,
    and turns to none of them. `whose`: whose permit's day it tells, where it tells one's.
    """
    told_of = next((fact.value for fact in told_facts(text) if fact.name == "person"), "")
    person = "" if of_several else whose or by_place(facts, text) or told_of or _turned_to(facts, text)
    if person not in ("", spoken_of(facts)):
        facts = turned(facts, person)
    told = {
        fact.name: Fact(value=fact.value, source=Source.SUPPOSED if fact.supposed else Source.NOW)
        for fact in _in_context(facts, text)
        if not ((of_several or whose) and fact.name == "person")
    }
    theirs = spoken_of(facts) != SELF and names_only(spoken_of(facts), text)
    age = age_told(text, alone=False) if theirs else None
    if age is not None:
        told["holders_age"] = Fact(value=age, source=Source.NOW)
    return facts.with_told({**told, **_in_the_writers_home(facts, told, text)})


def _in_the_writers_home(facts: Facts, told: Mapping[str, Fact], text: str) -> Mapping[str, Fact]:
    """Whose home it is of whoever lives in the writer's ("我妈住我买的房子里"): not the holder's own."""
    home = told.get("whose_home")
    if home is None or home.value is not None or not says("writers_home", text):
        return {}
    whose = WRITER_TO.get(spoken_of(facts))
    if whose is not None:
        return {"whose_home": replace(home, value=whose)}
    lodges = spoken_of(facts) == SELF and says("lives_at_writers", text)
    return {"housing": replace(told["housing"], value=RELATIVES)} if lodges else {}


def _turned_to(facts: Facts, text: str) -> str:
    """Whom a text by its writer means by "she" or "he", or that it comes back to its writer; empty for neither."""
    named = others(facts)
    by_name = named_in(facts, text)
    if by_name:
        return by_name
    if spoken_of(facts) != SELF:
        return SELF if says("speaks_of_self", text) else ""
    of_them = any(says("speaks_of_them", part.text) for part in clauses(text))
    return named[-1] if named and of_them else ""


def _in_context(facts: Facts, text: str) -> Iterator[ToldFact]:
    """What the text tells, after what was told of the identity card before.

    "The number is the old one" is then said of the card, and "the name did not change" leaves its other changes.
    """
    told = {fact.name: fact for fact in told_facts(text)}
    before = frozenset(facts.value("id_changes") or ())
    card = told.get("id_changes")
    if card is not None and card.of:
        told["id_changes"] = replace(card, value=tuple(sorted(before - set(card.of))))
    elif card is not None and card.value and says("besides_that", text):
        told["id_changes"] = replace(card, value=tuple(sorted(before | set(card.value))))
    of_card = (card is not None or "id_changes" in facts) and says("bare_number", text)
    if "phone_changed" in told and of_card and not says("plainly_phone", text):
        number = told.pop("phone_changed")
        changes = frozenset(told["id_changes"].value) if card is not None else before
        changed = changes | {"number"} if number.value else changes - {"number"}
        told["id_changes"] = replace(number, name="id_changes", value=tuple(sorted(changed)))
    yield from told.values()


def supposed_in(text: str) -> Mapping[str, Fact]:
    """What a text only supposes of the situation ("那下个月搬到我姐那儿呢")."""
    supposed = (fact for fact in told_facts(text) if fact.supposed)
    return {fact.name: Fact(value=fact.value, source=Source.SUPPOSED) for fact in supposed}
