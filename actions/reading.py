"""What a text in a form gives: a name, a number, a topic, a wish to change, to stop, to know why."""

import re
from dataclasses import dataclass
from enum import StrEnum

from actions.leaving import wants_person
from actions.turn import Turn
from renewal.language.contact import (
    CORRECTS,
    Evidence,
    check_name,
    check_phone,
    plain,
    simple,
    without_numbers,
)
from renewal.language.stopping import says_stop

SURE = (
    0.45  # below it, an intent does not outweigh that the text would do as an answer to the form's question
)
# Talk that does not ask for an answer of its own while a form is open; any other intent is a question.
IN_FORM = frozenset(
    "inform acknowledge greet thanks goodbye deny repeat ask_why correct cancel human "
    "out_of_scope my_status help".split()
)
ASKS_AGAIN = frozenset("repeat human greet my_status thanks acknowledge".split())
ONLY_TALK = frozenset("acknowledge deny greet thanks goodbye repeat ask_why correct cancel help".split())
# A number in such a text is somebody else's.
NOT_OWN_NUMBER = frozenset("notice_genuine wrong_number others_record agents".split())
NAME, PHONE, ABOUT = "callback_name", "callback_phone", "callback_about"

_ABOUT = re.compile(
    r"(?:我?(?:想|要)(?:问|咨询|了解|知道|办)|咨询|问一下|问问|关于|主要是|\b(?:ask about|regarding|it'?s about))"
    r"\s*(?P<about>.{2,})",
    re.IGNORECASE,
)
_NAMES_PART = {
    PHONE: re.compile(r"电话|号码?|手机|联系方式|\b(?:number|phone)\b", re.IGNORECASE),
    NAME: re.compile(r"名字?|姓|称呼|\bname\b", re.IGNORECASE),
}
_WRONG = re.compile(r"错|不对|有误|别打这|不要打这|换个|换一个|改|更正|\b(?:wrong|change)\b", re.IGNORECASE)
_GIVES_UP = re.compile(r"^(不想?|别|甭)(留|填|给|说|告诉|方便|需要|用|要|弄|办|打)")
_CALLS_OFF = re.compile(
    r"(?:不用|不要|不需要|别|不必|甭|无需|用不着|取消|撤[销回])(?:再|给我|帮我|你们|麻烦|这个|那个)*"
    r"(?:(?:打电话|打过来|打来|打给我|打|回电话|回电|回拨|联系我?|登记|预约|电话)(?:的)?)+(?:给我|过来)?(?:了|吧|啦|谢谢)*(?=$|[，,。.!！\s])"
    r"|cancel (?:the |my )?call|(?:don'?t|do not|no need to) (?:call|ring)",
    re.IGNORECASE,
)
_BARE_CANCEL = re.compile(r"取消[了吧]?|cancel(?: it)?", re.IGNORECASE)
_OWN_NUMBER = re.compile(
    r"(?:这个|本|当前|发短信的)(?:手机)?(?:号码?|手机|电话|机)|(?:this|same) (?:number|phone)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"[上下中]午|晚上|早上|傍晚|周[一二三四五六日末]|星期|礼拜|[\d一二三四五六七八九十两]点|下班|后天|明天"
)
_CALL = re.compile(r"打|回电|联系|电话|call|ring", re.IGNORECASE)
TRIED_NUMBER_DIGITS = 5


