"""Answers that are worked out: from the permit's day, the day of handing in, the home. One row a computed topic."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from renewal.dialogue.asides import ASIDES
from renewal.dialogue.ask import Ask
from renewal.dialogue.days import expiry_values, handed_in_values, visit_values
from renewal.dialogue.facts import Fact, Source
from renewal.dialogue.lapses import lapse_past
from renewal.dialogue.paper_needed import paper_needed
from renewal.dialogue.papers import UNLISTED, facts_in_view, not_listed, paper_asked, papers_of
from renewal.dialogue.points_picks import points_pick
from renewal.dialogue.points_wishes import ASKED as POINTS_ASKED
from renewal.dialogue.speaking import Pick
from renewal.dialogue.together import together
from renewal.dialogue.within import OF_THE_DAY, told_within
from renewal.domain import ApplicationState, endorsed_until, renewal_window, workdays_begun
from renewal.language.dates.told import OLDEST_PAPERS_DAYS
from renewal.language.papers import papers_named

# What the whole day's answer is called, by how the permit stands today.
WHOLE = {name: f"dated.{name}" for name in ("early", "open", "last_day", "suspended", "lapsed")}
# Where the permit has lapsed, or is suspended, the whole day's answer says these better.
_BETTER_WHOLE = {
    "lapsed": frozenset({"days.restore_by", "days.effect"}),
    "suspended": frozenset({"days.effect"}),
}


ON_DAY = "days.on_day"  # how many days it is over, or has left, on a day to go

# What is said instead where the papers are in: of being late, that they are under review.
IN_REVIEW = dict.fromkeys(("days.effect", "days.restore_by", "days.over"), "handed.meanwhile") | {
    "days.years": "handed.years",
}


def computed(ask: Ask, topic: str) -> Pick | None:
    """The answer to a computed topic; None where a fact that it needs is not known."""
    found = _COMPUTED.get(topic)
    told = found(ask) if found else None
    if told is None and topic in OF_THE_DAY:
        told = told_within(ask)
    return None if told is None else Pick(key=told[0], values=told[1], topic=topic, claim=f"computed.{topic}")


def day_line(ask: Ask) -> Pick | None:
    """One line on the permit's day, to stand beside other answers."""
    return _pick(_day("days.line", ask), "day_line")


def whole_day(ask: Ask, expires_on: date, *, roughly: bool = False) -> Pick:
    """All that an expiry day means today; of whom the papers are in, that they need not go again."""
    values = expiry_values(ask.ground, expires_on, roughly=roughly, yours=not ask.case.about_another)
    key, told = _since_handed_in(ask, WHOLE[values["state"]], values)
    return Pick(key=key, values=told, topic="renewal_window", claim="whole_day")


Told = tuple[str, Mapping[str, Any]]


def _pick(told: Told | None, claim: str) -> Pick | None:
    return None if told is None else Pick(key=told[0], values=told[1], topic=claim, claim=claim)


def _of_day(ask: Ask, key: str) -> Told | None:
    expiry = ask.case.expiry
    if expiry is None:
        return None
    yours = not ask.case.about_another
    return key, expiry_values(ask.ground, expiry.value, roughly=not expiry.exact, yours=yours)


def _since_handed_in(ask: Ask, key: str, values: Mapping[str, Any]) -> Told:
    """The same, or where the papers for this day are in, what that makes of it."""
    handed_in = ask.case.handed_in_on
    if handed_in is None or handed_in.value < values["opens_on"]:
        return key, values
    return IN_REVIEW.get(key, "handed.whole"), {**values, **_counted(ask, handed_in)}


def _day(key: str, ask: Ask) -> Told | None:
    told = _of_day(ask, key)
    if told is None:
        return None
    state = told[1]["state"]
    better = WHOLE[state] if key == "whole" or key in _BETTER_WHOLE.get(state, ()) else key
    handed = _since_handed_in(ask, key, told[1])
    return handed if handed[0] != key else (better, told[1])


def _may_go(ask: Ask) -> Told | None:
    visit = ask.case.facts.fact("visit_on")
    told = _of_day(ask, "days.may_go")
    if told is None or visit is None or visit.value is None:
        return None
    expires_on = told[1]["expires_on"]
    if _counts_at(ask):
        return _over_or_left("days.over", ask)
    visits = visit_values(ask.ground, expires_on, visit.value)
    return _since_handed_in(ask, told[0], {**told[1], **visits, "visit_roughly": not visit.exact})


