"""What a request says, read so that nothing in it is more than a wrong value."""

from typing import Any

from flask import request

from sms_gateway.refused import Refused

JSON_TYPE = "application/json"
LARGEST_NUMBER = 2**31 - 1  # of a message: the database counts in four bytes


def json_object() -> dict[str, Any]:
    """The JSON object in the body; raises Refused (400) where there is none."""
    if request.mimetype != JSON_TYPE:
        raise Refused(400, "chat.bad_request", what="type")
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets within brackets
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "chat.bad_request")
    return body


def after() -> int:
    """`?after=N`, the number of the last message that the client has; raises Refused (400)."""
    raw = request.args.get("after", "0")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 10 and int(raw) <= LARGEST_NUMBER):
        raise Refused(400, "chat.bad_request")
    return int(raw)


def whole(text: str) -> str:
    """The text without what no database keeps: NUL, and half of a character."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")
