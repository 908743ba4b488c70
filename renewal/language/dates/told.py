"""All days that one text tells, each with what happens on it: expiry, endorsement, papers, a visit, a move."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from renewal.language import words
from renewal.language.clauses import MOST_CLAUSES
from renewal.language.dates.acts import GOES, act_of, hands_in, is_free
from renewal.language.dates.around import Mention, find_mentions
from renewal.language.dates.choosing import either_day, find_expiry
from renewal.language.dates.cleaning import tidy
from renewal.language.dates.endorsed import find_endorsed
from renewal.language.dates.joining import CLAUSE_END
from renewal.language.dates.mentions import DayMention, Named
from renewal.language.dates.periods import SEASON_DAYS
from renewal.language.dates.roles import Role, role_of_day, says_little
from renewal.language.dates.spans import Span

OLDEST_PAPERS_DAYS = 180  # what was handed in before then is decided long since


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDays:
    """The days that one text tells, each in its role; None where it tells none.

    `automatic_on`: when a renewal that nobody applied for was made; its term does not run from that day.
    `either`: the two days between which it leaves the expiry open. `bare`: of the day of expiry nothing is said but
    the day. `handed_in_on`, `endorsed_on`: only what has happened, today at the latest. `visit_on`: the first day on
    which the writer would go, come back or renew. `moved_on` may be to come. `supposed` names the fields whose day
    is only supposed ("要是拖到2月呢").
    """

    expires_on: DayMention | None = None
    either: tuple[date, date] | None = None
    bare: bool = False
    endorsed_on: DayMention | None = None
    automatic_on: DayMention | None = None
    handed_in_on: DayMention | None = None
    visit_on: DayMention | None = None
    moved_on: DayMention | None = None
    supposed: frozenset[str] = frozenset()


def told_days(text: str, today: date, *, overdue: bool = False) -> ToldDays:
    """What the text tells of days. With `overdue`, the permit is known to be past its day (see `find_expiry`)."""
    mentions = find_mentions(text, today)
    found, supposed = _happening(mentions, today)
    expires_on = find_expiry(text, today, overdue=overdue)
    if "handed_in_on" not in found and _hands_in_today(text, today):
        found["handed_in_on"] = DayMention(on=today)
    endorsed_on = find_endorsed(text, today) or _done_on(text, found)
    bare = _is_bare(mentions, expires_on) and not _rights_expiry(mentions, text)
    goes_on = found["visit_on"].on if "visit_on" in found else None
    roles = [m for m in mentions if expires_on is not None and m.is_on(expires_on.on) and _has_role(m)]
    if bare and expires_on is not None and (roles or expires_on.on == goes_on):
        expires_on, bare = None, False  # "is next Wednesday too late"
    if endorsed_on is not None and words.says("still_waits", tidy(text)):
        found.setdefault("handed_in_on", endorsed_on)  # "11月2号在窗口办的，还没好"
        endorsed_on = None
    if _is_no_visit(mentions, expires_on, endorsed_on, today):
        found.pop("visit_on", None)
    for field, on in (("expires_on", expires_on), ("endorsed_on", endorsed_on)):
        if on is not None and any(m.supposed and m.is_on(on.on) for m in mentions):
            supposed.add(field)
    if _is_today_so_far(text, expires_on, found, today):
        expires_on = None
    return ToldDays(
        expires_on=expires_on,
        either=either_day(text, today, overdue=overdue),
        bare=bare,
        endorsed_on=endorsed_on,
        automatic_on=found.get("automatic_on"),
        handed_in_on=found.get("handed_in_on"),
        visit_on=found.get("visit_on"),
        moved_on=found.get("moved_on"),
        supposed=frozenset(supposed),
    )


def _is_today_so_far(
    text: str, expires_on: DayMention | None, found: Mapping[str, DayMention], today: date
) -> bool:
    """Whether "到今天" tells until when papers have waited so far, and no day of expiry."""
    so_far = expires_on is not None and expires_on.on == today and "handed_in_on" in found
    return so_far and words.says("up_to_today", tidy(text))


def _is_no_visit(
    mentions: Sequence[Mention], expires_on: DayMention | None, endorsed_on: DayMention | None, today: date
) -> bool:
    """Whether a day to go is none: "20号补签好了" is done, and the day beside one on record is the card's."""
    if expires_on is not None and expires_on.shown:
        return True
    return endorsed_on is not None and any(m.is_on(endorsed_on.on) and _goes(m, today) for m in mentions)


