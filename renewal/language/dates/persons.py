"""Days of expiry of several people in one text: "我12月10到期，我老婆1月20到期"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from renewal.language.clauses import up_to_pause
from renewal.language.dates.choosing import PlacedDay, either_day, place, read_days
from renewal.language.dates.mentions import FARTHEST_YEARS, Named, Tense
from renewal.language.dates.roles import residue
from renewal.language.holders import may_be, person_named
from renewal.language.relatives import relatives
from renewal.language.words import find, find_all, says

THEM = "them"  # whom only the conversation tells: "他12月25到期" of a text that names nobody
_IS_OWNED = re.compile(r"^(?:号|日)?(?:到期|过期)?的?(?:这|那)?[张个]?(?:是|(?:is|are|was)\s)")
_BESIDE = re.compile(r"[\s,，、;；和跟及与]*")
# Words beside which a mere "12.5" is a day.
_OF_PERMITS = ("names_permit", "day_expires", "goes_together")
PLACES = (
    "first",
    "second",
    "third",
    "fourth",
)  # of several people who are only counted, by their days' order
ANOTHER = "other"  # "the other one", of two people
MOST_PERSONS = 12  # named in one way; a text that names more is no holder's
ACT_CHARS = 2  # right behind a day, in which what is done on it begins


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDay:
    """The day on which one person's permit expires.

    `person` is empty where it is not said, THEM for a pronoun, ANOTHER or one of PLACES for somebody who is only
    counted, and the name itself of whom the text gives one ("小张", "甲").
    """

    person: str
    on: date
    exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    person: str
    start: int
    end: int


def days_of_persons(text: str, today: date) -> tuple[PersonDay, ...]:
    """The days of expiry of two people or more, in the text's order; none where it tells those of one alone."""
    plain, days, spans = read_days(text, today)
    sure = any(not day.weak for day in days) or any(says(concept, plain) for concept in _OF_PERMITS)
    if len(days) < 2 or not sure or either_day(text, today) is not None:
        return ()
    found: dict[str, PersonDay] = {}
    before: date | None = None
    placed_days = sorted(place(plain, days, spans), key=_start)
    owned = list(_owned(plain, placed_days))
    counted = _are_counted(plain, owned)
    if counted:
        listed = _listed(plain, placed_days)
        free = [each for each in placed_days if each.role != "other"]
        owned = (
            owned if 1 < len(owned) >= len(listed) else [(each, "", each.clause) for each in listed or free]
        )
    for i, (placed, owner, around) in enumerate(owned[: len(PLACES)] if counted else owned):
        person = PLACES[i] if counted else owner
        on = _same_month(placed.named, before) or placed.named.on(today, _tense(around))
        if on is None or abs(on.year - today.year) > FARTHEST_YEARS:
            continue
        found[person] = PersonDay(person=person, on=on, exact=placed.named.exact)
        before = on
    return tuple(found.values()) if len(found) > 1 else ()


def _are_counted(plain: str, owned: Sequence[tuple[PlacedDay, str, str]]) -> bool:
    """Whether people are only counted ("公司三个人", "我两个同事"), and none is named apart from that."""
    count = find("several_holders", plain)
    if count is None:
        return False
    rest = plain[: count.start()] + " " * (count.end() - count.start()) + plain[count.end() :]
    for owner in _persons(rest, 0, rest):
        own = [day for day, person, _ in owned if person == owner.person]
        # "我" of "我公司三个人" owns no day; that of "我的12.8到期" does
        if own and (owner.person != "self" or not residue(plain[owner.end : own[0].named.start])):
            return False
    return True


def _listed(plain: str, placed: Sequence[PlacedDay]) -> list[PlacedDay]:
    """The days in one row, with no more than signs between, where one of them is said to be an expiry's."""
    row: list[PlacedDay] = []
    for day in placed:
        if row and _BESIDE.fullmatch(plain[row[-1].named.end : day.named.start]) is None:
            if len(row) > 1:
                break
            row = []
        row.append(day)
    return row if len(row) > 1 and any(day.role == "expiry" for day in row) else []


