"""Days that a text means only with what was said before: one of two, one put right, another to go, the same day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from renewal.dialogue.anew import facts_behind, is_of_days
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.topics import topics
from renewal.domain import Rulebook, endorsed_until, renewal_window
from renewal.language.choices import read_choice
from renewal.language.dates import add_months
from renewal.language.dates.acts import act_of, is_free
from renewal.language.dates.around import Mention, find_mentions
from renewal.language.dates.choosing import read_days
from renewal.language.dates.mentions import TILT_DAYS, Named
from renewal.language.dates.roles import says_little
from renewal.language.dates.spans import Span
from renewal.language.reading import Reading, read
from renewal.language.words import says

TO_GO = frozenset(
    {"visit_on", "handed_in_on", "handing_in_on", "term_from_on"}
)  # facts whose answers another day to go changes
MONTHS_OF_YEAR = 12


def days_by_the_last(
    memory: Memory, facts: Facts, reading: Reading, *, corrects: bool, goes: bool
) -> dict[str, Fact]:
    """The days whose role only the conversation tells. `goes`: the text asks about a day on which to go."""
    settled = _one_of(memory, reading)
    if settled is not None:
        return {"expires_on": Fact(value=settled, source=Source.NOW)}
    coming = _not_over_yet(facts, reading)
    if coming is not None:
        return {"expires_on": coming}
    only = None if reading.day_of_one else _only_mention(reading)
    if only is None:
        return {}
    asked_alone = bool(memory.topic or "expires_on" in facts) and is_a_day_alone(reading)
    corrects = (corrects and not asked_alone) or reading.says("sets_right") or reading.says("on_a_receipt")
    goes = goes or asked_alone  # "今天?" after a day of expiry is no other such day
    if corrects and memory.topic and (reading.says("on_the_card") or _is_nearer_expiry(facts, reading, only)):
        return _put_right(memory, facts, reading, only)
    supposed = _another_supposed(memory, reading, only)
    if supposed:
        return supposed
    return _another_to_go(memory, facts, reading, only, goes=goes) or (
        _put_right(memory, facts, reading, only) if corrects and memory.topic else {}
    )


def _only_mention(reading: Reading) -> Mention | None:
    """The one day of a text that names one and says of it nothing that tells its role; of several, one asked alone."""
    days, mentions = reading.days, find_mentions(reading.text, reading.today)
    told = (
        days.handed_in_on
        or days.visit_on
        or days.endorsed_on
        or days.automatic_on
        or days.moved_on
        or days.either
    )
    if not told and len(mentions) > 1 and reading.says("asks_of_a_day") and not reading.speaks_of_expiry:
        return mentions[-1] if _stands_alone(mentions[-1]) else None
    put_off = [mention for mention in mentions if says("put_off_to", mention.before)]
    mentions = put_off if len(put_off) == 1 else _of_one_day(mentions)
    if told or len(mentions) != 1 or (days.expires_on and (reading.speaks_of_expiry or not days.bare)):
        return None
    return mentions[0] if is_free(mentions[0]) and not _is_length(mentions[0]) else None


def _is_length(mention: Mention) -> bool:
    """Whether a span tells how long something took ("害我白跑两天"), and leads to no day."""
    of_no_day = isinstance(mention.what, Span) and not mention.what.way
    return of_no_day and not says_little(mention.before + mention.after)


def _of_one_day(mentions: list[Mention]) -> list[Mention]:
    """The mentions that may be meant: of a weekday and a date that are the same day, the date alone."""
    apart = [m for m in mentions if act_of(m) == "other_event" or says("cannot_go", m.after)]
    left = [mention for mention in mentions if mention not in apart] or mentions
    named = {index: each.what.days for index, each in enumerate(left) if isinstance(each.what, Named)}
    if len(left) < 2 or len(named) < len(left) or not set.intersection(*map(set, named.values())):
        return left
    return [left[min(named, key=lambda index: len(named[index]))]]


def _is_nearer_expiry(facts: Facts, reading: Reading, only: Mention) -> bool:
    """Of a day put right in so many words, whether it is nearer to the day of expiry than to the day to go."""
    expires_on, visit_on = facts.day("expires_on"), facts.day("visit_on")
    if expires_on is None or visit_on is None or not reading.says("takes_back") or act_of(only):
        return False
    as_expiry, _ = _nearest(only, expires_on, reading.today)
    as_visit, _ = _nearest(only, visit_on, reading.today)
    if as_expiry is None or as_visit is None:
        return False
    return abs((as_expiry - expires_on).days) <= abs((as_visit - visit_on).days)


def is_a_day_alone(reading: Reading) -> bool:
    """Whether the text asks about one day, or names one counted from today, and no more ("27号?", "后天")."""
    mentions = find_mentions(reading.text, reading.today)
    if len(mentions) != 1 or not _stands_alone(mentions[0]):
        return False
    word = mentions[0].word
    if reading.says("sets_right"):
        return False
    return reading.asks or (bool(word) and not any(char.isdigit() for char in word))


def is_only_a_day(reading: Reading) -> bool:
    """Whether the text names one day and next to nothing else."""
    mentions = find_mentions(reading.text, reading.today)
    return len(mentions) == 1 and _stands_alone(mentions[0]) and not reading.says("sets_right")


def _stands_alone(mention: Mention) -> bool:
    """Whether nothing but the day stands in its clause ("今天走不开，明天呢")."""
    return is_free(mention) and says_little(mention.before + mention.after)


def _another_supposed(memory: Memory, reading: Reading, only: Mention) -> dict[str, Fact]:
    """Another day of expiry, after a text that only supposed one, or "if it is" that after one on no day to go."""
    before, day = read(memory.last.text, reading.today).days, reading.days.expires_on
    if day is None or not reading.days.bare or before.visit_on is not None or act_of(only):
        return {}
    of_going = any(TO_GO & facts_behind(topic) for topic in memory.topics if topic in topics())
    of_it = says("if_it_is", only.before) and bool(memory.topics) and not of_going
    if "expires_on" not in before.supposed and not of_it:
        return {}
    source = Source.NOW if reading.says("sets_right") else Source.SUPPOSED
    return {"expires_on": Fact(value=day.on, source=source, exact=day.exact)}


def _another_to_go(
    memory: Memory, facts: Facts, reading: Reading, only: Mention, *, goes: bool
) -> dict[str, Fact]:
    """Another day on which to go, after an answer about one ("那下周四呢")."""
    last = any(TO_GO & set(topics()[topic].uses) for topic in memory.topics if topic in topics())
    if act_of(only) == "other_event":
        return {}  # "她十月份换的公司" is of what happened then
    if says("over_then", only.after) or (says("counts_in", only.after) and not act_of(only)):
        return {}
    before = read(memory.last.text, reading.today).days.visit_on  # only supposed, so not kept
    leans = last and ("visit_on" in facts or before is not None or "may_go" in memory.topics)
    coming = only.coming(reading.today)
    if coming is None or not (goes or leans or _is_day_to_go(memory, facts, only)):
        return {}
    source = Source.SUPPOSED if only.supposed else Source.NOW
    return {"visit_on": Fact(value=coming.on, source=source, exact=coming.exact)}


def _is_day_to_go(memory: Memory, facts: Facts, only: Mention) -> bool:
    """Whether nothing but "today?" or "next Friday" is said, after an answer about a day of expiry that is known."""
    by_name = isinstance(only.what, Named) and not any(char.isdigit() for char in only.what.word)
    of_days = any(is_of_days(topic) for topic in memory.topics if topic in topics())
    return by_name and of_days and "expires_on" in facts and _stands_alone(only)


def _put_right(memory: Memory, facts: Facts, reading: Reading, only: Mention) -> dict[str, Fact]:
    """The day that takes the place of the one told before: of those it may be, the nearest to that one."""
    handed = any("handed_in_on" in facts_behind(topic) for topic in memory.topics if topic in topics())
    name = "handed_in_on" if handed and "handed_in_on" in facts else "expires_on"
    before = facts.day(name)
    if before is None:
        return {}
    on, exact = _nearest(only, before, reading.today)
    asks = reading.asks and not reading.says("sets_right")  # "今天第几个工作日了" puts no day of papers right
    if on is None or (name == "handed_in_on" and (asks or on > reading.today)):
        return {}
    return {name: Fact(value=on, source=Source.NOW, exact=exact)}


def _nearest(only: Mention, before: date, today: date) -> tuple[date | None, bool]:
    what = only.what
    if isinstance(what, Span):
        return what.day(what.way or ("ahead" if before > today else "back")), what.exact
    if isinstance(what, Named) and what.days:
        return min(what.days, key=lambda day: abs((day - before).days)), what.exact
    return None, False


def _not_over_yet(facts: Facts, reading: Reading) -> Fact | None:
    """The next such day, where one long past was taken for the expiry of a permit that is not over yet."""
    known = facts.fact("expires_on")
    if known is None or known.value is None or known.source is Source.SUPPOSED:
        return None
    mistaken = (reading.today - known.value).days > TILT_DAYS and reading.says("sets_right")
    if not mistaken or not reading.says("not_over_yet"):
        return None
    return Fact(value=add_months(known.value, MONTHS_OF_YEAR), source=Source.NOW, exact=known.exact)


def _one_of(memory: Memory, reading: Reading) -> date | None:
    """The one of the two days asked about that the text names; None where it names neither, or both."""
    either = [date.fromisoformat(day) for day in memory.either]
    if not either or reading.days.either:
        return None
    _, named, _ = read_days(reading.text, reading.today)
    found = {day for day in either if any(day in each.days for each in named)}
    if not named:
        place = read_choice(reading.text, len(either))
        return either[place[0] - 1] if place and len(place) == 1 else None
    return found.pop() if len(found) == 1 else None


def with_same_day(facts: Facts, reading: Reading, told: Mapping[str, Fact]) -> dict[str, Fact]:
    """What is told, with an endorsement "that same day" on the day that was spoken of, not on today."""
    told = _put_off(facts, reading, told)
    endorsed = told.get("endorsed_on")
    if endorsed is None or not reading.says("that_same_day") or endorsed.value != reading.today:
        return dict(told)
    rest = {name: fact for name, fact in told.items() if name not in ("endorsed_on", "visit_on")}
    spoken_of = rest.get("handed_in_on") or _gone_day(reading) or facts.fact("handed_in_on")
    spoken_of = spoken_of or facts.fact("visit_on")
    if spoken_of is None or spoken_of.value is None or spoken_of.value > reading.today:
        return rest
    return {**rest, "endorsed_on": Fact(value=spoken_of.value, source=Source.NOW, exact=spoken_of.exact)}


def _put_off(facts: Facts, reading: Reading, told: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """What is told, with a day of the month to which going is put off as the day of expiry, where it is that one."""
    visit = told.get("visit_on")
    last = told.get("expires_on") or facts.fact("expires_on")
    if visit is None or last is None or last.value is None or last.value <= visit.value:
        return told
    mentions = find_mentions(reading.text, reading.today)
    may_be = any(
        m.is_on(last.value) and m.is_on(visit.value) and says("until_then", m.before) for m in mentions
    )
    return {**told, "visit_on": replace(visit, value=last.value)} if may_be else told


def of_return(facts: Facts, reading: Reading) -> dict[str, Fact]:
    """The day of a return that is named by its day of the month alone: the one nearest to the day of expiry.

    "I'm back on the 10th", of a permit that expires on 6 January, is 10 January.
    """
    visit, last = facts.fact("visit_on"), facts.fact("expires_on")
    if visit is None or visit.value is None or "visit_on" not in facts.from_now():
        return {}
    if last is None or last.value is None or last.value < visit.value or not reading.says("returns_then"):
        return {}
    named = [m for m in find_mentions(reading.text, reading.today) if m.is_on(visit.value)]
    if len(named) != 1 or not _comes_monthly(named[0]):
        return {}
    months = (add_months(visit.value, ahead) for ahead in range(MONTHS_OF_YEAR))
    nearest = min(months, key=lambda day: abs((day - last.value).days))
    return {"visit_on": replace(visit, value=nearest)}


def _comes_monthly(mention: Mention) -> bool:
    """Whether the day is told without its month."""
    days = mention.what.days if isinstance(mention.what, Named) else ()
    return len(days) > 1 and days[1] <= add_months(days[0], 1)


def _gone_day(reading: Reading) -> Fact | None:
    """The one day before today that the text names."""
    _, named, _ = read_days(reading.text, reading.today)
    gone = {day.on(reading.today, "past", sure=True) for day in named} - {None, reading.today}
    return Fact(value=gone.pop(), source=Source.NOW) if len(gone) == 1 else None


def renewed(facts: Facts, rules: Rulebook) -> Facts:
    """The facts after an endorsement that was told: the term runs from it, and nothing is under review any more.

    A day of expiry that was told stays, unless the endorsement is the one that renewed it.
    """
    automatic = facts.fact("automatic_on")
    if automatic is not None and "automatic_on" in facts.from_now() and "expires_on" not in facts:
        # The term runs from the old day of expiry, which nobody told and which came soon after.
        soon = Fact(value=endorsed_until(automatic.value, rules), source=Source.BEFORE, exact=False)
        return facts.with_told({"expires_on": soon})
    endorsed, known = facts.fact("endorsed_on"), facts.fact("expires_on")
    if endorsed is None or "endorsed_on" not in facts.from_now() or endorsed.source is Source.SUPPOSED:
        return _done_some_day(facts)
    handed_in_on = facts.day("handed_in_on")
    if handed_in_on is not None and handed_in_on <= endorsed.value:
        facts = facts.without("handed_in_on")
    latest = endorsed.value if endorsed.exact else add_months(endorsed.value, 1)  # "上个月签的"
    if known is not None and known.value is not None and latest < renewal_window(known.value, rules).opens_on:
        return facts
    until = Fact(value=endorsed_until(endorsed.value, rules), source=Source.BEFORE, exact=endorsed.exact)
    return facts.with_told({"expires_on": until})


def _done_some_day(facts: Facts) -> Facts:
    """The facts after a renewal whose day nobody told: the day that the card still shows is the old term's."""
    now = facts.from_now()
    done = "went_already" in now and facts.value("went_already") and "expires_on" in now
    return facts.without("expires_on") if done else facts