def _happening(mentions: Sequence[Mention], today: date) -> tuple[dict[str, DayMention], set[str]]:
    """What happens on the days beside the permit's expiry, and of which of it the day is only supposed."""
    found: dict[str, DayMention] = {}
    supposed: set[str] = set()
    for mention in mentions:
        for field, day in [*_roles(mention, today), *_more_exactly(mention, found, today)]:
            rough = field == "visit_on" and field in found and _is_closer(mention, day, found[field])
            rough = rough or (field == "visit_on" and _is_asked_alone(mention))  # "今天跑件，明天行不"
            if field not in found or rough:  # "春节回来2月20号再去"
                found[field] = day
                supposed |= {field} if mention.supposed or _is_counted_at(mention) else set()
    return found, supposed


def _is_asked_alone(mention: Mention) -> bool:
    """Whether it is asked of the day, in a clause with nothing before it, whether it will do."""
    return act_of(mention) == "is_all_right" and not mention.before.strip()


def _is_closer(mention: Mention, day: DayMention, found: DayMention) -> bool:
    """Whether a day to go is told more closely than the one found: as a day of what may be a stretch of days."""
    within = timedelta(0) <= day.on - found.on <= timedelta(days=SEASON_DAYS)
    return not found.exact and (day.exact or (isinstance(mention.what, Named) and within))


def _more_exactly(
    mention: Mention, found: Mapping[str, DayMention], today: date
) -> Iterator[tuple[str, DayMention]]:
    """The day of a month in which the writer would go, told after the month ("12月底去，28号")."""
    rough, day = found.get("visit_on"), mention.coming(today)
    if rough is None or rough.exact or day is None or not is_free(mention):
        return
    same_month = (rough.on.year, rough.on.month) == (day.on.year, day.on.month)
    if same_month and says_little(mention.before + mention.after):
        yield "visit_on", day


def _hands_in_today(text: str, today: date) -> bool:
    """Whether a clause that names no day tells of papers handed in just now ("早上刚交掉")."""
    begun = CLAUSE_END.split(tidy(text))[:MOST_CLAUSES]
    parts = [part for part in begun if words.says("handed_in_today", part)]
    return any(not words.says("supposes", part) and not find_mentions(part, today) for part in parts)


def _done_on(text: str, found: Mapping[str, DayMention]) -> DayMention | None:
    """The day on which the window did it; none where it is "that same day", which names none."""
    plain = tidy(text)
    done = words.says("went_already", plain) and not words.says("that_day", plain)
    return found.get("done_on") if done else None


def _roles(mention: Mention, today: date) -> Iterator[tuple[str, DayMention]]:
    """What happens on the day beside the permit's expiry, as a field of `ToldDays`, and when that is."""
    if not is_free(mention):
        yield from _once_ready(mention, today)
        return
    gone, coming = mention.gone(today), mention.coming(today)
    other = _apart(mention, gone, coming)
    if other is not None:
        yield from other
        return
    recent = gone is not None and (today - gone.on).days <= OLDEST_PAPERS_DAYS
    if gone and recent and hands_in(mention, today):
        yield "handed_in_on", gone
        return
    if words.says("sent_back", mention.after):
        return
    if words.says("done_there", mention.after):
        if gone and recent and not mention.supposed:
            yield "done_on", gone
        return
    yield from _by_what_is_done(mention, gone, coming, today)


