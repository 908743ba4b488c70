"""The claims of a text that tells something: a day left open or put right, a fact that renews the last answer."""

from collections.abc import Mapping
from dataclasses import replace

from renewal.dialogue.anew import facts_behind, goes_when_it_matters, is_of_days, is_of_those
from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.computing import computed
from renewal.dialogue.facts import Source
from renewal.dialogue.leaning import amended
from renewal.dialogue.noticed import OF_THE_NOTICE, of_the_notice
from renewal.dialogue.responding import Response, answers, one, say
from renewal.dialogue.thresholds import CLEARLY, CONCERN, SURE
from renewal.dialogue.topics import OUT_OF_SCOPE, is_tagged, topics
from renewal.dialogue.weighing import are_kin
from renewal.language import talk
from renewal.language.dates.around import find_mentions
from renewal.language.words import says

# What a text that only tells something of these is answered with.
TOLD = {
    "automatic_on": "automatic_told",
    "went_already": "went_told",
    "endorsed_on": "endorsed_told",
    "handed_in_on": "handed_told",
}
AT_LEAST = {
    **TOLD,
    "id_lost": "id_lost",
    "moved": "papers_list",
    "employer_changed": "change_report",
    "phone_changed": "change_report",
}  # and one that is not understood


def either_day(ask: Ask) -> Response | None:
    """Two days, of which the text does not say which is the expiry's: it is asked, and none is told as certain."""
    either = ask.reading.days.either
    if either is None:
        return None
    memory = replace(ask.memory.fresh(), either=tuple(day.isoformat() for day in either))
    return say(ask, "days.either", memory=memory, first_on=either[0], second_on=either[1])


def settled_day(ask: Ask) -> Response | None:
    """The day that was asked for: one of two of which the text before left open which is the expiry's."""
    told = ask.memory.either and "expires_on" in ask.case.facts.from_now()
    return one(ask, "whole_day") if told and not asked(ask) else None


def put_right(ask: Ask) -> Response | None:
    """The question before, asked anew with what the text sets right."""
    said = amended(ask)
    if said is None:
        return None
    of_days = [topic for topic in ask.memory.topics if "expires_on" in topics()[topic].uses]
    if "expires_on" in ask.case.facts.from_now() and ask.case.expiry is not None:
        return answers(ask, [about_topic(ask, topic) for topic in of_days or ("whole_day",)])
    return answers(ask, [Asked(topic=said.intent, said=said)])


def past_expiry(ask: Ask) -> Response | None:
    """The known day of expiry as a bound that is past, in a text of which nothing else is sure ("错过18号呢")."""
    expiry, mentions = ask.case.expiry, find_mentions(ask.text, ask.ground.today)
    sure = ask.said.confidence >= SURE and not is_of_days(ask.said.intent)
    if expiry is None or expiry.value < ask.ground.today or len(mentions) != 1 or sure:
        return None
    day = mentions[0]
    past = says("past_before", day.before.strip()) or says("past_after", day.after.strip())
    return answers(ask, [about_topic(ask, "lapse_effect")]) if past and day.is_on(expiry.value) else None


def day_of_another(ask: Ask) -> Response | None:
    """The day of somebody else's permit, and nothing asked but of days: all that their day means, not the writer's."""
    told = ask.reading.day_of_one is not None and "expires_on" in ask.case.facts.from_now()
    if not told or not ask.case.about_another or ask.case.handed_in_on is not None:
        return None
    only_days = all(is_of_days(each.topic) for each in asked(ask))
    return answers(ask, [about_topic(ask, "whole_day")]) if only_days else None


def only_no(ask: Ask) -> Response | None:
    """A bare "no": to a notice of failure, that nothing changed; after an answer, that there is nothing more."""
    if not ask.reading.says("says_only_no"):
        return None
    to_notice = ask.case.notice == "failure" and ask.case.notice_is_current and not ask.memory.topic
    return one(ask, "notice_dispute" if to_notice else "deny")


def about_topic(ask: Ask, topic: str) -> Asked:
    """The text of the turn as a question of that topic."""
    return Asked(topic=topic, said=replace(ask.said, intent=topic, parts=()))


def facts_told(ask: Ask) -> Response | None:
    """A fact with no question: what was done is acknowledged, or the last answer is given anew under the fact."""
    now = ask.case.facts.from_now()
    if not now:
        return None
    rights = (only_rights(ask) or talk.sets_right(ask.text)) and not asked(ask)
    asks = ask.reading.asks and not ask.reading.says("asks_if_it_counts")  # of what is told itself
    only_goes_on = talk.follows_up(ask.text) and not asked(ask)  # "12月7号交呢" asks the last question anew
    if asks and not (ask.reading.supposes or only_goes_on) and not rights:
        return _went(ask) or _renewed_by_itself(ask)
    done = _come_to(ask, TOLD)
    if done and (rights or not asks):
        return one(ask, done)
    noticed = () if asks else of_the_notice(ask)
    if noticed:
        about = [replace(ask.said, intent=topic) for topic in noticed]
        # the list is of the home told, not of who is named beside it
        about = [replace(said, entities={}) if said.intent == "papers_list" else said for said in about]
        return answers(ask, [Asked(topic=said.intent, said=said) for said in about])
    spoken_of = () if _asks_of_a_first_day(ask, now) else ask.memory.topics
    anew = [topic for topic in spoken_of if now & facts_behind(topic)]
    if anew and (_supposes_expiry(ask) or all(is_of_those(each.topic, anew) for each in asked(ask))):
        last = ask.memory.last
        said = replace(last, entities={**last.entities, **ask.said.entities})
        return answers(ask, [Asked(topic=topic, said=replace(said, intent=topic)) for topic in anew])
    only_days = all(is_of_days(each.topic) for each in asked(ask))
    return one(ask, "may_go") if only_days and goes_when_it_matters(ask) else None


