"""The words that name a thing (a home, a city, a relative …), and finding the longest of them in a text.

A file maps the values of one entity to their words. `$relation…` stands for every word of relation.yml with that
ending; a word of `never` is passed over as a whole, with what it contains; no word is found where `not_before`
follows. What is found is looked up, so a new word works without training. Rasa's own environment reads this too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from renewal.language.text import KEPT_TEXTS, simple_places

FOLDER = Path(__file__).parent
_KEYS = {"entity", "values", "never", "not_before"}
_LATIN = re.compile(r"[a-z]")
_NO_KIN = frozenset({"朋友", "房东", "亲戚"})  # of relation.yml
_OTHERS = re.compile(r"\$([a-z_]+)(.+)")


class MalformedLexicon(Exception):
    """A lexicon file has an unknown key, a word under two values, or stands on a file that is not there."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A named thing: from `start` up to `end` of the text that was searched."""

    entity: str
    value: str
    start: int
    end: int


class Lexicon:
    """The words of one entity; those that map to None are passed over."""

    def __init__(self, entity: str, words: "Mapping[str, str | None]", not_before: str = "") -> None:
        self.entity = entity
        self._words = dict(words)
        self._lengths: dict[str, list[int]] = {}
        for word in sorted(words, key=len, reverse=True):
            lengths = self._lengths.setdefault(word[0], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        self._not_before = re.compile(not_before) if not_before else None

    def find(self, text: str) -> "Iterator[Found]":
        """Every word of it in the lower-case text, the longest at each place, none overlapping another."""
        start = 0
        while start < len(text):
            end = self._match(text, start)
            if end == 0:
                start += 1
                continue
            value = self._words[text[start:end]]
            if value is not None:
                yield Found(entity=self.entity, value=value, start=start, end=end)
            start = end

    def _match(self, text: str, start: int) -> int:
        """Where the longest word that starts here ends; 0 where none does."""
        for length in self._lengths.get(text[start], ()):
            end = start + length
            if end <= len(text) and text[start:end] in self._words and self._stands_alone(text, start, end):
                return end
        return 0

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        if self._not_before and self._not_before.match(text, end):
            return False
        inside = _LATIN.match(text, start) and start > 0 and _LATIN.match(text[start - 1])
        goes_on = _LATIN.match(text[end - 1]) and end < len(text) and _LATIN.match(text[end])
        return not (inside or goes_on)


@lru_cache(maxsize=KEPT_TEXTS)
def find(text: str) -> "tuple[Found, ...]":
    """Every named thing, in the order of the text; its places are those of the text as it was written."""
    plain, places = simple_places(text)
    lowered = plain.lower() if len(plain.lower()) == len(plain) else plain
    found = (item for lexicon in lexicons() for item in lexicon.find(lowered))
    return tuple(
        replace(item, start=places[item.start], end=places[item.end])
        for item in sorted(found, key=lambda item: item.start)
    )


def entities(text: str) -> "Mapping[str, tuple[str, ...]]":
    """The values that a text names, by entity, in its order; what comes twice is there twice."""
    found: dict[str, tuple[str, ...]] = {}
    for item in find(text):
        found[item.entity] = (*found.get(item.entity, ()), item.value)
    return found


@cache
def relation_words(value: str = "", folder: Path = FOLDER) -> "tuple[str, ...]":
    """The words for relatives, or for one of them ("老婆"); not those that lean on "我", nor who is no relative."""
    values = yaml.safe_load((folder / "relation.yml").read_text(encoding="utf-8"))["values"]
    names = [value] if value else [name for name in values if name not in _NO_KIN]
    return tuple(str(word) for name in names for word in values.get(name, ()) if not word.startswith("我"))


@cache
def lexicons(folder: Path = FOLDER) -> "tuple[Lexicon, ...]":
    """Every lexicon, in the order of their files' names. Raises MalformedLexicon."""
    files = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))
    }
    return tuple(_lexicon(name, content, files) for name, content in files.items())


def _lexicon(name: str, content: "dict[str, Any]", files: "Mapping[str, dict[str, Any]]") -> Lexicon:
    unknown = set(content) - _KEYS
    if unknown:
        raise MalformedLexicon(f"{name}.yml: unknown keys {sorted(unknown)}")
    written: dict[str, str | None] = {}
    expanded: dict[str, str | None] = {}
    for value, entries in content["values"].items():
        for entry in entries:
            if not entry.startswith("$"):
                if written.setdefault(entry.lower(), value) != value:
                    raise MalformedLexicon(f"{name}.yml: {entry!r} stands under two values")
                continue
            named = _OTHERS.fullmatch(entry)
            if named is None or named[1] not in files:
                raise MalformedLexicon(f"{name}.yml: {entry!r} names no lexicon and an ending")
            for words in files[named[1]]["values"].values():
                expanded |= {f"{word.lower()}{named[2]}": value for word in words}
    never = dict.fromkeys(str(word).lower() for word in content.get("never", ()))
    return Lexicon(content["entity"], {**expanded, **written, **never}, content.get("not_before", ""))
