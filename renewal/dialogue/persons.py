"""Whose permit is spoken of: what is known of each person's, and the turn from one to another."""

from collections.abc import Mapping

from renewal.dialogue.case import Case
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.language.dates.persons import PLACES, THEM, PersonDay
from renewal.language.words import says

SELF = "self"
OF_PERSONS = "of_persons"  # what was told of each permit that was spoken of before, by person
# What stays true of a conversation whoever's permit is spoken of.
IN_ORDER = "persons_in_order"  # whose permits were spoken of, in the order in which they first were
_OF_THE_WRITER = frozenset({"refuses_calls", OF_PERSONS, IN_ORDER})
_PLACES = ("person_first", "person_second", "person_third")


# Whom the wording has a name for; anybody else is one of several.
_NAMED = frozenset("mother father spouse child friend relative employees".split())
SOMEBODY = "other"


def whose_of(facts: Facts) -> str:
    """Whose permit is spoken of, as the wording names them; empty where it is the writer's own."""
    person = spoken_of(facts)
    return "" if person == SELF else person if person in _NAMED else SOMEBODY


def spoken_of(facts: Facts) -> str:
    """Whose permit is spoken of."""
    return facts.value("person") or SELF


def others(facts: Facts) -> list[str]:
    """Whose permits were spoken of before, the last one last, without the writer's."""
    return [person for person in facts.value(OF_PERSONS) or {} if person != SELF]


def turned(facts: Facts, person: str) -> Facts:
    """What is known of the permit of the person whom the text turned to."""
    before = spoken_of(facts)
    known = dict(facts.value(OF_PERSONS) or {})
    known.pop(before, None)
    known[before] = facts.without(*_OF_THE_WRITER, "person").kept()
    own = Facts.of(known.pop(person, {}))
    order = tuple(dict.fromkeys((*(facts.value(IN_ORDER) or ()), before, person)))
    whose = {
        "person": Fact(value=person, source=Source.NOW),
        IN_ORDER: Fact(value=order, source=Source.BEFORE),
    }
    rest = facts.only(_OF_THE_WRITER).with_told({OF_PERSONS: Fact(value=known, source=Source.BEFORE)})
    return Facts({**own.known, **rest.known}).with_told(whose)


def reassigned(facts: Facts, person: str, *, anew: bool = False) -> Facts:
    """The facts told so far of the writer's permit, as those of another's: "这是我邻居的".

    `anew`: whose permit it was is put right, whoever it was taken for.
    """
    if person in ("", SELF) or person in others(facts) or not (anew or spoken_of(facts) == SELF):
        return facts
    return facts.with_told({"person": Fact(value=person, source=Source.NOW)})


def with_days_of_persons(facts: Facts, days: tuple[PersonDay, ...]) -> Facts:
    """The facts with a day of expiry for each of several people; what is spoken of stays one of their permits."""
    told = {_whom(facts, day.person): Fact(value=day.on, source=Source.NOW, exact=day.exact) for day in days}
    if len(told) < 2:
        return facts
    if spoken_of(facts) not in told:
        facts = turned(facts, SELF if SELF in told else next(iter(told)))
    now = spoken_of(facts)
    known = dict(facts.value(OF_PERSONS) or {})
    for person, fact in told.items():
        if person != now:
            known[person] = {**known.pop(person, {}), **Facts({"expires_on": fact}).kept()}
    others_known = Fact(value=known, source=Source.BEFORE)
    return facts.with_told({"expires_on": told[now], OF_PERSONS: others_known})


def named_in(facts: Facts, text: str) -> str:
    """Whom, of those whose permits were spoken of by a name, the text names again ("小张最晚哪天")."""
    known = [person for person in (*others(facts), spoken_of(facts)) if not person.isascii()]
    return next((person for person in known if person in text), "")


def by_place(facts: Facts, text: str) -> str:
    """Whom the text means by a place ("第二个人呢"), of several whose permits were spoken of; empty for nobody."""
    place = next((place for place, concept in enumerate(_PLACES) if says(concept, text)), None)
    known = [*others(facts), spoken_of(facts)]
    if place is None or len(known) < 2:
        return ""
    if PLACES[place] in known:
        return PLACES[place]
    order = list(facts.value(IN_ORDER) or ())
    others_only = [person for person in order if person != SELF]
    people = others_only if len(others_only) > 1 else order
    return people[place] if place < len(people) else ""


def whom_of(facts: Facts, day: PersonDay | None) -> str:
    """Whose the one day of a text is; empty where it tells none of somebody's permit."""
    return "" if day is None else _whom(facts, day.person)


def _whom(facts: Facts, person: str) -> str:
    """Who a day is of: of whom the text does not say, whoever is spoken of; of a mere "he", the other one."""
    now = spoken_of(facts)
    if person == THEM:
        return now if now != SELF else next(reversed(others(facts)), "friend")
    return person or now


def expiries(case: Case) -> Mapping[str, Fact]:
    """The days of expiry that are known, by person: those told and, of a known holder, the one on file."""
    found: dict[str, Fact] = {}
    if case.expires_on is not None:
        found[SELF] = Fact(value=case.expires_on, source=Source.ON_FILE)
    for person, kept in (case.facts.value(OF_PERSONS) or {}).items():
        told = Facts.of(kept).fact("expires_on")
        if told is not None and (person != SELF or SELF not in found):
            found[person] = told
    if case.expiry is not None:
        found[spoken_of(case.facts)] = case.expiry
    return found
