"""The answers to plain texts on the points: so far, the gap, what would raise it, why, and how a try comes out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.memory import OTHERS_POINTS, POINTS, Memory
from renewal.dialogue.points import merge, next_question, skip
from renewal.dialogue.points_heard import Heard, hear
from renewal.dialogue.points_item import holds_for_writer, item_asked
from renewal.dialogue.points_persons import WHO
from renewal.dialogue.points_reasons import reasons
from renewal.dialogue.points_telling import refuse, tell, tell_points
from renewal.dialogue.points_wishes import (
    BY_INSURANCE,
    ESTIMATE,
    GAP,
    GAP_TRIED,
    ITEM,
    NOTHING,
    OF_THE_SUM,
    RAISES,
    RULES,
    SO_FAR,
    SUPPOSED,
    TOTAL_ASKED,
    WHY,
)
from renewal.dialogue.responding import Response, answers, begins
from renewal.dialogue.says import BotMessage
from renewal.dialogue.speaking import render
from renewal.dialogue.topics import form_of
from renewal.domain.points import estimate_points
from renewal.domain.points_ways import years_to_standard
from renewal.language import talk
from renewal.language.points.answers import AGE, LEVEL, situation_of
from renewal.language.words import says

Messages = tuple[BotMessage, ...]


def points_told(ask: Ask) -> Response | None:
    """The points, where a text tells or tries facts of them, or asks of those told before."""
    heard = _heard(ask)
    if heard.is_answered:
        return _answered(ask, heard)
    item = item_asked(heard, ask.memory, ask.ground.rules, ask.ground.today)
    if item:
        return _of_item(ask, heard, item)
    if heard.is_beside:
        return _beside(ask, heard)
    return _begun(ask, heard)


def overheard(ask: Ask, memory: Memory) -> Memory:
    """With the facts of points that a text tells in passing, whatever it was answered."""
    heard = _heard(ask)
    if not heard.is_told_in_passing:
        return memory
    return replace(memory, facts={**memory.facts, POINTS: merge(heard.told, heard.reading)})


def _heard(ask: Ask) -> Heard:
    return hear(ask.text, ask.memory, ask.ground.rules, ask.ground.today, ask.said)


def _begun(ask: Ask, heard: Heard) -> Response | None:
    """The form, where the total is asked for, of points of which too little is known: it asks for the rest.

    What the text alone makes one of points is answered: the form would not open for it.
    """
    asks = heard.sure and heard.wants == SO_FAR and not heard.told
    if not asks or heard.asks_else or talk.supposes(ask.text):
        return None
    alone = hear(ask.text, ask.memory, ask.ground.rules, ask.ground.today)
    return _answered(ask, alone) if alone.is_answered else begins(ask, ESTIMATE)


def _answered(ask: Ask, heard: Heard) -> Response:
    told, question = heard.told, heard.question
    if heard.asks_of_nothing:
        return _nothing(ask, heard)
    if heard.passes:
        return _now(ask, heard, SO_FAR, {**told, question: skip(question, told.get(question))})
    if _asks_of_a_try(ask, heard):
        return _of_try(ask, heard)
    given = merge(told, heard.reading)
    refused = _refused(ask, heard)
    if refused and not heard.reading.answers:
        return _response(ask, heard, ask.memory.key, told, refused)
    if heard.supposed and heard.reading.answers:
        return _supposed(ask, heard, given, refused)
    return _now(ask, heard, heard.wants or SO_FAR, given, lead=refused)


def _of_item(ask: Ask, heard: Heard, item: Mapping[str, Any]) -> Response:
    """What the item comes to; what holds for the writer is kept, and with what was told before, the total is told."""
    new = not item.keys() & heard.told.keys() and holds_for_writer(ask.text)
    given = {**heard.told, **item} if new else heard.told
    if new and heard.told:
        return _now(ask, heard, SO_FAR, given)
    messages = tell(ask.ground, ask.case, ITEM, item, more={"item": next(iter(item))})
    response = _response(ask, heard, ITEM, given, messages)
    if heard.reading.answers:
        return response
    asked_of = {
        **(response.memory.asked or {}),
        "text": ask.memory.last.text,
    }  # the item that "那十年呢" leans on
    return replace(response, memory=replace(response.memory, asked=asked_of))


def _nothing(ask: Ask, heard: Heard) -> Response:
    message = render(ask.ground, ask.case, NOTHING, points={"other": heard.spoken.is_other})
    return _response(ask, heard, NOTHING, heard.told, (message,))


def _supposed(ask: Ask, heard: Heard, given: Mapping[str, Any], lead: Messages) -> Response:
    """How a try comes out; what was told stays."""
    more = {**_person(heard), **_reasons(ask, heard, SUPPOSED, given)}
    tried = tell(ask.ground, ask.case, SUPPOSED, given, before=heard.told, more=more)
    return _response(ask, heard, SUPPOSED, heard.told, (*lead, *tried))


def _asks_of_a_try(ask: Ask, heard: Heard) -> bool:
    """Whether the total or the gap is asked for right after a try: then it may be meant of either."""
    after_try = ask.memory.key == SUPPOSED and heard.wants in (SO_FAR, GAP) and not heard.reading.answers
    return after_try and not heard.is_of_what_is


def _of_try(ask: Ask, heard: Heard) -> Response:
    """The total and the gap of what was tried in the text before, and those of what was told."""
    tried = _tried_before(ask, heard.told)
    messages = tell(ask.ground, ask.case, GAP_TRIED, tried, before=heard.told, more=_person(heard))
    return _response(ask, heard, GAP_TRIED, heard.told, messages)


def _tried_before(ask: Ask, told: Mapping[str, Any]) -> Mapping[str, Any]:
    before = hear(ask.memory.last.text, ask.memory, ask.ground.rules, ask.ground.today).reading
    return merge(told, before)


def _refused(ask: Ask, heard: Heard) -> Messages:
    refused = heard.reading.refused
    return () if refused is None else refuse(ask.ground, ask.case, *refused)


def _now(ask: Ask, heard: Heard, key: str, given: Mapping[str, Any], *, lead: Messages = ()) -> Response:
    """The points as they now stand; with nothing left to ask, the total is the whole estimate."""
    left = next_question(given, ask.ground.rules, ask.ground.today)
    whole = key == SO_FAR and not left and not heard.spoken.is_other
    messages = tell_points(ask.ground, ask.case, given) if whole else _told(ask, heard, key, given)
    return _response(ask, heard, key, given, (*lead, *messages))


def _told(ask: Ask, heard: Heard, key: str, given: Mapping[str, Any]) -> Messages:
    of = _tried_before(ask, given) if key in (WHY, RAISES) and ask.memory.key == SUPPOSED else given
    raised = key == RAISES and of != given
    if raised and not estimate_points(situation_of(of), ask.ground.rules, ask.ground.today).gap:
        of, raised = (
            given,
            False,
        )  # what was tried is enough: what is asked is how to get there from what was told
    more = {**_person(heard), **_reasons(ask, heard, key, of), **_years(ask, key, of), "tried": raised}
    return tell(ask.ground, ask.case, key, of, more=more)


def _reasons(ask: Ask, heard: Heard, key: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What does not count: all of it where that is asked; else a level that is told just now and adds nothing."""
    found = tuple(reasons(situation_of(given), ask.ground.rules, ask.ground.today))
    if key == WHY:
        return {"reasons": found}
    lower = next((each["names"][1] for each in found if each["reason"] == "level"), "")
    told = LEVEL in heard.reading.answers
    both = says("names_degree", heard.text) and says("names_title", heard.text)
    return {"lower": lower if told else "", "both": both}


