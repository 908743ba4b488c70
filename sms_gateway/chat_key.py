"""What opens a conversation on the web: on our own pages a cookie alone, on a listed page a bearer token alone."""

from typing import Any

from flask import Response, jsonify, request

from renewal.services.talks import web_sessions
from sms_gateway.checks import embedding_page
from sms_gateway.gateway import gateway
from sms_gateway.refused import Refused

COOKIE = "renewal_chat"
HOST_COOKIE = (
    f"__Host-{COOKIE}"  # a browser takes it from this host alone, over TLS: no neighbour can put one there
)
COOKIE_LIFE_S = int(web_sessions.TOKEN_LIFE.total_seconds())
BEARER = "Bearer "


def session() -> tuple[str, str]:
    """The request's token and the conversation that it opens; an invented or missing one opens none."""
    token = token_given()
    found = web_sessions.by_token(gateway().services, token)
    if found is None:
        raise Refused(401, "chat.no_session")
    return token, found


def token_given() -> str:
    """The request's token; of two cookies that differ none counts: nobody can tell which was planted."""
    if embedding_page():
        given = request.headers.get("Authorization", "")
        return given.removeprefix(BEARER) if given.startswith(BEARER) else ""
    found = set(request.cookies.getlist(HOST_COOKIE if _is_secure() else COOKIE))
    return found.pop() if len(found) == 1 else ""


def with_token(said: dict[str, Any], token: str) -> Response:
    """The answer with a new token, in its cookie or, for a listed page, in its body; an empty one drops the cookie."""
    if embedding_page():
        return jsonify(said | ({"token": token} if token else {}))
    answer = jsonify(said)
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


def _is_secure() -> bool:
    """Whether cookies are for TLS only: always, but for a development machine without it."""
    settings = gateway().services.settings
    https = settings.public_url.startswith("https://") or request.is_secure
    return https or settings.environment == "production"
