"""Where a writer lives, and whose home that is: the home of now, not the one before; the owner, not who lives along."""

from dataclasses import dataclass, replace

from renewal.language import lexicon
from renewal.language.clauses import Clause
from renewal.language.lexicon import Found
from renewal.language.relatives import relatives
from renewal.language.words import find, is_only, says

_SOMEBODYS = ("relative", "friend")  # kinds of home that are somebody else's
IN_LAWS = "公婆"  # as relation.yml names them
# Homes without a lease or a deed of one's own, by the concept that names them; the more exact first.
_BY_WORDS = (
    ("own_home_told", "own"),
    ("arranged_home", "arranged"),
    ("unnamed_lease", "unnamed"),
    ("sublet_home", "sublet"),
    ("employers_home", "employer"),
    ("shop_home", "commercial"),
)
_FINER_LEASES = frozenset({"arranged", "unnamed", "sublet"})  # who tells one may call it rented beside it
_OF_ANOTHERS_LEASE = frozenset({"rented", "friend"})
_AT_WRITERS = "relative"  # what lodging with the writer is, as long as nobody says who lodges
_NEAR = 8  # characters around a home in which it is denied, planned, or somebody else's


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A kind of home, and the relative whose home it is, if any, as relation.yml names them.

    `to_come`: the writer lives there only after a move that is yet to come.
    """

    housing: str
    whose: str | None
    supposed: bool
    to_come: bool = False


def home_of(parts: tuple[Clause, ...]) -> Home | None:
    """The home that the text tells; None where it tells none, or leaves it open."""
    found: list[Home] = []
    named: list[Found] = []
    for part in parts:
        home = _of_clause(part, named)
        named += relatives(part.text)
        if home is not None:
            to_come = says("home_to_come", part.text)
            found.append(replace(home, supposed=home.supposed or to_come, to_come=to_come))
    return _finest(found) if found else None


def _finest(found: list[Home]) -> Home:
    """The home told last; one told as rented, or as a friend's, is of the finer kind that stands beside it."""
    last = found[-1]
    owned = [home for home in found if home.whose and home.supposed is last.supposed]
    if last.housing == "unnamed" and owned:
        return owned[-1]
    rented = any(home.housing == "rented" and home.supposed is last.supposed for home in found[:-1])
    if last.whose and rented:
        return replace(last, housing="rented")  # "租的房，老公名字" is of the lease
    finer = [home for home in found if home.housing in _FINER_LEASES and home.supposed is last.supposed]
    return finer[-1] if finer and last.housing in _OF_ANOTHERS_LEASE and last.whose is None else last


def left_another(parts: tuple[Clause, ...], home: Home) -> bool:
    """Whether the text tells of an earlier home of another kind ("原来住宿舍，现在租房"): who left it has moved."""
    for part in parts:
        earlier = _read(_past(part.text), part, [])
        if earlier is not None and (earlier.housing, earlier.whose) != (home.housing, home.whose):
            return not (earlier.supposed or home.supposed)
    return False


def _of_clause(part: Clause, named: list[Found]) -> Home | None:
    return _read(_present(part.text), part, named)


def _read(text: str, part: Clause, named: list[Found]) -> Home | None:
    """The home in a part of a clause."""
    if not text or says("not_settled", text) or says("is_landlord", part.sentence):
        return None
    if says("joint_home", text):
        return Home(housing="own", whose=None, supposed=part.supposed)
    owner = _owner(text, named)
    if owner is not None:
        return _home_of_relative(owner, text, part.supposed)
    worded = _by_words(text)
    if worded:
        return Home(housing=worded, whose=None, supposed=part.supposed)
    found = _of_a_kind(text, part)
    if found is None and says("lives_at_writers", text):
        return Home(housing=_AT_WRITERS, whose=None, supposed=part.supposed)
    return found


def _of_a_kind(text: str, part: Clause) -> Home | None:
    """The home of a kind that the lexicon names, or one that a landlord or a lease means."""
    kinds = [item for item in lexicon.find(text) if item.entity == "housing" and _is_told(text, item)]
    kinds = [item for item in kinds if item.value not in _SOMEBODYS] or kinds
    if kinds:
        last = kinds[-1]
        shared = last.value in _SOMEBODYS and says("lives_along", text[: last.start])
        housing = _bought_or_rented(text[last.start :]) if shared else last.value
        whose = IN_LAWS if says("inlaws_home", text) and housing in _SOMEBODYS else None
        return Home(housing=housing, whose=whose, supposed=part.supposed)
    if says("has_landlord", text) or says("signed_lease", text):
        return Home(housing="rented", whose=None, supposed=part.supposed)
    return None


def _by_words(text: str) -> str:
    """The kind of home that words of its own name; empty where none do, or it is denied."""
    for concept, housing in _BY_WORDS:
        match = find(concept, text)
        if match and not says("denied_before", text[max(match.start() - _NEAR, 0) : match.start()]):
            return housing
    return ""


def _present(text: str) -> str:
    """The clause from where it speaks of the home of now; empty where it speaks of the one before."""
    moved = find("home_after", text)
    if moved is not None:
        return text[moved.end() :]
    return "" if says("home_before", text) else text


def _past(text: str) -> str:
    """The clause where it speaks of the home before, up to where it comes to the one of now."""
    moved = find("home_after", text)
    earlier = text if moved is None else text[: moved.start()]
    return earlier if says("home_before", earlier) else ""


def _is_told(text: str, item: Found) -> bool:
    """Whether a word for a home tells one; "租房合同要不要" asks of a paper."""
    if says("paper_after", text[item.end :]) and says("asks", text):
        return False
    before = text[max(item.start - _NEAR, 0) : item.start]
    words = ["denied_before", "seeks_home"]
    words += [] if says("still_so", before) else ["asked_before"]
    words += ["not_mine"] if item.value in _SOMEBODYS else []
    return not any(says(concept, before) for concept in words)


def _owner(text: str, named: list[Found]) -> Found | None:
    """The relative whose home the clause says it is."""
    relations = relatives(text)
    for item in relations:
        before, after = text[: item.start], text[item.end :]
        if says("not_mine", before) or not _is_told(text, item):
            continue
        if says("home_named_for", before):
            return item
        if says("theirs_after", after) and not says("lives_along", before):
            return item
    pronoun = find("home_of_them", text)
    if pronoun is None:
        return None
    earlier = [*named, *(item for item in relations if item.end <= pronoun.start())]
    return next((item for item in reversed(earlier) if _is_somebody(item)), None)


def _is_somebody(item: Found) -> bool:
    """Whether a relative is a certain one, whom "her" or "their" may mean."""
    return not is_only("not_named_kin", item.value) and not is_only("landlord", item.value)


def _home_of_relative(owner: Found, text: str, supposed: bool) -> Home | None:
    if is_only("plain_friend", owner.value):
        return Home(housing="friend", whose=None, supposed=supposed)
    if is_only("landlord", owner.value):
        return Home(housing="rented", whose=None, supposed=supposed)
    whose = None if is_only("not_named_kin", owner.value) else owner.value
    return Home(housing=_bought_or_rented(text), whose=whose, supposed=supposed)


def _bought_or_rented(text: str) -> str:
    """Whether a home that words speak of was bought or is rented; `relative` where they say neither."""
    bought, rented = says("bought_home", text), says("rented_home", text)
    if bought == rented:
        return "relative"
    return "own" if bought else "rented"
