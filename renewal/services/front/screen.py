"""Renewal in one screen: when, how it goes by itself, what if it failed, where, which papers, when late."""

from dataclasses import dataclass

from renewal.dialogue.ground import Ground
from renewal.services.front.sources import Sourced, sources_of, texts_of

# What a card is called, and the answer of the chat that it shows: both say the same words.
CARDS = (
    ("when", "renewal_window"),
    ("automatic", "auto_renewal"),
    ("failed", "auto_failed"),
    ("where", "where"),
    ("papers", "materials"),
    ("late", "overdue"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing to know: its heading, what is said, what to do, newer practice, what it rests on."""

    name: str
    title: str
    text: str
    next: str
    later: str
    sources: tuple[Sourced, ...]


def cards(ground: Ground, language: str) -> tuple[Card, ...]:
    """The six things to know, under the rules in force today."""
    say = texts_of(ground, language)
    return tuple(
        Card(
            name=name,
            title=say(f"page.card.{name}"),
            text=say(key),
            next=say.next_step(key),
            later=say.later(key),
            sources=sources_of(ground, key, language),
        )
        for name, key in CARDS
    )
