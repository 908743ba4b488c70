"""How holders write what adds to or takes from their points: a spouse of Shanghai, awards, offences."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from renewal.domain import Rulebook
from renewal.domain.points import Award, Bonus, Deduction
from renewal.language.points.numbers import N, count, full_year, years_in
from renewal.language.text import low
from renewal.language.words import find_all

_CLAUSE_END = "，,。;；!?？！\n"
_NOT = re.compile(r"没有?(?!问题)|无|未(?!来)|非(?!全)|不是|不算|从没|\bno\b|\bnot\b|\bnever\b|n't\b|without")
_BUT = re.compile(r"但|只|是|有|\bbut\b|\bhave\b|\bis\b")
_NOT_AFTER = re.compile(r"[都也]?(?:没有?|不是|无|不算|[:：]\s*无)(?!问题)")

_ASKED_BEFORE = re.compile(r"(?:有没有|是不是|算不算|什么是|什么叫)[^，,。;；]{0,6}$")
_ASKED_AFTER = re.compile(
    rf"(?!\w{{0,3}}?{N}\s*年)\w{{0,4}}(?:是什么|指什么|是啥|有哪些|是哪些|怎么|算不算|多少分|几分|吗)"
)

_HUKOU = r"(?:沪籍|沪户|(?:上海|本市|本地)的?(?:户口|户籍|人)|shanghai(?:nese)?(?: hukou)?)"
_MATE = r"(?:配偶|老婆|老公|妻子|丈夫|爱人|太太|先生|对象|媳妇|spouse|wife|husband)"
_SPOUSE = re.compile(
    rf"{_MATE}[^{_CLAUSE_END}]{{0,14}}?{_HUKOU}|{_HUKOU}[^{_CLAUSE_END}]{{0,6}}{_MATE}"
    rf"|(?:[和跟与]|嫁给?了?|娶了?|married(?: to)?)\s*(?:a|一?个)?\s*{_HUKOU}"
    rf"|(?:嫁给?了?|娶了?)一?个?(?:上海|本地|本市)(?:男|女|姑娘|小伙|囡|{_MATE})"
    rf"|{_MATE}[是也就]{{0,2}}(?:上海|本地|本市)的?(?=$|[，,。;；!！?？\s结领婚])"
)
_BONUSES: Mapping[str, str] = {Bonus.SHORTAGE: "bonus_shortage", Bonus.GRADUATE: "bonus_graduate"}
_TIERS = {Award.FIRST: "一1", Award.SECOND: "二2", Award.THIRD: "三3"}
_DEDUCTIONS: Mapping[str, str] = {
    Deduction.FALSE_PAPERS: "false_papers",
    Deduction.DETENTION: "detained",
    Deduction.CRIME: "committed_crime",
}
_YEARS_CLAUSE = {
    Deduction.FALSE_PAPERS: "points.false_papers_years",
    Deduction.DETENTION: "points.offence_years",
    Deduction.CRIME: "points.offence_years",
}
_OPEN = {
    "investment": "invests",
    "public_service": "public_service",
    "criminal_detention": "criminal_detention",
}
_NTH_YEAR = re.compile(rf"第\s*{N}\s*年")  # the fifth year is four full ones
_TIMES = re.compile(rf"(?P<n>{N})\s*(?:次|回|条|times)")
_AGO = re.compile(rf"(?P<n>{N})\s*(?:多\s*)?(?:年(?:多|以)?前|years? ago)")
_IN_YEAR = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d|[01]\d(?=年))(?!\d)(?:\s*年)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a text says of bonuses and deductions.

    `spouse` without `spouse_years`: how long is still to be asked. `unclear` names what was mentioned and cannot
    be counted. `denied` names what was said not to be so, or to be too old to count.
    """

    spouse: bool = False
    spouse_years: int | None = None
    bonuses: tuple[Bonus, ...] = ()
    award: Award | None = None
    deductions: dict[Deduction, int] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    denied: frozenset[str] = frozenset()

    @property
    def told(self) -> bool:
        """Whether anything was said to be so."""
        return bool(self.spouse or self.bonuses or self.award or self.deductions or self.unclear)