class Wish(StrEnum):
    """What a text in a form comes to."""

    FILL = "fill"
    CHANGE = "change"  # a detail given before is wrong, and the right one is not in the text
    STOP = "stop"
    WHY = "why"
    AGAIN = "again"
    QUESTION = "question"
    MISS = "miss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`slots` are the details found; `wrong` the slot to ask anew; `corrected`: one of `slots` replaces another.

    `own_number`: the number to call is the one that the texts come from.
    """

    wish: Wish
    slots: dict[str, str]
    wrong: str = ""
    corrected: bool = False
    own_number: bool = False


def read_callback(turn: Turn) -> Reading:
    """What the text means to the callback form."""
    goes_on = check_phone(turn.text) or _means_own_number(turn) or wants_person(turn)
    if wants_to_stop(turn) and not goes_on:
        return Reading(wish=Wish.STOP, slots={})
    slots = _details(turn)
    own_number = PHONE not in slots and _means_own_number(turn)
    if NAME not in slots and PHONE not in slots and not own_number:
        wrong = _wrong_part(turn)
        if wrong:
            return Reading(wish=Wish.CHANGE, slots=slots, wrong=wrong)
        return Reading(wish=_without_details(turn), slots=slots)
    replaced = any(turn.slot(name) not in (None, value) for name, value in slots.items() if name != ABOUT)
    return Reading(wish=Wish.FILL, slots=slots, corrected=replaced, own_number=own_number)


def wants_to_stop(turn: Turn) -> bool:
    """Whether the user leaves the form, whatever the text asks besides."""
    if says_stop(turn.text):
        return True
    gives_up = turn.intent in {"deny", "cancel"} and bool(_GIVES_UP.search(simple(turn.text)))
    return gives_up or (turn.intent in {"cancel", "goodbye"} and turn.confidence >= SURE)


def calls_off(turn: Turn) -> bool:
    """Whether the text says that nobody need call any more."""
    text = simple(turn.text)
    return bool(_CALLS_OFF.search(text) or _BARE_CANCEL.fullmatch(text.strip("。.!！ ")))


def is_question(turn: Turn) -> bool:
    """Whether the text is surely a question of its own rather than an answer to the form's."""
    return turn.intent not in IN_FORM and turn.confidence >= SURE


def asks_again(turn: Turn) -> bool:
    """Whether the text only calls for the question once more, which is no bad answer."""
    return turn.intent in ASKS_AGAIN and turn.confidence >= SURE


def says_wrong(turn: Turn) -> bool:
    """Whether the text calls a detail wrong."""
    return turn.intent == "correct" or bool(CORRECTS.search(turn.text))


def tried_number(turn: Turn) -> bool:
    """Whether the text holds what looks like a try at a number."""
    return sum(char.isdigit() for char in simple(turn.text)) >= TRIED_NUMBER_DIGITS


def wish_for_call(turn: Turn) -> str:
    """What the text wishes of a call that is booked (an hour); empty where it wishes nothing."""
    text = simple(turn.text)
    return plain(turn.text) if _WHEN.search(text) and _CALL.search(text) and not is_question(turn) else ""


def _without_details(turn: Turn) -> Wish:
    if turn.intent == "ask_why":
        return Wish.WHY
    if is_question(turn):
        return Wish.QUESTION
    return Wish.AGAIN if asks_again(turn) else Wish.MISS


def _details(turn: Turn) -> dict[str, str]:
    sure_of_other = turn.intent in NOT_OWN_NUMBER and turn.confidence >= SURE
    found: dict[str, str | None] = {
        PHONE: None if sure_of_other else check_phone(turn.text),
        NAME: check_name(turn.text, _evidence_needed(turn)),
        ABOUT: _about(turn),
    }
    return {name: value for name, value in found.items() if value}


def _evidence_needed(turn: Turn) -> Evidence:
    """How much the text must say for itself before a word of it is taken for the writer's name."""
    sure = turn.confidence >= SURE
    if turn.requested == NAME or (turn.requested == PHONE and not turn.slot(NAME)):
        talk = turn.intent in ONLY_TALK and sure
        return Evidence.SHAPED if talk or is_question(turn) else Evidence.POSSIBLE
    if says_wrong(turn) or (check_phone(turn.text) and not turn.slot(NAME)):
        return Evidence.SHAPED
    return Evidence.STATED


def _about(turn: Turn) -> str | None:
    said = _ABOUT.search(without_numbers(turn.text).strip(" ，,。."))
    asks_for_person = turn.intent == "human" and said and re.search(r"人工|真人|找人|客服", said["about"])
    return None if said is None or asks_for_person else said["about"].strip(" ，,。.")


def _means_own_number(turn: Turn) -> bool:
    return bool(_OWN_NUMBER.search(simple(turn.text))) and not says_wrong(turn) and not is_question(turn)


def _wrong_part(turn: Turn) -> str:
    """The slot that the text says is wrong: the one it names, else the number."""
    text = simple(turn.text)
    if turn.intent != "correct" and (is_question(turn) or not _WRONG.search(text)):
        return ""
    filled = [name for name in (PHONE, NAME) if turn.slot(name)]
    named = next((name for name, words in _NAMES_PART.items() if words.search(text)), "")
    if named:
        return named if named in filled or turn.slots.get("callback_taken") else ""
    return filled[0] if filled and turn.intent == "correct" else ""
