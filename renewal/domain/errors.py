"""The root of the error tree; a door maps its kinds to exit and HTTP codes in one table."""


class RenewalError(Exception):
    """Something of renewal could not be done; the message says what and why."""
