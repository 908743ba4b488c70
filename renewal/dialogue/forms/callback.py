"""The callback form: a holder on file is booked at once, anyone else asked once for name and number together."""

from collections.abc import Mapping

from renewal.dialogue.facts import Facts
from renewal.dialogue.forms import erasing
from renewal.dialogue.forms.callback_reading import (
    ABOUT,
    NAME,
    PHONE,
    TAKEN,
    Details,
    declines,
    read_details,
    refuses,
    says_no_call,
)
from renewal.dialogue.forms.commands import (
    Answer,
    AskForPerson,
    BookCallback,
    CancelCallback,
    Command,
    ForgetPhone,
    NoteWish,
    TellCallback,
    WantNoPerson,
)
from renewal.dialogue.forms.engine import Form, Taken, Wish, say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import (
    asked_besides,
    asks_again,
    is_question,
    is_sure,
    says_wrong,
    wants_to_stop,
)
from renewal.dialogue.forms.step import Follow, Step, ask, end
from renewal.dialogue.forms.turn import MISSES, REQUESTED, Turn
from renewal.dialogue.thresholds import MISSES_BEFORE_LETTING_GO
from renewal.dialogue.topics import form_of, is_tagged
from renewal.language.contact import MOBILE_DIGITS, TAIL_DIGITS, broken_phone, check_phone
from renewal.language.dates import find_expiry
from renewal.language.form_texts import hour_wished_for_call, tried_number
from renewal.language.stopping import says_stop
from renewal.language.words import says

GIVEN_UP = say("callback.given_up")  # no name or number could be read: the writer still waits for a person
EMPTY = dict.fromkeys((NAME, PHONE, ABOUT, TAKEN))


def outside(turn: Turn, known: Known) -> Step | None:
    """What a text outside forms changes about a callback; None where it is no such text."""
    if declines(turn):
        return _declined(turn, known)
    others = is_tagged(turn.intent, "others_number") and not turn.slots.get(TAKEN)
    asks_name = says("whose_call", turn.text) and not others
    waits = says("nobody_called", turn.text) or (turn.intent == "callback_time" and is_sure(turn))
    asks_when = known.callback is not None and waits
    if asks_name or asks_when or not turn.slots.get(TAKEN):
        return _whose(known) if asks_name else _by_when(turn, known) if asks_when else None
    if says_no_call(turn):
        return cancel(turn, known)
    details = read_details(turn)
    if details.wrong:
        return Step(follow=Follow.CALLBACK)
    changed = {name: value for name, value in details.slots.items() if name != ABOUT}
    if changed and not details.stops:
        return Step(slots=changed, follow=Follow.BOOK_CALLBACK)
    return _noted(turn, known)


def _whose(known: Known) -> Step | None:
    """Under which name the call stands is told back; the name on file is told nobody here."""
    if known.callback is not None:
        told: Command = TellCallback(key="callback.whose", callback=known.callback)
    elif known.case.known:
        told = say("callback.no_name")
    else:
        return None
    return Step(does=(told,), follow=Follow.LISTEN)


def _by_when(turn: Turn, known: Known) -> Step | None:
    """By when staff call, of a call that stands open; an hour that is wished for it is noted."""
    noted = _noted(turn, known)
    if noted is not None or known.callback is None:
        return noted
    key = "callback.already_late" if known.callback.call_by_on < known.today else "callback.already"
    return Step(does=(TellCallback(key=key, callback=known.callback),), follow=Follow.LISTEN)


def _noted(turn: Turn, known: Known) -> Step | None:
    """The hour that is wished for the call that stands open."""
    apart = is_question(turn) and not is_tagged(turn.intent, "of_calls")
    wish = "" if apart else hour_wished_for_call(turn.text)
    noted = Step(does=(NoteWish(wish=wish),), follow=Follow.LISTEN)
    return noted if wish and known.callback is not None else None


def cancel(turn: Turn, known: Known) -> Step:
    """Leave whichever form is open, and forget what it was told; outside other forms, cancel what was booked."""
    declined = _declined(turn, known) if declines(turn) and not turn.form else None
    if declined is not None:
        return declined
    asked = None if turn.form or turn.slots.get(TAKEN) else asked_besides(turn)
    if asked is not None:
        return Step(does=(Answer(said=asked),), follow=Follow.LISTEN)
    parting = _parting(turn, known)
    waits: Command = AskForPerson() if parting == GIVEN_UP else WantNoPerson()
    left = end(parting, ForgetPhone(), waits, slots=EMPTY)
    return Step(does=left.does, slots=left.slots, closes=True, follow=left.follow)


