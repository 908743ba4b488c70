"""The month, or another stretch of days, in which the permit is said to end, where no day of it is named."""

from datetime import date, timedelta
from functools import lru_cache

from renewal.language.dates.around import Mention, find_mentions
from renewal.language.dates.mentions import Tense
from renewal.language.dates.periods import Period, Span
from renewal.language.dates.roles import residue, role_of_day
from renewal.language.talk import speaks_of_expiry
from renewal.language.text import KEPT_TEXTS
from renewal.language.words import says

LONGEST_DAYS = 31  # of a year one would have to say more than the answer could
TILT_DAYS = 270  # as of a day that comes again: how far off a word like "过期了" may move it


@lru_cache(maxsize=KEPT_TEXTS)
def expires_within(text: str, today: date) -> Span | None:
    """The first and the last day on which the permit may end ("6月到期的", "这个月到期"); None where none is said.

    A month without a year is the nearest one, or as the words say; of a month under way, "过期了" leaves the days
    that are over and "还没到期" those that are not.
    """
    mentions = find_mentions(text, today)
    for mention in mentions:
        what = mention.what
        if not isinstance(what, Period) or what.is_a_day or _is_too_long(what):
            continue
        role = role_of_day(mention.before, mention.after)
        if role == "expiry" or (role == "unsaid" and len(mentions) == 1 and _stands_by_expiry(mention, text)):
            return _meant(what, _tense(mention), today)
    return None


def _stands_by_expiry(mention: Mention, text: str) -> bool:
    """Whether it is a clause of its own beside one that speaks of the expiry ("快到期了，1月份")."""
    return not residue(mention.before + mention.after) and speaks_of_expiry(text)


def _is_too_long(period: Period) -> bool:
    return any((last - first).days >= LONGEST_DAYS for first, last in period.spans)


def _tense(mention: Mention) -> Tense:
    around = mention.before + mention.after
    if says("day_to_come", around):
        return "future"
    return "past" if says("day_past", around) and not says("once_past", around) else ""


def _meant(period: Period, tense: Tense, today: date) -> Span:
    past = [span for span in period.spans if span[0] < today]
    future = [span for span in period.spans if span[1] >= today]
    if tense == "past" and past and (today - past[-1][1]).days <= TILT_DAYS:
        return past[-1][0], min(past[-1][1], today - timedelta(days=1))
    if tense == "future" and future and (future[0][0] - today).days <= TILT_DAYS:
        return max(future[0][0], today), future[0][1]
    return min(period.spans, key=lambda span: _away(span, today))


def _away(span: Span, today: date) -> tuple[int, bool]:
    """How many days a stretch is off; of two as near, the one to come is meant."""
    first, last = span
    if first <= today <= last:
        return 0, False
    return (abs((first - today).days), False) if first > today else (abs((today - last).days), True)
