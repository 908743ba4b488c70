"""The chat of the web page. Only our own pages and those of the allowlist speak here, each with a key of its own."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from renewal.services.talks import chat, conversations, feedback, web_sessions
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.talks.conversations import StoredMessage
from renewal.services.talks.sources import cited
from sms_gateway.body import JSON_TYPE, LARGEST_NUMBER, after, json_object, whole
from sms_gateway.caller import caller
from sms_gateway.chat_key import session, token_given, with_token
from sms_gateway.checks import allow_embedding_page, refuse_unlisted_sites
from sms_gateway.gateway import gateway
from sms_gateway.limits_table import (
    LONGEST_CHAT_CHARS,
    LONGEST_CLIENT_ID_CHARS,
    MESSAGES_PER_ADDRESS,
    MESSAGES_PER_SESSION,
    READS_PER_SESSION,
    SESSIONS_PER_ADDRESS,
    VERDICTS_PER_SESSION,
)
from sms_gateway.refused import Refused

blueprint = Blueprint("chat", __name__, url_prefix="/chat")
blueprint.after_request(allow_embedding_page)

CLIENT = "c-"  # before a client's own ids: they may not meet those that the store gives to answers


@blueprint.before_request
def refuse_forms_of_other_sites() -> None:
    """A form sends no JSON, and a script of another site may not: neither speaks for a visitor here."""
    refuse_unlisted_sites()
    if request.method == "POST" and request.mimetype != JSON_TYPE:
        raise Refused(400, "chat.bad_request", what="type")


@blueprint.post("/sessions")
def open_session() -> tuple[Response, int]:
    """Open a conversation; its token goes into the cookie and nowhere else, or to a page of the allowlist."""
    parts = gateway()
    parts.limits.spend(SESSIONS_PER_ADDRESS, "sessions", caller())
    _, token = web_sessions.open_web(parts.services)
    return with_token({}, token), 201


@blueprint.delete("/sessions")
def end_session() -> tuple[Response, int]:
    """End the conversation for this browser and for whoever else has its token; without one, nothing to end."""
    token = token_given()
    if token:
        web_sessions.end(gateway().services, token)
    return with_token({}, ""), 200


@blueprint.post("/messages")
def say() -> tuple[Response, int]:
    """Say something; the same client id again gives the same answer again."""
    token, conversation_id = session()
    parts = gateway()
    parts.limits.spend(MESSAGES_PER_SESSION, "messages", conversation_id)
    parts.limits.spend(MESSAGES_PER_ADDRESS, "messages", caller())
    client_id, text = _message(json_object())
    caller_hash = parts.services.store.address_hash(caller())
    try:
        with parts.turns.one(conversation_id, caller()):
            said = conversations.hear(
                parts.services,
                parts.assistant,
                conversation_id,
                text,
                client_id,
                caller_hash=caller_hash,
            )
    except AssistantUnavailable:
        chat.answer_later(parts.services, conversation_id, client_id, caller_hash=caller_hash)
        raise Refused(503, "chat.unavailable") from None
    if said.token is None:
        return jsonify(_answer(said.messages, token, conversation_id)), 200
    return with_token(_answer(said.messages, said.token, conversation_id), said.token), 200


@blueprint.get("/messages")
def read() -> Response:
    """What was said after message N."""
    token, conversation_id = session()
    parts = gateway()
    parts.limits.spend(READS_PER_SESSION, "reads", conversation_id)
    said = conversations.since(parts.services, conversation_id, after())
    return jsonify(_answer(said, token, conversation_id))


@blueprint.post("/feedback")
def judge() -> Response:
    """Keep what the visitor thinks of one answer."""
    _, conversation_id = session()
    parts = gateway()
    parts.limits.spend(VERDICTS_PER_SESSION, "verdicts", conversation_id)
    body = json_object()
    number = body.get("n")
    verdict, reason, words = (body.get(name, "") for name in ("verdict", "reason", "words"))
    if verdict not in feedback.VERDICTS or reason not in feedback.REASONS or not isinstance(words, str):
        raise Refused(400, "chat.bad_request")
    if type(number) is not int or not 0 < number <= LARGEST_NUMBER:
        raise Refused(400, "chat.bad_request")
    if len(words) > feedback.LONGEST_WORDS_CHARS:
        raise Refused(413, "chat.too_long")
    opinion = feedback.Opinion(verdict=verdict, reason=reason, words=whole(words))
    try:
        feedback.judge(parts.services, conversation_id, number, opinion)
    except feedback.NoSuchAnswer:
        raise Refused(404, "chat.bad_request") from None
    return jsonify()


def _answer(said: tuple[StoredMessage, ...], token: str, conversation_id: str) -> dict[str, Any]:
    """What was said, if the token still opens the conversation: while it was read, a new one may have been made."""
    services = gateway().services
    known = web_sessions.is_known(services, token, conversation_id)
    if known is None:
        raise Refused(401, "chat.no_session")
    judged = feedback.verdicts(services, conversation_id) if said else {}
    return {"messages": [_shown(message, judged.get(message.n, "")) for message in said], "known": known}


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
    return f"{CLIENT}{client_id}", whole(text)


def _shown(message: StoredMessage, verdict: str) -> dict[str, Any]:
    shown = {
        "n": message.n,
        "author": message.author,
        "text": message.text,
        "buttons": [{"id": button.id, "label": button.label} for button in message.buttons],
        "at": message.at.isoformat(),
    }
    if message.author == "user":
        return shown | {"id": message.client_id.removeprefix(CLIENT)}
    sources = [
        {"title": source.title, "places": list(source.places)}
        for source in cited(gateway().services, message.sources)
    ]
    return shown | {"sources": sources, "verdict": verdict}
