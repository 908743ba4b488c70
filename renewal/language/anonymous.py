"""Takes out of a text whom it is about: numbers, names, addresses and accounts become placeholders."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from renewal.language.masking import MASK, mask_id_numbers
from renewal.language.names import Evidence, check_name
from renewal.language.text import simple_places, spoken
from renewal.language.words import pattern

ID, NUMBER, NAME, ADDRESS, ACCOUNT, DAY = (
    "〈证件号〉",
    "〈号码〉",
    "〈姓名〉",
    "〈地址〉",
    "〈账号〉",
    "〈日期〉",
)
PLACEHOLDERS = (ID, NUMBER, NAME, ADDRESS, ACCOUNT, DAY)
LEAST_WORDS_CHARS = 2  # a text with fewer letters beside its placeholders says nothing
LEAST_SPOKEN = 6  # digits spelled out in characters (幺三八…) are a number from here on
_HAN = "㐀-鿿"

_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)[日号]?")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}")
_HANDLE = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]{0,30}\d)[A-Za-z0-9_-]{6,40}(?![A-Za-z0-9_-])")
_DIGITS = re.compile(r"\+?\d(?:[\s\-()]{0,2}\d){3,30}(?!\s?年)")
_NUMBERED = "号(?!到期|前|后|去|办|来|那天|之前|下午|上午)"  # 12月5号 is a day, 5号 beside a street a house
_NUMBERED = "号(?!到期|前|后|去|办|来|那天|之前|下午|上午)"  # 12月5号 is a day, 5号 beside a street a house
_ROOM = rf"\d{{1,6}}(?:[-－]\d{{1,5}}){{0,3}}(?:支?弄|号楼|{_NUMBERED}|幢|栋|座|单元|室|楼|层){{1,2}}"
_HOUSE = re.compile(
    rf"(?:[{_HAN}]{{1,10}}(?:路|街|大道|公路|弄|巷|村|苑|小区|花园|公寓|大厦)\s?){{1,2}}(?:{_ROOM}\s?){{1,5}}"
)
_FLAT = re.compile(r"\d{1,5}(?:支?弄|号楼|幢|栋|单元|室)(?:\s?\d{1,5}(?:支?弄|号楼|号|幢|栋|单元|室)?){0,4}")

Span = tuple[int, int, str]


def without_persons(text: str, names: Sequence[str] = ()) -> str:
    """The text in simplified characters and usual width, with placeholders for whatever tells who somebody is.

    `names` are those that are known to be meant here, as a holder's on file. Where something may be a name or a
    number and may be none, it is taken out.
    """
    folded, _ = simple_places(mask_id_numbers(text).text)
    read = spoken(folded, LEAST_SPOKEN)
    if len(read) != len(folded):
        folded = read
    made, done = "", 0
    for start, end, placeholder in sorted(_spans(folded, read, names), key=lambda span: (span[0], -span[1])):
        if start >= done:
            made += folded[done:start] + placeholder
            done = end
    return (made + folded[done:]).strip()


def says_something(text: str) -> bool:
    """Whether words are left beside the placeholders."""
    for placeholder in PLACEHOLDERS:
        text = text.replace(placeholder, "")
    return sum(char.isalpha() for char in text) >= LEAST_WORDS_CHARS


def _spans(folded: str, read: str, names: Sequence[str]) -> Iterator[Span]:
    start = folded.find(MASK)
    while start >= 0:
        yield start, start + len(MASK), ID
        start = folded.find(MASK, start + len(MASK))
    for found, placeholder in (
        (_DAY, DAY),
        (_MAIL, ACCOUNT),
        (_HOUSE, ADDRESS),
        (_FLAT, ADDRESS),
        (_HANDLE, NUMBER),
        (_DIGITS, NUMBER),
    ):
        yield from ((*match.span(), placeholder) for match in found.finditer(read))
    yield from _names(folded, names)


def _names(folded: str, names: Sequence[str]) -> Iterator[Span]:
    told = check_name(folded, Evidence.STATED)
    alone = check_name(folded, Evidence.SHAPED)
    for name in {*names, told or "", alone or ""}:
        start = folded.find(name) if len(name) > 1 else -1
        while start >= 0:
            yield start, start + len(name), NAME
            start = folded.find(name, start + len(name))
    for match in _of_somebody().finditer(folded):
        yield *match.span(match.lastgroup or 0), NAME
    for match in _titled().finditer(folded):
        yield *match.span(), NAME


@cache
def _of_somebody() -> "re.Pattern[str]":
    """A surname with a given name, after a relation, introduced, or at a clause's start before a paper of theirs."""
    surname, kin = pattern("surname").pattern, pattern("near_kin").pattern
    name = rf"(?:{surname})[{_HAN}]{{1,2}}"
    after = rf"(?:(?:{kin})(?:叫|是)?|我是|我叫)(?P<named>{name})(?=的|，|,|。|\s|$)"
    before = rf"(?:^|[，,。；;：:\s])(?P<owner>{name})(?=的(?:居住|身份|证|卡|电话|手机|号|签注))"
    return re.compile(f"{after}|{before}")


@cache
def _titled() -> "re.Pattern[str]":
    """A surname with a title: 王女士."""
    surname, title = pattern("surname").pattern, pattern("title_of_a_person").pattern
    return re.compile(rf"(?:{surname})[{_HAN}]{{0,2}}(?:{title})")
