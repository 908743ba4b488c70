"""Days of papers beside the permit: when the identity card ends, and since when a residence is registered."""

from collections.abc import Iterator
from datetime import date

from renewal.language.dates import DayMention
from renewal.language.dates.around import Mention, find_mentions
from renewal.language.words import says


def id_card_ends_on(text: str, today: date) -> DayMention | None:
    """The day on which the text says that the identity card ends; None where it names none."""
    return next(_ends(text, today, "id_card_of_day"), None)


def permit_ends_on(text: str, today: date) -> DayMention | None:
    """The day or the month in which the text says that the permit ends, however roughly."""
    return next(_ends(text, today, "permit_of_day"), None)


def registered_on(text: str, today: date) -> DayMention | None:
    """The day, today or before it, since when the text says that its writer's residence is registered."""
    for mention in find_mentions(text, today):
        gone = mention.gone(today)
        told = says("registers", mention.before + mention.after + mention.following)
        if gone is not None and told and gone.on < today:
            return gone
    return None


def number_left_on(text: str, today: date) -> date | None:
    """The day, today at the latest, on which the text says that a number was left to be called on."""
    if not says("number_was_left", text):
        return None
    gone = [day.on for mention in find_mentions(text, today) if (day := mention.gone(today)) is not None]
    if len(gone) == 1:
        return gone[0] if gone[0] <= today else None
    return today if not gone and says("just_now", text) else None


def _ends(text: str, today: date, card: str) -> Iterator[DayMention]:
    for mention in find_mentions(text, today):
        day = _when(mention, today) if says(card, mention.before) else None
        if day is not None and says("card_ends", mention.before + mention.after):
            yield day


def _when(mention: Mention, today: date) -> DayMention | None:
    past = says("day_past", mention.after) and not says("day_to_come", mention.after)
    gone, coming = mention.gone(today), mention.coming(today)
    if past and gone is not None and (today - gone.on).days < _LONG_PAST_DAYS:
        return gone
    return gone if coming is None else coming


_LONG_PAST_DAYS = 180  # a day longer ago than that, without its year, is rather the next one
