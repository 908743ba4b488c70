"""Reads from a text what its writer is called: how names are built; the words of it are in `words/*/names.yml`."""

import re
from enum import IntEnum
from functools import cache

from renewal.language.contact import without_numbers
from renewal.language.text import dialled, has_han, simplified
from renewal.language.words import find, is_only, pattern, says


class Evidence(IntEnum):
    """How much a text says that a word in it is its writer's name."""

    POSSIBLE = 1  # nothing speaks against it
    SHAPED = 2  # built as names are: a surname and a given name, "Li Lei"
    STATED = 3  # introduced ("我叫…", "my name is …") or with a title ("王女士")


LONGEST_NAME_CHARS = 40
_HAN = "㐀-鿿〇\U00020000-\U0003ffff"
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"  # José, Łukasz, Nguyễn
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}.'’-]*(?: [{_LETTER}][{_LETTER}.'’-]*){{0,3}}")
_DOTS = str.maketrans("•・‧∙⋅･●", "·······")  # 古丽米热•艾比布力
_ADDED = re.compile(r"\([^()]*\)")  # 张伟(David)
_DENIED = r"[^，,。;；\s是叫姓]{1,8}?(?=是|叫|姓|应该|改|[，,。;；\s]|$)"
_DENIED_LATIN = re.compile(r",?\s*\bnot [A-Za-z' -]{1,40}$")
_COMMAND_SIGNS = ("/", "／")
_BREAKS = re.compile(r"[，,。.!！?？;；\n、:：|/]+|\band\b|\s-\s")


def check_name(text: str, least: Evidence = Evidence.POSSIBLE) -> str | None:
    """The name in a text of one's own name, where the text gives at least that much reason to take it for one."""
    told = dialled(text).translate(_DOTS)
    clean = simplified(told)
    if clean.lstrip().startswith(_COMMAND_SIGNS):
        return None  # "/restart" is meant for a machine
    found = _name_in(clean, least)
    if found is None or len(told) != len(clean):
        return found
    start = clean.find(found)  # as its owner writes it, simplified or not
    return told[start : start + len(found)] if start >= 0 else found


def _name_in(clean: str, least: Evidence) -> str | None:
    together = _apart().sub(lambda found: found[1] + found[2].replace(" ", ""), without_numbers(clean))
    rest = _DENIED_LATIN.sub("，", _denied().sub("，", _ADDED.sub("", together)))
    corrects = says("corrects", clean)
    introduced = False
    for part in _BREAKS.split(rest):
        words = part.strip(" \"'“”()（）-")
        found = (introduced and _named(words, least, introduced=True)) or _in_part(
            words, corrects=corrects, least=least
        )
        if found:
            return found
        introduced = is_only("states_name", words)  # 姓名：周一鸣
    return None


def _in_part(part: str, *, corrects: bool, least: Evidence) -> str | None:
    stated = find("states_name", part)
    if stated or (stated := find("may_state_name", part)):
        introduced = says("states_name", part)
        rest = part[stated.end() :]
        renamed = find("renames", rest)
        after = _named(rest[renamed.end() :], Evidence.POSSIBLE, introduced=introduced) if renamed else None
        return after or _named(rest, Evidence.POSSIBLE, introduced=introduced)
    renamed = find("renames", part)
    if renamed and (corrects or renamed.start() == 0):
        shaped = min(least, Evidence.SHAPED) if corrects else max(least, Evidence.SHAPED)
        return _named(part[renamed.end() :], shaped)
    return _named(part, least)


def _named(words: str, least: Evidence, *, introduced: bool = False) -> str | None:
    """The name that these words are, or that begins them before a space."""
    whole = _tail().sub("", words.strip())
    for candidate in dict.fromkeys((whole, *whole.split()[:1], *whole.split()[-1:])):
        latin = not has_han(candidate)
        if latin and candidate != whole and not has_han(whole):
            continue  # one word of an English sentence is no name
        evidence = _latin(candidate) if latin else _han(candidate, introduced=introduced)
        if evidence is not None and evidence >= least:
            return candidate
    return None


def _han(word: str, *, introduced: bool) -> Evidence | None:
    if _titled().fullmatch(word) and not says("acts_on_name", word):
        return Evidence.STATED
    if says("never_in_a_name", word) or (says("seldom_in_a_name", word) and not introduced):
        return None
    if _shaped().fullmatch(word):
        return Evidence.SHAPED
    return Evidence.POSSIBLE if _possible().fullmatch(word) else None


def _latin(words: str) -> Evidence | None:
    if not _LATIN.fullmatch(words) or not 1 < len(words) <= LONGEST_NAME_CHARS:
        return None
    title, *rest = parts = words.split()
    if is_only("latin_title", title) and rest:
        return Evidence.STATED
    if any(is_only("no_latin_name", part) for part in parts):
        return None
    return Evidence.SHAPED if all(part[0].isupper() for part in parts) else Evidence.POSSIBLE


def _any(concept: str) -> str:
    return f"(?:{pattern(concept).pattern})"


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(
        rf"[{_HAN}·]{{1,5}}{_any('title_of_a_person')}|{_any('before_surname')}{_any('surname')}[{_HAN}]?"
    )


@cache
def _shaped() -> re.Pattern[str]:
    return re.compile(rf"{_any('surname')}[{_HAN}]{{1,2}}|[{_HAN}]{{2,20}}·[{_HAN}·]{{2,20}}")


@cache
def _possible() -> re.Pattern[str]:
    return re.compile(rf"[{_HAN}·]{{2,8}}|{_any('surname')}")


@cache
def _apart() -> re.Pattern[str]:
    """A surname and a given name that were typed apart: 张 三."""
    return re.compile(
        rf"(?:(?<![{_HAN}])|(?<=[叫是姓]))({_any('surname')})\s+([{_HAN}](?:\s?[{_HAN}])?)(?![{_HAN}])"
    )


@cache
def _denied() -> re.Pattern[str]:
    return re.compile(_any("denied_name") + _DENIED)


@cache
def _tail() -> re.Pattern[str]:
    return re.compile(_any("after_name") + "{1,6}$")