def day_of_one(text: str, today: date) -> PersonDay | None:
    """The one day of a text, said to be that of somebody's permit: "我老公那张2月3号", "and mine, 20 February".

    Of another than the writer, a name with the day right behind it and no more is enough: "那我妈呢 她12.20的".
    """
    plain, days, _ = read_days(text, today)
    after = plain[days[0].end :] if days else ""
    if len(days) != 1 or (_acts(after) and not _begins_with("goes_together", after)):
        return None
    before = plain[: days[0].start]
    for owner in sorted(_persons(plain, 0, before), key=lambda each: (-each.end, each.start)):
        if says("whose_one", before[owner.start :]) or _is_all(owner, before, plain[days[0].end :]):
            on = days[0].on(today, _tense(plain))
            return None if on is None else PersonDay(person=owner.person, on=on, exact=days[0].exact)
    return None


def _is_all(owner: _Owner, before: str, after: str) -> bool:
    """Whether nothing stands between another person and the day, and nothing is said of it but that it ends then."""
    return (
        owner.person != "self" and not residue(before[owner.end :]) and says("ends_there", up_to_pause(after))
    )


def _start(placed: PlacedDay) -> int:
    return placed.named.start


def _owned(plain: str, placed: Sequence[PlacedDay]) -> Iterator[tuple[PlacedDay, str, str]]:
    """Each day that is somebody's day of expiry, whose, and the words around it."""
    begin, listed = 0, True
    for i, day in enumerate(placed):
        until = placed[i + 1].named.start if i + 1 < len(placed) else len(plain)
        before, after = plain[begin : day.named.start], plain[day.named.end : until]
        owner = _owner_behind(plain, day.named.end, after) or _owner_ahead(plain, begin, before)
        adjoins = owner is not None and not residue(plain[owner.end : day.named.start])
        listed = (
            listed and adjoins and (i == 0 or not residue(plain[begin : owner.start if owner else begin]))
        )
        is_day = day.role == "unsaid" or _begins_with("goes_together", after) or (listed and not _acts(after))
        of_permit = day.role == "expiry" or (adjoins and is_day)
        listed = listed and day.role != "expiry"
        if of_permit:
            yield day, owner.person if owner else "", before + after
        begin = day.named.end


def _owner_ahead(plain: str, begin: int, before: str) -> _Owner | None:
    """The last person named before the day."""
    found = list(_persons(plain, begin, before))
    return max(found, key=lambda owner: owner.end, default=None)


def _owner_behind(plain: str, begin: int, after: str) -> _Owner | None:
    """The person of "12月5号是我的"."""
    lead = _IS_OWNED.match(after)
    if lead is None:
        return None
    found = [owner for owner in _persons(plain, begin, after) if owner.start <= begin + lead.end() + 1]
    if not found:
        return None
    return _Owner(person=found[0].person, start=begin, end=begin)


def _persons(plain: str, begin: int, said: str) -> Iterator[_Owner]:
    for item in relatives(said):
        person = person_named(item, said)
        if person:
            yield _Owner(person=person, start=begin + item.start, end=begin + item.end)
    for match in _some("named_colleague", said):
        yield _Owner(person=match.group().strip(), start=begin + match.start(), end=begin + match.end())
    for match in _some("another_one", said):
        yield _Owner(person=ANOTHER, start=begin + match.start(), end=begin + match.end())
    for match in _some("of_self", said):
        yield _Owner(person="self", start=begin + match.start(), end=begin + match.end())
    for match in _some("of_them", said):
        whom = _named_before(plain[: begin + match.start()], match.group())
        yield _Owner(person=whom, start=begin + match.start(), end=begin + match.end())


def _some(concept: str, said: str) -> Iterator[re.Match[str]]:
    return islice(find_all(concept, said), MOST_PERSONS)


def _named_before(plain: str, pronoun: str) -> str:
    """The relative, named before, whom a pronoun means."""
    fitting = [person_named(item, plain) for item in relatives(plain) if may_be(item, pronoun)]
    return next((person for person in reversed(fitting) if person), THEM)


def _acts(after: str) -> bool:
    """Whether it is said right behind a day what somebody does then."""
    return _begins_with("day_happens", after)


def _begins_with(concept: str, after: str) -> bool:
    match = find(concept, after.lstrip(" ,，"))
    return match is not None and match.start() < ACT_CHARS


def _same_month(named: Named, before: date | None) -> date | None:
    """The day in the month of the day told before it: "我12月5号，他20号"."""
    if before is None or len(named.days) < 2:
        return None
    same = (day for day in named.days if (day.year, day.month) == (before.year, before.month))
    return next((day for day in same if day >= before), None)


def _tense(around: str) -> Tense:
    if says("day_to_come", around):
        return "future"
    return "past" if says("day_past", around) else ""
