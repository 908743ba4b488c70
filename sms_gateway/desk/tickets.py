"""Tickets to a holder's story: the button of a page where the permit stands, good for its reader and its reason."""

from typing import Any

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from renewal.services.lookup.searching import COUNTS_FOR, NoSuchSearch
from renewal.wording.staff import staff_sentence
from sms_gateway.desk.access import actor

SALT = "desk.story"


def story_of(permit_id: int, reason: str) -> str:
    """Where the button goes. Nobody can make the address for a permit that no page showed them."""
    ticket = _serializer().dumps([actor(), permit_id, reason])
    return url_for("search.of_permit", ticket=ticket)


def read_ticket(ticket: str) -> tuple[int, str]:
    """The permit and the reason.

    Raises:
        NoSuchSearch: another's ticket, an old one, or none at all.
    """
    try:
        made: Any = _serializer().loads(ticket, max_age=int(COUNTS_FOR.total_seconds()))
        staff, permit_id, reason = made
    except (BadSignature, ValueError, TypeError):
        staff, permit_id, reason = "", 0, ""
    if not staff or staff != actor():
        raise NoSuchSearch(staff_sentence("search.over", minutes=int(COUNTS_FOR.total_seconds() // 60)))
    return permit_id, reason


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT)
