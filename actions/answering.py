"""Answers outside forms, and details of a stored callback request that turn out to be wrong."""

from actions import callback_form, points_form
from actions.leaving import FORMS
from actions.turn import MEMORY, Result, Turn, fill, then
from renewal.language.calling import asks_for_call
from renewal.services.app import Services
from renewal.services.talks.dialogue import respond


def answer_text(services: Services, turn: Turn) -> Result:
    """The response to what was understood, and what it leaves in mind; a topic with a form opens that form."""
    amended = callback_form.amend(services, turn)
    if amended is not None:
        return amended
    if not turn.form and points_form.goes_on(services, turn):
        return Result(events=(then(points_form.FORM),))  # "那要是硕士呢", after an estimate
    if not turn.form and asks_for_call(turn.text):
        return Result(events=(then(callback_form.FORM),))  # a number and "打给我", whatever it is about
    response = respond(services, turn.conversation_id, turn.understood(), turn.memory())
    events = fill(**{MEMORY: response.memory.as_dict()})
    begins = (then(FORMS[response.begins]),) if response.begins else ()
    return Result(messages=response.messages, events=(*events, *begins), response=response)
