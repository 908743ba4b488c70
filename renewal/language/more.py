"""Whether a text does nothing but ask for the rest of a long answer."""

from renewal.language.words import is_only


def asks_for_more(text: str) -> bool:
    """Whether the whole text is a word for "go on", as “更多” or “more”."""
    return is_only("wants_rest", text)
