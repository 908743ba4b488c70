"""The chat of the web page."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from renewal.services.talks import chat, conversations
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.talks.conversations import StoredMessage
from sms_gateway.body import JSON_TYPE, after, json_object, whole
from sms_gateway.caller import caller
from sms_gateway.checks import refuse_other_sites
from sms_gateway.gateway import Refused, gateway
from sms_gateway.limits_table import (
    LONGEST_CHAT_CHARS,
    LONGEST_CLIENT_ID_CHARS,
    MESSAGES_PER_ADDRESS,
    MESSAGES_PER_SESSION,
    READS_PER_SESSION,
    SESSIONS_PER_ADDRESS,
)

blueprint = Blueprint("chat", __name__, url_prefix="/chat")

COOKIE = "renewal_chat"
COOKIE_LIFE_S = 30 * 24 * 3600
BEARER = "Bearer "
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
    """Open a conversation; its token goes into the cookie, and into the body for a page that embeds us."""
    parts = gateway()
    parts.limits.spend(SESSIONS_PER_ADDRESS, "sessions", caller())
    _, token = conversations.open_web(parts.services)
    answer = jsonify(token=token)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_LIFE_S,
        httponly=True,
        samesite="Lax",
        secure=parts.services.settings.public_url.startswith("https://") or request.is_secure,
        path="/chat",
    )
    return answer, 201


@blueprint.post("/messages")
def say() -> tuple[Response, int]:
    """Say something; the same client id again gives the same answer again."""
    conversation_id = _conversation()
    parts = gateway()
    parts.limits.spend(MESSAGES_PER_SESSION, "messages", conversation_id)
    parts.limits.spend(MESSAGES_PER_ADDRESS, "messages", caller())
    client_id, text = _message(json_object())
    try:
        with parts.turns.one(conversation_id, caller()):
            said = conversations.say_to(parts.services, parts.assistant, conversation_id, text, client_id)
    except AssistantUnavailable:
        chat.answer_later(parts.services, conversation_id, client_id)
        raise Refused(503, "chat.unavailable") from None
    return jsonify(messages=[_shown(message) for message in said]), 200


@blueprint.get("/messages")
def read() -> Response:
    """What was said after message N."""
    conversation_id = _conversation()
    parts = gateway()
    parts.limits.spend(READS_PER_SESSION, "reads", conversation_id)
    said = conversations.since(parts.services, conversation_id, after())
    return jsonify(messages=[_shown(message) for message in said])


@blueprint.get("/widget.js")
def widget() -> Response:
    """The widget, also for pages that embed it."""
    answer = current_app.send_static_file("widget.js")
    answer.headers["Cache-Control"] = f"public, max-age={WIDGET_LIFE_S}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _conversation() -> str:
    """The conversation of the request's token; an invented or missing one opens none."""
    header = request.headers.get("Authorization", "")
    token = header.removeprefix(BEARER) if header.startswith(BEARER) else request.cookies.get(COOKIE, "")
    found = conversations.by_token(gateway().services, token) if token else None
    if found is None:
        raise Refused(401, "chat.no_session")
    return found


def _message(body: dict[str, Any]) -> tuple[str, str]:
    client_id, text = body.get("id"), body.get("text")
    if not isinstance(client_id, str) or not isinstance(text, str):
        raise Refused(400, "chat.bad_request")
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID_CHARS or not client_id.isprintable():
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
