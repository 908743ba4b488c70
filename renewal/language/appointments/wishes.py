"""When a text wishes to come: a day, an hour, one of the times offered, whatever comes first."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from renewal.language import words
from renewal.language.appointments.denials import Denied, coming, read_denials
from renewal.language.appointments.hours import (
    CLOCK,
    DAYS_IN_WEEK,
    NOON,
    NUMBER,
    THAT_WEEK,
    Part,
    Side,
    clock,
    hour_side,
    said_closely,
    week_of,
)
from renewal.language.appointments.purposes import BY_EXPIRY, moves
from renewal.language.dates import number
from renewal.language.dates.choosing import read_days
from renewal.language.dates.mentions import Named
from renewal.language.text import simple

_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_CHOICE = re.compile(
    r"(?:我|就|要|选|那|约|挑|定|option|number|no\.?|the|\s){0,8}"
    rf"(?:第(?P<nth>{NUMBER})(?:个|项|家|号|种)?|(?P<bare>{NUMBER})(?:个|号|项)?"
    r"|(?P<word>first|second|third|fourth|fifth|last)(?: one)?|(?P<final>最后)一?[个项]?)"
    r"(?:时间|时段|中心|吧|好了|可以|就行|行|的|了|呀|啊|please|\s){0,8}",
    re.IGNORECASE,
)
_BARE_WEEKDAY = re.compile(
    r"(?<![上下这本个])(?:周|礼拜|星期)[一二三四五六日天1-7]"
    r"|(?<!next )(?<!this )(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.IGNORECASE,
)
# Brackets, quotes, a key's frame and signs at the ends; a question mark makes it a question.
_AROUND = re.compile(r"[()\[\]【】「」『』“”‘’\"'<>《》\u20e3]|^[^\w?]+|[^\w?]{1,40}$")
_OF_MONTH = re.compile(r"(?<!第)(?<!\d)\d{1,2}号")
_DAY = timedelta(days=1)
# Bounds, by the words after the day or before it; 之前 and 之后 leave the day itself out.
_BOUNDS: tuple[tuple[re.Pattern[str], str, Callable[[date], tuple[date | None, date | None]]], ...] = tuple(
    (re.compile(pattern), side, bound)
    for pattern, side, bound in (
        (
            r"(?:最晚|最迟|不晚于|不超过|(?<![a-z])(?:by|until|no later than))\s*(?:the\s*)?$",
            "before",
            lambda on: (None, on),
        ),
        (r"[之以]?前(?![后天日])", "after", lambda on: (None, on - _DAY)),
        (r"(?:早于|(?<![a-z])before)\s*(?:the\s*)?$", "before", lambda on: (None, on - _DAY)),
        (r"起|开始|往后|\s*or later", "after", lambda on: (on, None)),
        (
            r"(?:从|最早|(?<![a-z])(?:from|since|starting))\s*(?:on\s*)?(?:the\s*)?$",
            "before",
            lambda on: (on, None),
        ),
        (r"[之以]?后(?![天日])", "after", lambda on: (on + _DAY, None)),
        (r"(?:晚于|(?<![a-z])after)\s*(?:the\s*)?$", "before", lambda on: (on + _DAY, None)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a text asks of the time: a day, or a stretch of days; an hour, or a half of the day; one of the offers.

    One end of the stretch, of days or of hours, may be open ("25号之前", "10点以后"). `denied`: times that it is not
    to be; alone, they wish for others. `choice` is the place of the offer that is named (1 is the first, -1 the
    last). `soonest`: whatever comes first. `others`: other times than were offered.
    """

    first_on: date | None = None
    last_on: date | None = None
    part: Part = ""
    at: time | None = None
    from_at: time | None = None
    until_at: time | None = None
    choice: int | None = None
    soonest: bool = False
    others: bool = False
    denied: tuple[Denied, ...] = ()

    @property
    def says_when(self) -> bool:
        """Whether it names or denies a day or an hour, if only roughly."""
        return bool(self.first_on or self.last_on or self._says_hour or self.denied)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was wished of the time."""
        return not (self.says_when or self.choice or self.soonest or self.others)

    def on_the_days_of(self, first_on: date, last_on: date) -> "Wish":
        """The same hour, on the days that were wished before; where this wish names a day, or no hour, itself."""
        if self.first_on or self.last_on or not self._says_hour:
            return self
        return replace(self, first_on=first_on, last_on=last_on)

    @property
    def _says_hour(self) -> bool:
        return bool(self.part or self.at or self.from_at or self.until_at)

    @property
    def day(self) -> date | None:
        """The one day that is named."""
        return self.first_on if self.first_on == self.last_on else None

    def takes(self, day: date, starts: time, ends: time) -> bool:
        """Whether a slot is as wished and not denied; the exact hour that is wished aside."""
        if any(denied.holds(day, starts, ends) for denied in self.denied):
            return False
        if self.first_on and day < self.first_on:
            return False
        if self.last_on and day > self.last_on:
            return False
        if (self.from_at and starts < self.from_at) or (self.until_at and starts >= self.until_at):
            return False
        return not self.part or (starts < NOON) == (self.part == "am")


def read_wish(
    text: str, today: date, offered_days: tuple[date, ...] = (), expires_on: date | None = None
) -> Wish:
    """What a text asks of the time. `offered_days` are those of the offers that stand, in order.

    A weekday, a day of the month or of the year without more is the next one after today; a day may also be told
    by the permit's expiry.
    """
    choice = _choice(text, offered_days)
    if choice is not None:
        return Wish(choice=choice)
    left, denied = read_denials(text, today)
    clean = said_closely(left)
    by_expiry = _by_expiry(clean, expires_on)
    first_on, last_on = (by_expiry, by_expiry) if by_expiry else _days(clean, today)
    at, side = _clock(clean)
    part = _part(clean, None if side else at)
    if (part or side) and denied and not (first_on or last_on):
        first_on = last_on = _day_of(denied, today)  # "周三9点不行，下午可以" is of that Wednesday
    if first_on and first_on == last_on and _BARE_WEEKDAY.search(clean):
        first_on = last_on = _in_week_of(denied, first_on)
    says_when = bool(first_on or last_on or part or side or denied)
    return Wish(
        first_on=first_on,
        last_on=last_on,
        part=part,
        at=None if side else at,
        from_at=at if side == "from" else None,
        until_at=at if side == "until" else None,
        soonest=words.says("soonest", clean) and not (denied and words.says("all_else", clean)),
        others=not says_when and words.says("other_times", clean),
        denied=denied,
    )


def read_place(text: str) -> int | None:
    """The place in a list that a text is nothing but the name of: 1 is the first, -1 the last."""
    match = _CHOICE.fullmatch(_AROUND.sub("", simple(text)))
    if match is None:
        return None
    if match["nth"] is None and match["bare"] is None:
        return -1 if match["final"] else _ORDINAL[match["word"].lower()]
    place = number(match["nth"] or match["bare"])
    return int(place) if place else None


def _part(clean: str, at: time | None) -> Part:
    if at is not None:
        return "am" if at < NOON else "pm"
    if words.says("morning", clean):
        return "am"
    return "pm" if words.says("afternoon", clean) else ""


def _days(clean: str, today: date) -> tuple[date | None, date | None]:
    plain, named, _ = read_days(clean, today)
    if named:
        chosen = named[-1] if words.says("corrects", clean) or moves(clean) else named[0]
        return _bounds(chosen, plain, today)
    week = THAT_WEEK.search(clean)
    return week_of(week, today) if week else (None, None)


def _bounds(named: Named, plain: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day that a day stands for: itself, its range, or what is before or after it."""
    on, before, after = coming(named.days, today), plain[: named.start], plain[named.end :]
    if on is None:
        return None, None
    if named.since:
        since = coming(named.since, today)
        return (since if since and since <= on else today), on
    for pattern, side, bound in _BOUNDS:
        if pattern.match(after) if side == "after" else pattern.search(before):
            return bound(on)
    return on, on


