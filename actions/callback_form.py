"""The callback form: a holder on file is booked at once, anyone else asked once for name and number together."""

from actions.leaving import answer_besides
from actions.reading import (
    ABOUT,
    NAME,
    PHONE,
    SURE,
    Reading,
    Wish,
    calls_off,
    read_callback,
    says_wrong,
    tried_number,
    wants_to_stop,
    wish_for_call,
)
from actions.turn import Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.dialogue.says import BotMessage
from renewal.services.app import Services
from renewal.services.callbacks.booking import (
    cancel_lead,
    check_day,
    note_wish,
    open_lead,
    own_contact,
    take_lead,
    tell_open,
)
from renewal.services.talks import identity
from renewal.services.talks.answers import say

FORM = "callback_form"
SUBMIT, CANCEL = "action_submit_callback", "action_cancel_form"
EMPTY = dict.fromkeys((NAME, PHONE, ABOUT, "requested_slot", "form_misses"))
WHAT = {NAME: "name", PHONE: "phone"}
MISSES_BEFORE_LETTING_GO = 3
LETS_GO_FOR = frozenset({"human"})  # who says nothing but "a person!" is asked on, not sent away


def validate(services: Services, turn: Turn) -> Result:
    """Take what the text gives and choose the next question; or step aside for one of the user's own."""
    if not turn.requested:
        return _begin(services, turn)
    if turn.answered:
        return Result(events=_ask_next(_values(turn), misses=0))
    return _follow(services, turn, read_callback(turn))


def ask(slot: str, services: Services, turn: Turn) -> Result:
    """Ask for name and number together, or for the one that is missing; the more helpfully the oftener it failed."""
    what = "contact" if not turn.slot(NAME) and not turn.slot(PHONE) else WHAT[slot]
    if turn.misses:
        key = f"lead.bad_{what}" + ("_again" if turn.misses > 1 else "")
    elif says_wrong(turn) and what != "contact":
        key = f"lead.ask_{what}_anew"
    else:
        own = own_contact(services, turn.conversation_id).phone
        key = f"lead.ask_{what}" + ("_own_number" if what == "name" and own == turn.slot(PHONE) else "")
    tail = (turn.slot(PHONE) or "").partition(";")[0][-4:]
    return Result(messages=say(services, turn.conversation_id, key, phone_tail=tail))


def submit(services: Services, turn: Turn) -> Result:
    """Book the callback, or change the one that stands open; the details stay for a later correction."""
    name, phone, about = (turn.slot(slot) or "" for slot in (NAME, PHONE, ABOUT))
    day = turn.day("permit_expires_on") or check_day(about, services.today())
    messages = take_lead(
        services,
        turn.conversation_id,
        name=name,
        phone=phone,
        about=about,
        expires_on=day,
        housing=turn.slot("housing"),
    )
    events = fill(callback_taken=True, callback_about=None, form_misses=None, requested_slot=None)
    return Result(messages=messages, events=(*events, listen()))


def cancel(services: Services, turn: Turn) -> Result:
    """Leave whichever form is open, and forget what it was told; outside other forms, cancel what was booked."""
    besides = None if turn.form or turn.slots.get("callback_taken") else answer_besides(services, turn)
    if besides is not None:
        return besides
    messages = _parting(services, turn)
    identity.forget(services, turn.conversation_id)
    return Result(messages=messages, events=(close_form(), *fill(**EMPTY, callback_taken=None), listen()))


def amend(services: Services, turn: Turn) -> Result | None:
    """What a text outside forms changes about a callback that stands open; None where it is no such text."""
    if turn.form or not turn.slots.get("callback_taken"):
        return None
    if calls_off(turn):
        return cancel(services, turn)
    reading = read_callback(turn)
    if reading.wish is Wish.CHANGE:
        return Result(events=(then(FORM),))
    changed = {name: value for name, value in reading.slots.items() if name != ABOUT}
    if changed and reading.wish is Wish.FILL:
        return Result(events=(*fill(**changed), then(SUBMIT)))
    wish = wish_for_call(turn)
    noted = note_wish(services, turn.conversation_id, wish) if wish else ()
    return Result(messages=noted, events=(listen(),)) if noted else None


def _parting(services: Services, turn: Turn) -> tuple[BotMessage, ...]:
    if turn.form not in {"", FORM}:
        return say(services, turn.conversation_id, "cancel")
    booked = open_lead(services, turn.conversation_id)
    if booked is None:
        if turn.form and turn.misses >= MISSES_BEFORE_LETTING_GO and not wants_to_stop(turn):
            return say(services, turn.conversation_id, "lead.given_up")
        if calls_off(turn) and turn.slots.get("callback_taken"):
            return say(services, turn.conversation_id, "lead.none_open")
        return say(services, turn.conversation_id, "cancel" if turn.form else "nothing_to_cancel")
    if turn.form or calls_off(turn):
        return cancel_lead(services, turn.conversation_id)
    return tell_open(services, turn.conversation_id, "lead.kept", booked)


