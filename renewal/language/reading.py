"""All that one text says, each part worked out at first use and kept."""

from datetime import date
from functools import cached_property, lru_cache

from renewal.language import talk
from renewal.language.contact import check_phone
from renewal.language.corrections import Correction, correction_in
from renewal.language.dates import DayMention, find_endorsed, find_expiry, is_impossible
from renewal.language.dates.cleaning import clean
from renewal.language.dates.lapses import Lapse, lapse_made_up
from renewal.language.dates.months import expires_within
from renewal.language.dates.periods import Span
from renewal.language.dates.persons import PersonDay, day_of_one, days_of_persons
from renewal.language.dates.told import ToldDays, told_days
from renewal.language.holders import person_of
from renewal.language.names import Evidence, check_name
from renewal.language.script import language_of
from renewal.language.text import low, plain, simple
from renewal.language.words import says

KEPT_READINGS = 512


class Reading:
    """One text, read against one day. Nothing is worked out before it is asked for, and nothing twice."""

    def __init__(self, text: str, today: date) -> None:
        self.text, self.today = text, today

    @property
    def plain(self) -> str:
        """In the usual width, without unseen characters."""
        return plain(self.text)

    @property
    def simple(self) -> str:
        """As `plain`, in simplified characters."""
        return simple(self.text)

    @property
    def low(self) -> str:
        """As `simple`, in lower case: what words are looked for in."""
        return low(self.text)

    @cached_property
    def language(self) -> str | None:
        """`zh`, `zh-Hant` or `en`; None where the text tells nothing."""
        return language_of(self.text)

    @cached_property
    def expiry(self) -> DayMention | None:
        """The day of expiry that the text tells."""
        return find_expiry(self.text, self.today)

    @cached_property
    def expiry_within(self) -> Span | None:
        """The first and last day on which the permit ends, where only the month or the like is told."""
        named = self.expiry is not None or self.days.either is not None or self.days_of_persons
        return None if named or self.names_impossible_day else expires_within(self.text, self.today)

    @cached_property
    def expiry_counted_back(self) -> DayMention | None:
        """The day of expiry, in a text about an overdue permit: a bare span counts back."""
        return find_expiry(self.text, self.today, overdue=True)

    @cached_property
    def names_impossible_day(self) -> bool:
        """Whether the day of expiry that the text tells does not exist."""
        return is_impossible(self.text, self.today)

    @cached_property
    def days(self) -> ToldDays:
        """Every day that the text tells, in its role."""
        return told_days(self.text, self.today)

    @cached_property
    def days_of_persons(self) -> tuple[PersonDay, ...]:
        """The days of expiry of several people; empty where the text tells those of one alone."""
        return days_of_persons(self.text, self.today)

    @cached_property
    def day_of_one(self) -> PersonDay | None:
        """The one day of the text, where it is said to be that of somebody's permit."""
        return None if self.days_of_persons else day_of_one(self.text, self.today)

    @cached_property
    def lapse_made_up(self) -> Lapse | None:
        """A lapse of an earlier term that was made up then."""
        return lapse_made_up(clean(self.text), self.today)

    @cached_property
    def endorsed(self) -> DayMention | None:
        """The day on which the permit was endorsed last."""
        return find_endorsed(self.text, self.today)

    @cached_property
    def phone(self) -> str | None:
        """A number that can be dialled, E.164."""
        return check_phone(self.text)

    @cached_property
    def name(self) -> str | None:
        """A name that the text introduces as its writer's."""
        return check_name(self.text, Evidence.STATED)

    @cached_property
    def speaks_of_expiry(self) -> bool:
        """Whether the text speaks of a permit's expiry in so many words."""
        return talk.speaks_of_expiry(self.text)

    @cached_property
    def correction(self) -> Correction | None:
        """What the text takes back, and what it puts in its place."""
        return correction_in(self.text)

    @cached_property
    def was_theirs(self) -> str:
        """Of whose permit what was told before was told ("那是我老公的"); empty where that is not said."""
        if self.correction is not None and says("only_theirs", self.correction.instead):
            return person_of(self.correction.instead)
        return person_of(self.text) if says("it_was_theirs", self.text) else ""

    @cached_property
    def asks(self) -> bool:
        """Whether the text asks anything."""
        return talk.asks(self.text)

    @cached_property
    def supposes(self) -> bool:
        """Whether what the text tells is only supposed."""
        return talk.supposes(self.text)

    def says(self, concept: str) -> bool:
        """Whether the text holds a word of a concept. Raises KeyError for one that nobody wrote."""
        return says(concept, self.text)


@lru_cache(maxsize=KEPT_READINGS)
def read(text: str, today: date) -> Reading:
    """The reading of a text; the same one for the same text and day."""
    return Reading(text, today)
