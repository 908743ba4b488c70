"""A worker whose carrier is a file: one line for each text it took. Started by the tests, and killed by them.

Arguments: the carrier's file, seconds that the carrier thinks before it takes a text, and after it has.
"""

import sys
import time
from collections.abc import Container
from datetime import datetime
from pathlib import Path

from renewal.dialogue.says import BotMessage
from renewal.services.texts.provider import DeliveryState, InboundText, NotOffered, Receipt, TextTemplate
from renewal.settings import load_settings
from sms_gateway import worker


class FileCarrier:
    """Takes texts into a file, which outlives the process as a provider does."""

    name = "simulator"

    def __init__(self, file: Path, before_s: float, after_s: float) -> None:
        self.file, self.before_s, self.after_s = file, before_s, after_s

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        time.sleep(self.before_s)
        with self.file.open("a", encoding="utf-8") as taken:
            taken.write(f"{our_id}\n")
        time.sleep(self.after_s)
        return f"ref-{our_id}"

    def lookup(
        self,
        *,
        to: str,
        body: str,
        our_id: str,
        ref: str | None = None,
        since: datetime | None = None,
        owned: Container[str] = (),
    ) -> Receipt | None:
        taken = self.file.read_text("utf-8").split() if self.file.exists() else []
        if our_id not in taken:
            return None
        return Receipt(provider_ref=f"ref-{our_id}", state=DeliveryState.SENT, raw="sent")

    def recent_inbound(self, since: datetime) -> tuple[InboundText, ...]:
        raise NotOffered


class Echo:
    """Says what was said."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        return (BotMessage(text=f"答：{text}"),)


if __name__ == "__main__":
    carrier = FileCarrier(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
    worker.run(load_settings(), provider=carrier, assistant=Echo())
