"""Leaving a form: what the text that leaves it asks besides is answered in the same turn."""

import re
from dataclasses import replace

from actions.turn import MEMORY, Result, Turn, fill, listen, then
from renewal.dialogue.thresholds import PART_SURE
from renewal.dialogue.topics import is_asked
from renewal.dialogue.understood import Understood
from renewal.language.stopping import without_stop
from renewal.services.app import Services
from renewal.services.talks.dialogue import respond

FORMS = {
    "human": "callback_form",
    "my_status": "status_form",
    "points_estimate": "points_form",
    "appointment": "appointment_form",
}
SURE_OF_QUESTION = 0.45
_ASKS = re.compile(
    r"什么|怎么|怎样|咋|如何|多少|多久|几[时天点号岁]|哪|[吗么]\W*$|是不是|能不能|可不可以|要不要|行不行|有没有|为什么|为啥|告诉我|直接说|[?？]"
    r"|\b(?:what|how|where|when|which|why|who|can i|do i|is it|tell me)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"人工|真人|客服|工作人员|找个?人|\b(?:human|agent|person|someone)\b", re.IGNORECASE)
SHORTEST_QUESTION_CHARS = 3


def wants_person(turn: Turn) -> bool:
    """Whether a text that leaves a form names a person to go to instead."""
    return turn.intent == "human" and bool(_PERSON.search(without_stop(turn.text) or ""))


def answer_besides(services: Services, turn: Turn) -> Result | None:
    """The answer to what a text that leaves a form asks besides; None where it asks nothing that is understood.

    Its events close the form in silence; the form's own slots are the caller's to empty.
    """
    asked = _asked_besides(turn)
    if asked is None:
        return None
    response = respond(services, turn.conversation_id, asked, turn.memory())
    following = then(FORMS[response.begins]) if response.begins else listen()
    kept = fill(**{MEMORY: response.memory.as_dict()})
    return Result(messages=response.messages, events=(*kept, following))


def _asked_besides(turn: Turn) -> Understood | None:
    left = without_stop(turn.text)
    rest = turn.text if left is None else left
    questions = tuple(part for part in turn.parts if is_asked(part.intent) and part.confidence >= PART_SURE)
    if len(questions) > 1:
        return replace(turn.understood(), parts=questions)
    if questions:
        return questions[0]
    asks = sum(char.isalnum() for char in rest) >= SHORTEST_QUESTION_CHARS and bool(_ASKS.search(rest))
    another_form = FORMS.get(turn.intent, turn.form) != turn.form and bool(rest)
    topical = is_asked(turn.intent) and asks
    sure = turn.confidence >= SURE_OF_QUESTION
    asked = replace(turn.understood(), text=rest, parts=())
    return asked if sure and (topical or another_form) else None
