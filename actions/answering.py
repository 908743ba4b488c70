"""Answers outside forms, and details of a stored callback request that turn out to be wrong."""

from actions import callback_form
from actions.reading import Wish, read_callback
from actions.turn import Result, Turn, fill, then
from renewal.services.answers import answer, say
from renewal.services.app import Services
from renewal.services.topics import topic_of


def answer_text(services: Services, turn: Turn) -> Result:
    """The answer to what was understood; a text without words gets one of its own."""
    if not any(char.isalnum() for char in turn.text):
        return Result(messages=say(services, turn.conversation_id, "empty"))
    understood = turn.understood()
    messages = answer(services, turn.conversation_id, understood)
    return Result(messages=messages, events=fill(last_topic=topic_of(understood)))


def correct(services: Services, turn: Turn) -> Result:
    """A detail that follows a stored request replaces it there; anything else is answered as usual."""
    if not turn.slots.get("callback_taken") or turn.form:
        return answer_text(services, turn)
    reading = read_callback(turn)
    if reading.wish is Wish.CHANGE:
        return Result(events=(*fill(**{reading.wrong: None}), then(callback_form.FORM)))
    changed = {name: value for name, value in reading.slots.items() if name != "callback_about"}
    if not changed:
        return answer_text(services, turn)
    return Result(events=(*fill(**changed), then("action_submit_callback")))
