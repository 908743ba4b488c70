"""The request form of the widget: a code for the number, then the callback."""

from typing import Any

from flask import Blueprint, Response, jsonify

from renewal.services.callbacks import form
from renewal.services.callbacks.form import Filled, Outcome
from sms_gateway.blueprints.chat import refuse_forms_of_other_sites
from sms_gateway.body import json_object, whole
from sms_gateway.caller import caller
from sms_gateway.chat_key import session
from sms_gateway.checks import allow_embedding_page
from sms_gateway.gateway import gateway
from sms_gateway.limits_table import FORMS_PER_ADDRESS, FORMS_PER_SESSION, LONGEST_CLIENT_ID_CHARS
from sms_gateway.refused import Refused
from sms_gateway.widget_words import EDITIONS

blueprint = Blueprint("requests", __name__, url_prefix="/chat/callbacks")
blueprint.before_request(refuse_forms_of_other_sites)
blueprint.after_request(allow_embedding_page)

LONGEST = {
    "id": LONGEST_CLIENT_ID_CHARS,
    "name": form.LONGEST_NAME_CHARS,
    "phone": form.LONGEST_PHONE_CHARS,
    "code": form.LONGEST_CODE_CHARS,
    "about": form.LONGEST_ABOUT_CHARS,
}


@blueprint.post("/code")
def send_code() -> tuple[Response, int]:
    """Text a code to the number that is to be called."""
    conversation_id = _talk()
    parts, body = gateway(), json_object()
    told = form.send_code(
        parts.services,
        conversation_id,
        _id(body),
        _text(body, "phone"),
        language=_language(body),
        caller_hash=parts.services.store.address_hash(caller()),
    )
    return _told(told)


@blueprint.post("")
def submit() -> tuple[Response, int]:
    """Take the request, where all is filled in and the code is right."""
    conversation_id = _talk()
    body = json_object()
    filled = Filled(
        name=_text(body, "name"),
        phone=_text(body, "phone"),
        code=_text(body, "code"),
        about=_text(body, "about"),
        agreed=body.get("agreed") is True,
    )
    return _told(
        form.submit(gateway().services, conversation_id, _id(body), filled, language=_language(body))
    )


def _talk() -> str:
    """The conversation that the form belongs to, within what may be asked of it."""
    _, conversation_id = session()
    limits = gateway().limits
    limits.spend(FORMS_PER_SESSION, "forms", conversation_id)
    limits.spend(FORMS_PER_ADDRESS, "forms", caller())
    return conversation_id


def _told(outcome: Outcome) -> tuple[Response, int]:
    """422 with a sentence for each field that is wrong; else what is said."""
    if outcome.wrong:
        return jsonify(wrong=dict(outcome.wrong)), 422
    return jsonify(said=outcome.said, done=outcome.done), 200


def _id(body: dict[str, Any]) -> str:
    given = _text(body, "id")
    if not given or not given.isascii() or not given.isprintable():
        raise Refused(400, "chat.bad_request")
    return given


def _text(body: dict[str, Any], name: str) -> str:
    given = body.get(name, "")
    if not isinstance(given, str):
        raise Refused(400, "chat.bad_request")
    if len(given) > LONGEST[name]:
        raise Refused(413, "chat.too_long")
    return whole(given)


def _language(body: dict[str, Any]) -> str:
    language = body.get("language", "")
    return EDITIONS.get(language, "zh") if isinstance(language, str) else "zh"
