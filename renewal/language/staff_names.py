"""Names of staff, as accounts have them and the audit keeps them."""

import re
import unicodedata

LONGEST_NAME_CHARS = 40
# Who else stands in the audit: no member of staff is called so.
TAKEN = frozenset(
    "holder system nightly worker gateway bot assistant user staff import provider desk os root admin "
    "持证人 系统 机器人 助手 工作人员".split()
)
_ACCOUNT = re.compile(r"\w[\w.-]*")


def account_name(text: str) -> str | None:
    """The name of an account in the one form in which it is kept: usual width, small letters; None for what is none."""
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    fits = len(name) <= LONGEST_NAME_CHARS and _ACCOUNT.fullmatch(name)
    return name if fits and name not in TAKEN else None


def spoken(actor: str) -> str:
    """An actor of the audit as colleagues call them: `li` for `li(desk)`."""
    return actor.partition("(")[0] or actor
