"""What a text says about the talk and about its writer: admits, denies, supposes, asks of the own record."""

import re

from renewal.language.text import simple

_ADMITS = re.compile(r"离婚|离了|去世|过世|不在了|搬家|搬了|换了|辞职|失业|倒闭|退学|毕业")
_NOT = re.compile(r"[没未]|哪有|不是|从来")
_VISIT = re.compile(
    r"(?:明天|明早|后天|过两天|过几天|这两天|下周|下个?礼拜).{0,2}(?:再|没空|去|来|过去|跑)"
    r"|(?:go|come) (?:tomorrow|next week)",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"的话|如果|要是|假如|万一|去签|去办|\bif\b", re.IGNORECASE)
_EXPIRY = re.compile(r"到期|过期|逾期|有效期[至到]|expire|valid until", re.IGNORECASE)
_MINE = re.compile(r"我|本人|自己|\b(?:my|mine|i|me)\b", re.IGNORECASE)
_WHICH_DAY = re.compile(
    r"[还剩][有剩余下]?(?:多少|几)个?(?:天|日|月)|(?:什么时候|啥时候|几时|几号|哪天|哪一天|何时|多久).{0,4}[到过]期"
    r"|[到过]期(?:日|时间|是).{0,6}[哪几什多]|[到过]期了[吗没么]"
    r"|how many days|days (?:are )?left|when (?:does|do|will|is).{0,24}expir|expiry date|(?:is|has).{0,20}expired",
    re.IGNORECASE,
)
_SO_LATE = re.compile(r"(?:过期|逾期|超期)了?(?:几|多少)个?(?:天|月)")
_WHY = re.compile(
    r"为什么|为何|为啥|怎么会|什么原因|啥原因|原因|哪里|哪项|哪一项|哪个|什么不|\bwhy\b|reason|which",
    re.IGNORECASE,
)
_IN_ENGLISH = re.compile(r"\b(?:in|speak|use) english\b|english,? please", re.IGNORECASE)
_MEANT = re.compile(
    r"不是|不对|错|应该|我是说|我说的|我问的|看错|其实|更正|sorry|i mean|actually|wrong", re.IGNORECASE
)
_FOLLOW_UP = re.compile(
    r"^(那|那么|那要是|如果|要是|换成)|呢[？?]?$|^(what about|how about|and )", re.IGNORECASE
)
_BARE_AGE = re.compile(
    r"(?:那|那么|如果|要是|我)*(?:今年|是|满)*\s*(?:\d{2}|[二三四五六]?十[一二三四五六七八九]?)\s*(?:周?[岁歲])?了?(?:的?话)?呢?[\s?？。]*"
    r"|(?:what about|how about|and|at|if i'?m|i'?m)?\s*(?:age )?\d{2}(?: years old)?[\s?.]*",
    re.IGNORECASE,
)
_CODES = re.compile(r"验证码|短信码|verification code|security code", re.IGNORECASE)
_NAMED = {
    "other_business": re.compile(
        r"外国人.{0,4}居留|居留许可|港澳台居民居住证|港澳居民居住证|台湾居民居住证|foreigner'?s? (?:residence )?permit",
        re.IGNORECASE,
    ),
    "notice_genuine": re.compile(
        r"(?:点|打开|戳).{0,4}(?:链接|网址)|(?:click|open).{0,8}link", re.IGNORECASE
    ),
    "overdue": re.compile(
        r"中止.{0,2}(?:是|啥|什么).{0,2}意思|^.{0,8}(?:来不及|赶不上)(?:去|办|签)?了?[吧啊呀]?(?:怎么办)?[?？。]?$"
    ),
    "points_estimate": re.compile(
        r"(?:算|估|测)[一个下算]{0,3}[^，,。吗怎]{0,4}(?:积分|分数).*\d+\s*[岁年]|积分(?:估算|测算)[:：]?.*\d"
    ),
}
_HANDED_IN_MINE = re.compile(
    r"我|本人|自己|到哪|进度|进展|好了[吗没么]|[办审]好了|下来|结果|还[要得缺差少]|什么时候[能可会]?[好办拿]"
    r"|\b(?:my|mine|i|me)\b|progress|status|done yet|still",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"到哪一?步|[进近]度|进展|[审办批核]到哪|[审批办核]好?完?了[吗没么]|有结果了?[吗没么]|谁[来在]?[定审批核]"
    r"|(?:什么时候|啥时候|几时|几号|哪天|多久)[能会可以才]{0,3}(?:好|办好|办完|下来|出来|拿到?|出结果)"
    r"|[还缺差少][缺差少要]了?(?:啥|什么|哪)|退(?:了)?回来"
    r"|\b(?:progress|how far along|which step|any (?:news|result))\b|(?:be|is it) (?:done|ready)",
    re.IGNORECASE,
)
_NOT_MINE = re.compile(
    r"一般|通常|正常情况|朋友|同事|别人|我(?:老公|老婆|爱人|爸|妈|儿子|女儿|孩子|姐|哥|弟|妹)"
    r"|\b(?:usually|in general|generally)\b|my (?:friend|wife|husband|colleague|son|daughter|mother|father)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|[吗么呢]\W*$|什么|怎|咋|如何|多少|多久|几[时天点号]|哪|谁|是不是|能不能|可不可以|要不要|行不行|有没有|为啥"
    r"|\b(?:what|how|where|when|which|why|who|can i|do i|is it|tell me|will|should)\b",
    re.IGNORECASE,
)


