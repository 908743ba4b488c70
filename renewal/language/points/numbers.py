"""How holders write a span of social insurance and its base, for a points estimate."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from renewal.domain.points import MONTHS_A_YEAR
from renewal.language.dates import number
from renewal.language.points.levels import NO
from renewal.language.words import says

N = r"(?:(?<!\d)\d{1,8}(?:\.\d{1,4})?|[零〇一二三四五六七八九十百两俩半点]{1,10})"
_MOST_TIMES = 10  # more is a sum of money, and its average wage is not known here
_LEAST_PERCENT = 40  # less is the rate that is paid, not the base

SPAN = (
    rf"(?P<near>快|将近|不到|差点)?\s*(?P<minus>[-−负])?"
    rf"(?:(?P<y>{N})\s*(?:多|几|来|整|full|whole)?\s*(?:年|years?|yrs?)(?P<half>半)?(?:[零又]|and|\s){{0,8}}"
    rf"(?:(?P<m>{N})\s*个?(?:月|months?))?|(?P<m2>{N})\s*个?(?:月|months?))"
)
_FILLER = (
    r"(?:断断续续|其实|应该|也就|目前|现在|一直|到现在|到目前|至今|加起来|合计|一共|总共|已经|累计|连续|大概|差不多"
    r"|缴纳|缴费|年限|交|缴|参|有|满|了|是|的|将近|快|不到|刚刚好|刚好|刚刚|刚|正好|恰好|整整|整|足足|足|才|:|\s){0,20}+"
)
INSURED = r"(?:社会保险|社保|五险|三金|参保|缴费|social (?:insurance|security)|insurance(?! base))"
_INSURANCE = (
    re.compile(rf"{INSURED}{_FILLER}(?:for\s*)?{SPAN}"),
    re.compile(rf"(?:(?<![租金费])[缴交]|参保|\bpaid|\binsured)了?{_FILLER}(?:for\s*)?{SPAN}"),
    re.compile(rf"{SPAN}(?:多|以上|左右)?的?\s*(?:of\s*)?(?:{INSURED}|paid\b)"),
)
_SPAN_ALONE = re.compile(
    rf"(?<!上海)(?<!来沪)(?<!工作)(?<!毕业)(?<!结婚)(?<![\d.零一二三四五六七八九十百]){SPAN}(?!\s*(?:毕业|入职|来的|结婚))"
)
_SPAN_IN_ALL = re.compile(
    rf"(?:加起来|合计|一共|总共|总计|拢共|累计|in all|in total|altogether){_FILLER}{SPAN}"
)
# "断了半年": time that was not paid for.
_BROKEN = re.compile(rf"(?:中断|断|停|漏|欠|空|gap of|break of)(?:[缴交]|保|档)?过?了?\s*{SPAN}")
# "社保8 大专": the bare number is of years.
_YEARS_BESIDE = re.compile(
    r"社保(?:已经)?(?:[缴交有满]了?)?\s*(?P<y>\d{1,2}|[一二]?十[一二三四五六七八九]?)(?=$|[\s，,、;；。])(?!\s*(?:倍|个?月|年|万|块))"
)
_ANY_SPAN = re.compile(SPAN)
_YEAR_ALONE = re.compile(r"从?\s*(?P<y>(?:19|20)\d\d)\s*[年./-]?\s*(?:(?P<m>\d{1,2})\s*月?)?份?")
_LOWER_OF = re.compile(rf"(?P<low>{N})\s*[-~到至]\s*{N}(?=\s*(?:年|个?月|years|months))")
_SINCE = re.compile(
    r"(?P<y>(?:19|20)\d\d|(?<!\d)[012]\d(?=年))\s*[年./-]?\s*"
    r"(?:(?P<m>\d{1,2})\s*月?)?份?\s*(?:就|才)?(?:开始|起|交到|缴到|到现在|至今|(?<=\d{4}年)[缴交]的|(?<=\d月)[缴交]的)"
)
_UNINSURED = re.compile(
    rf"(?:没有?|从没|未|无)(?:交|缴|参)?过?{INSURED}|{INSURED}(?:没有?|从没|未)(?:交|缴)(?!满|够|足)"
    r"|no social (?:insurance|security)"
)
_NUMBER_ALONE = re.compile(
    rf"(?:我|有|大概|差不多|交了|缴了|满|\s){{0,8}}(?P<minus>[-−负])?(?P<n>{N})(?:[多了啦吧呢哦啊。.!]|左右|\s){{0,8}}"
)

_TIMES = r"\s*(?:倍|times|x\b)"
_BELOW = r"不到|低于|不足|没到|没有到|不够|够不[到上]|达不到|到不了|没满|小于|below|under|less than"
# "基数低于0.8", "0.9 of the average", without the word
_DECIMAL = re.compile(
    r"(?P<n>(?:基数|平均工资|社平)[^\d，,。;；]{0,5}\d\.\d+(?![\d万元%]|\s*(?:倍|times|x\b))"
    r"|\d\.\d+(?=\s*(?:of )?(?:the )?average\b))"
)
_RANGE = re.compile(rf"(?P<low>{N})\s*倍?\s*(?:到|至|-|~|—|to)\s*{N}{_TIMES}")
_MULTIPLE = re.compile(
    rf"(?P<below>{_BELOW})?\s*"
    rf"(?P<minus>[-−负])?(?P<n>{N}){_TIMES}(?P<half>半)?(?P<under>以下|不到)?"
)
_PERCENT = re.compile(r"(?P<p>\d{2,3})\s*(?:%|percent)|百分之(?P<cn>[一二三四五六七八九十百]+)")
_TENTHS = re.compile(
    r"(?P<n>[一二三四五六七八九1-9])[一二三四五六七八九]?成(?P<more>[一二三四五六七八九半1-9]?)"
)  # "八成五"
_LOWEST = re.compile(r"最低|下限|底线|保底|minimum|lowest")
_AVERAGE = re.compile(r"(?<!不到)(?<!低于)(?<!没到)(?<!不足)(?:平均|社平|\baverage\b)(?!.{0,4}(?:以下|低))")
_ABOUT_BASE = re.compile(r"基数|平均工资|社平|倍|\bbase\b|\btimes\b|\bof (?:the )?average\b|\baverage wage")

_NUMERALS = {
    word: place
    for place, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_ENGLISH = re.compile(rf"\b({'|'.join(_NUMERALS)})\s+((?:full |more )?(?:years?|months?|times|yrs?)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A number that a text gives, and where in it it stands."""

    value: int
    start: int = 0
    end: int = 0


