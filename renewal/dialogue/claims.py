"""One text outside a form: the ordered list of claims. The first that answers wins, and its name is kept."""

from collections.abc import Callable
from dataclasses import replace

from renewal.dialogue.anew import facts_behind, goes_when_it_matters, is_of_days, is_of_those
from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.facts import Source
from renewal.dialogue.home_told import papers_again
from renewal.dialogue.leaning import amended, chosen, counted_anew, leaning_topic
from renewal.dialogue.naming import named_topic
from renewal.dialogue.noticed import OF_THE_NOTICE, of_the_notice
from renewal.dialogue.own_record import asks_own
from renewal.dialogue.points_answers import overheard, points_told
from renewal.dialogue.responding import (
    OF_THE_LAST,
    Response,
    again,
    answers,
    begins,
    miss,
    offer,
    one,
    say,
    with_apology,
    with_condolence,
)
from renewal.dialogue.speaking import buttons
from renewal.dialogue.thresholds import EITHER, SECOND, SURE
from renewal.dialogue.together import speaks_of_several
from renewal.dialogue.topics import OUT_OF_SCOPE, form_of, is_asked, is_tagged, topics
from renewal.dialogue.weighing import weighed
from renewal.language import talk
from renewal.language.calling import wants_call
from renewal.language.contact import MOBILE_DIGITS, TAIL_DIGITS, broken_phone, check_phone, is_only_a_phone
from renewal.language.text import has_sign, plain


def respond(ask: Ask) -> Response:
    """The response to one text outside a form.

    Raises:
        WordingError: the wording lacks an entry that the topic needs.
    """
    ask = replace(ask, said=weighed(ask))
    for name, claim in CLAIMS:
        found = claim(ask)
        if found is not None:
            memory = found.memory if claim is points_told else overheard(ask, found.memory)
            return _kindly(ask, replace(found, claim=found.claim or name, memory=memory))
    missed = miss(ask)
    return with_condolence(ask, replace(missed, claim="miss", memory=overheard(ask, missed.memory)))


def _kindly(ask: Ask, response: Response) -> Response:
    """The response with a word of sympathy or an apology before it, where the text calls for one."""
    condoled = with_condolence(ask, response)
    return condoled if condoled is not response else with_apology(ask, response)


def _empty(ask: Ask) -> Response | None:
    """No word at all: a sign like a thumb gets a friendly word, a blank text a hint."""
    if any(char.isalnum() for char in plain(ask.text)):
        return None
    return one(ask, "acknowledge") if has_sign(ask.text) else say(ask, "empty")


def _chosen(ask: Ask) -> Response | None:
    """One of the topics offered before, or both, of the text that could not be told apart."""
    labels = tuple(button.label for button in buttons(ask.ground, ask.case, ask.memory.choices))
    picked = chosen(ask.text, ask.memory.choices, labels)
    if not picked:
        return None
    form = next((topic for topic in picked if form_of(topic)), "")
    if form:
        return begins(ask, form)
    last = ask.memory.last
    found = [replace(last, intent=topic, confidence=1.0, ranking=(), parts=()) for topic in picked]
    return answers(ask, [Asked(topic=said.intent, said=said) for said in found])


def _named(ask: Ask) -> Response | None:
    """What words of the text name, whatever it was taken for."""
    topic = named_topic(ask)
    return one(ask, topic) if topic else None


def _of_several(ask: Ask) -> Response | None:
    """The permits of several people: when all may go, beside what else is asked."""
    if not speaks_of_several(ask):
        return None
    found = [each for each in asked(ask) if not form_of(each.topic)]
    if ask.reading.says("names_appointment"):
        return None
    beside = [each for each in found if not is_of_days(each.topic) and not is_tagged(each.topic, "points")]
    if beside and not ask.reading.days_of_persons:
        return None
    return answers(ask, [_anew(ask, "go_together"), *beside])


def _of_whom(ask: Ask) -> Response | None:
    """The question before, asked of another person's permit ("我呢", "这是我邻居的")."""
    turns = ask.reading.says("only_whose") or (
        ask.reading.says("it_was_theirs") and "person" in ask.case.facts.from_now() and not asked(ask)
    )
    if not turns or not any(_is_of_a_permit(topic) for topic in ask.memory.topics):
        return None
    wanted = dict.fromkeys(_of_one(ask, topic) for topic in ask.memory.topics)
    return answers(ask, [_anew(ask, topic) for topic in wanted])


