"""Whose permit a text speaks of: not whoever is named, but who holds it, or for whom it is renewed."""

from collections.abc import Iterator

from renewal.language.lexicon import Found
from renewal.language.relatives import relatives
from renewal.language.text import low
from renewal.language.words import find, is_only, says

_PERSONS = ("child", "mother", "father", "spouse", "friend")
_AFTER = 40  # characters after a person in which their permit may be named


def person_of(text: str) -> str:
    """Whose permit is spoken of; empty where that is not said, or the text speaks of two people's."""
    plain = low(text)
    found = {_person(item) for item in _holders(plain)} - {""}
    if says("permit_of_employees", plain):
        found = {"employees"}
    if not found and says("permit_of_elder", plain):
        found = {"relative"}
    if says("permit_of_self", plain):
        found.add("self")
    return found.pop() if len(found) == 1 else ""


def _holders(plain: str) -> Iterator[Found]:
    """Each relative whose permit it is."""
    named = relatives(plain)
    for item in named:
        after = plain[item.end : item.end + _AFTER]
        before = plain[: item.start]
        if says("rests_on", before):
            continue
        acts = says("on_behalf", before) and says("acts_follow", after)
        if acts or says("permit_follows", after) or says("on_behalf_of", before):
            yield item
    pronoun = find("permit_of_them", plain)
    if pronoun is not None:
        # Who a text begins with is whom it goes on about.
        yield from ([item for item in named if item.end <= pronoun.start()] or list(named))[:1]


def _person(item: Found) -> str:
    if is_only("no_kin", item.value):
        return ""
    return next((person for person in _PERSONS if is_only(f"holder_{person}", item.value)), "relative")
