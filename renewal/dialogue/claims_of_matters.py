"""Claims of matters: things that a text names for which the wording has an answer of its own."""

from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.counted_from import OF_AN_AGE
from renewal.dialogue.matters import first_matters, matter_again, matter_named, pick_of
from renewal.dialogue.responding import Response, answers, once_more, one
from renewal.dialogue.thresholds import FOLLOW_UP_CHARS
from renewal.dialogue.topics import form_of
from renewal.language.ages import age_told

# Answers about a permit that is not the city's own.
OTHER_PERMITS = ("matter.compatriots", "matter.talent_permit", "matter.foreigner", "matter.foreigner_pair")


def neighbour(ask: Ask) -> Response | None:
    """Matters that are answered whatever the text was taken for, and what else it asks beside them."""
    found = first_matters(ask)
    again = None if found else matter_again(ask)
    if again is not None:
        return once_more(ask, pick_of(again, ask))
    if not found:
        return None
    settled = frozenset[str]().union(*(matter.of for matter in found))
    beside = [each for each in asked(ask) if each.topic not in settled and not form_of(each.topic)]
    return answers(ask, beside, [pick_of(matter, ask) for matter in found])


def own_then(ask: Ask) -> Response | None:
    """The own permit, after an answer about another kind of permit ("那我自己的居住证呢")."""
    if ask.memory.key not in OTHER_PERMITS or not ask.reading.says("own_then"):
        return None
    return one(ask, "whole_day" if ask.case.expiry is not None else "validity")


def of_matter(ask: Ask) -> Response | None:
    """A matter that the text names, where nothing that it asks is sure."""
    said = None if form_of(ask.said.intent) else matter_named(ask)
    return None if said is None else answers(ask, [Asked(topic=said.intent, said=said)])


def age_of_another(ask: Ask) -> Response | None:
    """How old somebody is, after an answer on who may go for them ("他17了")."""
    spoken_of = next((topic for topic in ask.memory.topics if topic in OF_AN_AGE), "")
    alone = spoken_of and not asked(ask) and len(ask.text.strip()) <= FOLLOW_UP_CHARS
    return one(ask, spoken_of) if alone and age_told(ask.text, alone=True) is not None else None
