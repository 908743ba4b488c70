"""The keys of one store: what encrypts its personal columns, and what makes its lookup hashes."""

import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from renewal.store.errors import BadKey, CannotDecrypt, MissingKey


class KeyRing:
    """Encrypts with the newest data key, reads with any; hashes with the lookup key."""

    __slots__ = ("_cipher", "_lookup_key")

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
            self._cipher = MultiFernet([Fernet(name) for name in names])
        except ValueError:
            raise BadKey from None
        self._lookup_key = lookup_key.strip().encode()

    def encrypt(self, text: str) -> str:
        """Text as it lies in the database; a different one at each call."""
        return self._cipher.encrypt(text.encode()).decode("ascii")

    def decrypt(self, stored: str) -> str:
        """Raises CannotDecrypt where no key of the ring made `stored`."""
        try:
            return self._cipher.decrypt(stored).decode()
        except InvalidToken:
            raise CannotDecrypt from None

    def hash(self, purpose: str, text: str) -> str:
        """Keyed hash, 64 hex digits; `purpose` keeps the same text in two columns from matching."""
        return hmac.new(self._lookup_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
