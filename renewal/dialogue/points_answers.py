"""The answers to plain texts on the points: so far, the gap, what would raise it, and how a try comes out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.points import merge, next_question, skip
from renewal.dialogue.points_heard import GAP, GAP_TRIED, NOTHING, SO_FAR, SUPPOSED, Heard, hear
from renewal.dialogue.points_telling import refuse, tell, tell_points
from renewal.dialogue.responding import Response
from renewal.dialogue.says import BotMessage
from renewal.dialogue.speaking import render

RULES = "points_rules"  # what follows an answer here ("more", "why") leans on how points are counted
Messages = tuple[BotMessage, ...]


def points_told(ask: Ask) -> Response | None:
    """The points, where a text tells or tries facts of them, or asks of those told before."""
    heard = _heard(ask)
    return _answered(ask, heard) if heard.is_answered else None


def overheard(ask: Ask, memory: Memory) -> Memory:
    """With the facts of points that a text tells in passing, whatever it was answered."""
    heard = _heard(ask)
    if not heard.is_told_in_passing:
        return memory
    return replace(memory, facts={**memory.facts, POINTS: merge(heard.told, heard.reading)})


def _heard(ask: Ask) -> Heard:
    return hear(ask.text, ask.memory, ask.ground.rules, ask.ground.today)


def _answered(ask: Ask, heard: Heard) -> Response:
    told, question = heard.told, heard.question
    if heard.asks_of_nothing:
        return _response(ask, NOTHING, told, (render(ask.ground, ask.case, NOTHING),))
    if heard.passes:
        return _now(ask, SO_FAR, {**told, question: skip(question, told.get(question))})
    if _asks_gap_of_a_try(ask, heard):
        return _gap_tried(ask, told)
    answers = merge(told, heard.reading)
    refused = _refused(ask, heard)
    if refused and not heard.reading.answers:
        return _response(ask, ask.memory.key, told, refused)
    if heard.supposed:
        tried = tell(ask.ground, ask.case, SUPPOSED, answers, before=told)
        return _response(ask, SUPPOSED, told, (*refused, *tried))
    return _now(ask, heard.wants or SO_FAR, answers, lead=refused)


def _asks_gap_of_a_try(ask: Ask, heard: Heard) -> bool:
    """Whether the gap is asked for right after a try: then it may be meant of either."""
    return ask.memory.key == SUPPOSED and heard.wants == GAP and not heard.facts


def _gap_tried(ask: Ask, told: Mapping[str, Any]) -> Response:
    """The gap of what was tried in the text before, and that of what was told."""
    tried = hear(ask.memory.last.text, ask.memory, ask.ground.rules, ask.ground.today).reading
    messages = tell(ask.ground, ask.case, GAP_TRIED, merge(told, tried), before=told)
    return _response(ask, GAP_TRIED, told, messages)


def _refused(ask: Ask, heard: Heard) -> Messages:
    refused = heard.reading.refused
    return () if refused is None else refuse(ask.ground, ask.case, *refused)


def _now(ask: Ask, key: str, answers: Mapping[str, Any], *, lead: Messages = ()) -> Response:
    """The points as they now stand; with nothing left to ask, the total is the whole estimate."""
    whole = key == SO_FAR and not next_question(answers, ask.ground.rules, ask.ground.today)
    messages = (
        tell_points(ask.ground, ask.case, answers) if whole else tell(ask.ground, ask.case, key, answers)
    )
    return _response(ask, key, answers, (*lead, *messages))


def _response(ask: Ask, key: str, answers: Mapping[str, Any], messages: Messages) -> Response:
    """What is said; the answers are kept, and that the points were spoken of."""
    facts = {**ask.memory.facts, POINTS: dict(answers)}
    asked = {"intent": RULES, "text": ask.text}
    memory = replace(ask.memory.fresh(), asked=asked, topic=RULES, topics=(RULES,), key=key, facts=facts)
    return Response(messages=messages, memory=memory, topics=(RULES,))
