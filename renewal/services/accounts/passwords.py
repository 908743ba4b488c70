"""Passwords of staff: argon2id, and what is too weak to be one."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from renewal.domain.errors import RenewalError
from renewal.production import is_guessable
from renewal.services.accounts.guessing import REPEATED, why_guessable
from renewal.wording.staff import staff_sentence

SHORTEST_CHARS = 12
LONGEST_CHARS = 200
# The second of OWASP's settings for argon2id: 19 MiB for some hundredths of a second.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_GROUPS, _GROUP_CHARS = 4, 5


class WeakPassword(RenewalError):
    """The password is too short, too long or too easily guessed."""


def hashed(password: str) -> str:
    """The password as argon2id keeps it."""
    return _HASHER.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether it is the password; takes the same time whether it is."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def of_nobody() -> str:
    """A hash that no password has: a name without account is looked at for as long as one that has one."""
    return hashed(secrets.token_urlsafe(32))


def passphrase() -> str:
    """A password to be read to somebody once: four groups of five letters and digits, 98 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_CHARS)) for _ in range(_GROUPS))
    return "-".join(groups)


def refuse_weak(name: str, password: str) -> None:
    """Raises WeakPassword, with a sentence that says why, and what to do."""
    if not SHORTEST_CHARS <= len(password) <= LONGEST_CHARS:
        raise WeakPassword(
            staff_sentence("accounts.password_length", shortest=SHORTEST_CHARS, longest=LONGEST_CHARS)
        )
    why = why_guessable(name, password)
    if why or is_guessable(password):
        raise WeakPassword(staff_sentence(f"accounts.password_guessable.{why or REPEATED}"))
