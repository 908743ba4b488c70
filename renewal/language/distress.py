"""Whether somebody speaks of taking their life."""

from renewal.language.text import closed
from renewal.language.words import says


def in_despair(text: str) -> bool:
    """Whether a text speaks of suicide or of not wanting to live, also spaced out or with signs between."""
    return says("despair", text) or says("despair", closed(text))
