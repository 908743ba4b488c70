"""A turn whose action fails is given up whole: nothing of it is kept, and the channel says so.

Rasa 3.6 logs a failed action and goes on: the user gets silence, and a form that was just filled is lost.
"""

import asyncio
import functools
import inspect
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction

from bot.schema_check import UnknownRasa

ACTION_SECONDS = 8.0  # below the gateway's own patience, and far below the life of Rasa's lock
_EXPECTED = ["self", "output_channel", "nlg", "tracker", "domain"]


class ActionFailed(BaseException):
    """A custom action did not come back with an answer.

    Not an Exception: those Rasa swallows on the way to the channel, before it stores the turn.
    """


def install() -> None:
    """Wrap the call of custom actions. Raises UnknownRasa where Rasa's own has changed."""
    run = RemoteAction.run
    if hasattr(run, "__wrapped__"):
        return
    if list(inspect.signature(run).parameters) != _EXPECTED:
        raise UnknownRasa("RemoteAction.run(self, output_channel, nlg, tracker, domain) has changed")

    @functools.wraps(run)
    async def run_or_give_up(self: RemoteAction, *args: Any, **kwargs: Any) -> list[Any]:
        try:
            return await asyncio.wait_for(run(self, *args, **kwargs), ACTION_SECONDS)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            raise ActionFailed(f"{self.name()}: {type(error).__name__}") from error

    RemoteAction.run = run_or_give_up
