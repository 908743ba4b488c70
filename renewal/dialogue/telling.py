"""What a text tells of the person, over what was told before; what is only supposed holds for this turn."""

from dataclasses import replace
from datetime import date, timedelta

from renewal.dialogue.by_known_day import as_known, earlier_lapse, late_visit
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.persons import reassigned, whom_of, with_days_of_persons
from renewal.dialogue.righting import (
    TO_GO,
    days_by_the_last,
    is_only_a_day,
    of_return,
    renewed,
    with_same_day,
)
from renewal.dialogue.situation import with_situation
from renewal.dialogue.slips import with_day_put_right
from renewal.dialogue.topics import is_tagged, topics
from renewal.domain import Rulebook
from renewal.language import talk
from renewal.language.dates.around import find_mentions
from renewal.language.dates.lapses import Lapse
from renewal.language.dates.mentions import DayMention, Named
from renewal.language.reading import Reading

DAYS = ("expires_on", "endorsed_on", "automatic_on", "handed_in_on", "visit_on", "moved_on")
_DONE = frozenset({"endorsed_on", "automatic_on", "handed_in_on", "moved_on"})


def facts_of(memory: Memory, reading: Reading, rules: Rulebook, *, topic: str = "") -> Facts:
    """What was told before, with what the text tells, as a text that was taken for `topic`."""
    facts = Facts.of(memory.facts)
    if memory.expires_on is not None and "expires_on" not in facts:
        facts = facts.with_told({"expires_on": Fact(value=memory.expires_on, source=Source.BEFORE)})
    before = facts
    facts = with_told(facts, reading)
    facts = facts.with_told(_of_its_month(before, facts, reading))
    facts = facts.with_told(as_known(before, facts, reading))
    facts = facts.with_told(late_visit(facts, reading))
    facts = _with_lapse(before, facts, earlier_lapse(memory, reading))
    row = topics().get(topic)
    goes = row is not None and bool(TO_GO & set(row.uses))
    corrects = is_tagged(topic, "corrects")
    facts = facts.with_told(days_by_the_last(memory, facts, reading, corrects=corrects, goes=goes))
    if row is not None and "expires_on" in row.uses and not goes:
        facts = facts.with_told(_asked_of(facts, reading))
    facts = facts.with_told(_of_the_permit(memory, facts, reading))
    facts = facts.with_told(_within(facts, reading))
    facts = facts.with_told(of_return(facts, reading))
    facts = with_day_put_right(memory, before, facts, reading)
    return renewed(facts, rules)


def _with_lapse(before: Facts, facts: Facts, lapse: Lapse | None) -> Facts:
    """The facts with a lapse of an earlier term, of this turn alone; its days are then none of the present term."""
    if lapse is None:
        return facts
    told = {"lapse_days": Fact(value=lapse.days, source=Source.SUPPOSED, exact=lapse.exact)}
    if "expires_on" in facts.from_now():
        told["expires_on"] = before.fact("expires_on") or Fact(value=None, source=Source.NOW)
    return facts.with_told(told)


def _of_the_permit(memory: Memory, facts: Facts, reading: Reading) -> dict[str, Fact]:
    """A day and no more, beside the permit's name or after words of its expiry ("居住证 12.18"): it is that."""
    found = reading.days.expires_on
    known = "expires_on" in facts or bool(TO_GO & {*facts.from_now(), *memory.facts})
    if found is None or known or reading.asks or reading.speaks_of_expiry or not is_only_a_day(reading):
        return {}
    if not reading.says("our_permit") and not talk.speaks_of_expiry(memory.last.text):
        return {}
    return {"expires_on": Fact(value=found.on, source=Source.NOW, exact=found.exact)}


def _of_its_month(before: Facts, facts: Facts, reading: Reading) -> dict[str, Fact]:
    """The day of the month in which the permit is known to end ("下个月到期" before, now "是18号")."""
    within = facts.value("expires_within")
    if within is None or "expires_on" in before:
        return {}
    named = [mention.what for mention in find_mentions(reading.text, reading.today)]
    days = {
        day for what in named if isinstance(what, Named) for day in what.days if within[0] <= day <= within[1]
    }
    others = {facts.value(name) for name in facts.from_now() - {"expires_on"}}
    if len(named) != 1 or len(days) != 1 or days & others:
        return {}
    return {"expires_on": Fact(value=days.pop(), source=Source.NOW)}


def _within(facts: Facts, reading: Reading) -> dict[str, Fact]:
    """The month or the like in which the permit ends, of which no day is known."""
    found = reading.expiry_within
    day, known = facts.day("expires_on"), facts.value("expires_within")
    if day is not None:
        outside = known is not None and not known[0] <= day <= known[1]
        return {"expires_within": Fact(value=None, source=Source.NOW)} if outside else {}
    source = Source.SUPPOSED if reading.supposes else Source.NOW
    return {} if found is None else {"expires_within": Fact(value=found, source=source)}


