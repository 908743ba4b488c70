"""The words that name a thing, read from `bot/lexicon/*.yml`, and finding the longest of them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

LEXICON = Path(__file__).resolve().parents[1] / "lexicon"
_KEYS = {"entity", "values", "never", "not_before"}
_LATIN = re.compile(r"[a-z]")


class MalformedLexicon(Exception):
    """A lexicon file has an unknown key, or a word under two values."""


@dataclass(frozen=True)
class Found:
    """A named thing: from `start` up to `end` of the text that was searched."""

    entity: str
    value: str
    start: int
    end: int


class Lexicon:
    """The words of one entity. A word of `never` is passed over as a whole, with what it contains."""

    def __init__(self, entity: str, words: Mapping[str, str | None], not_before: str = "") -> None:
        self.entity = entity
        self._words = dict(words)
        self._longest = max(map(len, words))
        self._not_before = re.compile(not_before) if not_before else None

    def find(self, text: str) -> Iterator[Found]:
        """Every word of it in the lower-case text, the longest at each place, none overlapping another."""
        start = 0
        while start < len(text):
            end = self._match(text, start)
            if end == 0:
                start += 1
                continue
            value = self._words[text[start:end]]
            if value is not None:
                yield Found(self.entity, value, start, end)
            start = end

    def _match(self, text: str, start: int) -> int:
        """Where the longest word that starts here ends; 0 where none does."""
        for end in range(min(len(text), start + self._longest), start, -1):
            if text[start:end] in self._words and self._stands_alone(text, start, end):
                return end
        return 0

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        if self._not_before and self._not_before.match(text, end):
            return False
        inside = _LATIN.match(text, start) and start > 0 and _LATIN.match(text[start - 1])
        goes_on = _LATIN.match(text[end - 1]) and end < len(text) and _LATIN.match(text[end])
        return not (inside or goes_on)


def load_lexicons(folder: Path = LEXICON) -> tuple[Lexicon, ...]:
    """Every lexicon, in the order of their files' names. Raises MalformedLexicon."""
    files = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))
    }
    return tuple(_lexicon(name, content, files) for name, content in files.items())


def _lexicon(name: str, content: dict, files: Mapping[str, dict]) -> Lexicon:
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
            other, tail = re.fullmatch(r"\$([a-z_]+)(.+)", entry).groups()  # type: ignore[union-attr]
            for words in files[other]["values"].values():
                expanded |= {f"{word.lower()}{tail}": value for word in words}
    never = dict.fromkeys(str(word).lower() for word in content.get("never", ()))
    return Lexicon(content["entity"], {**expanded, **written, **never}, content.get("not_before", ""))
