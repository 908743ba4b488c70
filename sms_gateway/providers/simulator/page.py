"""A phone on screen, for trying SMS with no provider. Registered with the simulator provider only."""

from flask import Blueprint, Response, jsonify, render_template, request

from renewal.services.samples import simulated
from sms_gateway.body import after, json_object, whole
from sms_gateway.checks import refuse_other_sites
from sms_gateway.gateway import gateway
from sms_gateway.limits_table import ANSWERS_PER_PHONE
from sms_gateway.refused import Refused

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

LONGEST_TEXT_CHARS = 10_000  # as a provider passes on: where a text comes in it is cut


@blueprint.before_request
def refuse_strangers() -> None:
    """A form or a script of another site may neither type on these phones nor read them."""
    refuse_other_sites()
    if request.method == "POST" and "X-Requested-With" not in request.headers:
        raise Refused(403, "chat.bad_request", what="cross_site")


@blueprint.get("")
def page() -> str:
    """The page with the phone."""
    return render_template("simulator.html")


@blueprint.get("/holders")
def holders() -> Response:
    """Phones to choose from, names and numbers masked."""
    choices = simulated.choices(gateway().services)
    return jsonify(
        holders=[
            {
                "id": choice.id,
                "name": choice.name,
                "phone": choice.phone,
                "situation": choice.situation,
                "expires_on": choice.expires_on.isoformat() if choice.expires_on else None,
                "unread": choice.unread,
            }
            for choice in choices
        ]
    )


@blueprint.get("/phones/<holder>/texts")
def texts(holder: str) -> Response:
    """What this phone shows after text N."""
    store = gateway().services.store
    shown = simulated.texts_of(store, _phone(holder), after())
    return jsonify(
        texts=[{"n": t.n, "direction": t.direction, "body": t.body, "at": t.at.isoformat()} for t in shown]
    )


@blueprint.post("/phones/<holder>/texts")
def text(holder: str) -> tuple[Response, int]:
    """Type a text on this phone; the answer comes to it like any SMS."""
    parts = gateway()
    phone = _phone(holder)
    typed = json_object().get("body")
    if not isinstance(typed, str):
        raise Refused(400, "chat.bad_request")
    if len(typed) > LONGEST_TEXT_CHARS:
        raise Refused(413, "chat.too_long")
    parts.limits.spend(ANSWERS_PER_PHONE, "phone", parts.services.store.phone_hash(phone))
    simulated.type_text(parts.services, phone=phone, body=whole(typed), now=parts.services.now())
    return jsonify(ok=True), 202


def _phone(holder: str) -> str:
    phone = simulated.phone_of(gateway().services.store, holder)
    if phone is None:
        raise Refused(404, "gateway.not_found")
    return phone
