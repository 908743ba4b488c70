"""What keeps a worker's queues from looking and working in vain: no job waits, or the assistant is away."""

import time
from collections.abc import Callable

from dbos._dbos import _get_dbos_instance

from renewal.dialogue.says import BotMessage
from renewal.services.jobs import REPLIES, Jobs
from renewal.services.talks.assistant import Assistant, AssistantUnavailable

AWAY_AFTER = 3  # asks in a row with no sign of life
REST_S = 2.0


class Watched:
    """An assistant of which is known whether it is away: its last asks ended with no sign of life."""

    def __init__(self, assistant: Assistant, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._assistant, self._clock_s = assistant, clock_s
        self._in_vain = 0
        self._rests_until_s = 0.0

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        """As the assistant itself."""
        try:
            said = self._assistant.answer(
                conversation_id=conversation_id, text=text, intent=intent, notice=notice
            )
        except AssistantUnavailable as error:
            self._in_vain = 0 if error.alive else self._in_vain + 1
            if self._in_vain >= AWAY_AFTER:
                self._rests_until_s = self._clock_s() + REST_S
            raise
        self._in_vain, self._rests_until_s = 0, 0.0
        return said

    @property
    def is_away(self) -> bool:
        """Whether it is left alone for a moment; then some are asked again."""
        return self._clock_s() < self._rests_until_s


def look_first(jobs: Jobs, assistant: Watched) -> None:
    """Have DBOS, once launched, take jobs only where a glance says that one waits.

    Without it each look at an empty queue puts together and runs four long statements, five times a second. Texts
    wait where they are while the assistant is away: each that is taken up only to fail costs a dozen more.
    """
    system = _get_dbos_instance()._sys_db  # noqa: SLF001 - no public way
    all_scopes = system.dequeue_scopes

    def scopes(queue_name: str) -> list[str | None]:
        rests = queue_name == REPLIES and assistant.is_away
        return [] if rests or not jobs.any_waits(queue_name) else all_scopes(queue_name)

    system.dequeue_scopes = scopes  # type: ignore[method-assign]
