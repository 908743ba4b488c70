"""What the status store may refuse. A docstring is the error's message."""

from renewal.domain import RenewalError


class StoreError(RenewalError):
    """The status store cannot be used."""

    def __init__(self, detail: str = "") -> None:
        message = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{message} {detail}".strip())


class MissingKey(StoreError):
    """A key is empty: RENEWAL_DATA_KEYS and RENEWAL_LOOKUP_KEY must both be set."""


class BadKey(StoreError):
    """RENEWAL_DATA_KEYS must be Fernet keys (32 bytes in URL-safe base64), comma-separated, newest first."""


class CannotDecrypt(StoreError):
    """A stored value was encrypted with a key that is not in RENEWAL_DATA_KEYS."""


class AnotherLookupKey(StoreError):
    """RENEWAL_LOOKUP_KEY is not the one that this store was filled under: nobody would be found, and every comparison
    would fail. Set the key of then. Nothing was read or written.
    """


class DataKeyGone(CannotDecrypt):
    """RENEWAL_DATA_KEYS lacks a key that this store was written under: names, phones and texts would not be read. Add
    it behind the others; docs/operations.md says what to do where it is lost. Nothing was read or written.
    """


class StoreUnavailable(StoreError):
    """The status store does not answer."""
