"""The status form: a holder known by number is answered at once; others are asked for their expiry day."""

from actions.reading import asks_again, is_question, wants_to_stop
from actions.turn import Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.services.answers import say
from renewal.services.app import Services
from renewal.services.leads import check_day
from renewal.services.status import holder_is_known, status

FORM = "status_form"
SLOT = "permit_expires_on"


def validate(services: Services, turn: Turn) -> Result:
    """Done at once where the holder is known or the day is given; else ask for it."""
    if not turn.requested and holder_is_known(services, turn.conversation_id):
        return Result(events=_done())
    if turn.answered:
        return Result(events=_ask(misses=0))
    day = check_day(turn.text, services.today())
    if day is not None:
        return Result(events=(*fill(permit_expires_on=day.isoformat()), *_done()))
    if not turn.requested:
        return Result(events=_done() if turn.slot(SLOT) else _ask(misses=0))
    return _without_day(services, turn)


def ask(services: Services, turn: Turn) -> Result:
    """Ask for the expiry day, the more helpfully the more often the answer could not be read."""
    key = ("status.ask_expires_on", "lead.bad_day", "lead.bad_day_again")[min(turn.misses, 2)]
    return Result(messages=say(services, turn.conversation_id, key))


def answer(services: Services, turn: Turn) -> Result:
    """The holder's status, or what the day that they gave means."""
    day = turn.day(SLOT)
    return Result(messages=status(services, turn.conversation_id, day), events=(listen(),))


def _without_day(services: Services, turn: Turn) -> Result:
    if wants_to_stop(turn):
        return Result(events=(step_aside(FORM), then("action_cancel_form")))
    if turn.intent in {"request_callback", "human"}:
        left = (step_aside(FORM), close_form(), *fill(requested_slot=None, form_misses=None))
        return Result(events=(*left, then("callback_form")))
    if turn.intent == "ask_why":
        return Result(messages=say(services, turn.conversation_id, "ask_why"), events=_ask(misses=0))
    if is_question(turn):
        return Result(events=(step_aside(FORM),))
    return Result(events=_ask(misses=turn.misses + (not asks_again(turn))))


def _ask(*, misses: int) -> tuple[Event, ...]:
    return fill(form_misses=misses, requested_slot=SLOT)


def _done() -> tuple[Event, ...]:
    return (*fill(form_misses=None, requested_slot=None), then("action_my_status"))
