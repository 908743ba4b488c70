"""What one text gives to a points estimate: answers by question, as JSON values that a conversation can keep."""

import re
from dataclasses import dataclass, field
from datetime import date

from renewal.domain import Rulebook
from renewal.domain.points import (
    MONTHS_A_YEAR,
    Degree,
    Row,
    Skill,
    age_table,
    base_bands,
)
from renewal.language.points.ages import age_in
from renewal.language.points.answers import AGE, BASE, EXTRAS, INSURANCE, LEVEL, SKIPPED, Answer, Answers
from renewal.language.points.denied import denies_title, taken_out, without, without_items
from renewal.language.points.extras import extras_in
from renewal.language.points.levels import NO, academic_degree_in, degree_in, skill_in
from renewal.language.points.numbers import (
    Found,
    base_in,
    in_digits,
    insurance_in,
    lower_of_ranges,
    years_in,
)
from renewal.language.points.spans import span_of_base, span_to_come
from renewal.language.text import low
from renewal.language.words import says

_INSTEAD = re.compile(
    r"不(?:是|止|只)[^，,。;；是]{1,12}[，,、\s]*(?:而是|应该是|是)|\bnot [^,.;]{1,14}[,;]? but\b"
)
_NOT_THAT = re.compile(r"不是(?:[\d一二三四五六七八九十]|本科|硕士|大专|博士|学士)[^，,。;；]{0,8}$")
# Said unasked of bonuses or deductions as a whole, `no_extras` leaves nothing more to ask of them.
_SKIPS_NAMED = {AGE: "skips_age", INSURANCE: "skips_insurance", BASE: "skips_base"}
_NAMES = {
    AGE: "names_own_age",
    LEVEL: "names_level",
    BASE: "names_base",
    INSURANCE: "names_insurance",
    EXTRAS: "names_extras",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReading:
    """`answers` by question; `refused` a question with the number that cannot be its answer; `skips`: not told.

    `names` is the question that the text speaks of, for one that only says that something is wrong; `denies`: a
    title, a bonus or a deduction is said not to be so; `takes_out`: an item is left out of the count; `to_come`:
    years are told that are still to be paid.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    refused: tuple[str, int] | None = None
    skips: bool = False
    names: str = ""
    denies: bool = False
    takes_out: bool = False
    to_come: bool = False


def read_points(
    text: str,
    given: Answers,
    rules: Rulebook,
    today: date,
    *,
    asked: str = "",
    skill: Skill | None = None,
) -> PointsReading:
    """Every answer in a text; a bare one ("35", "没有") where it answers the question `asked`.

    `given` are the answers so far, which a text may add to ("没有学位") or replace ("不对，我是硕士"); `skill` the
    title or level that was spoken of just before, told or not.
    """
    clean = _NOT_THAT.sub("", _INSTEAD.sub("", lower_of_ranges(in_digits(low(text))))).strip()
    refused, answers, rest = _numbers(clean, given, rules, today, asked)
    level = _level(rest, given.get(LEVEL) or {}, alone=asked == LEVEL, before=skill)
    extras = _extras(rest, given.get(EXTRAS) or {}, rules, today, alone=asked == EXTRAS, ends=asked != LEVEL)
    if "absurd" in extras:
        refused = refused or (EXTRAS, extras["absurd"])
        extras = {}
    answers |= {name: answer for name, answer in ((LEVEL, level), (EXTRAS, extras)) if answer}
    answers |= _too_little_insurance(clean, answers)
    taken = taken_out(clean)
    answers |= without_items(taken, {**given, **answers})
    skipped = {name: dict(SKIPPED) for name, concept in _SKIPS_NAMED.items() if says(concept, clean)}
    answers = {**skipped, **answers}
    return PointsReading(
        answers=answers,
        refused=refused,
        skips=not answers and not refused and says("skips_question", clean),
        denies=bool(extras_in(rest, rules, today).denied)
        or denies_title(clean)
        or says("no_academic_degree", clean),
        takes_out=bool(taken),
        to_come=span_to_come(clean) is not None,
        names=next((name for name, concept in _NAMES.items() if says(concept, clean)), ""),
    )


def _too_little_insurance(text: str, answers: Answers) -> dict[str, Answer]:
    """Less than a year counts as none; none at all is told, or tried."""
    if INSURANCE in answers:
        return {}
    if says("pays_no_insurance", text):
        return {INSURANCE: {"months": 0}}
    return {INSURANCE: {"months": MONTHS_A_YEAR - 1}} if says("insured_under_a_year", text) else {}


def _numbers(
    text: str, given: Answers, rules: Rulebook, today: date, asked: str
) -> tuple[tuple[str, int] | None, dict[str, Answer], str]:
    """Age, insurance and base; the number that cannot be; and the text without what they were read from."""
    refused, answers, text = _age(text, rules, today, asked)
    to_come, text = _cut(span_to_come(text), text)
    of_base, text = _cut(span_of_base(text), text)
    months = insurance_in(text, today, alone=asked == INSURANCE)
    most = _most_years(rules, today)
    if months is not None:
        text = f"{text[: months.start]}，{text[months.end :]}"
        if 0 <= months.value <= most * MONTHS_A_YEAR:
            answers[INSURANCE] = {"months": months.value}
        else:
            refused = refused or (INSURANCE, int(months.value / MONTHS_A_YEAR))
    edges = tuple(band.low for band in base_bands(rules, today))
    base = base_in(text, edges, alone=asked == BASE)
    if base is not None and base >= 0:
        answers[BASE] = {"base": str(base)}
    elif base is not None:
        refused = refused or (BASE, int(base))
    if of_base is not None and 0 <= of_base <= most * MONTHS_A_YEAR:
        answers |= _paid_at_base(of_base, {**given, **answers})
    if to_come is not None and 0 < to_come <= most * MONTHS_A_YEAR:
        answers |= _later(to_come, {**given, **answers}, rules, today)
    return refused, answers, text


def _age(
    text: str, rules: Rulebook, today: date, asked: str
) -> tuple[tuple[str, int] | None, dict[str, Answer], str]:
    among = not asked or says("names_degree", text) or says("speaks_of_age", text)
    age = age_in(text, today, alone=asked == AGE, among=among)
    if age is None:
        return None, {}, text
    ages = age_table(rules, today)
    own = asked == AGE or not 0 <= age.value <= max(ages) or text[: age.start].endswith("我")
    text = f"{text[: age.start]}，{text[age.end :]}"
    if age.value in ages:
        return None, {AGE: {"age": age.value}}, text
    return ((AGE, age.value) if own else None), {}, text  # else a child's


def _cut(found: Found | None, text: str) -> tuple[int | None, str]:
    """A span's months, and the text without it, so that it is not read for another."""
    return (None, text) if found is None else (found.value, text[: found.start] + text[found.end :])


def _paid_at_base(months: int, told: Answers) -> dict[str, Answer]:
    """A base with the months that it was paid for; who paid so long was insured at least as long."""
    base, insured = told.get(BASE) or {}, (told.get(INSURANCE) or {}).get("months")
    if "base" not in base:
        return {}
    longer = {} if insured is not None and insured >= months else {INSURANCE: {"months": months}}
    return {BASE: {**base, "months": months}, **longer}


def _later(months: int, told: Answers, rules: Rulebook, today: date) -> dict[str, Answer]:
    """Insurance paid on for so long, and the birthdays until then; nothing where no insurance was told."""
    insured, age = (told.get(INSURANCE) or {}).get("months"), (told.get(AGE) or {}).get("age")
    if insured is None:
        return {}
    older = None if age is None else age + months // MONTHS_A_YEAR
    aged = {AGE: {"age": older}} if older in age_table(rules, today) else {}
    return {INSURANCE: {"months": insured + months}, **aged}


def _most_years(rules: Rulebook, today: date) -> int:
    ages = age_table(rules, today)
    return max(ages) - min(ages)


def _level(text: str, given: Answer, *, alone: bool, before: Skill | None) -> Answer:
    """Degree and title; `open`: whether the academic degree goes with a bachelor's is still to be told."""
    found: Answer = {}
    degree, skill = _rows_in(text, given, alone=alone, before=before)
    is_bachelor = given.get("degree") in {Degree.BACHELOR, Degree.BACHELOR_WITH_DEGREE}
    if degree in {None, Degree.BACHELOR_WITH_DEGREE, Degree.BACHELOR} and (is_bachelor or degree):
        has = academic_degree_in(text, alone=alone and bool(given.get("open")))
        if has is not None:
            degree = Degree.BACHELOR_WITH_DEGREE if has else Degree.BACHELOR
        elif degree is Degree.BACHELOR:
            found["open"] = True
    if degree is None and skill is None and alone and not given.get("degree") and NO.match(text):
        degree = Degree.NONE
    if degree is not None:
        found["degree"] = degree.value
    kept = {name: value for name, value in given.items() if name in {"degree", "skill", "open"}}
    if skill is not None:
        found["skill"] = skill.value
    elif "skill" in kept and denies_title(text):
        return {**{name: value for name, value in kept.items() if name != "skill"}, **found} or dict(SKIPPED)
    if not found:
        return {}
    if degree is not None:
        kept.pop("open", None)
    return {**kept, **found}


def _rows_in(
    text: str, given: Answer, *, alone: bool, before: Skill | None
) -> tuple[Degree | None, Skill | None]:
    """The degree and the title of a text; where they are told on top, the higher of each counts."""
    degree, skill = degree_in(text), skill_in(text, alone=alone, before=before)
    if not says("told_on_top", text):
        return degree, skill
    return _higher(Degree, degree, given), _higher(Skill, skill, given)


def _higher(rows: type[Row], new: Row | None, given: Answer) -> Row | None:
    """The higher of a level told on top and the one told before; a table's rows go upwards."""
    before = given.get("degree" if rows is Degree else "skill")
    if new is None or before is None:
        return new
    return max(new, rows(before), key=list(rows).index)


def _extras(text: str, given: Answer, rules: Rulebook, today: date, *, alone: bool, ends: bool) -> Answer:
    """Bonuses and deductions; `done`: they were asked for and told; `open`: the spouse's years are missing.

    `ends`: the text is no answer on degree and title, of which "别的没有" would speak.
    """
    if alone and given.get("open"):
        years = years_in(text, alone=True)
        if years is not None:
            return {"absurd": years} if _absurd(years, rules, today) else _with_spouse(given, years)
    extras = extras_in(text, rules, today)
    if extras.spouse_years is not None and _absurd(extras.spouse_years, rules, today):
        return {"absurd": extras.spouse_years}
    none_else = says("no_extras", text) or (ends and says("nothing_else", text))
    denies = extras.denied or (NO.match(text) and not says("names_level", text))
    nothing = not extras.told and (none_else or (alone and bool(denies)))
    kept = without(given, extras.denied)
    if not extras.told and not nothing and kept == given:
        return {}
    found: Answer = {name: value for name, value in kept.items() if name not in {"skipped", "open"}}
    found["bonuses"] = sorted({*kept.get("bonuses", ()), *(bonus.value for bonus in extras.bonuses)})
    found["deductions"] = {**kept.get("deductions", {}), **{d.value: n for d, n in extras.deductions.items()}}
    found["unclear"] = sorted({*kept.get("unclear", ()), *extras.unclear})
    if extras.award is not None:
        found["award"] = extras.award.value
    if extras.spouse_years is not None:
        found["spouse_years"] = extras.spouse_years
    elif extras.spouse and "spouse_years" not in found:
        found["open"] = True
    return {**found, "done": True} if alone or none_else else found


def _with_spouse(given: Answer, years: int) -> Answer:
    kept = {name: value for name, value in given.items() if name != "open"}
    return {**kept, "spouse_years": years}


def _absurd(years: int, rules: Rulebook, today: date) -> bool:
    return not 0 <= years <= _most_years(rules, today)
