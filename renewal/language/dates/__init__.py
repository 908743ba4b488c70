"""The day a holder means, read by rules from what they wrote, against today."""

from renewal.language.dates.choosing import either_day, find_expiry, is_impossible
from renewal.language.dates.endorsed import find_endorsed
from renewal.language.dates.mentions import DayMention, add_months
from renewal.language.dates.numerals import number
from renewal.language.dates.told import ToldDays, told_days

__all__ = [
    "DayMention",
    "ToldDays",
    "add_months",
    "either_day",
    "find_endorsed",
    "find_expiry",
    "is_impossible",
    "number",
    "told_days",
]
