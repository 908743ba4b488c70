"""What a text tells of the person, over what was told before; what is only supposed holds for this turn."""

from datetime import date

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.situation import with_situation
from renewal.language import talk
from renewal.language.dates import find_expiry


def with_told(facts: Facts, text: str, today: date) -> Facts:
    """The facts with those that the text tells."""
    facts = with_situation(facts, text)
    told: dict[str, Fact] = {}
    source = Source.SUPPOSED if talk.supposes(text) else Source.NOW
    found = find_expiry(text, today)
    if found is not None and talk.speaks_of_expiry(text):
        told["expires_on"] = Fact(value=found.on, source=source, exact=found.exact)
    return facts.with_told(told)
