"""How holders write a degree, a professional title or a level of skill, for a points estimate."""

import re

from renewal.domain.points import Degree, Skill
from renewal.language.dates import number
from renewal.language.words import says, without

_UNFINISHED = re.compile(
    r"(?:在读|正在读|在念|准备[读考]|打算[读考]|想[读考]|(?<!自)考)的?(?:博士|硕士|研究生|本科|大专|专升本)|在读[博研]"
    r"|(?:博士|硕士|研究生|本科|大专|专升本)(?:还|目前)?(?:在读|没毕业|未毕业|没读完|没念完|肄业|读了一半)"
    r"|(?:博士|硕士|研究生|本科|大专|专升本)(?:学历)?(?:其实|还|也|是)?(?:没|未)(?:能|有)?"
    r"(?:拿到|到手|[读念](?:完|下来|出来)|毕业)(?!的?(?:学士)?学位)"
    r"|(?:没|未)(?:能|有)?(?:拿到|[读念]完|[读念]下来)(?:博士|硕士|研究生|本科|大专|专升本)(?!的?(?:学士)?学位)"
    r"|(?:phd|doctorate|master'?s?|bachelor'?s?)(?: degree)? (?:is|was|are)?(?:n't|nt| not)(?: yet)? "
    r"(?:done|finished|completed?)"
    r"|(?:想|准备|打算|正在|在|要|还没|没)去?[评考](?!过了)[^，,。;；\s]{0,8}"
)
_NAMED = r"(?:博士|硕士|研究生|本科|大专|phd|doctorate|master'?s?|bachelor'?s?|college)"
# "大专，没读本科", "no bachelor": a degree that there is none of.
_DENIED = re.compile(
    rf"(?:没有?(?:[读上念考]过?)?|不是|\b(?:no|not an?|without an?)\s){_NAMED}(?!的?(?:学士)?学位| degree)"
)
_DENIED_BESIDE = re.compile(rf"\b(?:no|not an?|without an?)\s{_NAMED}(?: degree)?")  # where another is named
_NO_COLLEGE = re.compile(r"没[上读念]过?大学")
_DEGREES: tuple[tuple[Degree, str], ...] = (
    (Degree.DOCTOR, "degree_doctor"),
    (Degree.MASTER, "degree_master"),
    (Degree.BACHELOR, "degree_bachelor"),
    (Degree.COLLEGE, "degree_college"),
    (Degree.NONE, "degree_below"),
)
_YES = re.compile(r"\W{0,8}(?:有|是|对|嗯|都有|拿到|yes|yep|y\b)")
NO = re.compile(
    r"\W{0,8}(?:我|都|全|也|以上|啥|什么){0,6}"
    r"(?:没(?!看|听|懂|明|搞|弄)有?|无|木有|否|不是|不(?:$|\W)|none|nope|nothing|no\b|n\b)"
)

_OTHER_LEVEL = re.compile(
    r"(?:英语|日语|计算机|四六|cet|普通话)\D{0,3}[一二三四五六1-6]级|[一二]级(?:建造|造价|消防|注册)"
)
_NO_TITLE = re.compile(
    r"(?:没有?|无|没评|不算|不要|别算|除去|去掉)了?(?:中级|高级)(?!工)|初级职称|助理\w{0,3}师|初级(?:会计|经济|工程)\w{0,2}"
)
_LEVEL = (
    r"(?:技能|职业资格|技能等级|职业技能|[工师员])(?:证书?|等级)?\s*[是为]?\s*[{0}{1}]级"
    r"|[{0}{1}]级\w{{0,6}}(?:技能|技师|职业|证|工|(?<![教医律])[师员])"
    r"|[升考评](?:到|上|出|成|个)\s*[{0}{1}]级|skill level {1}|level {1} (?:skill|cert)"
    r"|{3}[- ](?:level|class|grade) (?:skill|cert|worker|title)|{2}"
)
_SKILLS: tuple[tuple[Skill, re.Pattern[str]], ...] = tuple(
    (skill, re.compile(_LEVEL.format(numeral, digit, titles, place)))
    for skill, numeral, digit, place, titles in (
        (
            Skill.LEVEL_1,
            "一",
            1,
            "first",
            (
                r"高级职称|[正副]高|高级(?:工程|经济|会计|教)师|高工(?!资)|教授|主任医师|高级技师"
                r"|senior (?:professional )?title"
            ),
        ),
        (
            Skill.LEVEL_2,
            "二",
            2,
            "second",
            (
                r"中级(?!\w{0,3}工(?!程))|(?:工程师|经济师|会计师|讲师)职称|主治医师|技师(?!学)"
                r"|(?:intermediate|mid-level) (?:professional )?title"
            ),
        ),
        (Skill.LEVEL_3, "三", 3, "third", r"高级\w{0,3}工(?![程资作])"),
        (Skill.LEVEL_4, "四", 4, "fourth", r"中级\w{0,3}工(?![程资作])"),
        (Skill.LEVEL_5, "五", 5, "fifth", r"初级\w{0,3}工(?![程资作])"),
    )
)
_LEVEL_ALONE = re.compile(
    r"([一二三四五1-5])级|\b(?:level|grade|class) ?([1-5]|one|two|three|four|five)\b"
    r"|\b(first|second|third|fourth|fifth)[- ](?:level|grade|class)\b"
)
_NUMERALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5} | {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5
}  # fmt: skip
_HIGHER_TITLE = re.compile(r"高级(?!\w{0,3}[工技])|\bsenior\b")  # alone, it is a title only after a title
_TITLES = frozenset({Skill.LEVEL_1, Skill.LEVEL_2})


def degree_in(text: str) -> Degree | None:
    """The highest finished degree; a bachelor's without a word of the academic degree is BACHELOR."""
    text = _DENIED.sub("", _NO_COLLEGE.sub("高中", _UNFINISHED.sub("", text)))
    rest = _DENIED_BESIDE.sub("", text)
    found = _highest(rest) or _highest(text)
    if found is Degree.BACHELOR and academic_degree_in(text, alone=False):
        return Degree.BACHELOR_WITH_DEGREE
    return found


def _highest(text: str) -> Degree | None:
    return next((degree for degree, concept in _DEGREES if says(concept, text)), None)


def academic_degree_in(text: str, *, alone: bool) -> bool | None:
    """Whether a bachelor's goes with the academic degree; None where the text tells nothing of it.

    With `alone`, the text answers that question, so that a bare yes or no tells it.
    """
    if says("no_academic_degree", text):
        return False
    if says("academic_degree", text):
        return True
    if not alone:
        return None
    return False if NO.match(text) else (True if _YES.match(text) else None)


def skill_in(text: str, *, alone: bool, before: Skill | None = None) -> Skill | None:
    """The highest professional title or level of skill; language and computing levels are none.

    With `alone`, or after one `before` it, a level that nothing is said of ("三级呢") is one of skill.
    """
    text = _NO_TITLE.sub("", _OTHER_LEVEL.sub("", _UNFINISHED.sub("", without("no_title", text))))
    found = next((skill for skill, words in _SKILLS if words.search(text)), None)
    if found is not None or not (alone or before):
        return found
    level = _LEVEL_ALONE.search(text)
    if level is None:
        return Skill.LEVEL_1 if before in _TITLES and _HIGHER_TITLE.search(text) else None
    return Skill[f"LEVEL_{_in_digits(level[1] or level[2] or level[3])}"]


def _in_digits(numeral: str) -> float | None:
    return _NUMERALS.get(numeral) or number(numeral)
