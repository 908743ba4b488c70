"""From what somebody gives as an expiry day to the days that follow from it, told and drawn."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from renewal.dialogue.days import expiry_values
from renewal.dialogue.ground import Ground
from renewal.domain import PermitCalendar, PermitState, RuleNotInForce, endorsed_until, permit_calendar
from renewal.domain.permit_calendar import Mark
from renewal.language.dates import find_expiry, is_impossible
from renewal.services.front.sources import Told, tell, texts_of

LONGEST_DAY_CHARS = 40  # what is longer names no day
WINDOW = "renewal.window_days"
WORKDAYS = "workdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the result: what it is, the day or the count, how it was come by, on which clause.

    `mark` is the word that stands on the day in the calendar; a count has none.
    """

    name: str
    mark: str
    value: str
    why: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """What the page shows of one expiry day. `wrong` is the one sentence where there is nothing to show."""

    wrong: str = ""
    expires_on: date | None = None
    lead: str = ""
    next: str = ""
    rows: tuple[Row, ...] = ()
    calendar: PermitCalendar | None = None


def calculate(ground: Ground, given: Sequence[str], language: str) -> Calculation | None:
    """The days that follow from an expiry day; None where none was asked for.

    `given` holds each value of the address's `expires`, as typed: a day as a form writes it (2026-12-31) or as
    people do (2026年12月31日). What is no day, or an odd one, comes back as one sentence that says what to do.
    """
    if not given:
        return None
    say = texts_of(ground, language)
    today = ground.today
    day, wrong = _day(given, today)
    if day is None:
        return Calculation(wrong=say(f"page.wrong.{wrong}"))
    terms = endorsed_until(endorsed_until(today, ground.rules), ground.rules)
    if day > terms:
        return Calculation(wrong=say("page.wrong.too_far", last_on=terms))
    try:
        calendar = permit_calendar(day, today, ground.rules, ground.calendar)
    except RuleNotInForce:
        since = ground.rules.clause(WINDOW).values[0][0]
        return Calculation(wrong=say("page.wrong.too_old", since_on=since))
    values = expiry_values(ground, day)
    return Calculation(
        expires_on=day,
        lead=say("days.line", **values),
        next=say.next_step("days.line", **values),
        rows=_rows(ground, calendar, language),
        calendar=calendar,
    )


def _day(given: Sequence[str], today: date) -> tuple[date | None, str]:
    """The one day that is meant, or the name of what is wrong with it."""
    texts = {unicodedata.normalize("NFKC", each).strip() for each in given}
    if texts == {""}:
        return None, "empty"
    if len(texts) > 1:
        return None, "several"
    text = texts.pop()
    if len(text) > LONGEST_DAY_CHARS:
        return None, "unreadable"
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        found = find_expiry(text, today)
    if found is not None:
        return (found.on, "") if found.exact else (None, "rough")
    return None, "impossible" if is_impossible(text, today) else "unreadable"


def _rows(ground: Ground, calendar: PermitCalendar, language: str) -> tuple[Row, ...]:
    say = texts_of(ground, language)
    values = {
        "opens_on": calendar.opens_on,
        "expires_on": calendar.expires_on,
        "deadline_on": calendar.deadline_on,
        "from_on": calendar.counted_from,
        "to_on": calendar.counted_to,
        "count": calendar.workdays.count,
        "holidays_known": calendar.workdays.holidays_known,
    }
    names: list[str] = [Mark.OPENS, Mark.EXPIRES, Mark.DEADLINE]
    if calendar.state is not PermitState.LAPSED:
        names.append(WORKDAYS)
    return tuple(
        Row(
            name=say(f"page.row.{name}"),
            mark="" if name == WORKDAYS else say(f"page.mark.{name}"),
            value=say(f"page.row.{name}.value", **values),
            why=tell(ground, f"page.row.{name}.why", language, **values),
        )
        for name in names
    )
