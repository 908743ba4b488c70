"""What a text gives to the callback form: a name, a number, a topic; or which detail it calls wrong."""

from dataclasses import dataclass, field

from renewal.dialogue.forms.reading import (
    is_question,
    is_sure,
    says_wrong,
    wants_person,
    wants_to_stop,
)
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.topics import is_tagged
from renewal.language.appointments.purposes import bare_cancel
from renewal.language.calling import wants_call
from renewal.language.contact import check_phone
from renewal.language.form_texts import calls_off, refuses_call, topic_of_call, withdraws_number
from renewal.language.names import Evidence, check_name
from renewal.language.words import says

NAME, PHONE, ABOUT = "callback_name", "callback_phone", "callback_about"
NO_CALLS = "no_calls"
TAKEN = "callback_taken"  # booked in this conversation: then a correction changes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """`slots` are the details found; `wrong` the slot to ask anew; `corrected`: one of `slots` replaces another.

    `own_number`: the number to call is the one that the texts come from. `stops`: the writer leaves it at that.
    """

    slots: dict[str, str] = field(default_factory=dict)
    wrong: str = ""
    corrected: bool = False
    own_number: bool = False
    stops: bool = False

    @property
    def given(self) -> bool:
        """Whether the text says who or at which number."""
        return self.own_number or NAME in self.slots or PHONE in self.slots


def read_details(turn: Turn) -> Details:
    """What the text means to the callback form."""
    goes_on = check_phone(turn.text) or _means_own_number(turn) or wants_person(turn)
    if (wants_to_stop(turn) or declines(turn)) and not goes_on:
        return Details(stops=True)
    slots = _details(turn)
    own_number = PHONE not in slots and _means_own_number(turn)
    found = Details(slots=slots, own_number=own_number)
    if not found.given:
        return Details(slots=slots, wrong=_wrong_part(turn))
    replaced = any(turn.slot(name) not in (None, value) for name, value in slots.items() if name != ABOUT)
    return Details(slots=slots, corrected=replaced, own_number=own_number)


def says_no_call(turn: Turn) -> bool:
    """Whether the text says that nobody need call any more."""
    return calls_off(turn.text) or bare_cancel(turn.text)


def declines(turn: Turn) -> bool:
    """Whether the writer wants no call at all, or the number back that they left, and gives none instead."""
    return (refuses(turn) or withdraws_number(turn.text)) and check_phone(turn.text) is None


def refuses(turn: Turn) -> bool:
    """Whether the writer wants no calls, by the words or by what the text was surely taken for."""
    asks_for_one = wants_call(turn.text) and not says("call_taken_back", turn.text)
    return refuses_call(turn.text) or (turn.intent == NO_CALLS and is_sure(turn) and not asks_for_one)


def _details(turn: Turn) -> dict[str, str]:
    sure_of_other = is_tagged(turn.intent, "others_number") and is_sure(turn)
    found: dict[str, str | None] = {
        PHONE: None if sure_of_other else check_phone(turn.text),
        NAME: check_name(turn.text, _evidence_needed(turn)),
        ABOUT: _about(turn),
    }
    return {name: value for name, value in found.items() if value}


def _evidence_needed(turn: Turn) -> Evidence:
    """How much the text must say for itself before a word of it is taken for the writer's name."""
    if turn.requested == NAME or (turn.requested == PHONE and not turn.slot(NAME)):
        talk = is_tagged(turn.intent, "only_talk") and is_sure(turn)
        return Evidence.SHAPED if talk or is_question(turn) else Evidence.POSSIBLE
    if says_wrong(turn) or (check_phone(turn.text) and not turn.slot(NAME)):
        return Evidence.SHAPED
    return Evidence.STATED


def _about(turn: Turn) -> str:
    topic = topic_of_call(turn.text)
    return "" if turn.intent == "human" and says("a_person", topic) else topic


def _means_own_number(turn: Turn) -> bool:
    return says("this_number", turn.text) and not says_wrong(turn) and not is_question(turn)


def _wrong_part(turn: Turn) -> str:
    """The slot that the text says is wrong: the one it names, else the number."""
    wrong = says("corrects", turn.text) or says("not_this_number", turn.text)
    if turn.intent != "correct" and (is_question(turn) or not wrong):
        return ""
    filled = [name for name in (PHONE, NAME) if turn.slot(name)]
    parts = {PHONE: "names_phone", NAME: "names_name"}
    named = next((slot for slot, concept in parts.items() if says(concept, turn.text)), "")
    if named:
        return named if named in filled or turn.slots.get(TAKEN) else ""
    return filled[0] if filled and turn.intent == "correct" else ""
