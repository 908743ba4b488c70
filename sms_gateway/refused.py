"""How a handler says no."""


class Refused(Exception):
    """A request is not carried out; `key` names the sentence for whoever sent it.

    `what` names the attempt for the log, where it may be an attack; `retry_after_s` says when to come again.
    """

    def __init__(self, status: int, key: str, *, what: str = "", retry_after_s: int = 0) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.what = what
        self.retry_after_s = retry_after_s
