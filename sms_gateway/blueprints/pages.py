"""The page with the chat."""

from flask import Blueprint, render_template

from sms_gateway.gateway import gateway
from sms_gateway.providers.simulator.provider import NAME as SIMULATOR

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    """The front page."""
    return render_template("index.html", simulator=gateway().services.settings.provider == SIMULATOR)
