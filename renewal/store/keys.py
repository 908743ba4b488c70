"""The keys of one store: what encrypts its personal columns, and what makes its lookup hashes."""

import os
from base64 import urlsafe_b64decode
from binascii import a2b_base64, b2a_base64
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from renewal.store.errors import BadKey, CannotDecrypt, MissingKey

VALUE_HASH_CHARS = 32  # 128 bits: two values are only ever compared with each other
PLACED_PREFIX = "s2."
FILE_HASH_CHARS = 12
MARK_BYTES = 6  # of a data key: enough to tell a few keys apart, and nothing to find a key by
SIV_PREFIX = "s1."  # a Fernet token starts with gAAAA
NONCE_BYTES = 12
KEY_BYTES = 32
BLOCK_BYTES = 64  # of SHA-256
if TYPE_CHECKING:
    from hashlib import _Hash

    _Begun = tuple[_Hash, _Hash]


class KeyRing:
    """Encrypts with the newest data key, reads with any; hashes with the lookup key.

    What is encrypted now is AES-GCM-SIV under a key derived from the data key, which takes a third of
    Fernet's time. It is bound to its place, the table and the column: moved into another, it is read no more.
    It is not bound to its row. The database gives most rows their id after their values are bound, imports bring
    values in by statements over many rows, and a query may ask for a value without its row's id; so who can write
    the table can still exchange two values of one column, as they can change whose row it is by its other columns.
    What was stored before, as AES-GCM-SIV without a place or as a Fernet token, is still read, wherever it stands.
    """

    __slots__ = ("_fernets", "_hashers", "_lookup_key", "_row_key", "_sivs", "data_marks")

    def __init__(self, data_keys: str, lookup_key: str) -> None:
        """Take comma-separated Fernet keys, newest first, and any secret text as lookup key.

        Raises:
            MissingKey: either is empty.
            BadKey: a data key is malformed.
        """
        names = [name.strip() for name in data_keys.split(",") if name.strip()]
        if not names or not lookup_key.strip():
            raise MissingKey
        try:
            self._fernets = [Fernet(name) for name in names]
        except ValueError:
            raise BadKey from None
        self._sivs = [AESGCMSIV(_derived(name)) for name in names]
        # By these the keys are told apart, newest first; 12 hex digits each, from which no key can be found.
        self.data_marks = tuple(_mark(name) for name in names)
        self._lookup_key = lookup_key.strip().encode()
        self._row_key = sha256(b"row\0" + self._lookup_key).digest()
        self._hashers: dict[str, _Begun] = {}

    def encrypt(self, text: str, place: bytes) -> str:
        """Text as it lies in the database at `place`; a different one at each call."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._sivs[0].encrypt(nonce, text.encode(), place)
        return PLACED_PREFIX + b2a_base64(nonce + sealed, newline=False).decode("ascii")

    def decrypt(self, stored: str, place: bytes) -> str:
        """Raises CannotDecrypt where no key of the ring made `stored`, or made it for another place."""
        if stored.startswith(PLACED_PREFIX):
            return self._open(stored.removeprefix(PLACED_PREFIX), place)
        if stored.startswith(SIV_PREFIX):
            return self._open(stored.removeprefix(SIV_PREFIX), None)
        text, _ = self._open_old(stored)
        return text

    def mark_of(self, stored: str, place: bytes) -> str:
        """The mark of the key that made `stored`. Raises CannotDecrypt as `decrypt` does."""
        if stored.startswith(PLACED_PREFIX):
            _, number = self._open_by(stored.removeprefix(PLACED_PREFIX), place)
        elif stored.startswith(SIV_PREFIX):
            _, number = self._open_by(stored.removeprefix(SIV_PREFIX), None)
        else:
            _, number = self._open_old(stored)
        return self.data_marks[number]

    def is_as_made_now(self, stored: str, place: bytes) -> bool:
        """Whether it lies there as `encrypt` makes it today: bound to its place, under the newest key."""
        if not stored.startswith(PLACED_PREFIX):
            return False
        try:
            return self.mark_of(stored, place) == self.data_marks[0]
        except CannotDecrypt:
            return False

    @property
    def lookup_mark(self) -> str:
        """By this one lookup key is told from another, 32 hex digits."""
        return self.hash("store", "lookup key")[:VALUE_HASH_CHARS]

    def hash(self, purpose: str, text: str) -> str:
        """Keyed hash (HMAC-SHA256), 64 hex digits; `purpose` keeps the same text in two columns from matching."""
        inner, outer = self._hashers.get(purpose) or self._begin(purpose)
        inner = inner.copy()
        inner.update(text.encode())
        outer = outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()

    def phone_hash(self, e164: str) -> str:
        """Keyed hash by which a phone is found, 64 hex digits."""
        return self.hash("phone", e164)

    def value_hash(self, value: str) -> str:
        """Keyed hash of a normalised address, employer or phone on file, 32 hex digits."""
        return self.hash("value", value)[:VALUE_HASH_CHARS]

    def visitor_hash(self, name: str) -> str:
        """Keyed hash by which a visitor is known, 32 hex digits."""
        return self.hash("visitor", name)[:VALUE_HASH_CHARS]

    def name_hash(self, name: str) -> str:
        """Keyed hash by which a holder is found by the whole name, 32 hex digits; `name` is in its searched form."""
        return self.hash("name", name)[:VALUE_HASH_CHARS]

    def file_label(self, name: str) -> str:
        """What is kept of an imported file's name, which may be a person's: the same for the same name."""
        return f"file:{self.hash('file', name)[:FILE_HASH_CHARS]}"

    def row_hash(self, row: str) -> str:
        """Keyed hash of what an imported row means, 32 hex digits. Only ever compared here: the fastest will do."""
        return blake2b(row.encode(), key=self._row_key, digest_size=VALUE_HASH_CHARS // 2).hexdigest()

    def _begin(self, purpose: str) -> "_Begun":
        """The two halves of an HMAC with the key and the purpose already in them: a third of the time of a new one."""
        key = self._lookup_key
        if len(key) > BLOCK_BYTES:
            key = sha256(key).digest()
        key = key.ljust(BLOCK_BYTES, b"\0")
        inner = sha256(bytes(byte ^ 0x36 for byte in key) + f"{purpose}\0".encode())
        begun = inner, sha256(bytes(byte ^ 0x5C for byte in key))
        self._hashers[purpose] = begun
        return begun

    def _open(self, sealed: str, place: bytes | None) -> str:
        text, _ = self._open_by(sealed, place)
        return text

    def _open_by(self, sealed: str, place: bytes | None) -> tuple[str, int]:
        """The text, and which key of the ring opened it."""
        try:
            given = a2b_base64(sealed, strict_mode=True)
        except ValueError:
            raise CannotDecrypt from None
        nonce, rest = given[:NONCE_BYTES], given[NONCE_BYTES:]
        for number, siv in enumerate(self._sivs):
            try:
                return siv.decrypt(nonce, rest, place).decode(), number
            except (InvalidTag, ValueError):
                continue
        raise CannotDecrypt

    def _open_old(self, stored: str) -> tuple[str, int]:
        for number, fernet in enumerate(self._fernets):
            try:
                return fernet.decrypt(stored).decode(), number
            except (InvalidToken, ValueError):
                continue
        raise CannotDecrypt


def _derived(name: str) -> bytes:
    """A key for AES-GCM-SIV of its own, so that one secret never serves two ciphers."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"renewal/aes-gcm-siv/1").derive(urlsafe_b64decode(name))


def _mark(name: str) -> str:
    return mark_of_secret(urlsafe_b64decode(name))


def mark_of_secret(secret: bytes) -> str:
    """By this one secret is told from another, 12 hex digits: derived like a key of its own, so it tells nothing."""
    return HKDF(SHA256(), MARK_BYTES, salt=None, info=b"renewal/mark/1").derive(secret).hex()