def _asked_of(facts: Facts, reading: Reading) -> dict[str, Fact]:
    """A day of which no more is said, in a text that asks of the day of expiry where none is known: it is that."""
    found = reading.days.expires_on
    if found is None or not reading.days.bare or "expires_on" in facts or facts.from_now() & TO_GO:
        return {}
    return {"expires_on": Fact(value=found.on, source=Source.NOW, exact=found.exact)}


def remembered(memory: Memory, facts: Facts) -> Memory:
    """The memory with the day of the permit that is spoken of now: none, another one's, or one put right."""
    known = facts.fact("expires_on")
    if known is None or known.value is None:
        return replace(memory, day="")
    if memory.expires_on is None or known.source is Source.SUPPOSED:
        return memory
    return replace(memory, day=known.value.isoformat())


def as_answered(facts: Facts, memory: Memory) -> Facts:
    """The facts with the day of expiry told now as it was answered: the topic may have moved it by a year."""
    known, answered_on = facts.fact("expires_on"), memory.expires_on
    if known is None or known.source is not Source.NOW or answered_on in (None, known.value):
        return facts
    return facts.with_told({"expires_on": replace(known, value=answered_on)})


def with_told(facts: Facts, reading: Reading) -> Facts:
    """The facts with the situation and the days that the text tells.

    A day that is only named is not taken for the permit's own here: the topic decides what it is the day of.
    """
    several = reading.days_of_persons
    if reading.was_theirs and reading.expiry is None:
        facts = reassigned(facts, reading.was_theirs, anew=reading.correction is not None)
    whose = whom_of(facts, reading.day_of_one)
    facts = with_situation(facts, reading.text, of_several=bool(several), whose=whose)
    facts = facts.with_told(with_same_day(facts, reading, _days(reading)))
    facts = facts.with_told(_day_after(facts, reading))
    facts = facts.with_told(_move(facts, reading.today))
    return with_days_of_persons(facts, several)


def _day_after(facts: Facts, reading: Reading) -> dict[str, Fact]:
    """The day after the one on which the writer comes back, where that is when they go ("回来第二天去")."""
    back = facts.fact("visit_on")
    if back is None or back.value is None or not reading.says("day_after_it"):
        return {}
    return {"visit_on": Fact(value=back.value + timedelta(days=1), source=Source.NOW, exact=back.exact)}


def _move(facts: Facts, today: date) -> dict[str, Fact]:
    """That somebody moves, where only the day of it is told; a move to come is none yet."""
    day = facts.fact("moved_on")
    if day is None or day.value is None or "moved_on" not in facts.from_now():
        return {}
    if "moved" in facts.from_now() and facts.value("moved") is False:
        return {}
    source = Source.SUPPOSED if day.value > today else day.source
    return {"moved": Fact(value=True, source=source)}


def _is_no_visit(found: DayMention, reading: Reading) -> bool:
    """Whether a day is somebody's own, or the month of a change that was reported ("十月份就去改过地址了")."""
    of_a_person = found.on in {day.on for day in reading.days_of_persons}
    return of_a_person or (not found.exact and reading.says("change_reported"))


def _days(reading: Reading) -> dict[str, Fact]:
    """The days that the text tells, by what happens on them."""
    days = reading.days
    told: dict[str, Fact] = {}
    for name in DAYS:
        found = getattr(days, name)
        if found is None or (name == "expires_on" and days.bare and not reading.speaks_of_expiry):
            continue
        if name == "expires_on" and reading.days_of_persons:
            continue
        if name == "visit_on" and _is_no_visit(found, reading):
            continue
        source = Source.SUPPOSED if name in days.supposed else Source.NOW
        told[name] = Fact(value=found.on, source=source, exact=found.exact)
    lapse = reading.lapse_made_up
    if lapse is not None:  # of this turn alone: it says nothing of the present term
        told["lapse_days"] = Fact(value=lapse.days, source=Source.SUPPOSED, exact=lapse.exact)
    of_one = reading.day_of_one
    if of_one is not None and "expires_on" not in told and not told.keys() & _DONE:
        told["expires_on"] = Fact(value=of_one.on, source=Source.NOW, exact=of_one.exact)
        if "visit_on" in told and told["visit_on"].value == of_one.on:
            del told["visit_on"]
    if days.expires_on is not None and days.expires_on.shown:
        told["shown_on_record"] = Fact(value=True, source=Source.NOW)
    return told