def admits_change(text: str) -> bool:
    """Whether a text owns up to a change (a move, a divorce) instead of denying it."""
    clean = simple(text)
    return bool(_ADMITS.search(clean)) and not _NOT.search(clean)


def goes_soon(text: str) -> bool:
    """Whether a text names a near day as the day to go, which is no day of expiry."""
    return bool(_VISIT.search(simple(text)))


def supposes(text: str) -> bool:
    """Whether what a text tells is only supposed."""
    return bool(_SUPPOSES.search(simple(text)))


def speaks_of_expiry(text: str) -> bool:
    """Whether a text speaks of a permit's expiry in so many words."""
    return bool(_EXPIRY.search(simple(text)))


def is_about_self(text: str) -> bool:
    """Whether a text speaks of its writer."""
    return bool(_MINE.search(simple(text)))


def asks_own_day(text: str) -> bool:
    """Whether a text asks when the permit expires, or how many days are left."""
    return bool(_WHICH_DAY.search(simple(text)))


def asks_how_late(text: str) -> bool:
    """Whether a text asks how long the permit has been overdue."""
    return bool(_SO_LATE.search(simple(text)))


def asks_why(text: str) -> bool:
    """Whether a text asks for a reason."""
    return bool(_WHY.search(simple(text)))


def wants_english(text: str) -> bool:
    """Whether a text asks for the answer in English."""
    return bool(_IN_ENGLISH.search(simple(text)))


def sets_right(text: str) -> bool:
    """Whether a text sets right what was said or understood before."""
    return bool(_MEANT.search(simple(text)))


def follows_up(text: str) -> bool:
    """Whether a text begins or ends as one that leans on the text before."""
    return bool(_FOLLOW_UP.search(simple(text)))


def is_bare_age(text: str) -> bool:
    """Whether a text is nothing but an age."""
    return bool(_BARE_AGE.fullmatch(simple(text)))


def speaks_of_codes(text: str) -> bool:
    """Whether a text speaks of a code sent by SMS."""
    return bool(_CODES.search(simple(text)))


def names_topic(text: str) -> str:
    """The topic that words of the text name, whatever it was taken for; empty where none does."""
    clean = simple(text)
    return next((topic for topic, words in _NAMED.items() if words.search(clean)), "")


def names_permit_of(text: str, cities: tuple[str, ...]) -> bool:
    """Whether the permit that a text names is another city's ("北京居住证过期了")."""
    named = "|".join(map(re.escape, cities))
    return bool(cities) and bool(re.search(rf"(?:{named})[市省]?的?(?:居住证|暂住证)", simple(text)))


def is_about_own_papers(text: str) -> bool:
    """Whether a text speaks of papers that its writer has handed in."""
    return bool(_HANDED_IN_MINE.search(simple(text)))


def asks_progress(text: str) -> bool:
    """Whether a text asks how far a renewal that was handed in has come, for its writer."""
    clean = simple(text)
    return bool(_PROGRESS.search(clean)) and not _NOT_MINE.search(clean)


def is_about_others(text: str) -> bool:
    """Whether a text speaks of people in general, or of somebody else."""
    return bool(_NOT_MINE.search(simple(text)))


def asks(text: str) -> bool:
    """Whether a text asks anything."""
    return bool(_ASKS.search(simple(text)))
