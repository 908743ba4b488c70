"""What of a password a guesser tries first: the name, words of the service and of Chinese, and what zxcvbn knows.

zxcvbn has the 30,000 passwords that are used most, English words and names, also in other signs, keys side by side,
steps, days and repeats. It has no Chinese, and takes two of our own words for as good as any others: so ours are taken
out first, and what is left must be strong by itself.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

import yaml

STRONG = 4  # of zxcvbn's 0 to 4: ten thousand million guesses and more
READ_CHARS = 72  # as far as zxcvbn reads
NAME, PRODUCT, COMMON = "name", "product", "common"
KEYBOARD, SEQUENCE, REPEATED = "keyboard", "sequence", "repeated"
WHY = {
    "dictionary": COMMON,
    "spatial": KEYBOARD,
    "sequence": SEQUENCE,
    "date": SEQUENCE,
    "regex": SEQUENCE,  # a year
    "repeat": REPEATED,
}


@cache
def words() -> Mapping[str, str]:
    """The words of `guessed.yml` in small letters, the longest first, each with what it is: PRODUCT or COMMON."""
    raw = yaml.safe_load(files("renewal.services.accounts").joinpath("guessed.yml").read_text("utf-8"))
    kinds = {word: why for why in (COMMON, PRODUCT) for word in raw[why]}
    return dict(sorted(kinds.items(), key=lambda item: -len(item[0])))


def why_guessable(name: str, password: str) -> str:
    """What most of a password that is too easily guessed is made of; empty where it is strong enough.

    `name` is the account's.
    """
    clean = normalize("NFKC", password).casefold()
    if name and name in clean:
        return NAME
    found: Counter[str] = Counter()
    for word, why in words().items():
        found[why] += len(word) * clean.count(word)
        clean = clean.replace(word, " ")
    rest = clean.strip()
    if not rest:
        return found.most_common(1)[0][0] if found else REPEATED
    judged = _judged(rest[:READ_CHARS])
    if judged["score"] >= STRONG:
        return ""
    for piece in judged["sequence"]:
        ours = piece.get("dictionary_name") == "user_inputs"
        why = words()[piece["matched_word"]] if ours else WHY.get(piece["pattern"], "")
        found[why] += len(piece["token"]) if why else 0
    why, most = found.most_common(1)[0]
    return why if most else REPEATED


def _judged(text: str) -> Mapping[str, Any]:
    """What zxcvbn says; it knows our words as well, where they are written with other signs."""
    from zxcvbn import zxcvbn  # its lists take a while to load, and few commands need them

    judged: Mapping[str, Any] = zxcvbn(text, user_inputs=list(words()))
    return judged
