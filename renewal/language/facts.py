"""What a text tells of its writer's situation, as a careful clerk would note it down: nothing is guessed.

A question about a change ("搬家要不要重新办") tells nothing; what is denied is False or absent; what is only
supposed is marked. Days are read elsewhere (`language.dates`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from renewal.language import lexicon
from renewal.language.clauses import Clause, clauses, stated
from renewal.language.holders import person_of
from renewal.language.homes import home_of, left_another
from renewal.language.talk import asks, is_about_self
from renewal.language.text import KEPT_TEXTS, usual
from renewal.language.words import find, says

# Facts that are yes or no: the words that state one, and those that state the contrary.
_YES_OR_NO = (
    ("moved", "home_moved", "home_unmoved"),
    ("employer_changed", "employer_changed", "employer_same"),
    ("phone_changed", "phone_changed", "phone_same"),
    ("lost_job", "job_lost", "job_found"),
    ("left_school", "school_left", "still_studying"),
    ("went_already", "went_already", "not_went"),
)
_LIFE = ("divorced", "married", "widowed", "change_reported")  # only ever told as having happened
_ID_PARTS = ("address", "name", "number")
_ID_CHANGED = (("address", "id_moved"), ("name", "id_renamed"), ("number", "id_renumbered"))
_CARD_CHANGED = (("address", "card_address_changed"), ("name", "card_name_changed"))
_SAME = (("moved", "about_home"), ("employer_changed", "about_employer"), ("phone_changed", "about_phone"))
_PLAINLY = {"moved": "plainly_home", "phone_changed": "plainly_phone"}
_AFTER = 6  # characters after a named part of the identity card in which its change may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One fact by name. `supposed`: it is only asked what would be if, or yet to come.

    `of`: the parts of the identity card of which "it did not change" is said; none: of the whole card.
    """

    name: str
    value: Any
    supposed: bool = False
    of: tuple[str, ...] = ()


@lru_cache(maxsize=KEPT_TEXTS)
def told_facts(text: str) -> tuple[ToldFact, ...]:
    """The facts that a text tells, each name once, in no order that means anything."""
    parts = clauses(text)
    person = person_of(text)
    found = [*_yes_or_no(parts), *_life(parts, usual(text)), *_id_changes(parts), *_category(parts)]
    found = [*_at_the_same_home(text, found), *found]
    if any(stated("id_lost", part.text) for part in parts):
        found.append(ToldFact(name="id_lost", value=True))
    if person:
        found.append(ToldFact(name="person", value=person))
    if says("refuses_call", text):
        found.append(ToldFact(name="refuses_calls", value=True))
    home = home_of(parts)
    if home is not None:
        found.append(ToldFact(name="housing", value=home.housing, supposed=home.supposed))
        found.append(ToldFact(name="whose_home", value=home.whose, supposed=home.supposed))
        if not any(fact.name == "moved" for fact in found):
            if left_another(parts, home):
                found.append(ToldFact(name="moved", value=True))
            elif home.to_come:
                found.append(ToldFact(name="moved", value=True, supposed=True))
    return tuple(found)


def _at_the_same_home(text: str, found: list[ToldFact]) -> Iterator[ToldFact]:
    """That nobody moved, of a door that got another number or where one thing alone changed, and no move is told."""
    moved = [fact for fact in found if fact.name == "moved"]
    renumbered = says("renumbered_door", text)
    if renumbered:
        yield ToldFact(name="renumbered", value=True)
        found[:] = [fact for fact in found if fact.name != "moved"]
    if renumbered or (not moved and says("only_elsewhere", text)):
        yield ToldFact(name="moved", value=False)


def tells_of_loss(text: str) -> bool:
    """Whether the text tells, and does not only suppose or ask, that somebody near has died."""
    return any(stated("a_loss", part.text) for part in clauses(text) if not part.supposed)


def _yes_or_no(parts: tuple[Clause, ...]) -> Iterator[ToldFact]:
    same = dict(_all_same(parts))
    for name, yes, no in _YES_OR_NO:
        told = [fact for part in parts for fact in _of_clause(name, yes, no, part)]
        if name == "moved":
            told = _settled(told, parts)
        if not told and name in same:
            told = [same[name]]
        if told:
            yield told[-1]


