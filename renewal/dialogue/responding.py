"""The ways in which a text is answered: one topic or several, a choice, the last answer again, not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from renewal.dialogue.answering import answer
from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked
from renewal.dialogue.computing import day_line
from renewal.dialogue.facts import Facts
from renewal.dialogue.matters import mistaken_for, those_alone
from renewal.dialogue.memory import Memory, kept
from renewal.dialogue.naming import topic_of
from renewal.dialogue.once import without_twice
from renewal.dialogue.replies import reply_pick
from renewal.dialogue.says import BotMessage
from renewal.dialogue.speaking import Pick, buttons, render, several
from renewal.dialogue.thresholds import (
    COMPLAINS,
    EITHER,
    FOLLOW_UP_CHARS,
    FOLLOW_UP_LATIN_CHARS,
    MISSES_BEFORE_A_PERSON,
    SECOND,
)
from renewal.dialogue.topics import OUT_OF_SCOPE, form_of, is_tagged
from renewal.dialogue.verdicts import judged, verdict_before
from renewal.language.facts import tells_of_loss
from renewal.language.text import has_han
from renewal.wording import WordingError
from renewal.wording.composer import SMS_CHARS, Depth

VERDICTS_ON_DAYS = frozenset({"verdict.in_time", "verdict.restorable"})
APOLOGISES = frozenset({"of_the_last", "empty"})  # claims whose own words do, or need none


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is said, what is kept, the topic whose form begins now, if any, and why.

    `claim` is the claim that won, `topics` what it took the text to ask, `picks` the wordings chosen, each with
    the claim that chose it, `facts` what was known of the person.
    """

    messages: tuple[BotMessage, ...]
    memory: Memory
    begins: str = ""
    claim: str = ""
    topics: tuple[str, ...] = ()
    picks: tuple[Pick, ...] = ()
    facts: Facts = field(default_factory=Facts)


def with_condolence(ask: Ask, response: Response) -> Response:
    """The response, to who tells of a death with a word of sympathy before it."""
    if not response.messages or not tells_of_loss(ask.text):
        return response
    return led(ask, "condolence", response)


def with_apology(ask: Ask, response: Response) -> Response:
    """The response, to who had trouble with half a sentence of apology before it; once in a conversation."""
    of_points = response.claim == "points_told"  # a bare "50岁的话" is no complaint, whatever it sounds like
    guessed = ask.said.chance_of("complaint") >= COMPLAINS and not of_points
    angry = guessed or ask.reading.says("complains")
    sorry_already = ask.memory.apologised or response.memory.apologised
    if not angry or sorry_already or not response.messages or response.claim in APOLOGISES:
        return response
    sorry = led(ask, "sorry", response)
    return sorry if sorry is response else replace(sorry, memory=replace(sorry.memory, apologised=True))


def led(ask: Ask, key: str, response: Response, **values: Any) -> Response:
    """The response after a few words of the wording, where there is room for them."""
    lead = render(ask.ground, ask.case, key, **values).text
    first, *others = response.messages
    joiner = "\n\n" if ask.case.channel == "web" else " " * lead[-1:].isascii()  # no gap after "。"
    text = f"{lead}{joiner}{first.text}"
    if ask.case.channel == "sms" and len(text) > SMS_CHARS:
        return response
    return replace(response, messages=(replace(first, text=text), *others))


def say(
    ask: Ask, key: str, *, memory: Memory | None = None, depth: Depth = "usual", **values: Any
) -> Response:
    """One entry of the wording."""
    message = render(ask.ground, ask.case, key, depth=depth, **values)
    return Response(messages=(message,), memory=memory or ask.memory)


def begins(ask: Ask, topic: str) -> Response:
    """The topic's form begins."""
    return Response(messages=(), memory=ask.memory.fresh(), begins=topic, topics=(topic,))


def one(ask: Ask, topic: str) -> Response:
    """The answer to the whole text as a question of one topic, or the topic's form."""
    return answers(ask, [Asked(topic=topic, said=replace(ask.said, intent=topic, parts=()))])