def _part(turn: Turn, known: Known) -> Step:
    """Out of the form: who wants no call is told at once that there is none, others as those who cancel."""
    if declines(turn):
        return end(_parting(turn, known), ForgetPhone(), WantNoPerson(), slots=EMPTY)
    return Step(aside=True, follow=Follow.CANCEL)


def _parting(turn: Turn, known: Known) -> Command:
    if turn.form not in {"", Follow.CALLBACK}:
        return say("cancel")
    if known.callback is not None:
        off = turn.form or says_no_call(turn) or declines(turn)
        return CancelCallback() if off else TellCallback(key="callback.kept", callback=known.callback)
    if turn.form and turn.misses >= MISSES_BEFORE_LETTING_GO and not wants_to_stop(turn):
        return GIVEN_UP
    if declines(turn):
        return _told_none(turn)
    if says_no_call(turn) and turn.slots.get(TAKEN):
        return say("callback.none_open")
    return say("cancel" if turn.form else "nothing_to_cancel")


def _told_none(turn: Turn) -> Command:
    """No call stands open, and none is wanted."""
    return say("callback.nobody_calls" if refuses(turn) else "callback.none_open")


def _declined(turn: Turn, known: Known) -> Step | None:
    """No call is wanted: one that stands open is withdrawn, none is opened; a question besides is answered.

    Who wants a number back and has no call open means another number: that is a question like any other.
    """
    if known.callback is None and not refuses(turn):
        return None
    told = CancelCallback() if known.callback is not None else say("callback.nobody_calls")
    return Step(does=(told, WantNoPerson(), *_answered(turn)), slots=EMPTY, follow=Follow.LISTEN)


def _answered(turn: Turn) -> tuple[Command, ...]:
    """The answer to what a text that declines a call asks besides."""
    asked = asked_besides(turn)
    of_the_call = asked is None or form_of(asked.intent) or is_tagged(asked.intent, "of_calls")
    return () if asked is None or of_the_call else (Answer(said=asked),)


def beside(form: Form, turn: Turn, known: Known) -> Step | None:
    """In another form, who wants no calls: one that stands open is withdrawn, and the form asks on."""
    if not turn.requested or turn.answered or form is CALLBACK or not refuses(turn):
        return None
    if says_stop(turn.text) or check_phone(turn.text) is not None:
        return None
    told = CancelCallback() if known.callback is not None else say("callback.nobody_calls")
    return Step(does=(told, WantNoPerson()), slots={MISSES: 0, REQUESTED: turn.requested, **form.always})


def _begin(turn: Turn, known: Known) -> Step:
    """The form opens with what is known: of the open callback, of the holder, of the number, and of the text."""
    erased = erasing.outside(turn, known)
    if erased is not None:
        return erased
    booked, own = known.callback, known.own
    if booked is not None and (says_no_call(turn) or declines(turn)):
        return Step(slots={REQUESTED: None}, follow=Follow.CANCEL)
    if declines(turn):
        return end(_told_none(turn), WantNoPerson(), *_answered(turn), slots=EMPTY)
    noted = _noted(turn, known)
    if noted is not None and not check_phone(turn.text):
        return noted.keeping(**{REQUESTED: None})
    details = read_details(turn)
    values: dict[str, str | None] = {ABOUT: None, NAME: own.name, PHONE: own.phone}
    if booked is not None:
        values |= {NAME: booked.name, PHONE: booked.phone}
    values |= details.slots
    if details.own_number and own.phone:
        values[PHONE] = own.phone
    if details.wrong and booked is not None:
        values[details.wrong] = None
    return _ask_next(values)


def _read(turn: Turn, known: Known) -> Taken:
    del known  # what a text says to this form needs no record
    details = read_details(turn)
    if details.stops:
        return Taken(wish=Wish.STOP)
    if details.given or details.wrong:
        return Taken(wish=Wish.FILL, slots=details.slots, given=details)
    if turn.intent == "ask_why":
        return Taken(wish=Wish.WHY)
    if is_question(turn):
        return Taken(wish=Wish.QUESTION, slots=details.slots)
    if asks_again(turn):
        # Their record would be asked for in a form of its own, which would close this one: a word on it instead.
        record = (say("my_status"),) if turn.intent == "my_status" and is_sure(turn) else ()
        return Taken(wish=Wish.AGAIN, says=record, counts=turn.intent == "human")
    return Taken(wish=Wish.MISS, slots=details.slots)


