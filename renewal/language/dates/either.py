"""Two days of which a text does not say which it is: "12月5号还是6号", "on the 5th or 6th"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from renewal.language.dates.mentions import Named, Tense, a_day

_OR = re.compile(r"\s*(?:还是|或者?是?|or)\s*(?:on\s+)?")
_OR_A_NUMBER = re.compile(
    r"\s*(?:还是|或者?是?|or)\s*(?:the\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:：点个天月年周./-]|\s*(?:days?|weeks?|months?))"
)
_ONE_EACH = re.compile(r"[1一][个张本]是?$")
_A_NUMBER_OR = re.compile(r"(?<![\d月./-])(?P<d>\d{1,2})\s*(?:还是|或者?是?|、)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two days in the order in which they are said, from the start of the first to the end of the second."""

    first: Named
    second: Named

    def on(self, today: date, tense: Tense) -> tuple[date, date] | None:
        """The two days; the second is of the first one's month where it has none of its own.

        None: one of them does not exist.
        """
        first, second = self.first.on(today, tense), self.second.on(today, tense)
        if first is None or second is None:
            return None
        near = min(self.second.days, key=lambda day: abs((day - first).days))
        return first, near


def find_pairs(plain: str, days: Sequence[Named]) -> Iterator[Pair]:
    """Each pair of which the text asks, or does not know, which it is."""
    for one, two in pairwise(days):
        if _OR.fullmatch(plain[one.end : two.start]):
            yield Pair(first=one, second=two)
        elif _ONE_EACH.search(plain[: one.start]) and _ONE_EACH.search(plain[one.end : two.start]):
            yield Pair(first=one, second=two)  # "一个12月1号一个12月20号到期"
    for day in days:
        more, less = _OR_A_NUMBER.match(plain, day.end), _A_NUMBER_OR.search(plain[: day.start])
        if more and not any(other.start == more.start("d") for other in days):
            beside = replace(day, start=more.start("d"), end=more.end(), days=_same_months(day, more))
            yield Pair(first=day, second=beside)
        elif less:
            beside = replace(day, start=less.start("d"), end=less.end("d"), days=_same_months(day, less))
            yield Pair(first=beside, second=day)


def _same_months(day: Named, match: re.Match[str]) -> tuple[date, ...]:
    """That day of each of the months in which the other may be."""
    return tuple(on for other in day.days for on in a_day(other.year, other.month, int(match["d"])))
