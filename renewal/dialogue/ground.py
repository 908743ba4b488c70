"""What every answer stands on: the rules, the words, the calendar, and today."""

from dataclasses import dataclass
from datetime import date

from renewal.domain import Calendar, Rulebook
from renewal.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The same for every conversation of a day."""

    rules: Rulebook
    wording: Wording
    calendar: Calendar
    today: date
