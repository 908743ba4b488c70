"""The status form: a holder who is known is answered at once; others give the phone on file, or their expiry day.

The phone and the code never come here: they are taken out of the text before Rasa gets it (services/identity.py).
"""

from dataclasses import replace

from actions.leaving import answer_besides, wants_person
from actions.reading import asks_again, is_question, wants_to_stop
from actions.turn import MEMORY, Act, Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.dialogue.memory import kept
from renewal.services.app import Services
from renewal.services.callbacks.booking import check_day
from renewal.services.talks import identity
from renewal.services.talks.status import holder_is_known, status

FORM = "status_form"
SLOT = "permit_expires_on"
REMINDED = "status_reminded"  # the question came again after a digression: it is not repeated after the next


def validate(services: Services, turn: Turn) -> Result:
    """Done at once where the holder is known or the day is given; else ask for the phone or the day."""
    if holder_is_known(services, turn.conversation_id):
        return _known(services, turn)
    if turn.answered:
        return Result(events=_after_digression(turn))
    day = check_day(turn.text, services.today())
    if day is not None:
        return Result(events=(*fill(permit_expires_on=day.isoformat()), *_done()))
    if not turn.requested:
        return Result(events=_done() if turn.slot(SLOT) else _ask(misses=0))
    return _without_day(services, turn)


def ask(services: Services, turn: Turn) -> Result:
    """Ask for the phone or the day, the more helpfully the more often the answer could not be read."""
    return Result(messages=identity.ask(services, turn.conversation_id, turn.misses))


def answer(services: Services, turn: Turn) -> Result:
    """The holder's status, or what the day that they gave means."""
    day = turn.day(SLOT)
    messages = status(services, turn.conversation_id, day)
    remembered = day is not None and check_day(turn.text, services.today()) is None
    if remembered and not holder_is_known(services, turn.conversation_id):
        messages += identity.offer(services, turn.conversation_id)
    asked = turn.memory()
    if day is not None:
        question = replace(turn.understood(), intent="renewal_window")
        asked = replace(asked, asked=kept(question), topic=question.intent, day=day.isoformat())
    return Result(messages=messages, events=(*fill(**{MEMORY: asked.as_dict()}), listen()))


def elsewhere(act: Act) -> Act:
    """`act` asks for a phone of its own: from then on, a phone is no answer to this form's question."""

    def run(services: Services, turn: Turn) -> Result:
        identity.forget(services, turn.conversation_id)
        return act(services, turn)

    return run


def _known(services: Services, turn: Turn) -> Result:
    """The form may still be open from before the code came: then it ends without a word.

    One that an answer begins ("那我还有几天可以去") has asked nothing yet, and tells.
    """
    if turn.answered and turn.requested:
        return Result(events=(*fill(form_misses=None, requested_slot=None), listen()))
    if not turn.requested or turn.intent == "my_status":
        return Result(events=_done())
    return _leave(services, turn) or Result(events=(step_aside(FORM),))


def _without_day(services: Services, turn: Turn) -> Result:
    left = _leave(services, turn)
    if left is not None:
        return left
    if turn.intent == "ask_why":
        return Result(messages=identity.why(services, turn.conversation_id), events=_ask(misses=0))
    if is_question(turn):
        return Result(events=(step_aside(FORM),))
    return Result(events=_ask(misses=turn.misses + (not asks_again(turn))))


def _leave(services: Services, turn: Turn) -> Result | None:
    """Out of the form: to nothing, to an answer or to a person; None where the text wants none of these."""
    stops = wants_to_stop(turn)
    if not stops and turn.intent != "human":
        return None
    identity.forget(services, turn.conversation_id)
    left = (step_aside(FORM), close_form(), *fill(requested_slot=None, form_misses=None, **{REMINDED: None}))
    if turn.intent == "human" and (not stops or wants_person(turn)):
        return Result(events=(*left, then("callback_form")))
    answered = answer_besides(services, turn)
    if answered is not None:
        return Result(messages=answered.messages, events=(*left, *answered.events))
    return Result(events=(step_aside(FORM), then("action_cancel_form")))


def _after_digression(turn: Turn) -> tuple[Event, ...]:
    """The question once more; after another digression the form ends, for a phone, code or day needs no form."""
    if turn.slots.get(REMINDED):
        return (*fill(form_misses=None, requested_slot=None, **{REMINDED: None}), listen())
    return (*_ask(misses=0), *fill(**{REMINDED: True}))


def _ask(*, misses: int) -> tuple[Event, ...]:
    return fill(form_misses=misses, requested_slot=SLOT, **{REMINDED: None})


def _done() -> tuple[Event, ...]:
    return (*fill(form_misses=None, requested_slot=None, **{REMINDED: None}), then("action_my_status"))
