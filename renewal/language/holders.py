"""Whose permit a text speaks of: not whoever is named, but who holds it, or for whom it is renewed."""

from collections.abc import Iterator

from renewal.language.clauses import up_to_pause
from renewal.language.lexicon import Found
from renewal.language.relatives import relatives
from renewal.language.text import usual
from renewal.language.words import find, is_only, says

_PERSONS = ("child", "mother", "father", "spouse", "friend")
_SAYS_WHOSE = ("only_whose", "only_theirs", "it_was_theirs")
_AFTER = 40  # characters after a person in which their permit may be named


def person_of(text: str) -> str:
    """Whose permit is spoken of; empty where that is not said, or the text speaks of two people's."""
    plain = usual(text)
    found = {person_named(item, plain) for item in _holders(plain)} - {""}
    if says("permit_of_employees", plain):
        found = {"employees"}
    if not found and says("permit_of_elder", plain):
        found = {"relative"}
    if not found:
        found = {subject_of(plain)} - {""}
    if says("permit_of_self", plain):
        found.add("self")
    return found.pop() if len(found) == 1 else ""


def names_only(person: str, text: str) -> bool:
    """Whether no relative but this person is named: an age in the text is theirs then."""
    plain = usual(text)
    return {person_named(item, plain) for item in relatives(plain)} <= {person, ""}


def _holders(plain: str) -> Iterator[Found]:
    """Each relative whose permit it is."""
    named = relatives(plain)
    for match in filter(None, (find(concept, plain) for concept in _SAYS_WHOSE)):
        yield from (item for item in named if match.start() <= item.start and item.end <= match.end())
    for item in named:
        after, before = up_to_pause(plain[item.end :][:_AFTER]), plain[: item.start]
        if says("rests_on", before):
            continue
        acts = says("on_behalf", before) and says("acts_follow", after)
        follows = says("permit_follows", after) and not says("goes_instead", before)
        if acts or follows or says("on_behalf_of", before):
            yield item
    pronoun = find("permit_of_them", plain)
    if pronoun is not None:
        fitting = [item for item in named if may_be(item, pronoun.group())]
        # Who a text begins with is whom it goes on about.
        yield from ([item for item in fitting if item.end <= pronoun.start()] or fitting)[:1]


def subject_of(plain: str) -> str:
    """Who a story begins with and whose permit then ends ("我爸78岁，证下月5号到期"); empty for the writer's."""
    named = relatives(plain)
    if not named or not says("story_begins", plain[: named[0].start]):
        return ""
    rest = plain[named[0].end :]
    ends = find("bare_permit_ends", rest)
    if ends is None or not says("story_of_them", rest) or says("names_own_permit", plain):
        return ""
    if says("writer_comes_in", rest[: ends.start()]):
        return ""
    return person_named(named[0], plain)


def may_be(item: Found, pronoun: str) -> bool:
    """Whether "her" or "his" can mean the relative."""
    other = "he_kin" if says("says_she", pronoun) else "she_kin" if says("says_he", pronoun) else "no_kin"
    return not is_only(other, item.value)


def person_named(item: Found, plain: str) -> str:
    """Who a relative named in the text is; empty for one whose permit is not spoken of here."""
    before = plain[: item.start]
    if is_only("no_kin", item.value) or says("looked_after", before):
        return ""
    if is_only("holder_friend", item.value) and says("small_before", before):
        return "child"
    if is_only("holder_spouse", item.value) and says("old_before", before):
        return "relative"
    return next((person for person in _PERSONS if is_only(f"holder_{person}", item.value)), "relative")
