"""Answers outside forms, and details of a stored callback request that turn out to be wrong."""

from actions import callback_form
from actions.turn import MEMORY, Result, Turn, fill, then
from renewal.services.app import Services
from renewal.services.dialogue import respond

FORMS = {"human": "callback_form", "my_status": "status_form", "points_estimate": "points_form"}


def answer_text(services: Services, turn: Turn) -> Result:
    """The response to what was understood, and what it leaves in mind; a topic with a form opens that form."""
    amended = callback_form.amend(services, turn)
    if amended is not None:
        return amended
    response = respond(services, turn.conversation_id, turn.understood(), turn.memory())
    events = fill(**{MEMORY: response.memory.as_dict()})
    begins = (then(FORMS[response.begins]),) if response.begins else ()
    return Result(messages=response.messages, events=(*events, *begins))
