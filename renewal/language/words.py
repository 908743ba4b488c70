"""Words as data: what a concept is called, read from `words/<language>/*.yml`, and finding it in a text.

A file maps a concept to its alternatives, or to `any` and `never`. An alternative is literal but for a small notation:
`[abc]` one of these characters, `(a|b)` one of these words, `?` the piece before it or nothing, `~` up to six
characters of the same clause, `#` a number, `{concept}` any alternative of another concept, `{relation}` any relative
of the lexicon and `{relation:子女}` those under one value, `^` and `$` the ends of the text. What `never` names is
passed over, with what stands in it. Every piece is bounded, so no text is slow to read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from renewal.language.lexicon import relation_words
from renewal.language.text import has_han, usual

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml's, where it is there, takes a tenth of the time
WORDS = Path(__file__).parent / "words"
LANGUAGES = ("zh", "en")
MOST_FOUND = 60  # words of one concept; a text that says a thing more often is no holder's
_NAME = re.compile(r"[a-z][a-z_]*")
_NAMED = r"\{([a-z_]+(?::\w+)?)\}"
_NOTED = re.compile(r"[\[\](){}|?~#^$]")  # the signs of the notation: a word without one is literal
_PIECE = re.compile(_NAMED + r"|\[([^\[\]]+)\]|([()|?~#^$])|(.)", re.DOTALL)
_GAP = r"[^，,。.;；!！?？\n]{{0,{}}}?"
_SIGNS = {
    "(": "(?:",
    ")": ")",
    "|": "|",
    "?": "?",
    "~": _GAP.format(6),
    "#": r"(?:\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十百半几]{1,4})",
    "^": r"\A\W{0,3}",
    "$": r"\W{0,3}\Z",
}
_GAPS = re.compile(
    f"(?:{re.escape(_SIGNS['~'])}){{2,}}"
)  # several in a row are one: the ways to part them multiply
_KIN = "relation"
_BLANK = "※"


class BadWords(Exception):
    """A file of words has an unknown key, a word twice, an empty alternative, or a sign that does not close."""


@dataclass(frozen=True)
class Concept:
    """One concept's alternatives as they are written, by language, and what is never one of them."""

    name: str
    any: Mapping[str, "tuple[str, ...]"]
    never: Mapping[str, "tuple[str, ...]"]

    def alternatives(self) -> "Iterator[tuple[str, str]]":
        """Each alternative with its language."""
        for language, words in self.any.items():
            for word in words:
                yield language, word


def says(concept: str, text: str) -> bool:
    """Whether the text holds a word of the concept. Raises KeyError for a concept that nobody wrote."""
    return find(concept, text) is not None


def find(concept: str, text: str) -> "re.Match[str] | None":
    """The first word of the concept in the text's plain form (`text.usual`)."""
    return pattern(concept).search(_without_never(concept, usual(text)))


def find_all(concept: str, text: str) -> "Iterator[re.Match[str]]":
    """The words of the concept in the text's plain form, none overlapping another; of very many the first."""
    return islice(pattern(concept).finditer(_without_never(concept, usual(text))), MOST_FOUND)


def is_only(concept: str, text: str) -> bool:
    """Whether the text is a word of the concept and nothing else."""
    return (
        pattern(concept).fullmatch(_without_never(concept, usual(text)).strip(" ,，。.!！?？~～")) is not None
    )


def without(concept: str, text: str) -> str:
    """The text's plain form without the words of the concept."""
    return pattern(concept).sub("", usual(text))


@cache
def pattern(concept: str) -> "re.Pattern[str]":
    """All alternatives of a concept as one pattern over a plain, lower-case text; the longest is tried first."""
    return re.compile(_any_of(concept, ()))


@cache
def one(language: str, alternative: str) -> "re.Pattern[str]":
    """A single alternative as a pattern; for the test that each is reached."""
    return re.compile(_expression(language, alternative, ()))


