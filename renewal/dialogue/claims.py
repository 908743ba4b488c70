"""One text outside a form: the ordered list of claims. The first that answers wins, and its name is kept."""

from collections.abc import Callable
from dataclasses import replace

from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.claims_of_facts import (
    about_topic,
    day_alone,
    day_of_another,
    either_day,
    facts_told,
    only_no,
    only_rights,
    past_expiry,
    put_right,
    settled_day,
    told_at_least,
    told_of_itself,
)
from renewal.dialogue.claims_of_matters import age_of_another, neighbour, of_matter, own_then
from renewal.dialogue.claims_of_persons import of_several, of_whom, same_for_them
from renewal.dialogue.home_told import home_noted, papers_again
from renewal.dialogue.leaning import chosen, counted_anew, leaning_topic
from renewal.dialogue.naming import named_topic
from renewal.dialogue.next_step import next_step
from renewal.dialogue.of_the_last import OF_THE_LAST
from renewal.dialogue.own_record import asks_own
from renewal.dialogue.points_answers import overheard, points_told
from renewal.dialogue.points_short import points_short
from renewal.dialogue.replies import reply_in
from renewal.dialogue.responding import (
    Response,
    again,
    answers,
    begins,
    miss,
    offer,
    one,
    said_to_be_so,
    say,
    with_apology,
    with_condolence,
)
from renewal.dialogue.speaking import buttons
from renewal.dialogue.thresholds import CERTAIN, CLEARLY, EITHER, SECOND, SURE
from renewal.dialogue.topics import OUT_OF_SCOPE, form_of, is_asked, is_tagged
from renewal.dialogue.verdicts import turns_on
from renewal.dialogue.weighing import are_kin, weighed
from renewal.language import talk
from renewal.language.calling import wants_call
from renewal.language.contact import MOBILE_DIGITS, TAIL_DIGITS, broken_phone, check_phone, is_only_a_phone
from renewal.language.text import has_sign, plain
from renewal.language.words import is_only


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
            response = replace(found, claim=found.claim or name, memory=memory)
            return _kindly(ask, said_to_be_so(ask, response))
    missed = miss(ask)
    response = replace(missed, claim="miss", memory=overheard(ask, missed.memory))
    return with_condolence(ask, said_to_be_so(ask, response))


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


def _doubted(ask: Ask) -> Response | None:
    """A text that only doubts the answer before ("真的吗"): what that rests on; a notice may be doubted as well."""
    doubts = is_only("doubts_answer", ask.text) and bool(ask.memory.key)
    return OF_THE_LAST["ask_why"](ask) if doubts and not ask.case.notice else None


def _reply(ask: Ask) -> Response | None:
    """What a reply to a notice says, where it means something of its own for the reason that the notice gave."""
    reply = reply_in(ask)
    return answers(ask, [about_topic(ask, reply.topic)]) if reply else None


def _need_not_go(ask: Ask) -> Response | None:
    """Whether to go once more, asked of papers that went in: that one need not, and by when they are done."""
    asks = ask.case.handed_in_on is not None and ask.reading.says("must_still_go")
    return one(ask, "handed_told") if asks and not asked(ask) else None


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
    return None if counted is None else answers(counted, [about_topic(counted, t) for t in ask.memory.topics])


def _verdict_anew(ask: Ask) -> Response | None:
    """A fact on which the answer before turns ("要是上星期刚搬过呢", after "online?"): the same question with it."""
    topic, now = ask.memory.topic, ask.case.facts.from_now()
    asks = ask.reading.supposes or ask.reading.asks
    if not asks or not turns_on(topic, now) or any(each.said.confidence >= CERTAIN for each in asked(ask)):
        return None
    return None if ask.reading.says("asks_papers") else one(ask, topic)


def _leaning(ask: Ask) -> Response | None:
    """A fragment that leans on the topic before ("那宿舍呢")."""
    topic = leaning_topic(ask)
    return one(ask, topic) if topic else None


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


def _asked(ask: Ask) -> Response | None:
    """What the text asks, in one answer."""
    found = list(asked(ask))
    if len(found) < 2 and form_of(ask.said.intent) and ask.said.confidence >= SURE:
        return begins(ask, ask.said.intent)
    return answers(ask, found) if found else None


def _put_otherwise(ask: Ask) -> Response | None:
    """Another topic than was answered, in a text that is taken to put that right: the one that it likely asks."""
    if not only_rights(ask) or not (talk.sets_right(ask.text) or ask.reading.asks):
        return None
    chances = [(topic, chance) for topic, chance in ask.said.ranking if is_asked(topic)]
    if not ask.memory.topic or not chances or chances[0][0] in ask.memory.topics:
        return None
    topic = chances[0][0]
    sure = sum(chance for other, chance in chances if are_kin(topic, other))
    apart = max((chance for other, chance in chances if not are_kin(topic, other)), default=0.0)
    return one(ask, topic) if sure >= SECOND and sure >= CLEARLY * apart else None


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
    ("neighbour", neighbour),
    ("own_then", own_then),
    ("of_several", of_several),
    ("day_of_another", day_of_another),
    ("of_whom", of_whom),
    ("same_for_them", same_for_them),
    ("doubted", _doubted),
    ("points_short", points_short),
    ("reply", _reply),
    ("points_told", points_told),
    ("need_not_go", _need_not_go),
    ("own", _own),
    ("next_step", next_step),
    ("past_expiry", past_expiry),
    ("named", _named),
    ("broken_phone", _broken_phone),
    ("phone_alone", _phone_alone),
    ("span_anew", _span_anew),
    ("either", either_day),
    ("settled", settled_day),
    ("verdict_anew", _verdict_anew),
    ("papers_again", papers_again),
    ("amended", put_right),
    ("leaning", _leaning),
    ("told", facts_told),
    ("home_noted", home_noted),
    ("only_no", only_no),
    ("told_of_itself", told_of_itself),
    ("age_told", age_of_another),
    ("day_alone", day_alone),
    ("in_english", _in_english),
    ("of_the_last", _of_the_last),
    ("asked", _asked),
    ("matter", of_matter),
    ("put_otherwise", _put_otherwise),
    ("talk", _talk),
    ("person", _person),
    ("offer", offer),
    ("told_at_least", told_at_least),
    ("likeliest", _likeliest),
)
