"""The day a holder means, read by rules from what they wrote, against today."""

from renewal.services.dates.choosing import find_expiry, is_impossible
from renewal.services.dates.cleaning import simplified
from renewal.services.dates.endorsed import find_endorsed
from renewal.services.dates.mentions import DayMention, add_months
from renewal.services.dates.numerals import number

__all__ = [
    "DayMention",
    "add_months",
    "find_endorsed",
    "find_expiry",
    "is_impossible",
    "number",
    "simplified",
]