@cache
def concepts(folder: Path = WORDS) -> "Mapping[str, Concept]":
    """Every concept of every language.

    Raises:
        BadWords: the file and the key that is malformed.
    """
    found: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.yml")):
            for name, raw in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
                where = f"{language}/{path.name}: {name}"
                parts = _parts(where, name, raw)
                by_language = found.setdefault(name, {"any": {}, "never": {}})
                if language in by_language["any"]:
                    raise BadWords(f"{where} 在另一个文件里已经有了")
                by_language["any"][language] = parts["any"]
                by_language["never"][language] = parts["never"]
    return {name: Concept(name=name, **parts) for name, parts in found.items()}


def _parts(where: str, name: object, raw: Any) -> "dict[str, tuple[str, ...]]":
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadWords(f"{where}：概念的名字只用小写字母和下划线")
    listed = {"any": raw} if isinstance(raw, list) else raw
    if not isinstance(listed, dict) or "any" not in listed or set(listed) - {"any", "never"}:
        raise BadWords(f"{where}：要一列词，或者 any 和 never")
    parts = {key: tuple(str(word) for word in listed.get(key) or ()) for key in ("any", "never")}
    for words in parts.values():
        if any(not word.strip() for word in words):
            raise BadWords(f"{where}：有空的词")
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise BadWords(f"{where}：{twice[0]} 写了两次")
        for word in words:
            _check(where, word)
    return parts


def _check(where: str, word: str) -> None:
    if usual(word) != word:
        raise BadWords(f"{where}：{word} 要写成简体、半角、小写")
    for named in re.findall(_NAMED, word):
        if named.startswith(_KIN) and not relation_words(named.partition(":")[2]):
            raise BadWords(f"{where}：{word} 不是词典里的亲属")
    if not _NOTED.search(word):
        return
    try:
        re.compile(_expression("zh", re.sub(_NAMED, "x", word), ()))
    except re.error as error:
        raise BadWords(f"{where}：{word} 写得不对：{error}") from None


def _any_of(concept: str, above: "tuple[str, ...]") -> str:
    if concept in above:
        raise BadWords(f"{concept} 指到了自己")
    written = concepts()[concept]
    ordered = sorted(written.alternatives(), key=lambda item: -len(item[1]))
    return "|".join(_expression(language, word, (*above, concept)) for language, word in ordered)


def _expression(language: str, word: str, above: "tuple[str, ...]") -> str:
    """The alternative as a regular expression; an English one stands on word boundaries."""
    made = ""
    for inner, chars, sign, char in _PIECE.findall(word):
        if inner.startswith(_KIN):
            made += f"(?:{_relation(inner.partition(':')[2], language)})"
        elif inner:
            made += f"(?:{_any_of(inner, above)})"
        elif chars:
            made += f"[{re.escape(chars)}]"
        else:
            made += _SIGNS[sign] if sign else re.escape(char)
    made = _GAPS.sub(lambda gaps: _GAP.format(6 * (len(gaps.group()) // len(_SIGNS["~"]))), made)
    return rf"(?<![a-z])(?:{made})(?![a-z])" if language == "en" else f"(?:{made})"


def _relation(value: str, language: str) -> str:
    """The lexicon's relatives, or those under one value, as the language writes them; the longest first."""
    found = [word for word in relation_words(value) if has_han(word) is (language == "zh")]
    return "|".join(re.escape(word) for word in sorted(found, key=lambda word: (-len(word), word)))


@cache
def _never(concept: str) -> "re.Pattern[str] | None":
    written = concepts()[concept].never
    words = [_expression(language, word, ()) for language, listed in written.items() for word in listed]
    return re.compile("|".join(words)) if words else None


def _without_never(concept: str, plain: str) -> str:
    """The text with what is never a word of the concept blanked, at the same length."""
    never = _never(concept)
    return never.sub(lambda match: _BLANK * len(match.group()), plain) if never else plain