def _over_or_left(key: str, ask: Ask) -> Told | None:
    """How many days it is over, or has left: today, or on the day that is asked about."""
    told = _day(key, ask)
    visit = ask.case.facts.fact("visit_on")
    if told is None or told[0] != key or visit is None or visit.value is None or not _counts_at(ask):
        return told
    on, expires_on = visit.value, told[1]["expires_on"]
    counted = {"days_over_then": (on - expires_on).days, "days_left_then": (expires_on - on).days}
    visits = visit_values(ask.ground, expires_on, on)
    return ON_DAY, {**told[1], **visits, **counted, "visit_roughly": not visit.exact}


def _counts_at(ask: Ask) -> bool:
    """Whether days are counted at the day to go: one named now, or "that day" after an answer about it.

    Of a permit that is not over yet, how many days it will be over can only be asked of that day.
    """
    if "visit_on" in ask.case.facts.from_now():
        return ask.reading.says("counts_then")
    spoken_of = {"may_go", "days_over", "days_left"} & {*ask.memory.topics}
    if not spoken_of or ask.case.expiry is None:
        return False
    over = ask.case.expiry.value < ask.ground.today
    return ask.reading.says("at_that_day") or (not over and ask.reading.says("counts_then"))


def _handed_in(key: str, ask: Ask) -> Told | None:
    """Worked out from the day on which the papers went in."""
    handed_in = ask.case.handed_in_on
    return None if handed_in is None else (key, _counted(ask, handed_in))


def _handing_in(key: str, ask: Ask) -> Told | None:
    """The same, or from the day on which they are to go in."""
    handing_in = ask.case.handing_in
    return None if handing_in is None else (key, _counted(ask, handing_in))


def _review_due(ask: Ask) -> Told | None:
    """By when the review is due; where it is asked which days are counted, how they are."""
    key = "handed.counting" if ask.reading.says("counts_in") else "handed.review_due"
    return _handing_in(key, ask)


def _counted(ask: Ask, handed_in: Fact) -> dict[str, Any]:
    """What the day of the papers makes of it; of those on file, the days set on file."""
    expiry = ask.case.expiry
    values = {
        **handed_in_values(ask.ground, ask.case, handed_in.value),
        "late": "" if expiry is None else visit_values(ask.ground, expiry.value, handed_in.value)["visit"],
        "days_late": 0 if expiry is None else (handed_in.value - expiry.value).days,
        "papers_roughly": not handed_in.exact,
        "workdays_gone": workdays_begun(handed_in.value, ask.ground.today, ask.ground.calendar),
    }
    if expiry is not None and handed_in == ask.case.handed_in_on:
        values["expires_on"] = expiry.value
    on_file = ask.case.handed_in
    if handed_in.source is not Source.ON_FILE or on_file is None:
        return _with_days_to_wait(ask, values)
    set_on = {
        "review_due_on": on_file.values.get("review_due_on"),
        "done_by_on": on_file.values.get("due_on"),
    }
    return _with_days_to_wait(ask, {**values, **{name: on for name, on in set_on.items() if on is not None}})


def _with_days_to_wait(ask: Ask, values: dict[str, Any]) -> dict[str, Any]:
    """The days of papers that went in, with how far off each is today (below 0: past), and how long they wait."""
    today = ask.ground.today
    return {
        **values,
        "days_to_review": (values["review_due_on"] - today).days,
        "days_to_done": (values["done_by_on"] - today).days,
        "days_waiting": (today - values["handed_in_on"]).days,
    }


def _endorsed(ask: Ask) -> Told | None:
    """The term of an endorsement that was told; of one long ago, what its end means today."""
    endorsed = ask.case.facts.fact("endorsed_on")
    if endorsed is None or endorsed.value is None:
        return None
    until = endorsed_until(endorsed.value, ask.ground.rules)
    if (ask.ground.today - endorsed.value).days > OLDEST_PAPERS_DAYS:
        whole = whole_day(ask, until, roughly=not endorsed.exact)
        return whole.key, whole.values
    values = {"endorsed_on": endorsed.value, "valid_until_on": until, "roughly": not endorsed.exact}
    return "handed.endorsed", values


def _valid_until(ask: Ask) -> Told | None:
    """Until when the new term runs: of an automatic renewal, of papers handed in, of an endorsement."""
    expiry = ask.case.expiry
    if "automatic_on" in ask.case.facts and ask.case.handed_in_on is None:
        return _automatic(ask)
    if expiry is not None and ask.reading.says("by_itself"):
        until = endorsed_until(expiry.value, ask.ground.rules)
        values = {"expires_on": expiry.value, "valid_until_on": until, "roughly": not expiry.exact}
        return "days.automatic_until", values
    return _handing_in("handed.valid_until", ask) or _endorsed(ask)