def extras_in(text: str, rules: Rulebook, on: date) -> Extras:
    """The bonuses and deductions that a text says are so; what it says is not so is left out.

    A deduction older than its clause's years is none (points.false_papers_years, points.offence_years).
    """
    text = low(text)
    concepts: Mapping[str, str] = {**_BONUSES, **_DEDUCTIONS, **_OPEN, "award": "honoured"}
    mentions = {name: tuple(find_all(concept, text)) for name, concept in concepts.items()}
    mentions["spouse"] = tuple(_SPOUSE.finditer(text))
    named = {
        name: affirmed for name, found in mentions.items() if (affirmed := _affirmed(found, text)) is not None
    }
    so = {name for name, affirmed in named.items() if affirmed}
    times = {deduction: _times(deduction, text, rules, on) for deduction in Deduction if deduction in so}
    so -= {deduction for deduction, number_of in times.items() if not number_of}
    award = _tier(text) if "award" in so else None
    unclear = [name for name in _OPEN if name in so]
    return Extras(
        spouse="spouse" in so,
        spouse_years=_spouse_years(text) if "spouse" in so else None,
        bonuses=tuple(bonus for bonus in Bonus if bonus in so),
        award=award,
        deductions={deduction: number_of for deduction, number_of in times.items() if number_of},
        unclear=tuple(["award", *unclear] if "award" in so and award is None else unclear),
        denied=frozenset(named) - so,
    )


def _affirmed(mentions: Iterable[re.Match[str]], text: str) -> bool | None:
    """Whether a mention is said to be so; None where there is no mention, or only a question about it."""
    found = [
        match
        for match in mentions
        if not _ASKED_BEFORE.search(text[: match.start()]) and not _ASKED_AFTER.match(text[match.end() :])
    ]
    return any(_is_so(match, text) for match in found) if found else None


def _is_so(match: re.Match[str], text: str) -> bool:
    """A "no" holds for all that its clause lists, up to a "but", an "is" or a "has"."""
    if _NOT.search(match.group()) or _NOT_AFTER.match(text[match.end() :]):
        return False
    start = max(text.rfind(mark, 0, match.start()) for mark in _CLAUSE_END) + 1
    before = text[start : match.start()]
    denials = list(_NOT.finditer(before))
    return not denials or bool(_BUT.search(before[denials[-1].end() :]))


def _spouse_years(text: str) -> int | None:
    """Full years, in the clause that speaks of the spouse or the one after it."""
    match = _SPOUSE.search(text)
    if match is None:
        return None
    before = text[max(text.rfind(mark, 0, match.start()) for mark in _CLAUSE_END) + 1 : match.start()]
    after = re.split(f"[{_CLAUSE_END}]", text[match.end() :])
    near = [
        match.group() + after[0],
        before,
        *(part for part in after[1:2] if re.search(r"结婚|婚|落户|年|married|year", part)),
    ]
    found = next(((part, years) for part in near if (years := years_in(part, alone=False)) is not None), None)
    if found is None:
        return None
    part, years = found
    return years - 1 if _NTH_YEAR.search(part) and years else years


def _tier(text: str) -> Award | None:
    match = re.search(r"第?([一二三123])档", text)
    return next((tier for tier, digits in _TIERS.items() if match and match[1] in digits), None)


def _years_since(clause: str, on: date) -> int:
    """Years since what a clause tells of; zero where it names no time."""
    ago, year = _AGO.search(clause), _IN_YEAR.search(clause)
    if ago:
        return int(count(ago["n"]) or 0)
    return on.year - full_year(year["y"], on) if year else 0


def _times(deduction: Deduction, text: str, rules: Rulebook, on: date) -> int:
    """How often it happened within the clause's years; once where no number stands by it."""
    match = next(found for found in find_all(_DEDUCTIONS[deduction], text) if _is_so(found, text))
    start = max(text.rfind(mark, 0, match.start()) for mark in _CLAUSE_END) + 1
    clause = re.split(f"[{_CLAUSE_END}]", text[start:])[0]
    if _years_since(clause, on) > rules.integer(_YEARS_CLAUSE[deduction], on):
        return 0
    near = _TIMES.search(text[match.end() : match.end() + 6]) or _TIMES.search(text[start : match.start()])
    return max(int(count(near["n"]) or 1), 1) if near else 1
