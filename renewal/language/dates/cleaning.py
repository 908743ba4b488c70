"""A text made plain for reading days: one width, simplified, numerals as digits, slips of the hand mended."""

import re
from functools import lru_cache
from itertools import pairwise

from renewal.language.dates.numerals import in_digits
from renewal.language.dates.pinyin import in_characters
from renewal.language.text import KEPT_TEXTS, usual
from renewal.language.words import pattern

_HAN = r"[㐀-鿿]"
# Written slips that change no day, most of all homophones of what the topic is about.
_SLIPS = (
    (r"[道倒]期|到[其欺齐]", "到期"),
    (r"过[其欺]", "过期"),
    (r"居[主祝柱注驻足][正证政]|居住[正政](?![策府常确式])|[举具局]住证", "居住证"),
    (r"预期|愈期|逾其", "逾期"),
    (r"[礼里理]拜|礼败", "礼拜"),
    (r"expird|exipred|expried", "expired"),
    (r"over[- ]due", "overdue"),
    (r"元月", "1月"),
    (r"(?<![一二三四五六七八九十百])十一(?=过期|到期|那天|当天|节|[之以]?[前后])", "国庆"),
    (r"(?<![一二三四五六七八九十百])五一(?=过期|到期|那天|当天|节|[之以]?[前后])", "劳动"),
    (r"(?<![月年底末])(?<![月年底末]的)最后一[天日]", "到期"),
    (r"[俩两]月(?![初底末])", "两个月"),
    (r"仨月", "三个月"),
    (r"((?:过期|逾期|超期|还有|还剩)了?[\d一二三四五六七八九十]{1,2})月(?=了|有?余|整|$|[，,。])", r"\1个月"),
    (r"(过年|春节|除夕|spring festival|(?:chinese|lunar) new year|cny)\s*[,，(（:：]\s*(?=[a-z\d])", r"\1 "),
    (r"个把月|好几", "几"),
    (r"half an? (month|year)", r"半\1"),
    (r"半month", "半个月"),
    (r"半year", "半年"),
    (r"an? (month|year) and a half", r"1.5\1"),
    (r"1\.5month", "一个半月"),
    (r"1\.5year", "一年半"),
    (r"\ban? (?=day|week|month|year)", "1 "),
    (r"from today", "from now"),
    (r"a fortnight", "2 weeks"),
)
_COMPILED = tuple((re.compile(pattern), put) for pattern, put in _SLIPS)
# Numbers that are no days: addresses, lines, rates, hours, cards and phones.
_NOISE = re.compile(
    r"\d{1,2}[-—]\d+(?=室|号[楼门]|弄|栋|幢|单元)"
    r"|(?:[路弄街道巷村坊]|大道)\d+号|(?<!\d)\d+号(?=[楼线门院弄室店厅口库房桌车机])"
    r"|(?<=[在到去从第找是天午早晚])\d+号(?=窗)|(?<!\d)\d+号(?=窗)(?!窗口?(?:就|才|都|已经|给我?|把){0,4}[交递收受])"
    r"|\d{1,2}/\d{1,2}(?=g(?![a-z])|的?(?:人|材料|资料|钱|时间|房|工资|费用|份|产权|面积|积分|以上|以下|左右))"
    r"|(?:完成|只有|占|差|交|付|做|办|弄|好)了?\d{1,2}/\d{1,2}(?!\s*[号日到过])"
    r"|(?<!\d)\d+\.\d+(?=倍|平|折|万|元|块|%|分(?!别|开|头)|米|公里|个|小时)"
    r"|\d{1,3}\s*(?:[-~到至或]|to|or)\s*\d{1,3}(?=\s*(?:[天个周年楼室人小工份次点]|礼拜|星期|days?|weeks?|months?|years?))"
    r"|\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}点半?|第\d+[条步项章]|(?:room|floor|line)\s*\d+(?:-\d+)?"
    r"|(?<!\d)\d{3,4}-\d{7,8}|(?<!\d)(?!(?:19|20)\d\d[01]\d[0-3]\d(?!\d))\d{6,}"
)
_LUNAR = re.compile(r"(?:农历|阴历|旧历|腊月|正月|冬月)\s*\d{0,4}月?初?\d{0,4}|\d{1,2}月初\d+")


def clean(text: str) -> str:
    """The plain form. Noise and rules told by hearsay are blanked to the same length, so that they part their sides."""
    plain = tidy(text)
    of_rules = (pattern("hearsay_lapse"), pattern("which_bound"), pattern("beyond_bound"))
    for blanked in (_NOISE, _LUNAR, *of_rules):
        plain = blanked.sub(lambda m: "※" * len(m.group()), plain)
    return plain


@lru_cache(maxsize=KEPT_TEXTS)
def tidy(text: str) -> str:
    """As `clean`, with the noise where it stands."""
    plain = _close_up(in_characters(usual(text)))
    for slip, put in _COMPILED:
        plain = slip.sub(put, plain)
    plain = in_digits(plain)
    plain = re.sub(r"(\d{1,4}) and a half (?:months?|years?)", _and_a_half, plain)
    return re.sub(r"(?<=[年月天周日拜期])零(?=\d)|(?<=[月.\-/])零(?=\d)", "", plain)


def _close_up(text: str) -> str:
    """Without the spaces beside Han characters, but a space between two long parts is a comma."""
    text = re.sub(r"(?<=(?<!\d)1)\s+(?=[0-2]\s*月)", "", text)
    if _is_spaced_out(text):
        text = re.sub(rf"(?<={_HAN})[ \t]+(?=[{_HAN[1:-1]}\d])|(?<=\d)[ \t]+(?={_HAN})", "", text)
    parts = re.split(rf"(?<={_HAN})\s+(?={_HAN})", text)
    joined = parts[0]
    for before, part in pairwise(parts):
        joined += ("，" if min(len(before), len(part)) > 2 else "") + part
    return re.sub(rf"(?<={_HAN})[ \t]+(?=\w)|(?<=[\d])[ \t]+(?={_HAN})", "", joined)


def _is_spaced_out(text: str) -> bool:
    """Whether the characters stand apart ("到 期 了"), so that a space parts nothing."""
    apart, together = (
        len(re.findall(rf"{_HAN}(?=[ \t]+{_HAN})", text)),
        len(re.findall(rf"{_HAN}(?={_HAN})", text)),
    )
    return apart > together


def _and_a_half(match: re.Match[str]) -> str:
    return match[1] + ("个半月" if "month" in match.group() else "年半")
