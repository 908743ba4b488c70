"""The status form: a holder who is known is answered at once; others give the phone on file, or their expiry day.

The phone and the code never come here: they are taken out of the text before Rasa gets it (services/talks/identity).
"""

from dataclasses import replace

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.forms import appointment_outside
from renewal.dialogue.forms.commands import (
    Answer,
    AskPhone,
    Command,
    ExplainPhone,
    ForgetPhone,
    OfferPhone,
    SignOut,
    TellStatus,
)
from renewal.dialogue.forms.engine import Form, Taken, Wish
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import asks_again, is_question, wants_person, wants_to_stop
from renewal.dialogue.forms.signing_out import signs_out
from renewal.dialogue.forms.step import Follow, Step, ask, end
from renewal.dialogue.forms.turn import MEMORY, REQUESTED, Turn
from renewal.dialogue.memory import kept
from renewal.dialogue.persons import OF_PERSONS, SELF
from renewal.language.dates import find_expiry
from renewal.language.holders import person_of
from renewal.language.reading import read
from renewal.language.words import says

SLOT = "permit_expires_on"
REMINDED = "status_reminded"  # the question came again after a digression: it is not repeated after the next
WHOLE_DAY = "whole_day"  # the topic of all that a day of expiry means
RENEWED_BY_ITSELF = "automatic_told"
HANDED_IN = "handed_told"
OTHERS = "others_record"  # of whom nothing is told, whoever asks
WINDOW = "renewal_window"  # the topic that a day of expiry asks about


def _begin(turn: Turn, known: Known) -> Step:
    """Done at once where the holder is known or the day is given; else ask for the phone or the day.

    A text about an appointment is about that first.
    """
    booked = appointment_outside.outside(turn.outside(), known)
    if booked is not None:
        return booked.keeping(**{REQUESTED: None})
    return _open(turn, known)


def _open(turn: Turn, known: Known) -> Step:
    if known.has_permit:
        return _of_a_known_holder(turn, known)
    if turn.answered:
        return _back(turn, known)
    return _by_told_day(turn, known) or (_tell() if turn.slot(SLOT) else _ask_again())


def _of_a_known_holder(turn: Turn, known: Known) -> Step:
    """The own record; of somebody else's permit, what the day that is told means, or that nothing is told of it."""
    if person_of(turn.text) in ("", SELF):
        return _tell()
    told = read(turn.text, known.today).days.expires_on
    return _answer(turn, OTHERS if told is None else WHOLE_DAY)


def _by_told_day(turn: Turn, known: Known) -> Step | None:
    """What a day means that is told now, or was before; None where none is."""
    days, before = read(turn.text, known.today).days, turn.memory().told
    if days.expires_on is not None:
        more = days.handed_in_on or days.endorsed_on or days.visit_on
        return _answer(turn) if more else _tell(day=days.expires_on.on.isoformat())
    if days.automatic_on is not None:
        return _answer(turn, RENEWED_BY_ITSELF)
    theirs = before.value("person") not in (None, SELF) and says("only_own", turn.text)
    if theirs:  # what was told last is another's, and the text asks of its writer's own
        own = Facts.of((before.value(OF_PERSONS) or {}).get(SELF, {}))
        return _answer(turn) if own.day("expires_on") is not None else None
    if read(turn.text, known.today).expiry_within is not None:
        return _answer(turn)
    if before.day("expires_on") is not None or before.value("expires_within") is not None:
        return _answer(turn).after_all(OfferPhone())
    return _answer(turn, HANDED_IN) if before.day("handed_in_on") is not None else None


def _answer(turn: Turn, topic: str = WHOLE_DAY) -> Step:
    """What the day told in this conversation means, with all else that was told."""
    return end(Answer(said=replace(turn.said, intent=topic, confidence=1.0, ranking=(), parts=())))


def _read(turn: Turn, known: Known) -> Taken:
    if known.has_permit and turn.intent == "my_status":
        return Taken(wish=Wish.FILL)
    told = None if known.has_permit else find_expiry(turn.text, known.today)
    return (
        Taken(wish=_wish(turn, known)) if told is None else Taken(wish=Wish.FILL, given=told.on.isoformat())
    )


def _wish(turn: Turn, known: Known) -> Wish:
    stops = wants_to_stop(turn)
    if turn.intent == "human" and (not stops or wants_person(turn)):
        return Wish.PERSON
    if stops:
        return Wish.STOP
    if known.has_permit or is_question(turn) or _tells_a_day(turn, known):
        return Wish.QUESTION
    if turn.intent == "ask_why":
        return Wish.WHY
    return Wish.AGAIN if asks_again(turn) else Wish.MISS


def _tells_a_day(turn: Turn, known: Known) -> bool:
    """Whether the text tells a day on which something else happened ("说错了，是上上周五交的")."""
    days = read(turn.text, known.today).days
    return bool(days.handed_in_on or days.endorsed_on or days.automatic_on or days.visit_on)


def _fill(turn: Turn, known: Known, taken: Taken) -> Step:
    del turn, known
    return _tell(day=taken.given) if taken.given else _tell()


def _back(turn: Turn, known: Known) -> Step:
    """The question once more; after another digression the form ends, for a phone, code or day needs no form.

    The form may still be open from before the code came: then it ends without a word.
    """
    if known.has_permit or _tells_a_day(turn, known):
        return end()
    if turn.slots.get(REMINDED):
        return end(slots={REMINDED: None})
    return _ask_again().keeping(**{REMINDED: True})


def _ask(slot: str, turn: Turn, known: Known) -> Step:
    """Ask for the phone or the day, the more helpfully the more often the answer could not be read."""
    del slot, known
    return Step(does=(AskPhone(misses=turn.misses),))


def _done(turn: Turn, known: Known) -> Step:
    """The holder's status, or what the day that they gave means; that day is remembered as asked about."""
    day = turn.day(SLOT)
    does: tuple[Command, ...] = (TellStatus(expires_on=day),)
    if day is None:
        return Step(does=does, slots={MEMORY: turn.memory().as_dict()}, follow=Follow.LISTEN)
    if find_expiry(turn.text, known.today) is None and not known.has_permit:
        does += (OfferPhone(),)
    question = replace(turn.said, intent=WINDOW)
    memory = replace(turn.memory(), asked=kept(question), topic=WINDOW, day=day.isoformat())
    told = Facts.of(memory.facts).with_told({"expires_on": Fact(value=day, source=Source.NOW)})
    memory = memory.with_facts(told)
    return Step(does=does, slots={MEMORY: memory.as_dict()}, follow=Follow.LISTEN)


def _part(turn: Turn, known: Known) -> Step:
    """A word of parting; to a known holder the form may still be open from before the code came."""
    if signs_out(turn, known):
        return end(ForgetPhone(), SignOut(), slots={REMINDED: None})
    return Step(does=(ForgetPhone(),), aside=True, follow=Follow.CANCEL)


def _ask_again() -> Step:
    return ask(SLOT, slots={REMINDED: None})


def _tell(day: str = "") -> Step:
    given = {SLOT: day} if day else {}
    return end(follow=Follow.TELL_STATUS, slots={**given, REMINDED: None})


STATUS = Form(
    name=Follow.STATUS,
    slots=(SLOT,),
    begin=_begin,
    read=_read,
    fill=_fill,
    back=_back,
    ask=_ask,
    why=ExplainPhone(),
    part=_part,
    emptied={REMINDED: None},
    done=_done,
    done_by=Follow.TELL_STATUS,
    leaving=lambda _known: (ForgetPhone(),),
    always={REMINDED: None},
)
