"""What a webhook's form may look like: Twilio's signature alone does not say where a name ends and a value begins."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from renewal.services.texts.provider import InboundText, Receipt
from sms_gateway.providers.senders import checked_sender
from sms_gateway.providers.twilio.codes import receipt_of

SAID_ONCE = ("AccountSid", "From", "Body", "MessageSid", "SmsSid")
LONGEST_REF_CHARS = 64
CONFIRMED_BY_TWILIO = frozenset(
    {"START", "STOP"}
)  # OptOutType: a messaging service has answered the phone itself


def inbound_of(form: Mapping[str, str], *, provider: str) -> InboundText:
    """A text that came in. Raises ValueError on a form that is not one."""
    pictures = form.get("NumMedia", "")
    return InboundText(
        provider=provider,
        provider_ref=_ref(form),
        phone=sender(form),
        body=form.get("Body", ""),
        pictures=int(pictures) if pictures.isascii() and pictures.isdigit() and len(pictures) < 3 else 0,
        answered_by_provider=form.get("OptOutType", "") in CONFIRMED_BY_TWILIO,
    )


def report_of(form: Mapping[str, str], *, our_id: str | None) -> Receipt:
    """A receipt. Raises ValueError on a form that is not one."""
    ref = _ref(form)
    raw = form.get("MessageStatus") or form.get("SmsStatus", "")
    if not ref or not raw:
        raise ValueError("a receipt needs MessageSid and MessageStatus")
    return receipt_of(ref=ref, raw=raw, code=form.get("ErrorCode"), our_id=our_id)


def sender(form: Mapping[str, str]) -> str:
    """Who sent a text: a number in E.164, or the short code or name of one that has no number.

    The signature is made of all names and values in one run, so a text whose words hold `From+86…` has that of a
    form that names another sender. It has it no more where names are plain, and each of ours is there once.

    Raises:
        ValueError: a name or a sender is not as Twilio writes it, or one is there twice.
    """
    if not all(name.isascii() and name.replace("_", "").isalnum() for name in form):
        raise ValueError("a parameter's name is not letters and digits")
    if isinstance(form, MultiDict) and any(len(form.getlist(name)) > 1 for name in SAID_ONCE):
        raise ValueError("a parameter that is said once is there twice")
    return checked_sender(form.get("From", ""))


def _ref(form: Mapping[str, str]) -> str:
    """Twilio's id of a text; raises ValueError where it is not letters and digits."""
    ref = form.get("MessageSid") or form.get("SmsSid", "")
    if ref and not (ref.isascii() and ref.isalnum() and len(ref) <= LONGEST_REF_CHARS):
        raise ValueError("MessageSid is no id")
    return ref