def _is_of_a_permit(topic: str) -> bool:
    """Whether it is the permit's holder on whom the answer depends, not whoever owns a home."""
    return topic == "go_together" or is_of_days(topic) or "handed_in_on" in topics()[topic].uses


def _of_one(ask: Ask, topic: str) -> str:
    """The topic, asked of one person: of a general one about days, all that the day means."""
    if topic == "go_together" or (is_of_days(topic) and topics()[topic].kind != "computed"):
        return "whole_day" if ask.case.expiry is not None else "renewal_window"
    return topic


def _own(ask: Ask) -> Response | None:
    """A known holder who asks of the own permit gets the record."""
    return one(ask, "my_status") if asks_own(ask) and not ask.said.parts else None


def _broken_phone(ask: Ask) -> Response | None:
    """A mobile number that is not whole: nothing is kept of it, and the writer is asked to look again."""
    digits = broken_phone(ask.text)
    if digits is None:
        return None
    return say(ask, "callback.broken_phone", digits_given=digits, digits_wanted=MOBILE_DIGITS)


def _phone_alone(ask: Ask) -> Response | None:
    """A whole number, and nothing said of what it is for: that is asked, and the number is not kept."""
    phone = check_phone(ask.text) if is_only_a_phone(ask.text) else None
    return say(ask, "callback.number_alone", phone_tail=phone[-TAIL_DIGITS:]) if phone else None


def _span_anew(ask: Ask) -> Response | None:
    """Another span of time after one that was supposed ("要是晚61天呢", "59天嘞"): the same question, as of that."""
    counted = counted_anew(ask)
    return None if counted is None else answers(counted, [_anew(counted, t) for t in ask.memory.topics])


def _either(ask: Ask) -> Response | None:
    """Two days, of which the text does not say which is the expiry's: it is asked, and none is told as certain."""
    either = ask.reading.days.either
    if either is None:
        return None
    memory = replace(ask.memory.fresh(), either=tuple(day.isoformat() for day in either))
    return say(ask, "days.either", memory=memory, first_on=either[0], second_on=either[1])


def _settled(ask: Ask) -> Response | None:
    """The day that was asked for: one of two of which the text before left open which is the expiry's."""
    told = ask.memory.either and "expires_on" in ask.case.facts.from_now()
    return one(ask, "whole_day") if told and not asked(ask) else None


def _amended(ask: Ask) -> Response | None:
    """The question before, asked anew with what the text sets right."""
    said = amended(ask)
    if said is None:
        return None
    of_days = [topic for topic in ask.memory.topics if "expires_on" in topics()[topic].uses]
    if "expires_on" in ask.case.facts.from_now() and ask.case.expiry is not None:
        return answers(ask, [_anew(ask, topic) for topic in of_days or ("whole_day",)])
    return answers(ask, [Asked(topic=said.intent, said=said)])


def _anew(ask: Ask, topic: str) -> Asked:
    return Asked(topic=topic, said=replace(ask.said, intent=topic, parts=()))


def _leaning(ask: Ask) -> Response | None:
    """A fragment that leans on the topic before ("那宿舍呢")."""
    topic = leaning_topic(ask)
    return one(ask, topic) if topic else None


def _day_alone(ask: Ask) -> Response | None:
    """A day of expiry, in a text of which nothing else is sure, asks what it means."""
    unsure = ask.said.confidence < SURE or ask.said.intent == OUT_OF_SCOPE
    told = ask.reading.speaks_of_expiry or "expires_on" in ask.case.facts.from_now()
    if not unsure or not told or asked(ask):
        return None
    return one(ask, "renewal_window") if ask.reading.expiry else None


def _in_english(ask: Ask) -> Response | None:
    return again(ask, "usual") if ask.memory.topic and talk.wants_english(ask.text) else None


def _of_the_last(ask: Ask) -> Response | None:
    """More, why, other words, anger: of the answer before."""
    said = ask.said
    if said.confidence < SURE or not is_tagged(said.intent, "of_the_last"):
        return None
    went = ask.case.facts.value("went_already") and ask.reading.says("must_still_go")
    if said.intent == "complaint" and (went or asked(ask)):
        return None  # what it asks is answered, with an apology
    return OF_THE_LAST[said.intent](ask)