def _by_what_is_done(
    mention: Mention, gone: DayMention | None, coming: DayMention | None, today: date
) -> Iterator[tuple[str, DayMention]]:
    """The role of a day by the act that the text tells beside it: going there, or moving."""
    act = act_of(mention)
    if act == "moves_home":
        day = _nearer(mention, gone, coming, today)
        if day is not None:
            yield "moved_on", day
    elif act in GOES and coming is not None and not _is_ruled_out(mention) and not _is_paid(mention):
        yield "visit_on", coming


def _once_ready(mention: Mention, today: date) -> Iterator[tuple[str, DayMention]]:
    """The day to go, where it is asked whether that on which another paper is ready is early enough."""
    asks = words.says("early_enough", mention.after) or words.says("early_enough", mention.following)
    coming = mention.coming(today) if asks and words.says("gets_ready", mention.after) else None
    if coming is not None and _role(mention) != "expiry":
        yield "visit_on", coming


def _apart(
    mention: Mention, gone: DayMention | None, coming: DayMention | None
) -> list[tuple[str, DayMention]] | None:
    """The role of a day on which something else happens: renewed by the system then, only counted at, free to go."""
    if coming and words.says("goes_that_day", mention.following):
        return [("visit_on", coming)]  # "12月5号东家放我半天，那天去行吗", "15号走，走之前能办吗"
    if words.says("renewed_by_itself", mention.before + mention.after):
        return [("automatic_on", gone)] if gone and not mention.supposed else []
    return [("visit_on", coming)] if coming and _is_counted_at(mention) else None


def _has_role(mention: Mention) -> bool:
    return (bool(act_of(mention)) and _role(mention) != "expiry") or _is_counted_at(mention)


def _role(mention: Mention) -> Role:
    return role_of_day(mention.before, mention.after, mention.word)


def _is_counted_at(mention: Mention) -> bool:
    """Whether it is asked how many days the permit is over, or has left, on that day."""
    said = (mention.before, mention.after, "" if mention.after.strip() else mention.following)
    return any(words.says("counts_at", part) for part in said)


def _goes(mention: Mention, today: date) -> bool:
    return any(field == "visit_on" for field, _ in _roles(mention, today))


def _is_paid(mention: Mention) -> bool:
    """Whether it is rent or the like that is paid then."""
    around = mention.before + mention.after
    return words.says("pays", around) and not words.says("papers", around)


def _is_ruled_out(mention: Mention) -> bool:
    """Whether it is no day to go: gone already, or one that will not do ("今天来不及了")."""
    unfit = words.says("has_gone", mention.after) or words.says("cannot_go", mention.after)
    return unfit or words.says("over_then", mention.after)  # "20号过了怎么办" is of the day after it


def _nearer(
    mention: Mention, gone: DayMention | None, coming: DayMention | None, today: date
) -> DayMention | None:
    """Of the last such day and the next one, which is meant: by the words, else the nearer."""
    if gone is None or coming is None or words.says("has_moved", mention.before + mention.after):
        return gone or coming
    if words.says("plans", mention.before + mention.after):
        return coming
    return gone if today - gone.on < coming.on - today else coming


def _rights_expiry(mentions: Sequence[Mention], text: str) -> bool:
    """Whether the text puts a day right that it called the expiry's ("11月3号到期，看错了是9月3号")."""
    return words.says("sets_right", tidy(text)) and any(_role(mention) == "expiry" for mention in mentions)


def _is_bare(mentions: Sequence[Mention], expires_on: DayMention | None) -> bool:
    """Whether nothing but the day is said where the day of expiry is named."""
    if expires_on is None or expires_on.shown:
        return False
    roles = [
        "expiry" if isinstance(m.what, Span) and m.what.sure else _role(m)
        for m in mentions
        if m.is_on(expires_on.on)
    ]
    return bool(roles) and "expiry" not in roles
