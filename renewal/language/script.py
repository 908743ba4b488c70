"""Which language a holder writes, so that the answer comes back in it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from renewal.language.syllables import is_made_of
from renewal.language.text import simplified
from renewal.language.words import is_only, says
from renewal.wording.editions import ENGLISH_LANGUAGE, SIMPLIFIED, TRADITIONAL

LEAST_WORDS = 3  # of English around a term in characters
# What makes a sentence Chinese, however many words of English stand in it.
_CHINESE = re.compile("[我你您的了吗嗎呢么麼不要怎]")
_HAN = re.compile(r"[㐀-鿿]")
# Traditional forms that mainland people write in their names; a text in them alone may be in either script.
_ALSO_IN_NAMES = frozenset("昇陞鍾龑峯淩嶽祕")
_CODE = re.compile(r"[<>{}=\\]|(?<!\d)/|/(?!\d)")  # what a machine reads is in nobody's language
# A syllable of pinyin; many an English word looks like some, but most words of a text in pinyin do.
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[iu]?a(?:ng?|i|o)?|i?ong|[iu]?e(?:ng?|i|r)?|[iuv](?:ng?|e|i|u)?|[iu]?o(?:u)?|ing?)"
)


def language_of(text: str) -> str | None:
    """`zh`, `zh-Hant` or `en`; None where a text tells nothing ("1", an emoji, a number, pinyin)."""
    if _HAN.search(text) and not _only_names_in_han(text):
        return TRADITIONAL if _is_traditional(text) else SIMPLIFIED
    if says("in_english", text):
        return ENGLISH_LANGUAGE
    words = re.findall(r"[a-z]{3,}", text.lower())
    apart = [
        word for word in words if not is_made_of(_SYLLABLE, word) and not is_only("borrowed_latin", word)
    ]
    foreign = len(words) > 1 and not _CODE.search(text) and 2 * len(apart) >= len(words)
    return ENGLISH_LANGUAGE if foreign else None


def _only_names_in_han(text: str) -> bool:
    """Whether an English text has no more than a term or two in characters ("how do I renew my 居住证")."""
    words, characters = len(re.findall(r"[A-Za-z]{2,}", text)), len(_HAN.findall(text))
    return words >= max(characters, LEAST_WORDS) and not _CHINESE.search(text)


def language_of_talk(texts: Sequence[str]) -> str:
    """The language of the newest of these texts, newest first, that tells one; simplified Chinese where none does.

    A text that is written the same in both scripts is in the one of the Chinese text before it.
    """
    found = [(language_of(text), _is_in_both(text)) for text in texts]
    told = [(language, both) for language, both in found if language]
    if not told:
        return SIMPLIFIED
    if not told[0][1]:
        return told[0][0]
    return next(
        (language for language, both in told if not both and language != ENGLISH_LANGUAGE), SIMPLIFIED
    )


def _is_in_both(text: str) -> bool:
    """Whether a Chinese text is written in neither script alone."""
    han = _HAN.findall(text)
    return bool(han) and all(_is_in(char, "gb2312") and _is_in(char, "cp950") for char in han)


def _is_traditional(text: str) -> bool:
    """Whether more of the text's characters are written in traditional alone than in simplified alone.

    One variant character in a name (陈昇, 乾安) does not make a text traditional.
    """
    traditional = sum(_is_traditional_only(char) for char in text)
    return traditional > sum(bool(_HAN.match(char)) and not _is_in(char, "cp950") for char in text)


def _is_traditional_only(char: str) -> bool:
    return simplified(char) != char and char not in _ALSO_IN_NAMES and not _is_in(char, "gb2312")


@lru_cache(maxsize=8192)
def _is_in(char: str, charset: str) -> bool:
    """Whether the character set of the mainland (gb2312) or of Taiwan (cp950) has the character."""
    try:
        return bool(char.encode(charset))
    except UnicodeEncodeError:
        return False