def _years(ask: Ask, key: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a gap that insurance alone is to fill: for how many years, and how old one is then."""
    if key != BY_INSURANCE:
        return {}
    years = years_to_standard(situation_of(given), ask.ground.rules, ask.ground.today)
    age = (given.get(AGE) or {}).get("age")
    return {"years": years, "age_then": None if years is None or age is None else age + years}


def _person(heard: Heard) -> Mapping[str, Any]:
    return {"other": True, "question": ""} if heard.spoken.is_other else {}


def _beside(ask: Ask, heard: Heard) -> Response:
    """The points in a line, with the answers to what the text asks besides; alone where that is not understood."""
    others = [
        each for each in asked(ask) if each.topic not in OF_THE_SUM and not form_of(each.topic)
    ]  # fmt: skip
    given = merge(heard.told, heard.reading)
    if not others:
        return _now(ask, heard, heard.wants or SO_FAR, given) if given else _nothing(ask, heard)
    kept = replace(ask.memory, facts=_facts(ask, heard, given))
    total = Asked(topic=TOTAL_ASKED, said=replace(ask.said, intent=TOTAL_ASKED, parts=()))
    told = answers(replace(ask, memory=kept), [total, *others])
    memory = replace(told.memory, topic=RULES, key=SO_FAR)
    return replace(told, memory=memory)


def _facts(ask: Ask, heard: Heard, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is kept: the writer's answers, or beside them those of somebody else."""
    facts = {name: told for name, told in ask.memory.facts.items() if name != OTHERS_POINTS}
    if heard.spoken.is_other:
        return {**facts, OTHERS_POINTS: {**given, WHO: heard.spoken.who}}
    return {**facts, POINTS: dict(given)}


def _response(ask: Ask, heard: Heard, key: str, given: Mapping[str, Any], messages: Messages) -> Response:
    """What is said; the answers are kept. What follows ("more", "why") leans on how points are counted."""
    asked_of = {"intent": RULES, "text": ask.text}
    memory = replace(
        ask.memory.fresh(),
        asked=asked_of,
        topic=RULES,
        topics=(RULES,),
        key=key,
        facts=_facts(ask, heard, given),
    )
    return Response(messages=messages, memory=memory, topics=(RULES,))
