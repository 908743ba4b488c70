"""The answer to one topic: one ordered list, in which the first that answers wins."""

from collections.abc import Callable
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.computing import computed, whole_day
from renewal.dialogue.days import expiry_values, notice_values
from renewal.dialogue.facts import Source
from renewal.dialogue.matters import matter_of
from renewal.dialogue.noticed import CHANGES, OF_THE_NOTICE
from renewal.dialogue.own_record import own_answer
from renewal.dialogue.papers import AT_HOME, closeness
from renewal.dialogue.points_item import item_named
from renewal.dialogue.speaking import Pick
from renewal.dialogue.thresholds import FOLLOW_UP_CHARS, FOLLOW_UP_LATIN_CHARS
from renewal.dialogue.topics import OUT_OF_SCOPE, is_tagged, topics
from renewal.dialogue.within import OF_THE_DAY, is_of_another_month
from renewal.domain import endorsed_until
from renewal.language import talk
from renewal.language.text import has_han

# What a general question asks where the day of expiry is known.
OF_KNOWN_DAY = {"renewal_window": "opens_on", "overdue": "lapse_effect"}
OF_A_BOUND = frozenset({"restore_by"})  # computed topics that ask for a last day
SILENT = frozenset({"no_sms", "change_report", "auto_success"})  # asked by whom no text message reached
NAMED = ("housing", "category", "relation", "id_change", "city")  # what a wording may name of a text


def answer(ask: Ask, topic: str) -> Pick:
    """The wording that answers `ask.said` as a question of `topic`, and what it may name."""
    for claim, find in ANSWERS:
        found = find(ask, topic)
        if found is not None:
            return Pick(key=found.key, values=found.values, topic=topic, claim=found.claim or claim)
    return Pick(key=OUT_OF_SCOPE, values=_named(ask), topic=topic, claim="unanswered")


def _impossible_day(ask: Ask, topic: str) -> Pick | None:
    if not is_tagged(topic, "dated"):
        return None
    return Pick(key="dated.impossible") if ask.reading.names_impossible_day else None


def _computed(ask: Ask, topic: str) -> Pick | None:
    """A computed topic; without its facts, the general topic that it stands for."""
    row = topics().get(topic)
    if row is None or row.kind != "computed":
        return None
    found = computed(ask, topic)
    in_or_to_go_in = ask.case.handed_in_on if topic not in OF_A_BOUND else ask.case.handing_in
    if found is None and "expires_on" in row.uses and in_or_to_go_in is not None:
        found = computed(ask, "done_by")  # "the last day", of papers that go in, is when all is done
    return found or (answer(ask, row.over[0]) if row.over else None)


def _if_automatic(ask: Ask, topic: str) -> Pick | None:
    """Until when a renewal that the system would have made runs, of whom the day of expiry is known."""
    if topic not in topics()["automatic_told"].over or ask.case.expiry is None:
        return None
    asks_the_day = ask.reading.supposes and ask.reading.says("by_itself") and ask.reading.says("which_day")
    return computed(ask, "valid_until") if asks_the_day else None


def _of_papers(ask: Ask, topic: str) -> Pick | None:
    """When all is done, where only the day of the papers is known and a text about days is about them."""
    if topic not in OF_KNOWN_DAY or ask.case.expiry is not None or ask.case.handing_in is None:
        return None
    asks_a_day = ask.reading.says("which_day") and not ask.reading.says("next_time")
    return computed(ask, "done_by") if asks_a_day else None


def _by_fact(ask: Ask, topic: str) -> Pick | None:
    """A general question whose answer can be worked out, since the facts are known."""
    for row in topics().values():
        if topic in row.by_fact and all(ask.knows(fact) for fact in row.uses):
            found = computed(ask, row.name)
            if found is not None:
                return found
    return None


def _new_term(ask: Ask, topic: str) -> Pick | None:
    """Until when the term after this renewal runs, which is not the day that the card shows now."""
    if topic not in topics()["valid_until"].by_fact or not ask.reading.says("new_term"):
        return None
    if ask.case.own_expires_on is not None and ask.case.handing_in is None:
        return None
    return computed(ask, "valid_until") or _general(ask, topic)


def _same_day(ask: Ask, topic: str) -> Pick | None:
    """The expiry day before, where a short question about days names none of its own ("最晚哪天")."""
    day = ask.memory.expires_on or ask.case.facts.day("expires_on")
    longest = FOLLOW_UP_CHARS if has_han(ask.text) else FOLLOW_UP_LATIN_CHARS
    if day is None or len(ask.text) > longest or ask.reading.expiry:
        return None
    past = is_tagged(topic, "counts_back") and day < ask.ground.today
    return whole_day(ask, day) if past or is_tagged(topic, "same_day") else None


