"""Counts, however they are written: digits, Chinese numerals, English words."""

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
_VARIANTS = str.maketrans("〇○壹贰叁肆伍陆柒捌玖拾佰", "零零一二三四五六七八九十百")
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ENGLISH = (
    {word: value for value, word in enumerate(_SMALL)}
    | {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    | {"a": 1, "an": 1}
)
_WORDS = "|".join(sorted((*_SMALL, *_TENS), key=len, reverse=True))
_ENGLISH_RUN = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})[- ](?P<ones>{'|'.join(_SMALL[1:10])})|(?P<word>{_WORDS}))\b"
)
_CHINESE_RUN = re.compile(
    r"(?:(?<=周)|(?<=礼拜)|(?<=星期))[一二三四五六](?=[零一二三四五六七八九十两])|[零一二三四五六七八九十百两俩仨]+"
)
LONGEST_DIGITS = 5


def number(text: str) -> float | None:
    """A count in digits, Chinese numerals up to 999, or an English word; None where it is none."""
    if text.isdecimal():
        return int(text) if len(text) <= LONGEST_DIGITS else None
    if text.lower() in _ENGLISH:
        return _ENGLISH[text.lower()]
    return _chinese(text.translate(_VARIANTS).replace("廿", "二十").replace("卅", "三十"))


def _chinese(text: str) -> float | None:
    if not re.fullmatch(r"[零一二三四五六七八九十百两俩仨]+", text):
        return None
    total, current = 0, 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        else:
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
    if re.search(r"百[一二三四五六七八九]$", text):
        current *= 10  # "一百二" is 120
    return total + current


def in_digits(text: str) -> str:
    """The text with its Chinese and English numerals as digits; a range ("两三天") becomes "几", a count of none."""
    text = text.translate(_VARIANTS)
    text = re.sub(r"廿", "二十", text)
    text = re.sub(r"卅", "三十", text)
    text = _CHINESE_RUN.sub(lambda m: _apart(m, _run(m.group(), m.string[m.end() :])), text)
    return _ENGLISH_RUN.sub(_english, text)


def _run(run: str, after: str) -> str:
    """One run of Chinese numerals in digits."""
    if run == "零":
        return run
    if (
        not re.search(r"[十百]", run) and len(run) > 1
    ):  # digit by digit: a year, a number on a card, or a range
        spelt = "".join(str(_DIGITS[char]) for char in run)
        year = len(run) == 2 and re.match(r"年[\d一二三四五六七八九十元]", after)
        return spelt if year or "零" in run or len(run) > 3 else "几"
    if re.search(r"[一二三四五六七八九两]{2}", run.replace("零", "")):
        return "几"  # "三四十天", "二十五六天"
    counted = _chinese(run)
    return run if counted is None else str(int(counted))


def _apart(match: re.Match[str], digits: str) -> str:
    """The digits, kept apart from digits that stand beside them ("万一12月5号")."""
    if not digits.isdecimal():
        return digits
    before, after = match.string[: match.start()], match.string[match.end() :]
    left = " " if before[-1:].isdecimal() else ""
    return left + digits + (" " if after[:1].isdecimal() or _CHINESE_RUN.match(after) else "")


def _english(match: re.Match[str]) -> str:
    if match["tens"]:
        return str(_ENGLISH[match["tens"]] + _ENGLISH[match["ones"]])
    return str(_ENGLISH[match["word"]])
