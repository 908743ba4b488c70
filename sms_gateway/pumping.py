"""Whether a text gets an answer by SMS: each costs money, and somebody may earn by it."""

import phonenumbers
import structlog
from limits import RateLimitItemPerHour

from sms_gateway.gateway import Gateway
from sms_gateway.limits_table import ANSWERS_PER_PHONE

log = structlog.get_logger(__name__)

ABROAD, PHONE, ALL, NO_NUMBER = "abroad", "phone", "all", "no_number"


def why_not(parts: Gateway, phone: str) -> str:
    """Why a text of this sender is not answered; empty where it is. Counts the answer.

    A short code or a name has no number to answer, and numbers of countries that the settings do not name get
    nothing; a phone has its share, and so has an hour.
    """
    settings = parts.services.settings
    if not phone.startswith("+"):
        return NO_NUMBER
    if _country(phone) not in settings.answered_countries:
        return ABROAD
    if not parts.limits.allows(ANSWERS_PER_PHONE, "phone", parts.services.store.phone_hash(phone)):
        return PHONE
    if not parts.limits.allows((RateLimitItemPerHour(settings.sms_answers_per_hour),), "answers"):
        log.error("alert", action="answers.capped", most_per_hour=settings.sms_answers_per_hour)
        return ALL
    return ""


def _country(phone: str) -> str:
    """ISO code of a number's country; of several with one code, the one that the number tells."""
    number = phonenumbers.parse(phone)
    code = phonenumbers.region_code_for_number(number)
    return code or phonenumbers.region_code_for_country_code(number.country_code or 0)
