"""A text that puts right what it asks: what stands in the place of what it takes back is asked, and nothing else."""

from dataclasses import replace
from datetime import date

from renewal.dialogue.leaning import variant_of
from renewal.dialogue.thresholds import SECOND, SURE
from renewal.dialogue.topics import is_asked
from renewal.dialogue.understood import Understood
from renewal.language.dates.around import find_mentions
from renewal.language.facts import told_facts
from renewal.language.reading import read


def righted(said: Understood, last_topic: str, today: date) -> Understood:
    """What is asked instead, of a text that takes back what it asked before ("不是问材料，问的是几天能好").

    A day, or somebody's permit, is put in the place of another by the facts (`righting`, `slips`), not here.
    """
    instead = said.instead
    if instead is None or not any(map(str.isalpha, instead.text)):
        return said
    if find_mentions(instead.text, today) or read(said.text, today).was_theirs:
        return said
    tells_move = any(fact.name == "moved" for fact in told_facts(instead.text))
    leant_on = "" if tells_move else variant_of(last_topic, instead)
    if leant_on:
        return replace(instead, intent=leant_on, confidence=1.0, ranking=())
    return _asked_alone(instead) or said


def _asked_alone(instead: Understood) -> Understood | None:
    """The topic that is asked, where it is clear of all others; that it may only tell something is no doubt."""
    talk = [topic for topic, _ in instead.ranking if not is_asked(topic)]
    left = instead.without(*talk)
    likely = instead.chance_of(left.intent) >= SECOND
    return left if likely and is_asked(left.intent) and left.confidence >= SURE else None
