"""What a text's form may look like: Twilio's signature alone does not say where a name ends and a value begins."""

from collections.abc import Mapping

import phonenumbers
from werkzeug.datastructures import MultiDict

SAID_ONCE = ("From", "Body", "MessageSid", "SmsSid")


def sender(form: Mapping[str, str]) -> str:
    """Who sent a text, in E.164.

    The signature is made of all names and values in one run, so a text whose words hold `From+86…` has that of a
    form that names another sender. It has it no more where names are plain, and each of ours is there once.

    Raises:
        ValueError: a name or a sender is not as Twilio writes it, or one is there twice.
    """
    if not all(name.isascii() and name.replace("_", "").isalnum() for name in form):
        raise ValueError("a parameter's name is not letters and digits")
    if isinstance(form, MultiDict) and any(len(form.getlist(name)) > 1 for name in SAID_ONCE):
        raise ValueError("a parameter that is said once is there twice")
    phone = form.get("From", "")
    try:
        written = phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        written = ""
    if not written or written != phone:
        raise ValueError("From is not a phone number in E.164")
    return phone