def answers(ask: Ask, found: Sequence[Asked], first: Sequence[Pick] = ()) -> Response:
    """The answers to what is asked, in one message where there are several; those chosen already come first."""
    form = next((each.topic for each in found if form_of(each.topic)), "")
    if form and len(found) == 1:
        return begins(ask, form)
    found = [each for each in found if not form_of(each.topic)]
    picks = [_of_whole(ask, each.topic) or _pick(ask.about(each.said)) for each in found]
    unlike = without_twice({pick.key: pick for pick in [*first, *picks]})
    alone = those_alone(unlike)
    unlike = alone or unlike
    line = day_line(ask) if not alone and _wants_day_line(ask, unlike) else None
    shown = [*unlike, line] if line else unlike
    if len(shown) == 1:
        messages: tuple[BotMessage, ...] = (rendered(ask, shown[0], _depth(ask, shown[0])),)
    else:
        messages = several(ask.ground, ask.case, shown)
    memory = _answered(ask, found, picks) if found else _chosen_only(ask, first[-1])
    topics = tuple(each.topic for each in found)
    response = Response(messages=messages, memory=memory, topics=topics, picks=tuple(shown))
    return _with_verdict(ask, response)


def _with_verdict(ask: Ask, response: Response) -> Response:
    """The answer after the verdict on what is asked yes or no, where the wording itself begins with the rule."""
    first = verdict_before(ask, response.picks[0])
    told = any(pick.key == "days.may_go" for pick in response.picks)  # which begins with one on days
    twice = first is not None and told and first.key in VERDICTS_ON_DAYS
    return response if first is None or twice else led(ask, first.key, response, **first.values)


def _pick(ask: Ask) -> Pick:
    """What answers one question, of the topic that it turns out to be of; a verdict where the facts hold one."""
    return reply_pick(ask, ask.said.intent) or judged(ask, answer(ask, topic_of(ask)))


def _of_whole(ask: Ask, topic: str) -> Pick | None:
    """The answer to the whole text, whatever one of its questions was taken for."""
    return reply_pick(ask, topic) or mistaken_for(ask, topic)


def _depth(ask: Ask, pick: Pick) -> Depth:
    """How the answer is told: one to a notice that was just given is given again in other words."""
    return "again" if pick.key == ask.memory.key and pick.key.startswith("notice.") else "usual"


def _wants_day_line(ask: Ask, picks: Sequence[Pick]) -> bool:
    """Whether a day of expiry was told now, and no answer speaks of it."""
    told = "expires_on" in ask.case.facts.from_now()
    return told and not any("expires_on" in pick.values for pick in picks)


def _answered(ask: Ask, found: Sequence[Asked], picks: Sequence[Pick]) -> Memory:
    """What is kept in mind after an answer."""
    memory = ask.memory.fresh()
    last, pick = found[-1], picks[-1]
    if is_tagged(last.topic, "small_talk") and pick.key == last.topic:
        return memory
    days = [
        pick.values["expires_on"]
        for pick in picks
        if pick.key.startswith(("dated.", "days.")) and "expires_on" in pick.values
    ]
    day = days[-1].isoformat() if days else memory.day
    said = replace(last.said, intent=last.topic, previous=ask.memory.topic)
    asked_of = tuple(each.topic for each in found)
    return replace(memory, asked=kept(said), topic=pick.topic, topics=asked_of, key=pick.key, day=day)


def _chosen_only(ask: Ask, pick: Pick) -> Memory:
    """What is kept in mind after an answer that was chosen by what the text names alone."""
    said = replace(ask.said, intent=pick.topic, parts=(), entities={}, previous=ask.memory.topic)
    memory = ask.memory.fresh()
    return replace(memory, asked=kept(said), topic=pick.topic, topics=(pick.topic,), key=pick.key)


def offer(ask: Ask) -> Response | None:
    """Two topics to choose from, each with its answer's gist where there is room: one of them is likely it."""
    said = ask.said
    likely = [(topic, chance) for topic, chance in said.ranking if f"button.{topic}" in ask.ground.wording][
        :2
    ]
    if len(likely) < 2 or likely[1][1] < SECOND or sum(chance for _, chance in likely) < EITHER:
        return None
    topics_offered = tuple(topic for topic, _ in likely)
    first, second = (button.label for button in buttons(ask.ground, ask.case, topics_offered))
    if ask.case.known and "my_status" in topics_offered:
        return one(ask, topics_offered[0])  # the own record is no secret to its holder, and tells what to do
    gists = [_gist(ask, topic) for topic in topics_offered]
    if gists[0] and gists[0] == gists[1]:
        return one(ask, topics_offered[0])  # whichever is meant, the answer is the same
    message = _choice(ask, first, second, gists)
    if ask.case.channel == "web":
        message = replace(message, buttons=buttons(ask.ground, ask.case, topics_offered))
    return Response(
        messages=(message,), memory=replace(ask.memory, asked=kept(ask.said), choices=topics_offered)
    )


