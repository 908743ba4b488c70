"""Whether a text asks to be called, and at which number."""

from renewal.language.contact import check_phone
from renewal.language.words import says

_NOT_WANTED = ("refuses_call", "calls_off", "speaks_of_call")


def asks_for_call(text: str) -> bool:
    """Whether a text asks to be called and gives the number for it; a question about a call is none."""
    return wants_call(text) and check_phone(text) is not None


def wants_call(text: str) -> bool:
    """Whether the words of a text ask for a call or a person, whatever number it gives."""
    return says("wants_call", text) and not any(says(concept, text) for concept in _NOT_WANTED)