def _of_clause(name: str, yes: str, no: str, part: Clause) -> Iterator[ToldFact]:
    """What one clause tells of a fact; words of the contrary are looked for first, for they hold the others."""
    plainly = _PLAINLY.get(name)
    if plainly and says("of_id_card", part.sentence) and not says(plainly, part.text):
        return  # an address or a number that changed beside an identity card is the card's
    if says(no, part.text):
        if stated(no, part.text):
            yield ToldFact(name=name, value=False, supposed=part.supposed)
        return
    value = stated(yes, part.text)
    if value is not None:
        to_come = name == "moved" and says("home_to_come", part.text)
        yield ToldFact(name=name, value=value, supposed=part.supposed or to_come)
    elif name == "moved" and stated("home_moving", part.text):
        yield ToldFact(name=name, value=True, supposed=True)


def _settled(told: list[ToldFact], parts: tuple[Clause, ...]) -> list[ToldFact]:
    """Of a move: told both ways, only what is yet to come is sure; one that was registered since changes nothing."""
    values = {fact.value for fact in told}
    if len(values) > 1 and any(says("moved_back", part.text) for part in parts):
        return [fact for fact in told if fact.value is False]
    if len(values) > 1:
        return [fact for fact in told if fact.value and fact.supposed]
    registered = any(says("address_updated", part.text) for part in parts)
    return [] if registered and True in values else told


def _all_same(parts: tuple[Clause, ...]) -> Iterator[tuple[str, ToldFact]]:
    """As "地址、单位、电话都没变" tells it: of what the sentence names, or of all where it names none of them."""
    of_card = any(says("id_same", part.text) for part in parts)
    for part in parts:
        match = find("all_same", part.sentence)
        if match is None or not says("all_same", part.text) or (of_card and says("id_same", part.text)):
            continue
        before = part.sentence[: match.start()]
        named = [name for name, words in _SAME if says(words, before)]
        if not named and says("of_id_card", before):
            continue  # "姓名和号码都没变" is said of the card
        for name, _ in _SAME:
            if not named or name in named:
                yield name, ToldFact(name=name, value=False, supposed=part.supposed)


def _life(parts: tuple[Clause, ...], text: str) -> Iterator[ToldFact]:
    for name in _LIFE:
        told = [part for part in parts if stated(name, part.text)]
        if told:
            yield ToldFact(name=name, value=True, supposed=told[-1].supposed)
    if any(says("unmarried", part.text) and not part.supposed for part in parts):
        yield ToldFact(name="married", value=False)
    marrying = [part for part in parts if stated("marrying", part.text)]
    if marrying:
        yield ToldFact(name="married", value=True, supposed=True)
    died = [part for part in parts if stated("a_death", part.text)]
    if died and says("a_sponsor", text):
        yield ToldFact(name="sponsor_died", value=True, supposed=died[-1].supposed)


def _id_changes(parts: tuple[Clause, ...]) -> Iterator[ToldFact]:
    """What changed on the identity card; none of it where only that is said that it is as it was."""
    changes: list[str] = []
    supposed = False
    same: list[tuple[str, ...]] = []
    for part in parts:
        unchanged = find("id_same", part.text)
        if unchanged is not None:
            same.append(tuple(kind for kind in _ID_PARTS if says(f"part_{kind}", unchanged.group())))
        if says("not_own_name", part.text):
            continue
        told = [*_of_card(part)]
        changes += told
        supposed = supposed or (bool(told) and part.supposed)
        for item in lexicon.find(part.text):
            around = part.text[item.start : item.end + _AFTER]
            before = part.text[max(item.start - _AFTER, 0) : item.start]
            asked = says("asked_before", before) or says("denied_before", before)
            if item.entity != "id_change" or asked or not says("id_altered", around):
                continue
            changes.append(item.value)
            supposed = supposed or part.supposed or not says("id_done", part.text)
    if changes:
        yield ToldFact(name="id_changes", value=tuple(sorted(set(changes))), supposed=supposed)
    elif same:
        of = () if () in same else tuple(kind for each in same for kind in each)
        yield ToldFact(name="id_changes", value=(), of=of)


def _of_card(part: Clause) -> Iterator[str]:
    """What of the card a clause tells to have changed; beside one that names it, "地址改了" alone is of the card."""
    beside = says("names_id_card", part.sentence) and not says("plainly_home", part.text)
    for kind, concept in (*_ID_CHANGED, *(_CARD_CHANGED if beside else ())):
        if stated(concept, part.text):
            yield kind


def _category(parts: tuple[Clause, ...]) -> Iterator[ToldFact]:
    """On what ground the permit was given, where the text says that it is a ground, and names only one."""
    told = [part for part in parts if says("says_ground", part.text)]
    found = {item.value for part in told for item in lexicon.find(part.text) if item.entity == "category"}
    if len(found) == 1:
        asked = all(part.supposed or (asks(part.text) and not is_about_self(part.text)) for part in told)
        yield ToldFact(name="category", value=found.pop(), supposed=asked)
