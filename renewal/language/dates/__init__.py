"""The day a holder means, read by rules from what they wrote, against today."""

from renewal.language.dates.choosing import find_expiry, is_impossible
from renewal.language.dates.cleaning import simplified
from renewal.language.dates.endorsed import find_endorsed
from renewal.language.dates.mentions import DayMention, add_months
from renewal.language.dates.numerals import number

__all__ = [
    "DayMention",
    "add_months",
    "find_endorsed",
    "find_expiry",
    "is_impossible",
    "number",
    "simplified",
]
