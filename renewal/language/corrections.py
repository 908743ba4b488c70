"""What a text puts in the place of what was said before: "不是材料，问的是时间" asks of the time.

The words that only say that something was wrong, and those that lead to what is right, are concepts of
`words/*/polarity.yml`; the patterns here tell what stands on either side of them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from renewal.language.text import KEPT_TEXTS, usual
from renewal.language.words import pattern, says

_LOOSE = " ,，。.!！、~～;；:："
_MOST_FRAMES = 5  # "哎呀 不对 说错了 不是…": more of them in a row leave nothing to read
_LONGEST_CHARS = 60  # a longer text tells a story, in which "不是" is of something else
_SIGHS = re.compile(r"(?:[哎啊哦噢喔呃额嗯唉诶][呀哟哦]?[\s,，。!！]*){1,3}")
# "不是" and a pause: nothing but a no stands there. Before a question's own words it is part of them.
_BARE_NO = re.compile(r"(?:[不弗勿]是|no\b)[\s,，。!！]+")
_IS_ASKED = re.compile(r"是(?:不是|否|吗|么|吧)")
# "不是28 是18", "我没问积分 我问居住证": what is taken back, up to where the right one is led to.
_NOT_BUT = re.compile(
    r"(?:我)?(?:并)?(?:[不弗勿]是|不问|没有?(?:问(?!题)|说)|不[查约找算打]了?)(?:[问说讲指]的?(?:是)?|要|想)?"
    r"(?P<back>.{1,16}?)(?:的(?:事情?|问题|意思))?(?:[啦了呀啊吧])?[\s,，。]*(?=[就而才只]?是|我|问(?!题)|[想要]|应该|其实|你(?:直接|就)?[告讲说])"
)
# "不用转人工 你告诉我带什么": what is not wanted is taken back only by what is asked in its place; "不用打给我了" asks
# nothing, and is its own wish.
_NOT_WANTED = re.compile(
    r"(?:我)?不[要用](?P<back>.{1,16}?)[啦了呀啊吧]?[\s,，。]*(?=我?[就只]?[想要]?问(?!题)|你(?:直接|就)?[告讲说])"
)
_NOT_BUT_LATIN = re.compile(
    r"not (?:about )?(?:the )?(?P<back>[^,;]{1,30}?)\s*(?:[,;]\s*(?:but )?|\bbut )(?=\S)"
)
_BUT_NOT_LATIN = re.compile(r"(?:it'?s|it is|its|that'?s) (?P<new>.{1,30}?),? not (?P<back>.{1,20})\Z")
# "43写错了 是34", "学历说错了 是本科".
_WRONG_OF = re.compile(
    r"(?P<back>.{1,12}?)(?:[写打说讲记看弄搞填报][错岔混反])了?[\s,，]*(?:应该|其实)?(?=是)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a text takes back, empty where it does not say, and what takes its place. Both are in the plain form."""

    taken_back: str
    instead: str


@lru_cache(maxsize=KEPT_TEXTS)
def correction_in(text: str) -> Correction | None:
    """The correction that the text is; None where it is none, or puts nothing in the place of what it takes back."""
    plain = usual(text).strip(_LOOSE)
    if len(plain) > _LONGEST_CHARS or says("no_correction", plain):
        return None
    plain = _SIGHS.sub("", plain, count=1) if _SIGHS.match(plain) else plain
    rest = _behind("says_wrong", plain)
    taken_back, instead = _parted(rest)
    if not taken_back and rest == plain == instead:
        return None
    instead = _behind("leads_to_right", instead)
    return Correction(taken_back=taken_back, instead=instead) if any(map(str.isalnum, instead)) else None


def _behind(concept: str, text: str) -> str:
    """The text behind the words of the concept that it begins with."""
    for _ in range(_MOST_FRAMES):
        match = _BARE_NO.match(text) or (None if _IS_ASKED.match(text) else pattern(concept).match(text))
        if match is None:
            break
        text = text[match.end() :].strip(_LOOSE)
    return text


def _parted(rest: str) -> tuple[str, str]:
    """What is taken back and what stands behind it: "不是28 是18", "28写错了 是18"."""
    reversed_order = _BUT_NOT_LATIN.match(rest)
    if reversed_order is not None:
        return reversed_order["back"], reversed_order["new"]
    for parting in (_NOT_BUT, _NOT_WANTED, _NOT_BUT_LATIN, _WRONG_OF):
        match = parting.match(rest)
        if match is not None:
            return match["back"].strip(_LOOSE), rest[match.end() :].strip(_LOOSE)
    return "", rest
