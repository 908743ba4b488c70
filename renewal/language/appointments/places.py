"""The place that a text names: a district, a centre by its name or by what is left of it without the usual words."""

import re
from datetime import date
from functools import cache

from renewal.language.appointments.purposes import IN_ENGLISH, says_more
from renewal.language.records import DISTRICTS
from renewal.language.text import simple

SHORTEST_NAME_CHARS = 2
MOST_BESIDE_CHARS = 2  # beside a district: "我住松江", "就徐汇好了"
_USUAL = re.compile(r"社区事务受理(?:服务)?中心|上海市|街道|新区|区|镇|中心")


def named_district(text: str) -> str:
    """The district that a text names, also without 区; empty where it names none."""
    return next((name for name in DISTRICTS if _district(name).search(simple(text))), "")


def is_only_a_place(text: str, today: date) -> bool:
    """Whether a text names a district and says next to nothing else."""
    return bool(named_district(text)) and not says_more(text, today, most=MOST_BESIDE_CHARS)


def names_centre(text: str, name: str, district: str) -> bool:
    """Whether a text names the centre of that name, whole or without the usual words."""
    clean, short = simple(text), _short(name, district)
    return name in clean or (len(short) >= SHORTEST_NAME_CHARS and short in clean)


def without_centre(text: str, name: str, district: str) -> str:
    """What a text says besides the centre that it names."""
    return simple(text).replace(name, "").replace(_short(name, district), "")


def _short(name: str, district: str) -> str:
    return _USUAL.sub("", name.replace(district, ""))


@cache
def _district(name: str) -> re.Pattern[str]:
    """A road, a river or a hill may have a district's name."""
    return re.compile(f"{name[:2]}(?![路街江山]|大道|滨江)|\\b{IN_ENGLISH[name]}\\b", re.IGNORECASE)
