"""What the provider on the wire took: calls as they arrived, and texts."""

from dataclasses import dataclass

SENT_AFTER_S, DONE_AFTER_S = 0.05, 0.15


@dataclass(frozen=True, slots=True)
class Call:
    """A post as it arrived: when (the carrier's clock, seconds), to whom, what."""

    at: float
    to: str
    body: str


@dataclass(slots=True)
class Message:
    """A text that the carrier took, or one that a phone sent (`inbound`). `code` is 0 where it reached the phone."""

    sid: str
    to: str
    sender: str
    body: str
    at: float
    callback: str = ""
    code: int = 0
    inbound: bool = False

    def status(self, now: float) -> str:
        """Twilio's word for where it is by now."""
        if self.inbound:
            return "received"
        if now - self.at < SENT_AFTER_S:
            return "queued"
        if now - self.at < DONE_AFTER_S:
            return "sent"
        return "undelivered" if self.code else "delivered"
