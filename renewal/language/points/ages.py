"""How holders write their age, for a points estimate: as years, by the day of birth, or as a bare number."""

import re
from calendar import monthrange
from datetime import date

from renewal.language.points.numbers import Found, N, count, full_year
from renewal.language.words import says

_FAMILY = re.compile(
    r"(?:孩子|小孩|儿子|女儿|宝宝|娃|老公|老婆|丈夫|妻子|配偶|爱人|对象|[爸妈父母]|son|daughter|wife|husband)[^，,。;；岁我]{0,4}$"
)
_AGE = re.compile(
    rf"(?P<minus>[-−负])?\s*(?P<n>{N})\s*(?:周岁|岁|years?[ -]old|yrs? old|y/?o\b)"
    r"|(?:年龄|年纪|岁数|周岁|今年|[我他她](?:是|才)?(?=\d\d|[二三四五六]十)"
    r"|\bage|\baged|\bi am|\bi'?m)\s*(?:[是:]|is)?\s*"
    r"(?P<bare>\d{1,3}|[二三四五六]十[一二三四五六七八九]?)(?!\d|\.|\s*(?:[年倍个月分号%楼室路元块万:/]|year|month))"
)
_AGE_ALONE = re.compile(
    rf"(?:那么?|要是|如果|换成|我|今年|快|刚|满|虚岁|\s){{0,8}}(?P<minus>[-−负])?(?P<n>{N})(?:[了啦吧呢哦啊。.!]|周岁|岁|\s){{0,8}}"
)
_DAY_BORN = (
    r"(?P<y>(?:19|20)\d\d|(?<!\d)[05-9]\d(?=年))\s*[年./-]?\s*"
    r"(?:(?P<m>\d{1,2})\s*[月./-]?\s*(?:(?P<d>\d{1,2})\s*[日号]?)?)?\s*"
)
_BORN = re.compile(
    rf"{_DAY_BORN}(?P<said>出生|生(?!活|育|二)|的(?=$|[，,。;；\s]|人))|\bborn (?:in|on) (?P<y2>(?:19|20)\d\d)"
)
_BORN_ALONE = re.compile(rf"(?:我|是|\s){{0,8}}{_DAY_BORN}[的了。.\s]*")
# "46是虚岁": by the old count, a year or two above the full years.
_BY_OLD_COUNT = re.compile(
    rf"(?P<n>{N})\s*岁?\s*(?:其实|那)?(?:是|算|指|说|按|的){{1,4}}虚(?:岁|的)|虚岁\s*(?:是|算|有)?\s*(?P<n2>{N})\s*岁?"
)
_BY_PAPERS = re.compile(
    rf"(?:(?:身份证|证件|户口本)上?(?:面)?|周岁|足岁|实岁|实足|实际|真实年龄)\s*(?:写|写着)?(?:的)?(?:是|才|只有|还是)?\s*(?P<n>{N})(?!\s*[年个月分])"
)
_YOUNGEST_SAID = 14  # "2018年的" is not a holder's birth
_APART = " \t，,、;；。.!！?？"
# "88年的大专", "1990年 硕士": a year beside a degree that it is not the year of.
_BORN_BESIDE = re.compile(rf"(?:^|[{_APART}])(?P<y>19\d\d|[5-9]\d)年的?")
# Two bare digits, which are an age only beside what else is told of a person.
_AGE_AMONG = re.compile(
    r"(?<![\d.:/-])(?P<n>\d{2,3}|[二三四五六]十[一二三四五六七八九]?)(?![\d.:/-])(?P<tail>[了啦咯喽吧的]{0,2})"
)


def age_in(text: str, today: date, *, alone: bool, among: bool = False) -> Found | None:
    """The writer's age in full years, as said or by the day of birth; negative where it is written so.

    By a bare year of birth the birthday is taken to have been. With `alone`, the text answers that question;
    with `among`, two bare digits are an age where they stand apart, or by a degree.
    """
    nominal = _BY_OLD_COUNT.search(text)
    if nominal is not None and not _FAMILY.search(text[: nominal.start()]):
        return _of_old_count(nominal)
    for match in sorted(_AGE.finditer(text), key=_is_by_the_calendar, reverse=True):
        years = count(match["n"] or match["bare"])
        before = text[: match.start()]
        if years is not None and not _FAMILY.search(before):
            less = before.endswith(("虚岁", "快", "不到", "未满"))
            value = -int(years) if match["minus"] else int(years) - less
            return Found(value=value, start=match.start(), end=match.end())
    born = _born_in(text, today, alone=alone) or _born_beside(text, today)
    return born or (_alone(text) if alone else None) or (_among(text) if among else None)


def _is_by_the_calendar(match: re.Match[str]) -> bool:
    """Whether it is said to be full years, which count before any other ("虚岁45，周岁44")."""
    return "周岁" in match[0]


def _of_old_count(nominal: re.Match[str]) -> Found | None:
    """Of an age by the old count, the full years that are told beside it, else a year less."""
    full = _BY_PAPERS.search(nominal.string)
    told = count(full["n"]) if full else None
    years = count(nominal["n"] or nominal["n2"])
    if years is None:
        return None
    value = int(told) if told is not None else int(years) - 1
    ends = max(nominal.end(), full.end() if full else 0)
    return Found(value=value, start=min(nominal.start(), full.start() if full else nominal.start()), end=ends)


def _born_in(text: str, today: date, *, alone: bool) -> Found | None:
    found = _BORN_ALONE.fullmatch(text) if alone else None
    found = found or next((m for m in _BORN.finditer(text) if not _FAMILY.search(text[: m.start()])), None)
    if found is None:
        return None
    said = found.groupdict()
    year = full_year(said["y"] or said.get("y2") or "0", today)
    month, day = int(said["m"] or 1), int(said["d"] or 1)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    age = today.year - year - ((today.month, today.day) < (month, day))
    if said.get("said") == "的" and age < _YOUNGEST_SAID:
        return None
    return Found(value=age, start=found.start(), end=found.end())


def _born_beside(text: str, today: date) -> Found | None:
    found = next((m for m in _BORN_BESIDE.finditer(text) if says("degree_beside", text[m.end() :])), None)
    if found is None:
        return None
    return Found(value=today.year - full_year(found["y"], today), start=found.start("y"), end=found.end())


def _alone(text: str) -> Found | None:
    match = _AGE_ALONE.fullmatch(text)
    years = count(match["n"]) if match else None
    if match is None or years is None:
        return None
    less = bool(re.search(r"快|虚岁", text))
    return Found(value=-int(years) if match["minus"] else int(years) - less, end=len(text))


def _among(text: str) -> Found | None:
    """A bare number beside a degree or between other facts; of two, neither is sure to be the age."""
    found = [match for match in _AGE_AMONG.finditer(text) if _stands_as_age(text, match)]
    years = [count(match["n"]) for match in found]
    if len(set(years)) != 1 or years[0] is None:
        return None
    less = says("nearly_so_old", text[: found[0].start()])
    return Found(value=int(years[0]) - less, start=found[0].start(), end=found[0].end("n"))


def _stands_as_age(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _FAMILY.search(before) or says("counts_else", before):
        return False
    apart = not before or before[-1] in _APART
    if len(match["n"]) > 2 and apart and match["n"].isdigit():
        return False  # "够不够 120"
    begins = apart or says("leads_to_age", before)
    return begins and (not after or after[0] in _APART or says("follows_age", after))
