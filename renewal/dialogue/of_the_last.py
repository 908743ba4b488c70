"""Talk of the last answer: more of it, other words for it, what it rests on, anger."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from renewal.dialogue.ask import Ask
from renewal.dialogue.responding import Response, again, one, say


def _alone(ask: Ask, topic: str, text: str = "") -> Response:
    """A topic's own answer, whatever the text named."""
    said = replace(ask.said, intent=topic, text=text, entities={}, parts=(), ranking=(), confidence=1.0)
    return one(ask.about(said), topic)


def _more(ask: Ask) -> Response:
    """The long version of the last answer; on the web, where it was given already, other words for it."""
    if not ask.memory.topic and ask.case.notice:
        return _alone(ask, "notice_meaning")
    if not ask.memory.topic or ask.memory.retold:
        return say(ask, "more_nothing")
    return again(ask, "again" if ask.case.channel == "web" else "full")


def _repeat(ask: Ask) -> Response:
    """The last answer in other words; asked for once more, a person."""
    if not ask.memory.topic:
        return _alone(ask, "repeat")
    if ask.memory.retold:
        return say(ask, "missed_twice", memory=replace(ask.memory, retold=False))
    return again(ask, "again")


def _why(ask: Ask) -> Response:
    """What the last answer rests on."""
    if not ask.memory.key:
        return _alone(ask, "notice_meaning" if ask.case.notice == "failure" else "ask_why", "为什么")
    wording = ask.ground.wording.edition(ask.case.language)
    return say(ask, "why", documents=wording.sources(ask.memory.key))


def _complaint(ask: Ask) -> Response:
    """One apology; after it, only help."""
    if ask.memory.apologised:
        return say(ask, "complaint_again")
    said = _alone(ask, "complaint")
    return replace(said, memory=replace(ask.memory, apologised=True, misses=0))


OF_THE_LAST: Mapping[str, Callable[[Ask], Response]] = {
    "more": _more,
    "repeat": _repeat,
    "ask_why": _why,
    "complaint": _complaint,
}
