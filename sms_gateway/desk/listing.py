"""What lists ask of the address: a page, a day, a choice. What makes no sense there counts as not asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

HIGHEST_PAGE = 100_000
LONGEST_ASKED_CHARS = 100
LONGEST_ID_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Which part of a list is shown; `count` is how many there are in all."""

    page: int
    size: int
    count: int

    @property
    def first(self) -> int:
        """The number of the first one shown."""
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The number of the last one shown."""
        return min(self.page * self.size, self.count)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // self.size))


def address(endpoint: str, **values: Any) -> str:
    """The address of a page with what is asked of it; what is empty asks nothing."""
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def page_asked(name: str = "page") -> int:
    """The page in the address, the first without one."""
    text = asked(name)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_PAGE)) else 1
    return min(max(number, 1), HIGHEST_PAGE)


def asked(name: str) -> str:
    """A word in the address; empty without one, or where it is too long to be one."""
    text = request.args.get(name, "").strip()
    return text if len(text) <= LONGEST_ASKED_CHARS else ""


def choice_asked(name: str, among: Collection[str]) -> str:
    """A word in the address that is one of these; empty for any other."""
    text = asked(name)
    return text if text in among else ""


def id_asked(name: str) -> int | None:
    """The id of a row in the address; None without one."""
    text = asked(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID_DIGITS else None


def day_asked(name: str) -> date | None:
    """A day in the address; None without one."""
    return day_of(asked(name))


def day_of(text: str) -> date | None:
    """The day that a text names; None for what is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-23") else None
    except ValueError:
        return None
