"""Claims of whose permit is meant: several people's, another's than before, or everybody's alike."""

from dataclasses import replace

from renewal.dialogue.anew import facts_behind, is_of_days
from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.claims_of_facts import about_topic
from renewal.dialogue.computing import computed
from renewal.dialogue.papers import ABOUT_PAPERS, OF_A_HOME
from renewal.dialogue.responding import Response, answers, led
from renewal.dialogue.together import speaks_of_several
from renewal.dialogue.topics import form_of, is_asked, is_tagged, topics


def of_several(ask: Ask) -> Response | None:
    """The permits of several people: when all may go, beside what else is asked."""
    if not speaks_of_several(ask):
        return None
    found = [each for each in asked(ask) if not form_of(each.topic)]
    if ask.reading.says("names_appointment"):
        return None
    beside = [each for each in found if not is_of_days(each.topic) and not is_tagged(each.topic, "points")]
    if beside and not ask.reading.days_of_persons:
        return None
    return answers(ask, [about_topic(ask, "go_together"), *beside])


def of_whom(ask: Ask) -> Response | None:
    """The question before, asked of another person's permit ("我呢", "这是我邻居的")."""
    turns = ask.reading.says("only_whose") or (
        ask.reading.was_theirs and "person" in ask.case.facts.from_now() and not asked(ask)
    )
    if not turns or not any(_is_of_a_permit(topic) for topic in ask.memory.topics):
        return None
    wanted = dict.fromkeys(_of_one(ask, topic) for topic in ask.memory.topics)
    return answers(ask, [about_topic(ask, topic) for topic in wanted])


def _is_of_a_permit(topic: str) -> bool:
    """Whether it is the permit's holder on whom the answer depends, not whoever owns a home."""
    of_one = is_of_days(topic) or "handed_in_on" in facts_behind(topic) or topic in ABOUT_PAPERS
    return topic == "go_together" or of_one


def _of_one(ask: Ask, topic: str) -> str:
    """The topic, asked of one person: of a general one about days, all that the day means; of papers, theirs."""
    if topic in OF_A_HOME:
        return "papers_list" if computed(ask, "papers_list") is not None else "materials"
    if topic == "go_together" or (is_of_days(topic) and topics()[topic].kind != "computed"):
        return "whole_day" if ask.case.expiry is not None else "renewal_window"
    nothing_known = is_of_days(topic) and ask.case.expiry is None  # of this one's permit no day was told
    return "renewal_window" if nothing_known else topic


def same_for_them(ask: Ask) -> Response | None:
    """The question before, of which the answer is the same for everybody, asked of somebody else ("我老婆也是吗")."""
    asked_before = [topic for topic in ask.memory.topics if is_asked(topic) and not form_of(topic)]
    if not ask.reading.says("only_whose") or not ask.case.about_another or not asked_before:
        return None
    last = ask.memory.last
    found = [Asked(topic=topic, said=replace(last, intent=topic, parts=())) for topic in asked_before]
    return led(ask, "same_for_them", answers(ask, found))
