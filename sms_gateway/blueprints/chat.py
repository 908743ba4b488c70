"""The chat of the web page. Its cookie is the only key to a conversation, and the page of this origin its only door."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from renewal.services.talks import chat, conversations, web_sessions
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.talks.conversations import StoredMessage
from sms_gateway.body import JSON_TYPE, after, json_object, whole
from sms_gateway.caller import caller
from sms_gateway.checks import refuse_other_sites
from sms_gateway.gateway import gateway
from sms_gateway.limits_table import (
    LONGEST_CHAT_CHARS,
    LONGEST_CLIENT_ID_CHARS,
    MESSAGES_PER_ADDRESS,
    MESSAGES_PER_SESSION,
    READS_PER_SESSION,
    SESSIONS_PER_ADDRESS,
)
from sms_gateway.refused import Refused

blueprint = Blueprint("chat", __name__, url_prefix="/chat")

COOKIE = "renewal_chat"
HOST_COOKIE = (
    f"__Host-{COOKIE}"  # a browser takes it from this host alone, over TLS: no neighbour can put one there
)
COOKIE_LIFE_S = int(web_sessions.TOKEN_LIFE.total_seconds())
WIDGET_LIFE_S = 300


@blueprint.before_request
def refuse_forms_of_other_sites() -> None:
    """A form sends no JSON, and a script of another site may not: neither speaks for a visitor here."""
    if request.endpoint == f"{blueprint.name}.{widget.__name__}":
        return  # any page may embed it
    refuse_other_sites()
    if request.method == "POST" and request.mimetype != JSON_TYPE:
        raise Refused(400, "chat.bad_request", what="type")


@blueprint.post("/sessions")
def open_session() -> tuple[Response, int]:
    """Open a conversation; its token goes into the cookie and nowhere else."""
    parts = gateway()
    parts.limits.spend(SESSIONS_PER_ADDRESS, "sessions", caller())
    _, token = web_sessions.open_web(parts.services)
    return _with_cookie(jsonify(), token), 201


@blueprint.delete("/sessions")
def end_session() -> tuple[Response, int]:
    """End the conversation for this browser and for whoever else has its token; without one, nothing to end."""
    token = _token()
    if token:
        web_sessions.end(gateway().services, token)
    return _with_cookie(jsonify(), ""), 200


@blueprint.post("/messages")
def say() -> tuple[Response, int]:
    """Say something; the same client id again gives the same answer again."""
    token, conversation_id = _session()
    parts = gateway()
    parts.limits.spend(MESSAGES_PER_SESSION, "messages", conversation_id)
    parts.limits.spend(MESSAGES_PER_ADDRESS, "messages", caller())
    client_id, text = _message(json_object())
    try:
        with parts.turns.one(conversation_id, caller()):
            said = conversations.hear(
                parts.services,
                parts.assistant,
                conversation_id,
                text,
                client_id,
                caller_hash=parts.services.store.address_hash(caller()),
            )
    except AssistantUnavailable:
        chat.answer_later(parts.services, conversation_id, client_id)
        raise Refused(503, "chat.unavailable") from None
    if said.token is None:
        return _answer(said.messages, token, conversation_id), 200
    return _with_cookie(_answer(said.messages, said.token, conversation_id), said.token), 200


@blueprint.get("/messages")
def read() -> Response:
    """What was said after message N."""
    token, conversation_id = _session()
    parts = gateway()
    parts.limits.spend(READS_PER_SESSION, "reads", conversation_id)
    said = conversations.since(parts.services, conversation_id, after())
    return _answer(said, token, conversation_id)


@blueprint.get("/widget.js")
def widget() -> Response:
    """The widget, also for pages that embed it."""
    answer = current_app.send_static_file("widget.js")
    answer.headers["Cache-Control"] = f"public, max-age={WIDGET_LIFE_S}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _session() -> tuple[str, str]:
    """The request's token and the conversation that it opens; an invented or missing one opens none."""
    token = _token()
    found = web_sessions.by_token(gateway().services, token)
    if found is None:
        raise Refused(401, "chat.no_session")
    return token, found


def _token() -> str:
    """The token in the request's cookie. Of two that differ none counts: nobody can tell which was planted."""
    found = set(request.cookies.getlist(HOST_COOKIE if _is_secure() else COOKIE))
    return found.pop() if len(found) == 1 else ""


def _is_secure() -> bool:
    """Whether cookies are for TLS only: always, but for a development machine without it."""
    settings = gateway().services.settings
    https = settings.public_url.startswith("https://") or request.is_secure
    return https or settings.environment == "production"


def _with_cookie(answer: Response, token: str) -> Response:
    """The answer with the token in its cookie; with an empty one the browser drops what it has."""
    secure = _is_secure()
    if not secure:  # an older one of this name under /chat would count as a second one
        answer.delete_cookie(COOKIE, path="/chat")
    answer.set_cookie(
        HOST_COOKIE if secure else COOKIE,
        token,
        max_age=COOKIE_LIFE_S if token else 0,
        httponly=True,
        samesite="Strict",
        secure=secure,
        path="/",
    )
    return answer


def _answer(said: tuple[StoredMessage, ...], token: str, conversation_id: str) -> Response:
    """What was said, if the token still opens the conversation: while it was read, a new one may have been made."""
    known = web_sessions.is_known(gateway().services, token, conversation_id)
    if known is None:
        raise Refused(401, "chat.no_session")
    return jsonify(messages=[_shown(message) for message in said], known=known)


def _message(body: dict[str, Any]) -> tuple[str, str]:
    client_id, text = body.get("id"), body.get("text")
    if not isinstance(client_id, str) or not isinstance(text, str):
        raise Refused(400, "chat.bad_request")
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID_CHARS or not (
        client_id.isascii() and client_id.isprintable()
    ):
        raise Refused(400, "chat.bad_request")
    if len(text) > LONGEST_CHAT_CHARS:
        raise Refused(413, "chat.too_long")
    # A client's own ids may not meet those that the store gives to answers.
    return f"c-{client_id}", whole(text)


def _shown(message: StoredMessage) -> dict[str, Any]:
    return {
        "n": message.n,
        "author": message.author,
        "text": message.text,
        "buttons": [{"id": button.id, "label": button.label} for button in message.buttons],
        "at": message.at.isoformat(),
    }
