"""What a form, or a text outside forms, is asked to do in a turn, and who decides it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from renewal.dialogue.facts import Source
from renewal.dialogue.forms import all_off, appointment_barred, appointment_outside, outside, points
from renewal.dialogue.forms.appointment import APPOINTMENT
from renewal.dialogue.forms.appointment_purpose import asks_of_it, calls_off
from renewal.dialogue.forms.callback import CALLBACK, beside
from renewal.dialogue.forms.commands import Answer
from renewal.dialogue.forms.engine import Form, follow, say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.points import POINTS
from renewal.dialogue.forms.status import STATUS
from renewal.dialogue.forms.step import Follow, Step, end
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.telling import facts_of
from renewal.dialogue.topics import form_of
from renewal.language.reading import read
from renewal.language.words import says

FORMS: Mapping[Follow, Form] = {form.name: form for form in (CALLBACK, STATUS, POINTS, APPOINTMENT)}


class Kind(StrEnum):
    """ANSWER and CANCEL take a text outside forms, FOLLOW one in a form; ASK puts its question, DONE ends it."""

    ANSWER = "answer"
    CANCEL = "cancel"
    FOLLOW = "follow"
    ASK = "ask"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`form` is empty outside forms; `slot` is the one that is asked for."""

    kind: Kind
    form: Follow = Follow.GO_ON
    slot: str = ""

    def __post_init__(self) -> None:
        if (self.kind in (Kind.ANSWER, Kind.CANCEL)) != (self.form not in FORMS):
            raise ValueError("a text outside forms has no form, and what a form does has one")


def decide(act: Act, turn: Turn, known: Known) -> Step:
    """What the turn comes to."""
    match act.kind:
        case Kind.ANSWER:
            step = outside.answer(turn, known)
        case Kind.CANCEL:
            step = outside.cancel(turn, known)
        case Kind.FOLLOW:
            form = FORMS[act.form]
            step = _before(act, turn, known) or beside(form, turn, known) or follow(form, turn, known)
        case Kind.ASK:
            step = FORMS[act.form].ask(act.slot, turn, known)
        case Kind.DONE:
            step = FORMS[act.form].done(turn, known)
    return step


def _before(act: Act, turn: Turn, known: Known) -> Step | None:
    """What comes before the form that the text seemed to be for."""
    off = all_off.outside(turn, known) if act.form in (Follow.CALLBACK, Follow.APPOINTMENT) else None
    return off or _instead(act, turn, known)


def _instead(act: Act, turn: Turn, known: Known) -> Step | None:
    """The answer to a text for which the form that it seemed to ask for does not open.

    It asks something else than it takes back, it is of the points, it leaves open which of two days the expiry's is,
    or it names a time after a refusal.
    """
    if turn.requested:
        return None
    # Once: an answer may itself begin a form, as for a holder's own record.
    if act.form is Follow.APPOINTMENT and says("denies_booking", turn.text):
        return end(Answer(said=turn.said.without("appointment", "appointment_lookup", "appointment_cancel")))
    if turn.righted and not turn.answered and not form_of(turn.intent):
        return end(Answer(said=turn.said))
    if act.form in (Follow.CALLBACK, Follow.APPOINTMENT):
        of_seat = act.form is Follow.APPOINTMENT
        when = appointment_barred.outside(turn, known) or _handed_in(turn, known) if of_seat else None
        return when or points.told_outside(turn, known)
    if act.form is Follow.STATUS and read(turn.text, known.today).days.either:
        return end(Answer(said=turn.said))
    return points.outside(turn, known)


def _handed_in(turn: Turn, known: Known) -> Step | None:
    """No appointment to whose papers are in: by when the review is due, as they told it or as it is on file."""
    if known.outlook.booked is not None or calls_off(turn) or asks_of_it(turn):
        return None
    facts = facts_of(turn.memory(), read(turn.text, known.today), known.rules, topic=turn.intent)
    handed = facts.fact("handed_in_on")
    told = handed is not None and handed.value is not None and handed.source is not Source.SUPPOSED
    if not (told or known.case.accepted) or facts.value("person") not in (None, "self"):
        return None
    answered = replace(turn.said, intent="handed_told", confidence=1.0, ranking=(), parts=())
    return end(say("appointment.papers_in"), Answer(said=answered))


def needs_outlook(act: Act, turn: Turn, today: date) -> bool:
    """Whether it must be known how things stand with appointments: it takes a look at every centre."""
    if act.form is Follow.APPOINTMENT:
        return True
    if all_off.concerns(turn):
        return True
    begins = act.kind is Kind.FOLLOW and act.form is Follow.STATUS and not turn.requested
    outside_forms = act.form is Follow.GO_ON and not turn.form
    return (begins or outside_forms) and appointment_outside.concerns(turn, today)