def _automatic(ask: Ask) -> Told | None:
    """The term of a renewal that the system made: it runs from the old day of expiry, not from that day.

    Where the day of expiry is known, it is the old one if it came soon after, else the new one.
    """
    renewed, expiry = ask.case.facts.fact("automatic_on"), ask.case.expiry
    if renewed is None or renewed.value is None:
        return None
    until = endorsed_until(renewed.value, ask.ground.rules)
    if expiry is not None and expiry.exact and expiry.value >= renewed.value:
        if renewal_window(expiry.value, ask.ground.rules).opens_on > renewed.value:
            return _day("whole", ask)
        term = {"expires_on": expiry.value, "valid_until_on": endorsed_until(expiry.value, ask.ground.rules)}
        return "days.automatic_until", {**term, "roughly": False}
    values = {"automatic_on": renewed.value, "not_before_on": until, "roughly": not renewed.exact}
    return "days.automatic_from", values


def _handed_told(ask: Ask) -> Told | None:
    """By when what was handed in is done; of a day that nobody told, only how long it takes."""
    return _handed_in("handed.told", ask) or ("handed.told_no_day", {})


def _whom(ask: Ask) -> Told | None:
    """Whom to turn to: where a review refused it or a comparison failed, with what an objection needs."""
    handed, reasons = ask.case.handed_in, ask.case.present_reasons
    if handed is not None and handed.state is ApplicationState.REFUSED:
        return "whom.refused", handed.values
    return ("whom.failed", {"reasons": reasons}) if reasons else ("whom.any", {})


def _papers(ask: Ask) -> Told | None:
    return papers_of(ask, ask.case.facts)


def _needed(ask: Ask) -> Told | None:
    return paper_needed(ask) or papers_of(ask, facts_in_view(ask))


def _issuer(ask: Ask) -> Told | None:
    before = ask.memory.last.text if ask.memory.topic == "issuer" else ""  # "车间主任开行吗" is of that paper
    named = papers_named(ask.text) or papers_named(before)
    if ask.memory.topic == "refused" and not named:
        return "issuer.opinion", {}
    if ask.case.facts.value("housing") in UNLISTED and not named:
        return not_listed(ask.ground, ask.case.facts, ask.text)
    return f"issuer.{paper_asked(ask, named) or 'any'}", {}


def _id_lost(ask: Ask) -> Told | None:
    """What a lost identity card means for the renewal, in the turn that tells of it."""
    if "id_lost" not in ask.case.facts.from_now():
        return None
    return ("id_lost.permit_too" if ask.reading.says("permit_lost") else "id_lost"), {}


def _plain(key: str, _ask: Ask) -> Told | None:
    return key, {}


_COMPUTED: Mapping[str, Callable[[Ask], Told | None]] = {
    "restore_by": partial(_day, "days.restore_by"),
    "days_over": partial(_over_or_left, "days.over"),
    "days_left": partial(_over_or_left, "days.left"),
    "opens_on": partial(_day, "days.opens"),
    "lapse_effect": partial(_day, "days.effect"),
    "lapse_past": lapse_past,
    "years_kept": lambda ask: lapse_past(ask) or _day("days.years", ask),
    "may_go": _may_go,
    "go_together": together,
    "review_due": _review_due,
    "done_by": partial(_handing_in, "handed.done_by"),
    "valid_until": _valid_until,
    "handed_told": _handed_told,
    "meanwhile": partial(_handed_in, "handed.meanwhile"),
    "not_yet": partial(_handed_in, "handed.not_yet"),
    "no_news": partial(_handed_in, "handed.no_news"),
    "endorsed_told": _endorsed,
    "automatic_told": _automatic,
    "whole_day": partial(_day, "whole"),
    "went_told": partial(_plain, "went.told"),
    "record_lag": partial(_plain, "record.lag"),
    "whom_to_ask": _whom,
    "papers_list": _papers,
    "paper_needed": _needed,
    "issuer": _issuer,
    "id_lost": _id_lost,
    **ASIDES,
    "waiting": partial(_handed_in, "handed.told"),
    **{topic: partial(points_pick, topic) for topic in POINTS_ASKED},
    **{key: partial(_plain, key) for key in ("guarantee", "photo", "post")},
}
