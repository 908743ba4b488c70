"""What was answered before goes to the model with each text: Rasa hands a component the text and no conversation."""

import functools
import inspect
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.context import AFTER
from bot.schema_check import UnknownRasa
from bot.tracker_store import MEMORY

NOTICE = "notice"  # of a message's metadata: the kind of the notice that its writer was sent
# The topic that each form is of: what is spoken of while it is open.
FORM_TOPICS = {
    "callback_form": "human",
    "status_form": "my_status",
    "points_form": "points_estimate",
    "appointment_form": "appointment",
}
_EXPECTED = ["self", "message", "tracker", "only_output_properties"]


def install() -> None:
    """Wrap Rasa's parsing of a text. Raises UnknownRasa where Rasa's own has changed."""
    parse = MessageProcessor.parse_message
    if hasattr(parse, "__wrapped__"):
        return
    if list(inspect.signature(parse).parameters) != _EXPECTED:
        raise UnknownRasa("MessageProcessor.parse_message(self, message, tracker, …) has changed")

    @functools.wraps(parse)
    async def parse_in_context(
        self: MessageProcessor,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        message.metadata = {**(message.metadata or {}), AFTER: spoken_of(message, tracker)}
        return await parse(self, message, tracker, only_output_properties)

    MessageProcessor.parse_message = parse_in_context


def spoken_of(message: UserMessage, tracker: DialogueStateTracker | None) -> str:
    """The open form's topic, else the one answered last, else the notice that the writer was sent; "" for none."""
    memory = tracker.get_slot(MEMORY) if tracker else None
    topic = memory.get("topic") if isinstance(memory, dict) else None
    form = tracker.active_loop_name if tracker else None
    notice = (message.metadata or {}).get(NOTICE)
    return FORM_TOPICS.get(form or "") or topic or (f"notice_{notice}" if notice else "")
