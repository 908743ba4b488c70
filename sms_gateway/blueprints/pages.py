"""The front page: renewal in one screen, the days of one permit, the chat. Only the chat needs a script."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request

from renewal.dialogue.ground import Ground
from renewal.services.front.calculator import calculate
from renewal.services.front.screen import cards
from renewal.services.front.sources import DEFAULT, LANGUAGES, language_names, texts_of
from sms_gateway.gateway import gateway

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    """The front page in the language that is asked for, with what follows from the expiry day that is given."""
    services = gateway().services
    asked = request.args.get("lang", DEFAULT)
    return render_template(
        "index.html",
        **front_values(services.ground(), asked, request.args.getlist("expires")),
        simulator=any(kind.shows_texts for kind in services.settings.providers),
        site=(services.settings.public_url or request.url_root).rstrip("/"),
    )


def front_values(ground: Ground, asked: str, given: Sequence[str]) -> dict[str, Any]:
    """What the page says: in one of its languages, the first for any other, under today's rules."""
    language = asked if asked in LANGUAGES else DEFAULT
    return {
        "say": texts_of(ground, language),
        "lang": language,
        "languages": language_names(ground),
        "cards": cards(ground, language),
        "result": calculate(ground, given, language),
    }
