"""What an answer rests on, for who wants to see it: documents, and the places in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from renewal.services.app import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A document that an answer rests on; `places` says what each clause is about, and where it stands."""

    title: str
    places: tuple[str, ...]


def cited(services: Services, clauses: Sequence[str]) -> tuple[Cited, ...]:
    """The documents of these clauses. One that the rulebook has no longer is left out."""
    places: dict[str, list[str]] = {}
    for key in clauses:
        clause = services.rulebook.clauses.get(key)
        if clause is not None:
            place = f"{clause.title}（{clause.source.place}）"
            places.setdefault(clause.source.document, []).append(place)
    return tuple(
        Cited(title=services.wording.title(document), places=tuple(dict.fromkeys(found)))
        for document, found in places.items()
    )
