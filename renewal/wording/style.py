"""How a language joins sentences and writes days; the sentences themselves are data."""

from dataclasses import dataclass
from datetime import date

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """`joiner` stands between the parts of an SMS, `listing` between the items of a list."""

    joiner: str
    listing: str
    documents: str
    dated: str

    def day(self, day: date, today: date | None = None) -> str:
        """12月5日, with the year where it is not this year's."""
        year = "" if today is not None and day.year == today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日"

    def month(self, day: date) -> str:
        """2026年1月."""
        return f"{day.year}年{day.month}月"


class EnglishStyle(Style):
    """Short months: an SMS has room for little."""

    def day(self, day: date, today: date | None = None) -> str:
        """5 Dec, with the year where it is not this year's."""
        year = "" if today is not None and day.year == today.year else f" {day.year}"
        return f"{day.day} {_MONTHS[day.month - 1]}{year}"

    def month(self, day: date) -> str:
        """Jan 2026."""
        return f"{_MONTHS[day.month - 1]} {day.year}"


CHINESE = Style(joiner="", listing="、", documents="；", dated="{title}（{dated}）")
ENGLISH = EnglishStyle(joiner=" ", listing=", ", documents="; ", dated="{title} ({dated})")
