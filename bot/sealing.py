"""What Rasa keeps of a conversation lies sealed in its database: AES-GCM-SIV under a key that only Rasa has.

Nothing of Rasa's own is imported here, so that the house's tests can read what they find there.
"""

import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_VARIABLE = "RENEWAL_TRACKER_KEY"
PREFIX = "t1."  # what Rasa wrote in clear starts with a brace
NONCE_BYTES = 12
KEY_BYTES = 32


class MissingKey(Exception):
    """There is no key to seal conversations with."""


class Unreadable(Exception):
    """None of our keys made this for this conversation."""


class Seal:
    """Seals with the newest key, opens with any; what was sealed for one conversation opens in no other."""

    def __init__(self, keys: str) -> None:
        """Take comma-separated secret texts, newest first. Raises MissingKey where there is none."""
        names = [name.strip() for name in keys.split(",") if name.strip()]
        if not names:
            raise MissingKey(
                f"{KEY_VARIABLE} is empty: conversations are not kept without a key to seal them"
            )
        self._ciphers = [AESGCMSIV(_derived(name)) for name in names]

    def seal(self, sender_id: str, text: str) -> str:
        """The text as it lies in the database; a different one at each call."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, text.encode(), _bound_to(sender_id))
        return PREFIX + b64encode(nonce + sealed).decode("ascii")

    def open(self, sender_id: str, stored: str) -> str:
        """Raises Unreadable where it is in clear, or no key sealed it for this conversation."""
        if not stored.startswith(PREFIX):
            raise Unreadable
        try:
            raw = b64decode(stored.removeprefix(PREFIX), validate=True)
        except ValueError:
            raise Unreadable from None
        for cipher in self._ciphers:
            text = _opened(cipher, raw, _bound_to(sender_id))
            if text is not None:
                return text
        raise Unreadable


def seal_of_environment() -> Seal:
    """The seal that RENEWAL_TRACKER_KEY names. Raises MissingKey."""
    return Seal(os.environ.get(KEY_VARIABLE, ""))


def _opened(cipher: AESGCMSIV, raw: bytes, bound: bytes) -> str | None:
    try:
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound).decode()
    except (InvalidTag, ValueError):  # a nonce or a text too short to be one is a ValueError
        return None


def _derived(name: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"renewal: conversations").derive(
        name.encode()
    )


def _bound_to(sender_id: str) -> bytes:
    return sender_id.encode("utf-8", "surrogatepass")
