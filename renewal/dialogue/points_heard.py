"""Points in plain texts, outside the form: the total so far, the gap, what would raise it, what is only tried."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.points import facts_in, merge, next_question, skip
from renewal.dialogue.points_telling import refuse, tell, tell_points
from renewal.dialogue.responding import Response, say
from renewal.dialogue.says import BotMessage
from renewal.dialogue.topics import is_tagged
from renewal.language import talk
from renewal.language.points.reading import QUESTIONS, Answer, PointsReading, read_points
from renewal.language.words import says, without

RULES = "points_rules"  # what follows an answer here ("more", "why") leans on how points are counted
SO_FAR, GAP, RAISES, NOTHING = (f"points_told.{name}" for name in ("so_far", "gap", "raises", "nothing"))
SUPPOSED = "points_told.supposed"
_WANTS = (("asks_gap", GAP), ("asks_what_raises", RAISES), ("asks_total", SO_FAR))
_LEFT_TO_ASK = frozenset({SO_FAR, GAP, RAISES})  # these end with the question for what is missing
A_POINTS_TEXT = 2  # facts, from which a text without a question is one of points


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one text says of the points, over what was told before.

    `facts` is how many it gives; `wants` the wording that answers what it asks; `after` an answer of the points.
    """

    told: Mapping[str, Answer | None]
    reading: PointsReading
    question: str
    facts: int
    wants: str
    supposed: bool
    after: bool


def points_told(ask: Ask) -> Response | None:
    """The points, where a text tells or tries facts of them, or asks of those told before."""
    heard = _heard(ask)
    if heard.question and heard.reading.skips:
        passed = {heard.question: skip(heard.question, heard.told.get(heard.question))}
        return _told(ask, SO_FAR, {**heard.told, **passed})
    if _asks_of_nothing(ask, heard):
        return replace(say(ask, NOTHING), memory=_kept(ask, NOTHING, heard.told), topics=(RULES,))
    if not _is_of_points(ask, heard):
        return None
    answers = merge(heard.told, heard.reading)
    if heard.supposed:
        messages = tell(ask.ground, ask.case, SUPPOSED, answers, before=heard.told)
        return _response(ask, SUPPOSED, heard.told, messages)
    refused = _refused(ask, heard)
    if refused and not heard.reading.answers:
        return _response(ask, ask.memory.key, heard.told, refused)
    return _told(ask, heard.wants or SO_FAR, answers, lead=refused)


def overheard(ask: Ask, memory: Memory) -> Memory:
    """With the facts of points that a text tells in passing, whatever it was answered."""
    heard, text = _heard(ask), ask.text
    tells = heard.facts >= A_POINTS_TEXT or (heard.facts == 1 and not talk.asks(text))
    others = talk.is_about_others(text) or says("no_business_of_points", text)
    if not tells or others or heard.supposed or talk.supposes(text) or not any(map(str.isalpha, text)):
        return memory
    return replace(memory, facts={**memory.facts, POINTS: merge(heard.told, heard.reading)})


def _heard(ask: Ask) -> Heard:
    text, memory = ask.text, ask.memory
    kept = {} if says("begins_afresh", text) else memory.facts.get(POINTS) or {}
    told = {name: answer for name, answer in kept.items() if name in QUESTIONS}
    asked = memory.key in _LEFT_TO_ASK and bool(told)
    question = next_question(told, ask.ground.rules, ask.ground.today) if asked else ""
    reading = read_points(text, told, ask.ground.rules, ask.ground.today, asked=question)
    tries = says("tries_otherwise", text) and not says("takes_back", text)
    return Heard(
        told=told,
        reading=reading,
        question=question,
        facts=facts_in(reading, told),
        wants=next((key for concept, key in _WANTS if says(concept, text)), ""),
        supposed=bool(told) and (talk.supposes(text) or tries),
        after=is_tagged(memory.topic, "points") and bool(told),
    )


def _is_of_points(ask: Ask, heard: Heard) -> bool:
    """Whether a text that tells facts of the points, or asks of those told, asks and means nothing else."""
    text = ask.text
    if _asks_else(text, heard) or (says("no_business_of_points", text) and not heard.wants):
        return False
    if not heard.facts:
        tries = heard.supposed or (heard.reading.refused is not None and not heard.after)
        of_them = heard.after or says("speaks_of_points", text)
        asks = bool(heard.wants and heard.told and of_them)
        return not tries and (asks or (heard.after and heard.reading.refused is not None))
    if heard.facts >= A_POINTS_TEXT or heard.after:
        return not _asks_of_an_item(text, heard)
    context = is_tagged(ask.memory.topic, "points") and not says("tries_otherwise", text)
    return bool(heard.wants or context) and not _asks_of_an_item(text, heard)


def _asks_of_nothing(ask: Ask, heard: Heard) -> bool:
    """Whether the gap is asked for, of points that nobody told."""
    of_them = is_tagged(ask.memory.topic, "points") or says("speaks_of_points", ask.text)
    return heard.wants == GAP and not heard.told and not heard.facts and of_them


def _asks_else(text: str, heard: Heard) -> bool:
    """Whether the text asks for anything but the total, the gap, and what would raise it."""
    rest = text
    for concept, _ in _WANTS:
        rest = without(concept, rest)
    if heard.supposed or heard.facts >= A_POINTS_TEXT:
        rest = without("asks_new_total", rest)
    return says("asks", rest)


def _asks_of_an_item(text: str, heard: Heard) -> bool:
    """Whether the text only asks what one item counts ("中级职称有多少分"), in general."""
    asks = heard.wants == SO_FAR and not heard.supposed and heard.facts < A_POINTS_TEXT
    return asks and not talk.is_about_self(text) and not says("adds_up", text)


def _refused(ask: Ask, heard: Heard) -> tuple[BotMessage, ...]:
    if heard.reading.refused is None:
        return ()
    return refuse(ask.ground, ask.case, *heard.reading.refused)


def _told(
    ask: Ask, key: str, answers: Mapping[str, Answer | None], *, lead: tuple[BotMessage, ...] = ()
) -> Response:
    """The points as they now stand, and they are kept; with nothing left to ask, the total is the whole estimate."""
    if key == SO_FAR and not next_question(answers, ask.ground.rules, ask.ground.today):
        messages = tell_points(ask.ground, ask.case, answers)
    else:
        messages = tell(ask.ground, ask.case, key, answers)
    return _response(ask, key, answers, (*lead, *messages))


def _response(
    ask: Ask, key: str, answers: Mapping[str, Any], messages: tuple[BotMessage, ...]
) -> Response:
    return Response(messages=messages, memory=_kept(ask, key, answers), topics=(RULES,))


def _kept(ask: Ask, key: str, answers: Mapping[str, Any]) -> Memory:
    """What is kept in mind: the answers, and that the points were spoken of."""
    facts = {**ask.memory.facts, POINTS: dict(answers)}
    asked = {"intent": RULES, "text": ask.text}
    return replace(ask.memory.fresh(), asked=asked, topic=RULES, topics=(RULES,), key=key, facts=facts)
