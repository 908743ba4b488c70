"""What a day in a text is the day of: the permit's expiry, something else, or it is not said."""

import re
from typing import Literal

from renewal.language.words import find, find_all, says, without

Role = Literal["expiry", "other", "unsaid"]

_NOT_THE_DAY = re.compile(r"^[之以]?[前后](?![后天]|到期|过期|失效|有效)")
_RECKONED_TO = re.compile(r"^(?:为止)?(?:已经|都|是|有|一共|总共|算|就|过了|超了){0,6}第?(?:几|多少)[天日]")
_COUNTED_AT = re.compile(
    r"^(?:那天|当天|当日|这天|为止|的时候)(?:就|已经|都|算|是|应该){0,6}(?:过期|逾期|超期|过|超|晚|迟)了?第?(?:几|多少)[天日]"
    r"|^(?:就|才|已经|都|应该|该){0,6}(?:是|算|属于)(?:已经)?(?:过期|逾期|超期|晚|迟|拖|超)了?的?第?(?:几|多少)[天日]"
    r"|^,?\s*how many days (?:late|overdue|over|past)(?![a-z])"
)
_MADE_OUT = re.compile(r"(?:签发|发证|制证|领证)(?:日期|时间|日)?(?:是|为|:)?\s*$")
_RECKONED = re.compile(r"\d(?:天|个月|周|礼拜|星期).{0,2}[是到]$")
_RUNS_FROM = re.compile(r"[从由自]\s*$")
_RUNS_FROM_HERE = re.compile(r"^(?:这天|那天)?(?:开始|起|重新|往后)?(?:计?算|起)")
_LEADS_TO = re.compile(r"(?:证|我的|我|卡|卡上|签|续|有效期?)(?:是|能)?(?:到|至)$|^\s*(?:到|至)$")
# "我的证11.30到": of a card that is named, a day with "到" behind it is the one up to which it runs.
_CARD = re.compile(r"(?<!身份)(?:证|证件|证上|卡)(?:是|的|在|就|要|就要|今年|明年)?\s*$")
_ENDS_THERE = re.compile(r"^(?:号|日)?(?:就|就要|要)?(?:到|满)(?:了|的)?(?![一-鿿])")
_OF_A_MONTH = re.compile(r"\d{1,2}[号日]")
_ITS_PERMIT = re.compile(
    r"^的?[那这][张个本](?!月|礼拜|星期|周|时候|钟)|^的(?:居住)?证(?![明件])|^的(?=[\s,，。呢])"
)  # "15号的证", "12.15的 能去了没"
_DONE_THEN = re.compile(r"的[了吧吗呢]?\W*$")  # "我的是12月12号办的"
_SIGNS = re.compile(r"[\W_※]")
_LATIN_END = re.compile(r"[a-z]\s*$")
LONGEST_RESIDUE = 3
NEXT_CHARS = 4  # right after a day


def role_of(before: str, after: str) -> Role:
    """The role of a day or a span between `before` and `after`, the parts of its clause that no other claims."""
    ahead, behind = _first(after), _last(before)
    told = ahead or behind
    named = ends_with_expiry(before) and not says("goes_to_renew", after[:NEXT_CHARS])
    if behind and (named or _LATIN_END.search(before)):
        told = behind  # "到期 1月5号，哪天能续"; "I moved on Nov 1 and it expires": English says it first
    elif is_noticed(after):
        return "other"
    elif not ahead and (_LEADS_TO.search(before) or _tells_whose(before, after) or _runs_to(before, after)):
        return "expiry"
    elif (says("whose_day", before) and not _DONE_THEN.search(after)) or _is_its_permit(before, after):
        return "expiry"  # "我自己的是12月12，可以去了吗"
    near = before + _up_to_expiry(after)
    if says("day_of_home", near) and not says("names_permit", before + after):
        return "other"
    return (told or "unsaid") if is_of_the_permit(before, after) else "other"


def _tells_whose(before: str, after: str) -> bool:
    """Whether a person's permit leads to the day ("我老婆的是…"); without a verb, where no more follows."""
    return says("whose_day", before) or (says("whose", before) and not residue(after))


def _is_its_permit(before: str, after: str) -> bool:
    """Whether a permit, or nothing more, stands behind the day as the day's own ("15号的证能签了没")."""
    found = _ITS_PERMIT.match(after)
    if found is None or (before.strip() and not says("whose", before)):
        return False
    return not _DONE_THEN.search(after[found.end() :])


def _runs_to(before: str, after: str) -> bool:
    """Whether a card is named right before a day and "to" right behind it."""
    return _CARD.search(before) is not None and _ENDS_THERE.match(after) is not None


def ends_with_expiry(before: str) -> bool:
    """Whether an expiry's word stands right before the day, with no more than a sign between."""
    bare = before.rstrip(" :,，")
    return any(match.end() == len(bare) for match in find_all("day_expires", bare))


def _up_to_expiry(after: str) -> str:
    """What follows a day, up to the first word of expiry: what is said of a home after it is another matter."""
    expires = find("day_expires", after)
    return after[: expires.end()] if expires else after


def _first(said: str) -> Role | None:
    """What the first word says that tells a role; of two that begin together, the expiry's."""
    expires, happening = find("day_expires", said), find("day_happens", said)
    if expires is None or happening is None:
        return "expiry" if expires else "other" if happening else None
    return "expiry" if expires.start() <= happening.start() else "other"


def _last(said: str) -> Role | None:
    """What the last such word says."""
    expires = max((match.start() for match in find_all("day_expires", said)), default=-1)
    happening = max((match.start() for match in find_all("day_happens", said)), default=-1)
    if expires < 0 and happening < 0:
        return None
    return "expiry" if expires >= happening else "other"


def role_of_day(before: str, after: str, word: str = "") -> Role:
    """The role of a day that is written out as `word`; what the card shows is its expiry, whatever follows.

    "12月5号以后" and "提前30天是11月5号" name days beside the expiry's.
    """
    whole = bool(word) and not _OF_A_MONTH.fullmatch(
        word
    )  # "证上是27号" puts a day right, of whichever month
    if whole and says("card_shows", before + word) and not _DONE_THEN.search(after):
        return "expiry"  # "卡上印的1月20号，几时去"
    if _RUNS_FROM.search(before) and _RUNS_FROM_HERE.match(after):
        return "other"  # "有效期从今天算" is the day from which a term runs
    if (
        _NOT_THE_DAY.match(after)
        or _RECKONED_TO.match(after)
        or _COUNTED_AT.match(after)
        or _MADE_OUT.search(before)
        or _RECKONED.search(before)
        or (says("feast_before", before) and _first(after) != "expiry")  # "元旦1月1号到期" is one day
        or says("feast_after", after)
    ):
        return "other"
    return role_of(before, after)


def says_little(clause: str) -> bool:
    """Whether what is left of a clause beside its days is no more than small words."""
    return len(residue(clause)) <= LONGEST_RESIDUE


def residue(clause: str) -> str:
    """What is left of a clause beside its days, without small words and signs."""
    return _SIGNS.sub("", without("beside_a_day", clause))


def happens(said: str) -> bool:
    """Whether the words tell of something else that a holder does or has happen."""
    return says("day_happens", said)


def is_noticed(after: str) -> bool:
    """Whether what follows a day tells that the holder came to know of something then."""
    return says("comes_to_know", after)


def is_of_the_permit(before: str, after: str) -> bool:
    """Whether a span beside these words can be the permit's: no other paper is what it is said of."""
    around = before + after
    return not says("other_paper", around) or says("names_permit", without("other_paper", around))
