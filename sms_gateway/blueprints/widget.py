"""The widget's script, which any page may embed, and its words, for our own pages and those of the allowlist."""

from typing import cast

from flask import Blueprint, Response, current_app, jsonify, request

from sms_gateway.checks import allow_embedding_page, refuse_unlisted_sites
from sms_gateway.refused import Refused
from sms_gateway.widget import widget_script
from sms_gateway.widget_words import EDITIONS, WidgetWords

blueprint = Blueprint("widget", __name__, url_prefix="/chat")
blueprint.after_request(allow_embedding_page)

EXTENSION = "renewal_widget"
LIFE_S = 300  # then it is asked whether they are still the same


@blueprint.before_request
def refuse_pages_that_are_not_listed() -> None:
    """The script may be loaded from anywhere; on a page that is not listed it finds no words and no chat."""
    if request.endpoint != f"{blueprint.name}.{script.__name__}":
        refuse_unlisted_sites()


@blueprint.get("/widget.js")
def script() -> Response:
    """The whole widget in one file, compressed for who takes it so."""
    made = widget_script()
    answer = Response(made.plain, mimetype="text/javascript")
    if request.accept_encodings["gzip"]:
        answer.set_data(made.gzipped)
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(made.tag, weak=True)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _kept(answer)


@blueprint.get("/words/<language>")
def words(language: str) -> Response:
    """What the widget says in a language, and the questions that it begins with."""
    return _tagged(jsonify(_words().words(_known(language))))


@blueprint.get("/hints/<language>")
def hints(language: str) -> Response:
    """The questions to offer while somebody types."""
    return _tagged(jsonify(hints=_words().hints(_known(language))))


def _words() -> WidgetWords:
    return cast(WidgetWords, current_app.extensions[EXTENSION])


def _known(language: str) -> str:
    if language not in EDITIONS:
        raise Refused(404, "gateway.not_found")
    return language


def _tagged(answer: Response) -> Response:
    answer.add_etag()
    return _kept(answer)


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={LIFE_S}"
    answer.make_conditional(request)
    return answer
