"""A lapse that is past: a permit that was late once, and was made up then ("前年过期23天才补签的")."""

from dataclasses import dataclass
from datetime import date

from renewal.language.dates.cleaning import clean
from renewal.language.dates.joining import CLAUSE_END
from renewal.language.dates.spans import Span, find_spans
from renewal.language.words import find, says


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """How many days late it was; 0 where that is not said. `exact` is False where it is told only roughly."""

    days: int
    exact: bool = True


def lapse_made_up(plain: str, today: date) -> Lapse | None:
    """The lapse of a text made plain that tells of one made up long since; None where it tells none."""
    if not tells_of_lapse(plain):
        return None
    late = [span for span in find_spans(plain, today) if is_of_lapse(plain, span)]
    on = late[0].day("back") if late else None
    return Lapse(days=(today - on).days, exact=late[0].exact) if on else Lapse(days=0)


def lapse_again(text: str, today: date) -> Lapse | None:
    """The lapse of a text that goes on about one told before: how long it was, and nothing of the present term."""
    plain = clean(text)
    spans = list(find_spans(plain, today))
    if len(spans) != 1 or spans[0].way == "ahead" or says("lapsed_now", plain) or says("tells_own", plain):
        return None
    on = spans[0].day("back")
    late = says("was_late", plain) or says("sets_right", plain)
    return Lapse(days=(today - on).days, exact=spans[0].exact) if on and late else None


def tells_of_lapse(plain: str) -> bool:
    """Whether the text tells that the permit was late in an earlier term, and that this is over."""
    made_up = says("made_up", plain) and says("was_late", plain)
    return says("earlier_term", plain) and (made_up or says("once_lapsed", plain))


def is_of_lapse(plain: str, span: Span) -> bool:
    """Whether the span is how late the permit was then: of the clause, or beside the one, that tells of it."""
    when = find("earlier_term", plain)
    if when is not None and when.start() <= span.start < when.end():
        return False  # "有一年" is when it was, not how long
    before = CLAUSE_END.split(plain[: span.start])[-1]
    after = CLAUSE_END.split(plain[span.end :], maxsplit=1)[0]
    late = says("was_late", before) or says("once_lapsed", before + after)
    return not says("lapsed_now", before) and (late or says("was_late", after) or says("made_up", after))