def _fill(turn: Turn, known: Known, taken: Taken) -> Step:
    """Take what was given. What replaces an earlier detail is told, unless the booking tells it anyway."""
    details: Details = taken.given
    values = {**_held(turn), **details.slots}
    if details.wrong:
        return _ask_next({**values, details.wrong: None})
    if details.own_number and known.own.phone:
        values[PHONE] = known.own.phone
    unreadable = not values.get(PHONE) and (tried_number(turn.text) or details.own_number)
    step = _ask_next(values, misses=int(unreadable))
    done = values.get(NAME) and values.get(PHONE)
    return step.after(say("callback.corrected")) if details.corrected and not done else step


def _ask(slot: str, turn: Turn, known: Known) -> Step:
    """Ask for name and number together, or for the one that is missing. From now on a phone is meant for this."""
    both = not turn.slot(NAME) and not turn.slot(PHONE)
    what = "contact" if both else {NAME: "name", PHONE: "phone"}[slot]
    if turn.misses:
        key = f"callback.bad_{what}" + ("_again" if turn.misses > 1 else "")
    elif says_wrong(turn):
        key = f"callback.ask_{what}_anew"
    else:
        own = what == "name" and known.own.phone == turn.slot(PHONE)
        key = f"callback.ask_{what}" + ("_own_number" if own else "")
    digits = (
        None if turn.misses or turn.answered or turn.slot(PHONE) else broken_phone(turn.text, to_call=True)
    )
    if digits is not None:
        broken = say("callback.broken_phone", digits_given=digits, digits_wanted=MOBILE_DIGITS)
        return Step(does=(ForgetPhone(), AskForPerson(), broken))
    tail = (turn.slot(PHONE) or "").partition(";")[0][-TAIL_DIGITS:]
    return Step(does=(ForgetPhone(), AskForPerson(), say(key, phone_tail=tail)))


def _done(turn: Turn, known: Known) -> Step:
    """Book the callback, or change the one that stands open; the details stay for a later correction."""
    name, phone, about = (turn.slot(slot) or "" for slot in (NAME, PHONE, ABOUT))
    told, facts = find_expiry(about, known.today), Facts.of(turn.memory().facts)
    expires_on = turn.day("permit_expires_on") or (told.on if told else facts.day("expires_on"))
    home = turn.slot("housing") or facts.value("housing")
    booking = BookCallback(name=name, phone=phone, about=about, expires_on=expires_on, housing=home)
    return end(booking, slots={TAKEN: True, ABOUT: None})


def _let_go(turn: Turn, known: Known, taken: Taken, misses: int) -> Step:
    del known
    held = {**taken.slots, MISSES: misses, REQUESTED: turn.requested}
    return Step(slots=held, aside=True, follow=Follow.CANCEL)


def _held(turn: Turn) -> dict[str, str | None]:
    return {slot: turn.slot(slot) for slot in (NAME, PHONE, ABOUT)}


def _ask_next(values: Mapping[str, str | None], *, misses: int = 0) -> Step:
    """Set what is known and name the first slot that is still empty; book where none is."""
    missing = next((slot for slot in (NAME, PHONE) if not values.get(slot)), None)
    known = {slot: values.get(slot) or None for slot in (NAME, PHONE, ABOUT)}
    step = ask(missing, misses=misses, slots=known)
    return step if missing else Step(slots=step.slots, follow=Follow.BOOK_CALLBACK)


CALLBACK = Form(
    name=Follow.CALLBACK,
    slots=(NAME, PHONE),
    begin=_begin,
    read=_read,
    fill=_fill,
    back=lambda turn, _known: _ask_next(_held(turn)),
    ask=_ask,
    why=say("callback.why"),
    part=_part,
    emptied=EMPTY,
    done=_done,
    done_by=Follow.BOOK_CALLBACK,
    leaving=lambda known: (
        *([CancelCallback()] if known.callback is not None else []),
        WantNoPerson(),
    ),
    let_go=_let_go,
)
