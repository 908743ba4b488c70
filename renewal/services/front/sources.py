"""Sentences of the front page in one language, each with the clauses that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from renewal.dialogue.ground import Ground
from renewal.domain import Document
from renewal.wording import Wording
from renewal.wording.editions import ENGLISH_LANGUAGE, SIMPLIFIED, TRADITIONAL

# What the address and the browser call a language, and what the wording calls it.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"zh-CN": SIMPLIFIED, "zh-TW": TRADITIONAL, "en": ENGLISH_LANGUAGE}
)
DEFAULT = "zh-CN"


def language_names(ground: Ground) -> Mapping[str, str]:
    """What each language calls itself, by its code."""
    return {code: texts_of(ground, code)(f"page.language.{code}") for code in LANGUAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Where clauses stand: their keys, the document's short and full name, the place in it."""

    clauses: tuple[str, ...]
    document: str
    title: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence, and what it rests on."""

    text: str
    sources: tuple[Sourced, ...]


class Texts:
    """Renders entries of one language as they are said first, under the rules of one day."""

    def __init__(self, wording: Wording, today: date) -> None:
        self._wording, self._today = wording, today

    def __call__(self, key: str, **values: Any) -> str:
        """What the entry says first, in its longer form."""
        return self._part(key, "say", values)

    def next_step(self, key: str, **values: Any) -> str:
        """What the entry says to do; empty where it says nothing."""
        return self._part(key, "next", values)

    def later(self, key: str, **values: Any) -> str:
        """What the entry says of newer practice; empty where there is none."""
        return self._part(key, "later", values)

    def _part(self, key: str, part: str, values: Mapping[str, Any]) -> str:
        return self._wording.part(key, part, on=self._today, **{"today": self._today, **values})


def texts_of(ground: Ground, language: str) -> Texts:
    """The sentences of a language (zh-CN, zh-TW, en; the first for any other)."""
    edition = ground.wording.edition(LANGUAGES.get(language, SIMPLIFIED))
    return Texts(edition, ground.today)


def tell(ground: Ground, key: str, language: str, **values: Any) -> Told:
    """An entry with the sources that it cites."""
    say = texts_of(ground, language)
    return Told(text=say(key, **values), sources=sources_of(ground, key, language))


def sources_of(ground: Ground, key: str, language: str) -> tuple[Sourced, ...]:
    """The places of the clauses that an entry cites, in its order; each place once."""
    say = texts_of(ground, language)
    places: dict[tuple[str, str], list[str]] = {}
    for clause in ground.wording.entry(key).cite:
        source = ground.rules.clause(clause).source
        places.setdefault((source.document, source.place), []).append(clause)
    return tuple(
        _sourced(ground.rules.documents[of], place, tuple(of_place), say)
        for (of, place), of_place in places.items()
    )


def _sourced(document: Document, place: str, clauses: tuple[str, ...], say: Texts) -> Sourced:
    title = f"{document.title}（{document.dated}）" if document.dated else document.title
    return Sourced(clauses=clauses, document=say(f"label.document.{document.id}"), title=title, place=place)
