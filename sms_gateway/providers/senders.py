"""Who may have sent a text: a plain number, or the short code or name of one that has no number."""

import phonenumbers

LONGEST_NAME_CHARS = 15
LONGEST_CODE_DIGITS = 20  # of a code that a carrier gives to a service, as 1069…


def checked_sender(sender: str, *, longest_code: int = 8) -> str:
    """The sender as the provider writes it.

    Raises:
        ValueError: it is neither a phone number in E.164 nor a short code or name; the message does not quote it.
    """
    if not _is_e164(sender) and not _is_code_or_name(sender, longest_code):
        raise ValueError("the sender is neither a phone number in E.164 nor a short code or name")
    return sender


def _is_e164(sender: str) -> bool:
    try:
        return sender == phonenumbers.format_number(
            phonenumbers.parse(sender), phonenumbers.PhoneNumberFormat.E164
        )
    except phonenumbers.NumberParseException:
        return False


def _is_code_or_name(sender: str, longest_code: int) -> bool:
    """A short code has 3 digits or more, a name holds a letter; more digits are a number that is written wrongly."""
    if sender.isascii() and sender.isdigit():
        return 3 <= len(sender) <= longest_code
    if not 0 < len(sender) <= LONGEST_NAME_CHARS or sender != sender.strip():
        return False
    return any(char.isalpha() for char in sender) and all(
        char.isalnum() or char in " -_&." for char in sender
    )