def count(text: str) -> Decimal | None:
    """A count in digits or Chinese numerals, with halves and decimals; of "五六" the lower. None: no number."""
    whole, point, rest = text.partition("点")
    if point:
        digits = [number(char) for char in (whole, *rest)]
        return None if None in digits or not rest else Decimal(f"{digits[0]}.{''.join(map(str, digits[1:]))}")
    if text == "半":
        return Decimal("0.5")
    if "." in text:
        return Decimal(text)
    found = number(text[0] if re.fullmatch(r"[一二三四五六七八九]{2}", text) else text)
    return None if found is None else Decimal(str(found))


def full_year(written: str, today: date) -> int:
    """A year in four digits; of one in two, the latest that has come."""
    year = int(written)
    return year if year >= 100 else year + (1900 if year > today.year % 100 else 2000)


def in_digits(text: str) -> str:
    """The text with English numerals before a unit in digits: "two times", "three years", "twice"."""
    return _ENGLISH.sub(lambda match: f"{_NUMERALS[match[1]]} {match[2]}", text.replace("twice", "two times"))


def lower_of_ranges(text: str) -> str:
    """The text with "7-8年" as "7年"."""
    return _LOWER_OF.sub(r"\g<low>", text)


def insurance_in(text: str, today: date, *, alone: bool) -> Found | None:
    """Months of social insurance, rounded down; negative where they are written so."""
    if _UNINSURED.search(text):
        return Found(value=0)
    since = _SINCE.search(text) if alone or re.search(INSURED, text) else None
    since = since or (_YEAR_ALONE.fullmatch(text) if alone else None)
    if since:  # of a bare year, the last month: no month is counted that may not have been paid
        months = (
            (today.year - full_year(since["y"], today)) * MONTHS_A_YEAR + today.month - int(since["m"] or 12)
        )
        return Found(value=max(months, 0), start=since.start(), end=since.end())
    text = _BROKEN.sub(lambda match: "，" * len(match.group()), text)
    for pattern in (*_INSURANCE, *((_SPAN_IN_ALL, _SPAN_ALONE) if alone else ())):
        match = pattern.search(text)
        if match:
            return Found(value=months_of(match), start=match.start(), end=match.end())
    if alone:
        return _bare_years(text)
    beside = _YEARS_BESIDE.search(text)
    years = count(beside["y"]) if beside else None
    if beside is None or years is None:
        return None
    return Found(value=int(years) * MONTHS_A_YEAR, start=beside.start("y"), end=beside.end())