def _in_week_of(denied: tuple[Denied, ...], on: date) -> date:
    """The weekday in the week of the day that is denied: "下周一不行，周二呢" asks for that week's."""
    day = denied[0].first_on if denied and denied[0].first_on == denied[0].last_on else None
    if day is None or day <= on:
        return on
    return day + timedelta(days=on.weekday() - day.weekday())


def _day_of(denied: tuple[Denied, ...], today: date) -> date | None:
    """The one day of which an hour is denied."""
    first = denied[0]
    if len(denied) > 1 or first.is_whole_days:
        return None
    if first.weekday is None:
        return first.first_on if first.first_on == first.last_on else None
    return today + timedelta(days=(first.weekday - today.weekday() - 1) % DAYS_IN_WEEK + 1)


def _by_expiry(clean: str, expires_on: date | None) -> date | None:
    """The day that is told by the expiry: 到期那天, 到期前一天."""
    match = BY_EXPIRY.search(clean)
    if match is None or expires_on is None:
        return None
    days = number(match["before"]) if match["before"] else 0
    return None if days is None else expires_on - timedelta(days=int(days))


def _clock(clean: str) -> tuple[time | None, Side]:
    """The hour that is named, and whether it is a bound."""
    found = list(CLOCK.finditer(clean))
    if not found:
        return None, ""
    match = found[-1] if words.says("corrects", clean) or moves(clean) else found[0]
    at = clock(match, clean)
    return at, hour_side(match, clean)[2] if at else ""


def _choice(text: str, offered_days: tuple[date, ...]) -> int | None:
    """Which of the offers a text names by its place. "3号" is a day of the month where an offer is on it."""
    place = read_place(text) if offered_days else None
    if place is None or not _OF_MONTH.search(simple(text)):
        return place
    of_month = place > len(offered_days) or any(day.day == place for day in offered_days)
    return None if of_month else place
