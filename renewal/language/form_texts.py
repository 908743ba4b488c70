"""What a text says to a form: a detail is wrong, nobody need call, what the call is about, at which hour."""

from renewal.language.contact import without_numbers
from renewal.language.talk import asks
from renewal.language.text import dialled, plain, simple
from renewal.language.words import find, find_all, says, without

SHORTEST_TOPIC_CHARS = 2
TRIED_NUMBER_DIGITS = 5
SHORTEST_QUESTION_CHARS = 3
_AROUND = " ，,。."
_PARTICLES = "了吧啦啊呀"
_ENDS_CLAUSE = "，,。.!！ \n\t~～"


def tried_number(text: str) -> bool:
    """Whether the text holds what looks like a try at a number."""
    return sum(char.isdigit() for char in dialled(text)) >= TRIED_NUMBER_DIGITS


def asks_something(text: str) -> bool:
    """Whether the text asks, in more than a syllable."""
    long_enough = sum(char.isalnum() for char in text) >= SHORTEST_QUESTION_CHARS
    return long_enough and asks(text)


def calls_off(text: str) -> bool:
    """Whether a clause ends in that nobody need call any more ("不用打电话了", not "不用打电话也能办")."""
    clean = simple(text)
    return any(_ends_clause(clean, found.end()) for found in find_all("calls_off", text))


def refuses_call(text: str) -> bool:
    """Whether the writer wants no calls, from anybody."""
    found = find("refuses_call", text)
    if found is None or says("not_this_number", text):
        return False
    rest = simple(text)[found.end() :].lstrip(_PARTICLES)
    of_me = "我" in found.group() or found.group().isascii()
    return _ends_clause(rest, 0) or (of_me and not asks_something(text))


def without_refusal(text: str) -> str:
    """The text without the words that refuse a call; as it is where it refuses none."""
    return without("refuses_call", text) if refuses_call(text) else text


def withdraws_number(text: str) -> bool:
    """Whether the writer wants the number that they left to be taken back."""
    return says("withdraws_number", text)


def topic_of_call(text: str) -> str:
    """What the text says that it wants to ask about; empty where it does not say."""
    rest = without_numbers(text).strip(_AROUND)
    led = find("leads_to_topic", rest)
    topic = rest[led.end() :].lstrip() if led else ""
    return topic.strip(_AROUND) if len(topic) >= SHORTEST_TOPIC_CHARS else ""


def hour_wished_for_call(text: str) -> str:
    """The text, where it says at what time to call; empty where it does not."""
    wished = says("time_of_call", text) and says("a_call", text) and not says("asks_when_called", text)
    return plain(text) if wished else ""


def _ends_clause(text: str, at: int) -> bool:
    return at >= len(text) or text[at] in _ENDS_CLAUSE