def years_in(text: str, *, alone: bool) -> int | None:
    """Full years of any span; with `alone`, a bare number is years. Negative where it is written so."""
    match = _ANY_SPAN.search(text)
    bare = _bare_years(text) if alone and not match else None
    months = months_of(match) if match else (bare.value if bare else None)
    return None if months is None else int(months / MONTHS_A_YEAR)


def _bare_years(text: str) -> Found | None:
    match = _NUMBER_ALONE.fullmatch(text)
    years = count(match["n"]) if match else None
    if match is not None and years is not None:
        months = int(years * MONTHS_A_YEAR)
        return Found(value=-months if match["minus"] else months, end=len(text))
    of_another = says("of_recognition", text) or says("names_level", text)  # "没学位呢" denies no years
    return Found(value=0, end=len(text)) if NO.match(text) and not of_another else None


def months_of(match: re.Match[str]) -> int:
    """The months of a span that was found by a pattern with SPAN in it; negative where it is written so."""
    years = count(match["y"] or "零") or Decimal(0)
    months = int(years * MONTHS_A_YEAR) + int(count(match["m"] or match["m2"] or "零") or 0)
    months += MONTHS_A_YEAR // 2 if match["half"] else 0
    if match["minus"]:
        return -months
    near = match["near"] or re.search(r"(?:快|将近|不到)\W*$", match.string[: match.start("y")])
    near = near or match.string[match.end() :].startswith("不到")
    return max(months - 1, 0) if near else months


def base_in(text: str, bands: tuple[Decimal, ...], *, alone: bool) -> Decimal | None:
    """The contribution base in average wages, zero below the lowest band; None where it cannot be told.

    `bands` are the bands' lower edges, lowest first. "Below twice" is the band below; below the second band's
    edge may be either of two, so it is None. Negative where it is written so.
    """
    if alone and (letter := re.fullmatch(r"\W{0,8}[选回是]?\s*([a-z])\s*[吧档项]?\W{0,8}", text)):
        place = ord(letter[1]) - ord("a")
        return (*bands, Decimal(0))[place] if place <= len(bands) else None
    if not alone and not _ABOUT_BASE.search(text):
        return None
    text = _in_times(text)
    told = _multiple_in(text, bands)
    if told is None and not _MULTIPLE.search(text):
        told = Decimal(0) if _LOWEST.search(text) else (Decimal(1) if _AVERAGE.search(text) else None)
        bare = _NUMBER_ALONE.fullmatch(text) if alone else None
        value = count(bare["n"]) if bare else None
        if bare is not None and value is not None:
            told = -value if bare["minus"] else value
    return told if told is None or told <= _MOST_TIMES else None


def _multiple_in(text: str, bands: tuple[Decimal, ...]) -> Decimal | None:
    span = _RANGE.search(text)
    if span:
        return count(span["low"])
    match = _MULTIPLE.search(text)
    value = count(match["n"]) if match else None
    if match is None or value is None:
        return None
    value += Decimal("0.5") if match["half"] else 0
    if match["below"] or match["under"]:
        return _below(value, bands)
    return -value if match["minus"] else value


def _in_times(text: str) -> str:
    """The text with "0.8 of the average", "85%" and "八成五" of the average wage in times."""
    text = _TENTHS.sub(_tenths_in_percent, _DECIMAL.sub(r"\g<n>倍", text))
    return _PERCENT.sub(_percent_in_times, text)


def _tenths_in_percent(tenths: re.Match[str]) -> str:
    more = "5" if tenths["more"] == "半" else tenths["more"] or "0"
    return f"{int(number(tenths['n']) or 0)}{int(number(more) or 0)}%"


def _percent_in_times(percent: re.Match[str]) -> str:
    value = count(percent["p"] or percent["cn"])
    return percent.group() if value is None or value < _LEAST_PERCENT else f"{value / 100}倍"


def _below(value: Decimal, bands: tuple[Decimal, ...]) -> Decimal | None:
    lower = [edge for edge in bands if edge < value]
    if not lower:
        return Decimal(0)
    return lower[-1] if len(lower) > 1 else None
