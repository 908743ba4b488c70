"""The gateway's channel: asks for the secret, demands a sender, and reports an error as an error."""

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot import last_answer, quiet_logs, schema_check, turn_guard
from bot.components.encoder import embed_ahead
from bot.components.parts import cut_apart
from bot.components.text import for_model, has_words
from bot.lock_store import be_alone_or_share
from bot.sealing import MissingKey, seal_of_environment
from renewal.language.text import cut

logger = logging.getLogger(__name__)
SECRET_HEADER = "X-Renewal-Secret"  # noqa: S105 a header's name
SECRET_VARIABLE = "RENEWAL_RASA_SECRET"  # noqa: S105 a variable's name
LONGEST_SENDER_CHARS = 128


class Refused(Exception):
    """The request is not one that the gateway makes; the message says why."""


class GatewayInput(InputChannel):
    """POST /webhooks/gateway/webhook → `{"messages": [{"text", "buttons", "sources"?}], "topics"?, "claim"?}`.

    The body is `{sender, text, intent?, notice?, explain?}`: `notice` is the kind of the notice that the writer was
    sent last. With `explain`, `why` lists what each action tells of its answer, for a developer; the gateway never
    asks for it.

    400 for a malformed request, 403 without the secret, 503 while the model or the action server is missing,
    500 for anything else that failed. After 500 and 503 the turn has left no trace: it can be tried again.
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise RasaException(f"{SECRET_VARIABLE} is empty: the channel does not open without a secret")
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        """Part of the address."""
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "GatewayInput":
        """Called once when Rasa starts.

        Raises:
            RasaException: a secret or key is missing, another Rasa has the conversations and does not share them, or
                Rasa is not the one we know.
        """
        try:
            seal_of_environment()
        except MissingKey as missing:
            raise RasaException(str(missing)) from None
        quiet_logs.install()
        schema_check.install()
        turn_guard.install()
        last_answer.install()
        door = cls(os.environ.get(SECRET_VARIABLE, ""))
        be_alone_or_share()
        return door

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes."""
        routes = Blueprint("gateway_channel")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            loaded = _model_is_loaded(request)
            return json({"model": loaded}, status=200 if loaded else 503)

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return _error(403, "wrong or missing secret")
            if not _model_is_loaded(request):
                return _error(503, "no model is loaded")
            try:
                message = _message(request)
            except Refused as refusal:
                return _error(400, str(refusal))
            return await _answer(message, on_new_message)

        return routes

    def _knows(self, request: Request) -> bool:
        offered = request.headers.get(SECRET_HEADER, "")
        # Sanic keeps bytes that are no UTF-8 as half characters: they are a wrong secret, not an error.
        return hmac.compare_digest(offered.encode("utf-8", "surrogateescape"), self._secret)


async def _answer(message: UserMessage, handle: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
    try:
        await embed_ahead_of(message)
        await handle(message)
    except turn_guard.ActionFailed as failure:
        logger.error("a turn was given up: %s", failure)  # noqa: TRY400 its cause is in the other log
        return _error(503, "the action server does not answer")
    except LockError:
        return _error(503, "the conversation is busy")
    except Exception:
        logger.exception("a turn failed")
        return _error(500, "the turn failed")
    collected = message.output_channel.messages
    said = _said(collected)
    if not said:
        return _error(500, "the turn had no answer")
    told = _beside(collected, "why")
    return json({"messages": said, **_turn(collected), **({"why": told} if told else {})})


async def embed_ahead_of(message: UserMessage) -> None:
    """What the pipeline will ask of the encoder; a button's text is not read."""
    if message.parse_data is None:
        texts = (message.text, *cut_apart(message.text).parts)
        await embed_ahead({for_model(text) for text in texts if has_words(text)})


def _said(collected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages; the clauses that one rests on come right after it."""
    said: list[dict[str, Any]] = []
    for item in collected:
        if item.get("text"):
            said.append(_as_gateway_reads(item))
        elif said and "clauses" in item.get("custom", {}):
            said[-1]["sources"] = item["custom"]["clauses"]
    return said


def _turn(collected: list[dict[str, Any]]) -> dict[str, Any]:
    """What the turn was about, if the actions told: of several all topics and the first claim."""
    turns = _beside(collected, "turn")
    if not turns:
        return {}
    topics = dict.fromkeys(topic for turn in turns for topic in turn["topics"])
    return {"topics": list(topics), "claim": next((turn["claim"] for turn in turns if turn["claim"]), "")}


def _beside(collected: list[dict[str, Any]], name: str) -> list[Any]:
    """What the actions tell beside the messages under this name."""
    return [item["custom"][name] for item in collected if name in item.get("custom", {})]


def _message(request: Request) -> UserMessage:
    """Raises Refused."""
    try:
        body = request.json
    except Exception as error:
        raise Refused("the body is not JSON") from error
    if not isinstance(body, dict):
        raise Refused("the body is not a JSON object")
    sender, text, intent = (body.get(key) for key in ("sender", "text", "intent"))
    if not isinstance(sender, str) or not sender.strip() or len(sender) > LONGEST_SENDER_CHARS:
        raise Refused("sender must be a text that is not blank")
    if not isinstance(text, str):
        raise Refused("text must be a text")
    if intent and (intent in DEFAULT_INTENTS or intent not in request.app.ctx.agent.domain.intents):
        raise Refused("there is no such intent")
    harmless = neutralise(cut(text))
    return UserMessage(
        harmless,
        CollectingOutputChannel(),
        sender.strip(),
        input_channel=GatewayInput.name(),
        parse_data=_parsed(harmless, intent) if intent else None,
        metadata=_told(body),
    )


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """What the gateway tells beside the text. Raises Refused."""
    notice = body.get("notice") or ""
    if not isinstance(notice, str):
        raise Refused("notice must be a text")
    return {
        **({"explain": True} if body.get("explain") is True else {}),
        **({last_answer.NOTICE: notice} if notice else {}),
    }


def neutralise(text: str) -> str:
    """The text with its first slash full width: Rasa would take `/restart` for a command."""
    bare = text.strip()
    return f"／{bare[1:]}" if bare.startswith("/") else bare


def _parsed(text: str, intent: str) -> dict[str, Any]:
    """What the user meant by a button needs no guessing."""
    chosen = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": chosen, "intent_ranking": [chosen], "entities": []}


def _as_gateway_reads(message: dict[str, Any]) -> dict[str, Any]:
    buttons: list[dict[str, Any]] = message.get("buttons") or []
    return {
        "text": message["text"],
        "buttons": [
            {
                "id": button.get("id", ""),
                "label": button["title"],
                "intent": button.get("payload", "").lstrip("/"),
            }
            for button in buttons
        ],
    }


def _model_is_loaded(request: Request) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and agent.is_ready()


def _error(status: int, what: str) -> HTTPResponse:
    return json({"error": what}, status=status)
