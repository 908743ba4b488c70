"""Texts that only mean something after the text before: a choice, a correction, a question about the same day."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.language.dates import find_expiry
from renewal.services.talks.answers import DATED
from renewal.services.talks.topics import VARIANTS

# What such a text is taken for when it is read alone.
CORRECTS = frozenset(
    "correct inform deny wrong_number acknowledge out_of_scope address_unchanged notice_dispute".split()
)
SAME_DAY = frozenset({"renewal_window", "validity"})  # asked without a day, they ask about the day before
SAME_DAY_CHARS = 14
SAME_DAY_LATIN_CHARS = 50
_MEANT = re.compile(
    r"不是|不对|错|应该|我是说|我说的|我问的|看错|其实|更正|sorry|i mean|actually|wrong", re.IGNORECASE
)
_FIRST = re.compile(
    r"(?:选|就|是|要|第)?(?:1|一|①)(?:个|吧|号|那个)?|(?:前|上)面?(?:一|那)?个|前者|(?:the )?first(?: one)?|one"
)
_SECOND = re.compile(
    r"(?:选|就|是|要|第)?(?:2|二|两|②)(?:个|吧|号|那个)?|(?:后|下)面?(?:一|那)?个|后者|(?:the )?second(?: one)?|two"
)
_BOTH = re.compile(r"都(?:要|想|问|是)(?:知道|问|了解)?|两个都.{0,4}|(?:1|一)[和、,](?:2|二)|both")


def chosen(said: Understood, choices: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Which of the two topics offered the text names: by its number, its place, or its name."""
    if len(choices) != 2:
        return ()
    text = re.sub(r"[\s。.!！,，、]+$", "", unicodedata.normalize("NFKC", said.text).strip().lower())
    if _FIRST.fullmatch(text):
        return (choices[0],)
    if _SECOND.fullmatch(text):
        return (choices[1],)
    if _BOTH.fullmatch(text):
        return tuple(choices)
    named = [label.lower() for label in labels]
    held = [len(text) > 1 and (text in name or name in text) for name in named]
    return tuple(topic for topic, is_held in zip(choices, held, strict=True) if is_held and sum(held) == 1)


def amended(said: Understood, memory: Memory, today: date) -> Understood | None:
    """The question before, asked anew with what the text sets right ("打错了，是12月15号"); None where it does not."""
    if not memory.topic or not (said.intent in CORRECTS or _MEANT.search(said.text)):
        return None
    last = memory.last
    overdue = last.intent == "overdue"
    about_days = (memory.day or last.intent in DATED) and memory.topic != "points_rules"
    if about_days and find_expiry(said.text, today, overdue=overdue):
        topic = last.intent if last.intent in DATED else "renewal_window"
        return replace(said, intent=topic, confidence=1.0, ranking=(), parts=())
    kinds = VARIANTS.get(memory.topic, {})
    if any(said.entities.get(kind) for kind in kinds):
        return replace(said, intent=memory.topic, confidence=1.0, ranking=(), parts=())
    return None


def about_the_same_day(said: Understood, memory: Memory, today: date) -> date | None:
    """The expiry day before, where a short question about days names none of its own ("最晚哪天")."""
    day = memory.expires_on
    longest = SAME_DAY_CHARS if re.search(r"[㐀-鿿]", said.text) else SAME_DAY_LATIN_CHARS
    if day is None or len(said.text) > longest or find_expiry(said.text, today):
        return None
    past = said.intent == "overdue" and day < today
    return day if past or said.intent in SAME_DAY else None
