"""What the desk's pages say: `staff.desk.…` of the wording, and times as staff read them."""

from datetime import date, datetime, timedelta

from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence


def say(key: str, **values: object) -> str:
    """The sentence `staff.desk.<key>` with its {names} filled in."""
    return staff_sentence(f"desk.{key}", **values)


def label(key: str, **values: object) -> str:
    """The sentence `staff.<key>`, for words that the command line has too."""
    return staff_sentence(key, **values)


def clock(at: datetime) -> str:
    """Day and time in Shanghai: 11-23 09:05."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def hour(at: datetime) -> str:
    """The time alone: 09:05."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def day(on: date | None) -> str:
    """2026-11-23; empty for none."""
    return on.isoformat() if on else ""


def waited(gone: timedelta) -> str:
    """How long somebody has waited, in the largest unit that fits."""
    minutes = max(0, int(gone.total_seconds() // 60))
    for unit, length in (("days", 24 * 60), ("hours", 60)):
        if minutes >= length:
            return say(f"waited.{unit}", count=minutes // length)
    return say("waited.minutes", count=minutes)
