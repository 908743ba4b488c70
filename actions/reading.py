"""What a text in a form gives: a name, a number, a topic, a wish to change, to stop, to know why."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from actions.turn import Turn
from renewal.services.leads import check_name, check_phone

SURE = (
    0.45  # below it, an intent does not outweigh that the text would do as an answer to the form's question
)
# Talk that does not ask for an answer of its own while a form is open; any other intent is a question.
IN_FORM = frozenset(
    "inform affirm acknowledge greet thanks goodbye deny repeat ask_why correct cancel request_callback human "
    "out_of_scope my_status help callback_time".split()
)
ASKS_AGAIN = frozenset("repeat request_callback human greet my_status".split())
NO_TOPIC = frozenset("affirm acknowledge deny greet thanks goodbye repeat inform".split())

_SAYS_NAME = re.compile(
    r"我叫|叫我|我姓|我的?名字|名字|姓名|免贵|本人|称呼|改成|应该[是叫]|我是|my name|i am|i'm", re.IGNORECASE
)
_MAYBE_NAME = re.compile(r"我是|改成|应该是|i am|i'm", re.IGNORECASE)  # may well introduce something else
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z .'-]{1,38}")
_BARE_NAME = re.compile(
    rf"[㐀-鿿·]{{2,4}}|[㐀-鿿]{{1,3}}(?:先生|女士|小姐|师傅|老师|阿姨)|{_LATIN_NAME.pattern}"
)
_CORRECTS = re.compile(r"不是.{1,24}是|不对|错|改|更正|换成|换个")
_ABOUT = re.compile(
    r"(?:我?(?:想|要)(?:问|咨询|了解|知道|办)|咨询|问一下|问问|关于|主要是)\s*(?P<about>.{2,})"
)
_NAMES_PART = {
    "callback_phone": re.compile(r"电话|号码|手机|联系方式"),
    "callback_name": re.compile(r"名字?|姓|称呼|叫"),
    "callback_about": re.compile(r"问题|内容|事情|想问的"),
}
_GIVES_UP = re.compile(r"^(不想?|别|甭)(留|填|给|说|告诉|方便|需要|用|要|弄|办|打)")
_SAYS_NOTHING = re.compile(r"(没什么|没有|没事|无|随便|都行|不知道|不清楚|不晓得)[吧了啊的]*")
_DIGITS = re.compile(r"\+?[\d()\-\s]{7,}")


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
    """`slots` are the details found; `wrong` the slot to ask anew; `corrected`: one of `slots` replaces another."""

    wish: Wish
    slots: dict[str, str]
    wrong: str = ""
    corrected: bool = False


def read_callback(turn: Turn) -> Reading:
    """What the text means to the callback form."""
    if wants_to_stop(turn):
        return Reading(wish=Wish.STOP, slots={})
    slots = _details(turn)
    corrects = bool(turn.intent == "correct" or _CORRECTS.search(turn.text))
    if corrects and not slots:
        wrong = _wrong_part(turn)
        if wrong:
            return Reading(wish=Wish.CHANGE, slots={}, wrong=wrong)
    if slots:
        replaced = any(turn.slot(name) not in (None, value) for name, value in slots.items())
        return Reading(wish=Wish.FILL, slots=slots, corrected=replaced)
    return Reading(wish=_without_details(turn), slots={})


def wants_to_stop(turn: Turn) -> bool:
    """Whether the user leaves the form."""
    gives_up = turn.intent in {"deny", "cancel"} and bool(_GIVES_UP.search(_plain(turn.text)))
    return gives_up or (turn.intent == "cancel" and turn.confidence >= SURE)


def is_question(turn: Turn) -> bool:
    """Whether the text is surely a question of its own rather than an answer to the form's."""
    return turn.intent not in IN_FORM and turn.confidence >= SURE


def asks_again(turn: Turn) -> bool:
    """Whether the text only calls for the question once more, which is no bad answer."""
    return turn.intent in ASKS_AGAIN and turn.confidence >= SURE


def _without_details(turn: Turn) -> Wish:
    if turn.intent == "ask_why":
        return Wish.WHY
    if is_question(turn):
        return Wish.QUESTION
    return Wish.AGAIN if asks_again(turn) else Wish.MISS


def _details(turn: Turn) -> dict[str, str]:
    text = _plain(turn.text)
    found: dict[str, str | None] = {
        "callback_phone": check_phone(text) if sum(char.isdigit() for char in text) >= 7 else None,
        "callback_name": _name(turn, text),
        "callback_about": _about(turn, text),
    }
    return {name: value for name, value in found.items() if value}


def _name(turn: Turn, text: str) -> str | None:
    said = _SAYS_NAME.search(text)
    name = check_name(_DIGITS.sub("，", text))
    asked = turn.requested == "callback_name"
    if said and name:
        # "我是租房的", "改成晚上": such words may introduce something else than a name
        vague = _MAYBE_NAME.fullmatch(said.group())
        if not vague or (_BARE_NAME.fullmatch(name) and (asked or turn.intent == "correct")):
            return name
    if not asked and not (_DIGITS.search(text) and not turn.slot("callback_name")):
        return None
    if asked and is_question(turn):
        return None
    if turn.intent in {
        "affirm",
        "acknowledge",
        "deny",
        "greet",
        "thanks",
        "goodbye",
        "ask_why",
        "repeat",
        "correct",
    }:
        return None if turn.confidence >= SURE or turn.intent == "correct" else _bare(text)
    return _bare(text)


def _bare(text: str) -> str | None:
    """The name in a text that is one, or that begins or ends with one beside a number."""
    bare = _DIGITS.sub(" ", text).strip()
    if _LATIN_NAME.fullmatch(bare):
        return check_name(bare)
    first = next((part for part in re.split(r"[\s,，。;；、]+", bare) if part), "")
    return check_name(first) if _BARE_NAME.fullmatch(first) else None


def _about(turn: Turn, text: str) -> str | None:
    rest = _DIGITS.sub(" ", text).strip(" ，,。.")
    said = _ABOUT.search(rest)
    if said and turn.requested != "callback_about":
        return None if turn.intent in ASKS_AGAIN and turn.form == "" else said["about"].strip(" ，,。.")
    if turn.requested != "callback_about" or turn.intent == "ask_why":
        return None
    if _SAYS_NAME.search(rest) and check_name(rest) and not said:
        return None
    corrects = turn.intent == "correct" or (_CORRECTS.search(rest) and _DIGITS.search(text))
    only_talk = turn.intent in NO_TOPIC - {"inform"} and turn.confidence >= SURE
    words = sum(char.isalnum() for char in rest)
    empty = words < 2 or _SAYS_NOTHING.fullmatch(rest)
    return None if corrects or only_talk or empty else rest


def _wrong_part(turn: Turn) -> str:
    """The slot that the text says is wrong: the one it names, else the one filled last."""
    filled = [name for name in ("callback_name", "callback_phone", "callback_about") if turn.slot(name)]
    for name, words in _NAMES_PART.items():
        if name in filled and words.search(turn.text):
            return name
    return filled[-1] if filled and turn.intent == "correct" else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