def _told_day(ask: Ask, topic: str) -> Pick | None:
    """What the day that the text names means; of a known holder who names one in passing, the own permit's."""
    if not is_tagged(topic, "dated"):
        return None
    text, today, own = ask.text, ask.ground.today, ask.case.own_expires_on
    goes = talk.goes_soon(text)
    back = is_tagged(topic, "counts_back")
    found = None if goes else ask.reading.expiry_counted_back if back else ask.reading.expiry
    if found is not None and is_of_another_month(ask, found.on):
        found = None
    if found is not None and own is not None and not ask.reading.speaks_of_expiry:
        # A day that is only named is when somebody comes, or calls: whose permit is on file is told of that one.
        return None if ask.case.accepted else whole_day(ask, own)
    if found is not None:
        unsaid = is_tagged(topic, "dated_if_said") and not ask.reading.speaks_of_expiry
        return None if unsaid else whole_day(ask, found.on, roughly=not found.exact)
    if own is not None and (goes or (is_tagged(topic, "own_by_when") and own < today)):
        return None if ask.case.accepted else whole_day(ask, own)
    endorsed = None if ask.reading.supposes else ask.reading.endorsed
    if endorsed is None:
        return _put_right(ask)
    return whole_day(ask, endorsed_until(endorsed.on, ask.ground.rules), roughly=not endorsed.exact)


def _late_to_come(ask: Ask, topic: str) -> Pick | None:
    """What being late would do, beside a day that is yet to come ("2月3号到期，晚了怎么办")."""
    expiry = ask.case.expiry
    told = expiry is not None and expiry.source is Source.NOW and expiry.value >= ask.ground.today
    asks = told and is_tagged(topic, "counts_back") and ask.reading.says("would_be_late")
    return computed(ask, "lapse_effect") if asks else None


def _put_right(ask: Ask) -> Pick | None:
    """The day of expiry that the text puts right without naming it ("看错了，还没过期")."""
    expiry = ask.case.expiry
    if expiry is None or expiry.source is not Source.NOW:
        return None
    return whole_day(ask, expiry.value, roughly=not expiry.exact)


def _known_day(ask: Ask, topic: str) -> Pick | None:
    """A general question about days, of whom the day of expiry was told before and is not on file."""
    expiry = ask.case.expiry
    if expiry is None or expiry.source is Source.ON_FILE or talk.is_about_others(ask.text):
        return None
    return computed(ask, OF_KNOWN_DAY[topic]) if topic in OF_KNOWN_DAY else None


def _need_not_go(ask: Ask, topic: str) -> Pick | None:
    """Whose papers are in need not go once more, whatever a text that asks for it was taken for."""
    if ask.case.handed_in_on is None or not ask.reading.says("must_still_go"):
        return None
    found = topics().get(topic)
    if found is None or not found.asks:
        return None
    return computed(ask, "whole_day") or computed(ask, "handed_told")


def _within(ask: Ask, topic: str) -> Pick | None:
    """What the month in which the permit ends means, of whom nothing closer is known."""
    if ask.case.expires_within is None:
        return None
    by_the_day = any(topic in topics()[name].by_fact for name in OF_THE_DAY)
    asks = topic in OF_KNOWN_DAY or is_tagged(topic, "dated") or by_the_day
    return computed(ask, "whole_day") if asks and not talk.is_about_others(ask.text) else None


def _admitted(ask: Ask, topic: str) -> Pick | None:
    """A holder who admits what the notice says ("我已经离婚了") is told how the change is reported."""
    if ask.case.notice != "failure" or not is_tagged(topic, "admits"):
        return None
    if topic == "eligibility" and ask.reading.asks and not talk.admits_change(ask.text):
        return None
    facts = ask.case.facts
    told = any(facts.value(fact) is True for field in ask.case.reasons for fact in CHANGES[field])
    return answer(ask, "change_report") if told or talk.admits_change(ask.text) else None


def _went(ask: Ask, topic: str) -> Pick | None:
    """Who has been at the window already is not sent there once more; the record follows later."""
    if not ask.case.facts.value("went_already") or ask.case.notice not in ("failure", "no_result"):
        return None
    if topic in topics()["went_told"].over or ask.reading.says("must_still_go"):
        return Pick(key="went.still")
    return _general(ask, topic) if topic in ("acknowledge", "complaint", OUT_OF_SCOPE) else None


