"""Which topic a text is about, and which wording of it: by intent, entities and what was asked before."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from renewal.dialogue.understood import Understood
from renewal.domain import Rulebook

# Where an entity is named, the topic that has a wording for it, in the order in which entities are asked.
VARIANTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "materials": {"id_change": "id_changed", "housing": "materials_housing"},
        "materials_housing": {"housing": "materials_housing", "relation": "materials_housing"},
        "id_changed": {"id_change": "id_changed"},
        "relatives_scope": {"relation": "relatives_scope"},
        "auto_compared_items": {"category": "auto_compared_items"},
        "on_the_spot": {"category": "on_the_spot"},
        "review_time": {"category": "review_time"},
        "points": {"points_item": "points_rules"},
        "points_rules": {"points_item": "points_rules"},
        "inform": {"id_change": "id_changed", "housing": "materials_housing", "relation": "relatives_scope"},
    }
)
AT_HOME = frozenset(
    {"配偶", "老公", "老婆", "子女", "儿子", "女儿"}
)  # live along: "和老婆租房" is nobody else's home
ABOUT_HOMES = frozenset({"materials", "materials_housing", "address_unchanged"})
FOLLOW_UP = re.compile(
    r"^(那|那么|那要是|如果|要是|换成)|呢[？?]?$|^(what about|how about|and )", re.IGNORECASE
)
FOLLOW_UP_CHARS = 14
ABOUT_POINTS = frozenset({"points", "points_rules"})
BARE_AGE = re.compile(
    r"(?:那|那么|如果|要是|我)*(?:今年|是|满)*\s*(?:\d{2}|[二三四五六]?十[一二三四五六七八九]?)\s*(?:周?[岁歲])?了?(?:的?话)?呢?[\s?？。]*"
    r"|(?:what about|how about|and|at|if i'?m|i'?m)?\s*(?:age )?\d{2}(?: years old)?[\s?.]*",
    re.IGNORECASE,
)
# What no model need guess: words that name their topic whatever stands around them.
NAMED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "other_business": re.compile(
            r"外国人.{0,4}居留|居留许可|港澳台居民居住证|港澳居民居住证|台湾居民居住证"
            r"|foreigner'?s? (?:residence )?permit",
            re.IGNORECASE,
        ),
        "notice_genuine": re.compile(
            r"(?:点|打开|戳).{0,4}(?:链接|网址)|(?:click|open).{0,8}link", re.IGNORECASE
        ),
        "overdue": re.compile(
            r"中止.{0,2}(?:是|啥|什么).{0,2}意思"
            r"|^.{0,8}(?:来不及|赶不上)(?:去|办|签)?了?[吧啊呀]?(?:怎么办)?[?？。]?$"
        ),
        "points_estimate": re.compile(
            r"(?:算|估|测)[一个下算]{0,3}[^，,。吗怎]{0,4}(?:积分|分数).*\d+\s*[岁年]|积分(?:估算|测算)[:：]?.*\d"
        ),
    }
)
CODES = re.compile(r"验证码|驗證碼|短信码|verification code|security code", re.IGNORECASE)


def topic_of(understood: Understood) -> str:
    """The topic that an answer to this is about: the intent's own, or the one that a fragment leans on."""
    named = named_topic(understood)
    if named:
        return named
    leaned = leaning_topic(understood)
    if leaned:
        return leaned
    own = _variant_of(understood.intent, understood)
    if own:
        return own
    if understood.intent == "notice_dispute" and understood.previous in ABOUT_HOMES:
        return "address_unchanged"  # "地址没变" said of the papers, not of a notice
    return understood.intent


def named_topic(understood: Understood) -> str:
    """The topic that words of the text name, whatever it was taken for; empty where none does."""
    text = understood.text.strip()
    cities = "|".join(map(re.escape, understood.entities.get("city", ())))
    if cities and re.search(rf"(?:{cities})[市省]?的?(?:居住证|暂住证)", text):
        return "other_city"  # "北京居住证过期了" asks of Peking's permit, whatever is asked of it
    if CODES.search(text):
        return "verification_code"  # whatever is asked about a code, the one answer that protects comes first
    return next((topic for topic, words in NAMED.items() if words.search(text)), "")


def leaning_topic(understood: Understood) -> str:
    """The topic that a fragment leans on ("那宿舍呢" after the papers); empty where it leans on none."""
    text = understood.text.strip()
    if understood.previous in ABOUT_POINTS and BARE_AGE.fullmatch(text):
        return "points_rules"  # "45呢" after the points is an age
    if len(text) > FOLLOW_UP_CHARS or not FOLLOW_UP.search(text):
        return ""
    return _variant_of(understood.previous, understood)


def _variant_of(topic: str, understood: Understood) -> str:
    kinds = VARIANTS.get(topic, {}).items()
    return next((target for kind, target in kinds if understood.entities.get(kind)), "")


def variants_of(topic: str, understood: Understood, rules: Rulebook, on: date) -> tuple[str, ...]:
    """The wordings of a topic that the named entities ask for, most fitting first; the topic itself last."""
    named = [
        f"{topic}.{value}"
        for kind in VARIANTS.get(topic, {})
        for value in _values(topic, kind, understood, rules, on)
    ]
    return (*named, topic)


def _values(topic: str, kind: str, understood: Understood, rules: Rulebook, on: date) -> tuple[str, ...]:
    """The entity's values as wordings name them: a relative by how close, a relative's home as one."""
    found = understood.entities.get(kind, ())
    if kind == "points_item":
        return _points_item(found, understood.text.strip())
    if topic != "materials_housing":
        return tuple(_closeness(rules, on, relation) for relation in found) if kind == "relation" else found
    others = [name for name in understood.entities.get("relation", ()) if name not in AT_HOME]
    closeness = [_closeness(rules, on, name) for name in others]
    if "close" in closeness:
        return ("relative",)  # "和姐姐住她租的房子" is a relative's home, whoever pays the rent
    if "distant" in closeness and "friend" not in found:
        return ("not_relative",)
    return found if kind == "housing" else ()


def _points_item(found: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The one item of the points that is asked about; `several` where more are named than one answer is about."""
    named = set(found)
    if not named:
        return ("age",) if BARE_AGE.fullmatch(text) else ()
    if "deductions" in named:
        return ("deductions",)  # false papers cost the same whatever they were about
    if named == {"insurance_years", "insurance_base"}:
        return ("insurance_base",)
    return tuple(named) if len(named) == 1 else ("several",)


def _closeness(rules: Rulebook, on: date, relation: str) -> str:
    """Whether the rules count a relative as close; empty where they leave it open."""
    if relation in rules.texts("materials.close_relatives_spoken", on):
        return "close"
    return "distant" if relation in rules.texts("materials.not_close_relatives_spoken", on) else ""
