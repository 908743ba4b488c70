"""What a text tells only beside a day that is known: how late somebody means to go, the same day, an earlier lapse."""

from dataclasses import replace
from datetime import date, timedelta

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.persons import OF_PERSONS
from renewal.language.dates.around import find_mentions
from renewal.language.dates.cleaning import tidy
from renewal.language.dates.lapses import Lapse, lapse_again
from renewal.language.dates.mentions import YEARS_ABOUT, Named
from renewal.language.dates.spans import late_by
from renewal.language.reading import Reading, read


def late_visit(facts: Facts, reading: Reading) -> dict[str, Fact]:
    """The day on which somebody would go so long after the known day of expiry ("过期半个月再去呢")."""
    known, late = facts.fact("expires_on"), late_by(tidy(reading.text), reading.today)
    if late is None or known is None or known.value is None or "visit_on" in facts.from_now():
        return {}
    on = known.value + timedelta(days=late)
    if on < reading.today:
        return {}
    return {"visit_on": Fact(value=on, source=Source.SUPPOSED, exact=False)}


def as_known(before: Facts, facts: Facts, reading: Reading) -> dict[str, Fact]:
    """A day of the month alone, told as the expiry's, in the month of a known one of that day ("他也是25号到")."""
    told = facts.fact("expires_on")
    if told is None or told.value is None or "expires_on" not in facts.from_now():
        return {}
    monthly = [m.what for m in find_mentions(reading.text, reading.today) if m.is_on(told.value)]
    same = [what for what in monthly if isinstance(what, Named) and len(what.days) > YEARS_ABOUT]
    days = [day for day in _known_days(before) if any(day in what.days for what in same)]
    return {"expires_on": replace(told, value=days[0])} if days else {}


def _known_days(facts: Facts) -> list[date]:
    """The days of expiry that were told before, the one that is spoken of first."""
    others = (facts.value(OF_PERSONS) or {}).values()
    days = [facts.day("expires_on"), *(Facts.of(kept).day("expires_on") for kept in others)]
    return [day for day in days if day is not None]


def earlier_lapse(memory: Memory, reading: Reading) -> Lapse | None:
    """How late it was once, told anew after a text that told of such a lapse ("其实断了75天")."""
    if read(memory.last.text, reading.today).lapse_made_up is None or reading.lapse_made_up is not None:
        return None
    return lapse_again(reading.text, reading.today)
