"""The relatives that a text names, each whole: "我妈妈" is one word for the mother, not "我妈" and a rest."""

from dataclasses import replace
from functools import lru_cache

from renewal.language import lexicon
from renewal.language.lexicon import Found
from renewal.language.text import KEPT_TEXTS

MOST_RELATIVES = 24  # a text that names more is no holder's, and reading it would take long
_LONGEST_NAME = 40  # characters, with those behind it that tell where it ends


@lru_cache(maxsize=KEPT_TEXTS)
def relatives(text: str) -> tuple[Found, ...]:
    """The relatives in the order of the text; the longer name where two begin a character apart."""
    found: list[Found] = []
    for item in lexicon.find(text):
        if item.entity != "relation" or (found and item.start < found[-1].end):
            continue
        if len(found) == MOST_RELATIVES:
            break
        rest = text[item.start + 1 : item.start + 1 + _LONGEST_NAME]
        inner = next((other for other in lexicon.find(rest) if _begins(other)), None)
        end = 0 if inner is None else inner.end + item.start + 1
        longer = inner is not None and end > item.end
        found.append(replace(item, value=inner.value, end=end) if inner and longer else item)
    return tuple(found)


def _begins(item: Found) -> bool:
    return item.entity == "relation" and item.start == 0
