"""The day on which a permit was endorsed or made out last ("去年12月15号签的"), from which its year runs."""

import re
from datetime import date

from renewal.language.dates.choosing import read_days
from renewal.language.dates.joining import CLAUSE_END
from renewal.language.dates.mentions import FARTHEST_YEARS, DayMention
from renewal.language.dates.roles import is_of_the_permit
from renewal.language.words import says

_ACT = r"(?:签注?|续签?|补签|补办|换发|重办|办理?|发(?=证|的|下来)证?|签发|领|拿)"
_ALREADY = r"(?:我|才|刚刚?|就|已经?|提前|早就|顺利|在?窗口|网上|自动|自己|社区|的时候|又|重新){0,4}"
_OBJECT = r"(?:居住证|暂住证|证)?(?:成功|下来|好|完|到手?|过|掉){0,2}"
_AFTER = re.compile(
    r"^(?:那天|当天|左右|前后|的时候|,|\s){0,8}"
    rf"(?:{_ALREADY}{_ACT}{_OBJECT}(?:的(?![话完好到出成下及])|了|过)|{_ALREADY}[去来]{_ACT}{_OBJECT}的)(?![吗么不上话])"
    rf"|^{_ALREADY}[去到]?.{{0,6}}?{_ACT}{_OBJECT}(?:好|完|成功|下来)了(?![吗么不])"
    r"|^\s*(?:is|was)\s+(?:the|my|when|its)?.{0,12}(?:renew|issu|endors)"
)
_BEFORE = re.compile(
    r"(?:上[1一]?次|上[1一]?回|最近[1一]次|最后[1一]次|前[1一]次)(?:我|去|的){0,4}(?:签注?|续签?|办|补签)(?:的?(?:时间|日期|日子)|证)?(?:是|在|为|[:：]){0,4}$"
    r"|(?:签发|发证|签注|续签|办证|领证|制证|发放|补签)(?:的?(?:日期|时间|日子?)|的)(?:是|在|为|[:：]){0,4}$"
    r"|(?:签|续|办|领|发)(?:证|下来)?的(?:时候|日子|时间|日期)?是(?:在)?$"
    r"|(?:renewed|issued|endorsed|got|did|extended)(?: it| mine| my (?:residence )?permit| the (?:card|permit)| again)?"
    r"(?: renewed| done| issued)?(?: last)?(?: was)?(?: on| in|:)?\s*$"
    r"|(?:(?:renewal|endorsement|issue) date|date of (?:endorsement|issue)|last renewal|last endorsement)"
    r"(?: was| is|:){0,3}(?: on)?\s*$"
)


def find_endorsed(text: str, today: date) -> DayMention | None:
    """The day, today or before it, on which the text says that the permit was last endorsed or made out.

    A day without a year is the last one up to today. None: no such day is named, or it does not exist.
    """
    plain, days, spans = read_days(text, today)
    for day in days:
        if _tells(plain, day.start, day.end):
            on = day.on(today, "past", sure=True)
            if on is not None and on <= today and today.year - on.year <= FARTHEST_YEARS:
                return DayMention(on=on, exact=day.exact)
    for span in spans:
        on = span.day("back")
        if span.way == "back" and on is not None and _tells(plain, span.start, _past_before(plain, span.end)):
            return DayMention(on=on, exact=span.exact, from_span=True)
    return None


def _tells(plain: str, start: int, end: int) -> bool:
    before = CLAUSE_END.split(plain[:start])[-1]
    after = CLAUSE_END.split(plain[end:], maxsplit=1)[0]
    if (
        says("not_the_permits", before + after)
        or says("renewed_by_itself", before + after)
        or says("still_to_come", before)
        or not is_of_the_permit(before, after)
    ):
        return False
    return bool(_AFTER.match(after) or _BEFORE.search(before))


def _past_before(plain: str, end: int) -> int:
    """Where what follows "三个月前" begins."""
    ago = re.match(r"[之以]?前|\s*ago", plain[end:])
    return end + ago.end() if ago else end
