"""What staff read of a holder's own words: numbers masked, and the kind of home that they name."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"(?<!\d)(\+?\d{3})\d(?:[-\s]?\d){3,}(?!\d)")
_TAIL_DIGITS = 4
_HOMES = {
    "rented": re.compile(r"租的?房|租住|租赁|房东|出租屋|\brent", re.IGNORECASE),
    "dormitory": re.compile(r"宿舍|\bdorm", re.IGNORECASE),
    "relative": re.compile(
        r"(?:亲戚|父母|爸妈|子女|儿子|女儿|老公|老婆|配偶|兄弟|姐妹|哥哥|姐姐|弟弟|妹妹)的?(?:家|房)"
    ),
    "own": re.compile(
        r"自己的房|自购房|自有房|买的房|我的房子|房产证|\bown (?:home|flat|house)", re.IGNORECASE
    ),
}


def mask_numbers(text: str) -> str:
    """`text` with the middle of every number of eight digits or more starred out."""
    return _NUMBER.sub(lambda found: f"{found.group(1)}****{_digits(found.group())[-_TAIL_DIGITS:]}", text)


def housing_in(texts: Sequence[str]) -> str:
    """The kind of home that the newest of these texts names, as a Housing's value; empty where none does."""
    return next(
        (home for text in reversed(texts) for home, words in _HOMES.items() if words.search(text)), ""
    )


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
