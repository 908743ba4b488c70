"""What a text about an appointment is for: to cancel it, to move it, to hear of it, or something else altogether."""

import re
from datetime import date

from renewal.language.appointments.denials import read_denials
from renewal.language.appointments.hours import CLOCK, NUMBER, THAT_WEEK
from renewal.language.dates.choosing import read_days
from renewal.language.records import DISTRICTS
from renewal.language.talk import asks as asks_anything
from renewal.language.words import is_only, says, without

BY_EXPIRY = re.compile(
    rf"到期的?(?:前的?(?P<before>{NUMBER})天|[那当][天日])|\bthe day it expires|\bexpiry (?:day|date)",
    re.IGNORECASE,
)
IN_ENGLISH = dict(
    zip(
        DISTRICTS,
        "huangpu xuhui changning jing'?an putuo hongkou yangpu minhang "
        "baoshan jiading pudong jinshan songjiang qingpu fengxian chongming".split(),
        strict=True,
    )
)
_PLACES = re.compile(
    "|".join(rf"{name[:2]}(?:新区|区)?|\b{word}\b" for name, word in IN_ENGLISH.items()), re.IGNORECASE
)
_BLANKED = re.compile("※+|中午")  # what the reading of days blanks: an hour, a number
_SIGNS = re.compile(r"[\W_]+")
# Words of a time, beside which a text may still be nothing but a wish.
_OF_A_TIME = (
    "morning",
    "afternoon",
    "soonest",
    "other_times",
    "moves_appointment",
    "beside_a_time",
)
MOST_REST_CHARS = 3  # beyond what is filling: a text that says more asks something of its own


def cancels(text: str) -> bool:
    """Whether a text calls off an appointment in so many words, whatever it was taken for."""
    return _calls_off(text) and not says("asks_about_it", text)


def only_cannot_come(text: str) -> bool:
    """Whether a text only says that its writer cannot come: that may be of one time among several."""
    return says("cannot_make_it", text) and not says("cancels_appointment", text)


def asks_to_cancel(text: str) -> bool:
    """Whether a text asks about calling one off: nobody's seat is given away for that."""
    return _calls_off(text) and says("asks_about_it", text)


def bare_cancel(text: str) -> bool:
    """Whether a text is nothing but "cancel"."""
    return is_only("only_cancel", text) and not text.rstrip().endswith(("?", "？"))


def cancels_all(text: str) -> bool:
    """Whether a text does nothing but call off whatever is booked."""
    return is_only("cancels_all", text) and not text.rstrip().endswith(("?", "？"))


def moves(text: str) -> bool:
    """Whether a text wants an appointment at another time or place."""
    return says("moves_appointment", text)


def speaks_of_it(text: str) -> bool:
    """Whether a text names an appointment, and not one for a call."""
    return says("names_appointment", text) and not speaks_of_call(text)


def speaks_of_call(text: str) -> bool:
    """Whether a text speaks of being called."""
    return says("about_calls", text)


def asks_for_one(text: str) -> bool:
    """Whether a text asks in so many words for an appointment, whatever it was taken for."""
    asks = says("asks_for_appointment", text) or orders_one(text)
    return asks and not (speaks_of_call(text) or says("asks_how_to_book", text))


def orders_one(text: str) -> bool:
    """Whether a text begins as an order to book one ("预约一下", "book a slot"), and puts no question."""
    return says("orders_appointment", text) and not asks_anything(text)


def books_something_else(text: str) -> bool:
    """Whether what a text wants booked is none of ours: a doctor, a table."""
    return says("booked_elsewhere", text) and not says("our_business", text)


def books_for_another(text: str) -> bool:
    """Whether a text wants an appointment for somebody else's permit."""
    return says("books_for_another", text)


def gives_back(text: str) -> bool:
    """Whether a text speaks of papers, money or a home that are given back, and of no appointment."""
    return says("given_back", text) and not says("names_appointment", text)


def looks_up(text: str) -> bool:
    """Whether a text asks when or where the appointment is, or whether there is one."""
    return says("looks_up_appointment", text)


def says_cancel(text: str) -> bool:
    """Whether "cancel" itself stands in a text, and not only that its writer cannot come."""
    return names_cancel(text) or says("cancels_appointment", text)


def names_cancel(text: str) -> bool:
    """Whether the word "cancel" stands in a text."""
    return says("only_cancel", text)


def lost_the_number(text: str) -> bool:
    """Whether a text says that the number of an appointment, or the message that had it, is gone."""
    return says("appointment_number_lost", text)


def asks_if_open(text: str) -> bool:
    """Whether a text asks if anybody is there on a day, not to come on it."""
    return says("asks_if_open", text)


def says_more(text: str, today: date, most: int = MOST_REST_CHARS) -> bool:
    """Whether a text says more than days, hours and the words around them: then it asks something of its own.

    `most` is how many signs beyond those are no more.
    """
    left, _ = read_denials(text, today)
    plain, days, _ = read_days(left, today)
    for day in sorted(days, key=lambda day: -day.start):
        plain = plain[: day.start] + " " + plain[day.end :]
    for pattern in (CLOCK, THAT_WEEK, BY_EXPIRY, _BLANKED, _PLACES):
        plain = pattern.sub(" ", plain)
    for concept in _OF_A_TIME:
        plain = without(concept, plain)
    return len(_SIGNS.sub("", plain)) > most


def _calls_off(text: str) -> bool:
    return says("cancels_appointment", text) or says("cannot_make_it", text)
