"""The callback form: name, number, topic, in any order and in as many texts as it takes."""

from actions import callback_detail
from actions.reading import Reading, Wish, read_callback
from actions.turn import Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.services.answers import say
from renewal.services.app import Services
from renewal.services.assistant import BotMessage
from renewal.services.leads import take_lead

FORM = "callback_form"
SLOTS = ("callback_name", "callback_phone", "callback_about")
EMPTY = dict.fromkeys((*SLOTS, "requested_slot", "form_misses"))
QUESTIONS = {"callback_name": "name", "callback_phone": "phone", "callback_about": "about"}


def validate(services: Services, turn: Turn) -> Result:
    """Take what the text gives and choose the next question; or step aside for one of the user's own."""
    asked_detail = turn.requested in callback_detail.KEYS
    if turn.answered:
        again = fill(form_misses=0, requested_slot=turn.requested)
        return Result(events=again if asked_detail else _ask_next(turn, {}, misses=0))
    if not turn.requested:
        return _begin(turn)
    if asked_detail:
        return callback_detail.take(services, turn)
    return _follow(services, turn, read_callback(turn))


def ask(slot: str, services: Services, turn: Turn) -> Result:
    """Ask for a slot, the more helpfully the more often the answer could not be read."""
    what = QUESTIONS[slot]
    key = ("lead.ask_{}", "lead.bad_{}", "lead.bad_{}_again")[min(turn.misses, 2)].format(what)
    name = turn.slot("callback_name") or ""
    return Result(messages=say(services, turn.conversation_id, key, name=name))


def submit(services: Services, turn: Turn) -> Result:
    """Store the request; the details stay, so that one that is wrong can still be corrected."""
    name, phone, about = (turn.slot(slot) or "" for slot in SLOTS)
    messages = take_lead(
        services,
        turn.conversation_id,
        name=name,
        phone=phone,
        about=about,
        expires_on=turn.day("permit_expires_on"),
        housing=turn.slot("housing"),
    )
    events = fill(callback_taken=True, form_misses=None, requested_slot=None)
    return Result(messages=messages, events=(*events, listen()))


def cancel(services: Services, turn: Turn) -> Result:
    """Leave whichever form is open, and forget what it was told."""
    key = "cancel" if turn.form else "nothing_to_cancel"
    messages = say(services, turn.conversation_id, key)
    return Result(messages=messages, events=(close_form(), *fill(**EMPTY, callback_taken=None), listen()))


def _begin(turn: Turn) -> Result:
    """The form opens: what an earlier request left is forgotten, unless this is its correction."""
    if turn.intent == "correct" and turn.slots.get("callback_taken"):
        return Result(events=_ask_next(turn, {}, misses=0))
    kept: dict[str, str | None] = dict.fromkeys(SLOTS)
    return Result(events=_ask_next(turn, {**kept, **read_callback(turn).slots}, misses=0, fresh=True))


def _follow(services: Services, turn: Turn, reading: Reading) -> Result:
    messages: tuple[BotMessage, ...] = ()
    match reading.wish:
        case Wish.STOP:
            events: tuple[Event, ...] = (step_aside(FORM), then("action_cancel_form"))
        case Wish.QUESTION:
            events = (step_aside(FORM),)
        case Wish.WHY:
            messages = say(services, turn.conversation_id, "ask_why")
            events = _ask_again(turn, misses=0)
        case Wish.CHANGE:
            events = _ask_next(turn, {reading.wrong: None}, misses=0)
        case Wish.AGAIN:
            events = _ask_again(turn, misses=turn.misses)
        case Wish.MISS:
            events = _ask_again(turn, misses=turn.misses + 1)
        case Wish.FILL:
            messages = say(services, turn.conversation_id, "lead.corrected") if reading.corrected else ()
            events = _take(services, turn, reading)
    return Result(messages=messages, events=events)


def _take(services: Services, turn: Turn, reading: Reading) -> tuple[Event, ...]:
    """Fill what was given; a topic brings the detail that it calls for, or the question for it."""
    if "callback_about" not in reading.slots:
        return _ask_next(turn, dict(reading.slots), misses=0)
    detail = fill(**callback_detail.given(services, turn))
    wanted = callback_detail.still_wanted(services, turn)
    return (*detail, *_ask_next(turn, dict(reading.slots), misses=0, wanted=wanted))


def _ask_next(
    turn: Turn, given: dict[str, str | None], *, misses: int, fresh: bool = False, wanted: str = ""
) -> tuple[Event, ...]:
    """Set what was given and name the first slot that is still empty, then the detail that the topic wants."""
    values = {slot: given.get(slot, None if fresh else turn.slot(slot)) for slot in SLOTS}
    missing = next((slot for slot in SLOTS if not values[slot]), None) or wanted or None
    cleared = fill(**values, callback_taken=None, form_misses=misses, requested_slot=missing)
    return cleared if missing else (*cleared, then("action_submit_callback"))


def _ask_again(turn: Turn, *, misses: int) -> tuple[Event, ...]:
    return fill(form_misses=misses, requested_slot=turn.requested)