def told_of_itself(ask: Ask) -> Response | None:
    """A fact that has an answer of its own, in a text that only tells it: "一样的房子" asks what to bring, then."""
    if ask.said.intent != "inform" or asked(ask) or ask.reading.asks or ask.reading.supposes:
        return None
    facts = ask.case.facts
    if facts.is_told_now("moved") and computed(ask, "papers_list") is not None:
        return one(ask, "papers_list")
    told = [name for name in facts.from_now() if facts.is_told_now(name) and facts.value(name) is True]
    rows = [row.name for row in topics().values() if set(row.told_by) & set(told)]
    return one(ask, rows[0]) if rows else None


def _asks_of_a_first_day(ask: Ask, now: frozenset[str]) -> bool:
    """Whether a day to go is asked about of a known day of expiry, where no day to go or of papers was spoken of."""
    spoken_of = {"visit_on", "handed_in_on"} & ask.memory.facts.keys()
    of_going = any(each.topic == "may_go" for each in asked(ask))
    return "visit_on" in now and of_going and not spoken_of and ask.case.end_is_known


def only_rights(ask: Ask) -> bool:
    """Whether the text is taken for one that puts something right, and for nothing else."""
    return is_tagged(ask.said.intent, "corrects") and is_tagged(ask.said.intent, "only_talk")


def _supposes_expiry(ask: Ask) -> bool:
    """Whether the text goes on with the question before, as of another day of expiry ("and if it was Jan 5?")."""
    supposed = ask.case.facts.fact("expires_on")
    if supposed is None or supposed.source is not Source.SUPPOSED or not talk.follows_up(ask.text):
        return False
    return all(is_of_days(each.topic) for each in asked(ask))


def _went(ask: Ask) -> Response | None:
    """Done at the window already, and a question with it: that is acknowledged, then what else is asked answered."""
    facts = ask.case.facts
    if not facts.is_told_now("went_already") or not facts.value("went_already"):
        return None
    said = replace(ask.said, intent="went_told", parts=())
    settled = {"went_told", *topics()["went_told"].over, *OF_THE_NOTICE}
    rest = [each for each in asked(ask) if each.topic not in settled]
    return answers(ask, [Asked(topic="went_told", said=said), *rest])


def _renewed_by_itself(ask: Ask) -> Response | None:
    """Renewed by the system on a day, and a question of nothing but what became of the permit."""
    if "automatic_on" not in ask.case.facts.from_now():
        return None
    meant = [each.topic for each in asked(ask)] or [ask.said.intent]
    of_it = all(topic in topics()["automatic_told"].over for topic in meant)
    return one(ask, "automatic_told") if of_it else None


def told_at_least(ask: Ask) -> Response | None:
    """A fact told in a text that is not understood: what the fact comes to."""
    done = _come_to(ask, AT_LEAST)
    return one(ask, done) if done and not asked(ask) else None


def _come_to(ask: Ask, table: Mapping[str, str]) -> str:
    """The topic that answers the first fact of a table that the text tells; empty where it tells none."""
    facts = ask.case.facts
    now = facts.from_now()
    return next((topic for fact, topic in table.items() if fact in now and facts.value(fact)), "")


def day_alone(ask: Ask) -> Response | None:
    """A day of expiry, in a text of which nothing else is sure, asks what it means."""
    unsure = ask.said.confidence < SURE or ask.said.intent == OUT_OF_SCOPE or only_rights(ask)
    told = ask.reading.speaks_of_expiry or bool({"expires_on", "expires_within"} & ask.case.facts.from_now())
    if not unsure or not told or asked(ask):
        return None
    if not ask.reading.expiry and not ask.case.expires_within:
        return None
    concern = _concern(ask)
    return answers(ask, [*concern, about_topic(ask, "renewal_window")])


def _concern(ask: Ask) -> list[Asked]:
    """What a text tells beside a day of expiry ("钱包被偷了，证下周五到期"), where it is likelier than all else."""
    said = ask.said
    others = [
        chance for topic, chance in said.ranking if not (are_kin(topic, said.intent) or is_of_days(topic))
    ]
    clear = said.confidence >= max(CONCERN, CLEARLY * max(others, default=0.0))
    row = topics().get(said.intent)
    situation = row is not None and row.kind == "situation" and not is_tagged(said.intent, "apart")
    return [about_topic(ask, said.intent)] if clear and situation else []
