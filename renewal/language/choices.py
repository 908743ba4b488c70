"""Which of the choices offered a text takes: by number, place, or words for both or neither."""

from renewal.language.text import closed
from renewal.language.words import is_only

# In the order in which they are tried; "都不是" holds the words of "都是".
_TAKEN: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("choice_neither", ()),
    ("choice_first", (1,)),
    ("choice_second", (2,)),
    ("choice_both", (1, 2)),
)


def read_choice(text: str, count: int) -> tuple[int, ...] | None:
    """The places of the choices taken, counted from 1; empty for "neither", None where the text is no choice.

    Quotes, brackets, stops and signs around the choice say nothing (“1”, (1), 1️⃣, 1👍).
    """
    bare = _without_signs(closed(text))
    taken = next((places for concept, places in _TAKEN if bare and is_only(concept, bare)), None)
    return None if taken is None or any(place > count for place in taken) else taken


def _without_signs(text: str) -> str:
    """The text from its first letter or digit to its last."""
    places = [place for place, char in enumerate(text) if char.isalnum()]
    return text[places[0] : places[-1] + 1] if places else ""
