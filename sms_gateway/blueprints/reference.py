"""What the gateway says of its own routes: for programs, and to read."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from sms_gateway.gateway import gateway
from sms_gateway.reference import described, operations

blueprint = Blueprint("reference", __name__)


@blueprint.get("/openapi.json")
def description() -> Response:
    """OpenAPI 3.1, as far as this gateway has the routes."""
    return jsonify(described(current_app, _site()))


@blueprint.get("/api")
def page() -> str:
    """The same to read."""
    spec = described(current_app, _site())
    return render_template("reference.html", spec=spec, operations=operations(spec))


def _site() -> str:
    return (gateway().services.settings.public_url or request.url_root).rstrip("/")