def _choice(ask: Ask, first: str, second: str, gists: list[str]) -> BotMessage:
    names: dict[str, Any] = {"first": first, "second": second}
    try:
        told: dict[str, Any] = {"first_says": gists[0], "second_says": gists[1]}
        if all(gists):
            return render(ask.ground, ask.case, "choice", **names, **told)
    except WordingError:
        pass  # too long for a text message: the names alone, then
    return render(ask.ground, ask.case, "choice", **names, first_says="", second_says="")


def _gist(ask: Ask, topic: str) -> str:
    """What would be answered first; empty where a form would."""
    if form_of(topic):
        return ""
    said = replace(ask.said, intent=topic, parts=())
    return rendered(ask, _pick(ask.about(said)), "gist").text


def miss(ask: Ask) -> Response:
    """Nothing was understood: help to ask otherwise; after so many times in a row, a person."""
    misses = ask.memory.misses + 1
    memory = replace(ask.memory, misses=misses)
    if misses >= MISSES_BEFORE_A_PERSON:
        return say(ask, "missed_twice", memory=replace(memory, choices=()))
    if ask.memory.choices and not _is_of_its_own(ask):
        return say(ask, "choice_again", memory=memory)
    pick = answer(ask, OUT_OF_SCOPE)
    return Response(messages=(rendered(ask, pick, "usual"),), memory=replace(memory, choices=()))


def _is_of_its_own(ask: Ask) -> bool:
    """Whether a text after an offer is a new question and no answer to it: it tells something, or is long."""
    longest = FOLLOW_UP_CHARS if has_han(ask.text) else FOLLOW_UP_LATIN_CHARS
    return bool(ask.case.facts.from_now()) or len(ask.text.strip()) > longest


def once_more(ask: Ask, pick: Pick) -> Response:
    """A chosen answer in other words, for a short text that asks of the same once more."""
    message, memory = rendered(ask, pick, "again"), _chosen_only(ask, pick)
    return Response(messages=(message,), memory=memory, topics=(pick.topic,), picks=(pick,))


def answer_again(ask: Ask) -> Pick:
    """What answers the last text once more, in the case of now."""
    return _pick(ask.about(ask.memory.last))


def told_as(ask: Ask, pick: Pick, claim: str, depth: Depth = "usual") -> Response:
    """One chosen wording as the whole answer; the question before stays the one that is spoken of."""
    memory = replace(ask.memory.fresh(), key=pick.key)
    message = rendered(ask, pick, depth)
    return Response(messages=(message,), memory=memory, claim=claim, topics=(pick.topic,), picks=(pick,))


def again(ask: Ask, depth: Depth) -> Response:
    """The last answer once more, longer or in other words."""
    last = ask.memory.last
    pick = _pick(ask.about(last))
    memory = replace(ask.memory, misses=0, retold=depth == "again")
    return Response(messages=(rendered(ask, pick, depth),), memory=memory)


def rendered(ask: Ask, pick: Pick, depth: Depth) -> BotMessage:
    """A chosen wording as a message."""
    return render(ask.ground, ask.case, pick.key, depth=depth, **pick.values)


def said_to_be_so(ask: Ask, response: Response) -> Response:
    """The response; where the very text was sent last, it says so: nobody takes it for a machine that hangs.

    Other words of the entry would leave out figures that the new question may be about.
    """
    if not response.messages:
        return response
    sent = _digest(response)
    if sent == ask.memory.sent and response.claim != "of_the_last":
        response = led(ask, "same_as_before", response)
    return replace(response, memory=replace(response.memory, sent=sent))


def _digest(response: Response) -> str:
    """By what the text of an answer is known again, without its being kept."""
    return f"{crc32(chr(10).join(message.text for message in response.messages).encode()):08x}"