def _begin(services: Services, turn: Turn) -> Result:
    """The form opens with what is known: of the open callback, of the holder, of the number, and of the text."""
    booked = open_lead(services, turn.conversation_id)
    if booked is not None and calls_off(turn):
        return Result(events=(*fill(requested_slot=None), then(CANCEL)))
    own = own_contact(services, turn.conversation_id)
    known = {NAME: booked.name, PHONE: booked.phone} if booked else {NAME: own.name, PHONE: own.phone}
    reading = read_callback(turn)
    values: dict[str, str | None] = {ABOUT: None, **known, **reading.slots}
    if reading.own_number and own.phone:
        values[PHONE] = own.phone
    if reading.wish is Wish.CHANGE and booked:
        values[reading.wrong] = None
    return Result(events=_ask_next(values, misses=0))


def _follow(services: Services, turn: Turn, reading: Reading) -> Result:
    messages: tuple[BotMessage, ...] = ()
    values = _values(turn)
    match reading.wish:
        case Wish.STOP:
            return _leave(services, turn)
        case Wish.QUESTION:
            events: tuple[Event, ...] = (*fill(**reading.slots), step_aside(FORM))
        case Wish.WHY:
            messages = say(services, turn.conversation_id, "lead.why")
            events = _ask_again(turn, misses=0)
        case Wish.CHANGE:
            events = _ask_next({**values, **reading.slots, reading.wrong: None}, misses=0)
        case Wish.AGAIN:
            messages = _aside(services, turn)
            events = _ask_again(turn, misses=turn.misses + (turn.intent in LETS_GO_FOR))
        case Wish.MISS:
            events = _missed(turn, reading)
        case Wish.FILL:
            messages, events = _filled(services, turn, reading)
    return Result(messages=messages, events=events)


def _leave(services: Services, turn: Turn) -> Result:
    """Out of the form: to the answer of what the text asks besides, else with a word of parting."""
    answered = answer_besides(services, turn)
    if answered is None:
        return Result(events=(step_aside(FORM), then(CANCEL)))
    booked = open_lead(services, turn.conversation_id) is not None
    parting = cancel_lead(services, turn.conversation_id) if booked else ()
    left = (step_aside(FORM), close_form(), *fill(**EMPTY, callback_taken=None))
    return Result(messages=(*parting, *answered.messages), events=(*left, *answered.events))


def _filled(
    services: Services, turn: Turn, reading: Reading
) -> tuple[tuple[BotMessage, ...], tuple[Event, ...]]:
    """Take what was given. What replaces an earlier detail is told, unless the booking tells it anyway."""
    own = own_contact(services, turn.conversation_id).phone if reading.own_number else ""
    values = {**_values(turn), **reading.slots, **({PHONE: own} if own else {})}
    unreadable = not values.get(PHONE) and (tried_number(turn) or reading.own_number)
    events = _ask_next(values, misses=1 if unreadable else 0)
    done = values.get(NAME) and values.get(PHONE)
    tells = reading.corrected and not done
    return say(services, turn.conversation_id, "lead.corrected") if tells else (), events


def _missed(turn: Turn, reading: Reading) -> tuple[Event, ...]:
    """One bad answer more; after so many in a row the form lets go."""
    misses = 0 if reading.slots else turn.misses + 1
    again = (*fill(**reading.slots), *_ask_again(turn, misses=misses))
    return (*again, step_aside(FORM), then(CANCEL)) if misses >= MISSES_BEFORE_LETTING_GO else again


def _aside(services: Services, turn: Turn) -> tuple[BotMessage, ...]:
    """Their record would be asked for in a form of its own, which would close this one: a word on it instead."""
    if turn.intent == "my_status" and turn.confidence >= SURE:
        return say(services, turn.conversation_id, "my_status")
    return ()


def _values(turn: Turn) -> dict[str, str | None]:
    return {slot: turn.slot(slot) for slot in (NAME, PHONE, ABOUT)}


def _ask_next(values: dict[str, str | None], *, misses: int) -> tuple[Event, ...]:
    """Set what is known and name the first slot that is still empty; book where none is."""
    missing = next((slot for slot in (NAME, PHONE) if not values.get(slot)), None)
    known = {slot: values.get(slot) or None for slot in (NAME, PHONE, ABOUT)}
    events = fill(**known, form_misses=misses, requested_slot=missing)
    return events if missing else (*events, then(SUBMIT))


def _ask_again(turn: Turn, *, misses: int) -> tuple[Event, ...]:
    return fill(form_misses=misses, requested_slot=turn.requested)
