"""What Alibaba posts: JSON arrays of receipts (SmsReport) and of texts that came in (SmsUp), several a call."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import phonenumbers
import structlog

from renewal.services.texts.provider import DeliveryState, InboundText, Receipt
from renewal.settings import SHANGHAI
from sms_gateway.providers.alibaba.codes import DELIVERED, NAME, receipt_of
from sms_gateway.providers.senders import LONGEST_CODE_DIGITS, checked_sender

log = structlog.get_logger(__name__)

MOST_IN_A_CALL = 5000
LONGEST_ID_CHARS = 64

Told = TypeVar("Told")


def receipts_in(body: bytes) -> Sequence[Receipt]:
    """Raises ValueError where nothing in it is a receipt of ours."""
    return _each(body, _receipt)


def texts_in(body: bytes) -> Sequence[InboundText]:
    """Raises ValueError where nothing in it is a text."""
    return _each(body, _text)


def _each(body: bytes, read: Callable[[Mapping[str, Any]], Told]) -> list[Told]:
    """All that can be read; one that cannot be costs none of its neighbours their place."""
    try:
        told = json.loads(body)  # JSONDecodeError and UnicodeDecodeError are ValueErrors
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(told, list) or len(told) > MOST_IN_A_CALL:
        raise ValueError("not an array of what happened")
    found: list[Told] = []
    for item in told:
        try:
            found.append(read(item))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("left_out", provider=NAME, why=type(error).__name__)
    if told and not found:
        raise ValueError("nothing in it can be read")
    return found


def _receipt(item: Mapping[str, Any]) -> Receipt:
    out_id = _id(item["out_id"])
    arrived = item["success"]
    if not isinstance(arrived, bool):
        raise ValueError("success is yes or no")
    state = DeliveryState.DELIVERED if arrived else DeliveryState.FAILED
    return receipt_of(
        out_id=out_id, state=state, code=str(item.get("err_code") or (DELIVERED if arrived else ""))
    )


def _text(item: Mapping[str, Any]) -> InboundText:
    body = item.get("content") or ""
    if not isinstance(body, str):
        raise ValueError("the content is no text")
    return InboundText(
        provider=NAME,
        provider_ref=_id(item["sequence_id"]),
        phone=checked_sender(e164(str(item["phone_number"]).strip()), longest_code=LONGEST_CODE_DIGITS),
        body=body,
        sent_at=shanghai_time(item.get("send_time")),
    )


def _id(raw: object) -> str:
    """An id of letters, digits and hyphens, or a number; raises ValueError on anything else."""
    word = str(raw)
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise ValueError("no id")
    if not (word.isascii() and word.replace("-", "").isalnum() and len(word) <= LONGEST_ID_CHARS):
        raise ValueError("no id")
    return word


def shanghai_time(written: object) -> datetime | None:
    """Alibaba writes the time of day in Shanghai, without saying so."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def e164(number: str) -> str:
    """A number as Alibaba writes it (no +, no 86 before a mainland one) in E.164; what is none stays as it is."""
    if not number.isascii() or not number.removeprefix("+").isdigit():
        return number  # the library reads letters as digits, and drops an extension
    is_mainland = len(number) == 11 and number.startswith("1")
    written = number if number.startswith("+") else f"+86{number}" if is_mainland else f"+{number}"
    try:
        parsed = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
