"""Names of staff, as accounts have them and the audit keeps them."""

import re
import unicodedata

from renewal.language.text import simplified

LONGEST_NAME_CHARS = 40
# Who else stands in the audit: no member of staff is called so.
TAKEN = frozenset(
    "holder system nightly worker gateway bot assistant user staff import provider desk os root admin "
    "持证人 系统 机器人 助手 工作人员".split()
)
# How letters of a name are called in Unicode: Cyrillic, Greek and others have letters that look like Latin ones, and
# with them a name that looks like another's. A name has one of these scripts, besides Chinese characters.
_SCRIPTS = ("LATIN", "ARABIC", "MONGOLIAN", "HANGUL", "YI")
_HAN = "CJK UNIFIED IDEOGRAPH"
_ACCOUNT = re.compile(r"\w[\w.-]*")


def account_name(text: str) -> str | None:
    """The name of an account in the one form in which it is kept: usual width, small letters; None for what is none."""
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    fits = len(name) <= LONGEST_NAME_CHARS and _ACCOUNT.fullmatch(name)
    return name if fits and is_of_one_script(name) and not is_taken(name) else None


def is_of_one_script(name: str) -> bool:
    """Whether its letters are plain ones of one script; Latin ones with accents are plain, look-alikes are not."""
    found = set()
    for char in unicodedata.normalize("NFKD", name):
        called = unicodedata.name(char, "")
        if char.isalpha() and not called.startswith(_HAN):
            script = called.partition(" ")[0]
            if script not in _SCRIPTS or (script == "LATIN" and not char.isascii()):
                return False
            found.add(script)
    return len(found) <= 1


def is_taken(name: str) -> bool:
    """Whether a reader takes the name for another actor's: accents, spaces, stops, capitals, traditional characters."""
    letters = [char for char in unicodedata.normalize("NFKD", name) if char.isalnum()]
    return simplified("".join(letters)).casefold() in TAKEN


def spoken(actor: str) -> str:
    """An actor of the audit as colleagues call them: `li` for `li(desk)`."""
    return actor.partition("(")[0] or actor