def _told(ask: Ask) -> Response | None:
    """A fact with no question: what was done is acknowledged, or the last answer is given anew under the fact."""
    now = ask.case.facts.from_now()
    if not now:
        return None
    if ask.reading.asks and not ask.reading.supposes:
        return _went(ask) or _renewed_by_itself(ask)
    done = next((topic for fact, topic in TOLD.items() if fact in now and ask.case.facts.value(fact)), "")
    if done and not ask.reading.asks:
        return one(ask, done)
    noticed = () if ask.reading.asks else of_the_notice(ask)
    if noticed:
        return answers(ask, [Asked(topic=topic, said=replace(ask.said, intent=topic)) for topic in noticed])
    anew = [topic for topic in ask.memory.topics if now & facts_behind(topic)]
    if anew and (_supposes_expiry(ask) or all(is_of_those(each.topic, anew) for each in asked(ask))):
        last = ask.memory.last
        said = replace(last, entities={**last.entities, **ask.said.entities})
        return answers(ask, [Asked(topic=topic, said=replace(said, intent=topic)) for topic in anew])
    only_days = all(is_of_days(each.topic) for each in asked(ask))
    return one(ask, "may_go") if only_days and goes_when_it_matters(ask) else None


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


# What a text that only tells something of these is answered with.
TOLD = {
    "automatic_on": "automatic_told",
    "went_already": "went_told",
    "endorsed_on": "endorsed_told",
    "handed_in_on": "handed_told",
}


def _asked(ask: Ask) -> Response | None:
    """What the text asks, in one answer."""
    found = list(asked(ask))
    if len(found) < 2 and form_of(ask.said.intent) and ask.said.confidence >= SURE:
        return begins(ask, ask.said.intent)
    return answers(ask, found) if found else None


def _told_at_least(ask: Ask) -> Response | None:
    """A fact told beside a question that is not understood: what the fact comes to."""
    now = ask.case.facts.from_now()
    done = next((topic for fact, topic in TOLD.items() if fact in now and ask.case.facts.value(fact)), "")
    return one(ask, done) if done and not asked(ask) else None


def _talk(ask: Ask) -> Response | None:
    """Talk that asks nothing: a greeting, thanks, a farewell."""
    said = ask.said
    if said.confidence < SURE or said.intent == OUT_OF_SCOPE or is_asked(said.intent):
        return None
    return one(ask.about(said), said.intent)


def _person(ask: Ask) -> Response | None:
    """Words that ask for a person, in a text of which nothing is sure, mean one."""
    asks_for_one = wants_call(ask.text) and ask.said.chance_of("human") >= SECOND
    return begins(ask, "human") if asks_for_one else None


def _likeliest(ask: Ask) -> Response | None:
    """The likeliest topic, where it is not sure and nothing else comes near it."""
    said = ask.said
    if said.intent in UNSURE_OF_THE_LAST and (ask.memory.topic or ask.case.notice):
        said = said.without(*UNSURE_OF_THE_LAST)
    if said.intent == OUT_OF_SCOPE or (said.confidence < EITHER and len(said.ranking) > 1):
        return None
    return one(ask.about(said), said.intent)


# Spoken of the last answer, which they are only answered by where they are sure.
UNSURE_OF_THE_LAST = ("ask_why", "repeat", "more")
CLAIMS: tuple[tuple[str, Callable[[Ask], Response | None]], ...] = (
    ("empty", _empty),
    ("chosen", _chosen),
    ("of_several", _of_several),
    ("of_whom", _of_whom),
    ("points_told", points_told),
    ("own", _own),
    ("named", _named),
    ("broken_phone", _broken_phone),
    ("phone_alone", _phone_alone),
    ("span_anew", _span_anew),
    ("either", _either),
    ("settled", _settled),
    ("papers_again", papers_again),
    ("amended", _amended),
    ("leaning", _leaning),
    ("told", _told),
    ("day_alone", _day_alone),
    ("in_english", _in_english),
    ("of_the_last", _of_the_last),
    ("asked", _asked),
    ("talk", _talk),
    ("person", _person),
    ("offer", offer),
    ("told_at_least", _told_at_least),
    ("likeliest", _likeliest),
)
