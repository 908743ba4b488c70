"""The page with the chat."""

from flask import Blueprint, render_template

from sms_gateway.gateway import gateway

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    """The front page."""
    shown = any(kind.shows_texts for kind in gateway().services.settings.providers)
    return render_template("index.html", simulator=shown)
