"""Browsers from which somebody signed in before: a stranger's wrong passwords do not keep their owner out.

The cookie holds marks that the accounts' own service makes and knows; it opens nothing without the password.
"""

from flask import current_app, request
from werkzeug.wrappers import Response

from renewal.services.accounts import signing_in
from sms_gateway.gateway import gateway
from sms_gateway.limits_table import TRIES_PER_BROWSER

COOKIE = "renewal_desk_browser"
LIFE_S = 180 * 24 * 3600
MOST_MARKS = 4  # colleagues who share a machine
LONGEST_MARK_CHARS = 100


def marks() -> tuple[str, ...]:
    """The marks that this browser has and that were not tried too often lately; asking counts a try of each."""
    limits = gateway().limits
    return tuple(mark for mark in _held() if limits.allows(TRIES_PER_BROWSER, "browser", mark))


def remember(answer: Response, name: str) -> None:
    """Give the browser a mark of the account that signed in, before those that it has."""
    held = (signing_in.mark_of(gateway().services, name), *_held())[:MOST_MARKS]
    answer.set_cookie(
        _cookie(),
        ".".join(held),
        max_age=LIFE_S,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Strict",
    )


def _held() -> tuple[str, ...]:
    given = request.cookies.get(_cookie(), "").split(".")[:MOST_MARKS]
    return tuple(dict.fromkeys(mark for mark in given if 0 < len(mark) <= LONGEST_MARK_CHARS))


def _cookie() -> str:
    return f"__Host-{COOKIE}" if _is_secure() else COOKIE


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