def _reported(ask: Ask, topic: str) -> Pick | None:
    """Who has put the change into the record already is not told to, but that the renewal is still to do."""
    case = ask.case
    if not case.facts.value("change_reported") or case.about_another or case.period_on is None:
        return None
    of_it = {"record_lag", *OF_THE_NOTICE, *topics()["went_told"].over}
    current = case.notice == "failure" and case.notice_is_current
    if not current or not (topic in of_it or ask.reading.says("must_still_go")):
        return None
    return Pick(key="notice.failure.reported", values=notice_values(ask.ground, case.reasons, case.period_on))


def _own(ask: Ask, topic: str) -> Pick | None:
    return own_answer(ask, topic)


def _new_number(ask: Ask, topic: str) -> Pick | None:
    """Whose number changed and who got no text message: it cannot come, so the two are told as one."""
    if topic not in SILENT or not ask.case.facts.value("phone_changed"):
        return None
    of_both = topic == "no_sms" or ask.reading.says("no_sms_came")
    if not of_both or ask.case.notice_is_current or ask.case.handed_in_on is not None:
        return None
    expiry = ask.case.expiry
    if expiry is None:
        return Pick(key="no_sms.new_number", values={"state": ""})
    values = expiry_values(ask.ground, expiry.value, roughly=not expiry.exact)
    return Pick(key="no_sms.new_number", values=values)


def _of_notice(ask: Ask, topic: str) -> Pick | None:
    """The answer fitted to the notice that the holder was sent, where there is one for it."""
    case = ask.case
    if case.period_on is None or case.about_another:
        return None
    if not (case.notice == "renewed" or case.notice_is_current):
        return None
    first = f".{case.reasons[0]}" if case.reasons else ""
    for key in (f"notice.{case.notice}.{topic}{first}", f"notice.{case.notice}.{topic}"):
        if key in ask.ground.wording:
            return Pick(key=key, values=notice_values(ask.ground, case.reasons, case.period_on))
    return None


def _card_anew(ask: Ask, topic: str) -> Pick | None:
    """What it costs whose name changed: the card is made anew then, which no plain renewal needs."""
    renamed = "name" in (ask.case.facts.value("id_changes") or ())
    return Pick(key="fees.renamed") if topic == "fees" and renamed else None


def _general(ask: Ask, topic: str) -> Pick | None:
    """The topic's own wording, or the one of it that the named things ask for."""
    wanted = (*_variants(ask, topic), topic)
    key = next((name for name in wanted if name in ask.ground.wording), None)
    return None if key is None else Pick(key=key, values=_named(ask))


def _named(ask: Ask) -> dict[str, Any]:
    """Named things as a wording names them: the first of each kind, empty where none was found."""
    return {kind: next(iter(ask.said.entities.get(kind, ())), "") for kind in NAMED}


def _variants(ask: Ask, topic: str) -> tuple[str, ...]:
    row = topics().get(topic)
    kinds = row.variants if row else {}
    return tuple(f"{topic}.{value}" for kind in kinds for value in _values(ask, topic, kind))


def _values(ask: Ask, topic: str, kind: str) -> tuple[str, ...]:
    """The named values as wordings name them: a relative by how close, a relative's home as one."""
    found = ask.said.entities.get(kind, ())
    if kind == "points_item":
        return item_named(found, ask.text)
    if topic != "materials_housing":
        return tuple(closeness(ask.ground, name) for name in found) if kind == "relation" else found
    others = [name for name in ask.said.entities.get("relation", ()) if name not in AT_HOME]
    close = [closeness(ask.ground, name) for name in others]
    told = ask.case.facts.is_told_now("whose_home")
    if told and closeness(ask.ground, ask.case.facts.value("whose_home") or "") == "close":
        return ("relative",)  # "合同我老婆名字" is a relative's home, told outright
    if "close" in close:
        return ("relative",)  # "和姐姐住她租的房子" is a relative's home, whoever pays the rent
    if "distant" in close and "friend" not in found:
        return ("not_relative",)
    return found if kind == "housing" else ()


Claim = Callable[[Ask, str], Pick | None]
ANSWERS: tuple[tuple[str, Claim], ...] = (
    ("impossible_day", _impossible_day),
    ("went", _went),
    ("need_not_go", _need_not_go),
    ("reported", _reported),
    ("matter", matter_of),
    ("computed", _computed),
    ("if_automatic", _if_automatic),
    ("of_papers", _of_papers),
    ("new_term", _new_term),
    ("same_day", _same_day),
    ("late_to_come", _late_to_come),
    ("told_day", _told_day),
    ("within", _within),
    ("admitted", _admitted),
    ("own", _own),
    ("by_fact", _by_fact),
    ("new_number", _new_number),
    ("of_notice", _of_notice),
    ("known_day", _known_day),
    ("card_anew", _card_anew),
    ("general", _general),
)
