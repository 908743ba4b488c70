"""Texts that only mean something after the text before: a choice, a correction, a fragment."""

from collections.abc import Sequence
from dataclasses import replace

from renewal.dialogue.ask import Ask
from renewal.dialogue.facts import Fact, Source
from renewal.dialogue.thresholds import FOLLOW_UP_CHARS
from renewal.dialogue.topics import is_asked, is_tagged, topics
from renewal.dialogue.understood import Understood
from renewal.language import talk
from renewal.language.choices import read_choice
from renewal.language.papers import papers_named
from renewal.language.reading import read
from renewal.language.text import low
from renewal.language.words import says

AROUND = " 。.!,、?"  # what may stand around the name of a topic


def chosen(text: str, choices: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Which of the two topics offered the text names: by its number, its place, or its name."""
    if len(choices) != 2:
        return ()
    places = read_choice(text, len(choices))
    if places is not None:
        return tuple(choices[place - 1] for place in places)
    text = low(text).strip(AROUND)
    named = [low(label) for label in labels]
    held = [len(text) > 1 and (text in name or name in text) for name in named]
    return tuple(topic for topic, is_held in zip(choices, held, strict=True) if is_held and sum(held) == 1)


def amended(ask: Ask) -> Understood | None:
    """The question before, asked anew with what the text sets right ("打错了，是12月15号"); None where it does not."""
    said, memory = ask.said, ask.memory
    if not memory.topic or not (is_tagged(said.intent, "corrects") or talk.sets_right(said.text)):
        return None
    if ask.reading.supposes and ask.reading.says("asks_effect"):
        return None  # "要是18号过了怎么办" sets nothing right
    last = memory.last
    back = is_tagged(last.intent, "counts_back")
    dated = is_tagged(last.intent, "dated")
    about_days = (memory.day or dated) and memory.topic != "points_rules"
    now = "expires_on" in ask.case.facts.from_now()
    named = ask.reading.expiry_counted_back if back else ask.reading.expiry
    visit = ask.reading.days.visit_on
    beside = named and visit and visit.on != named.on  # a day named beside one to go is no expiry put right
    to_go = "visit_on" in ask.case.facts.from_now() and not now
    beside = beside or (named and to_go and ask.case.facts.day("visit_on") == named.on)
    if about_days and (now or (named and not beside)):
        topic = last.intent if dated else "renewal_window"
        return replace(said, intent=topic, confidence=1.0, ranking=(), parts=())
    row = topics().get(memory.topic)
    if row is not None and any(said.entities.get(kind) for kind in row.variants):
        return replace(said, intent=memory.topic, confidence=1.0, ranking=(), parts=())
    return None


def counted_anew(ask: Ask) -> Ask | None:
    """The turn as of another span, where the text is only that and the one before supposed how late it is."""
    before = read(ask.memory.last.text, ask.ground.today).days
    spoken_of, named = before.expires_on, ask.reading.expiry_counted_back
    if not ask.memory.topics or named is None or not talk.is_only_a_span(ask.text):
        return None
    if spoken_of is None or not spoken_of.from_span or "expires_on" not in before.supposed:
        return None
    if spoken_of.on >= ask.ground.today:
        return None
    supposed = Fact(value=named.on, source=Source.SUPPOSED, exact=named.exact)
    return replace(ask, case=ask.case.with_facts(ask.case.facts.with_told({"expires_on": supposed})))


def leaning_topic(ask: Ask) -> str:
    """The topic that a fragment leans on ("那宿舍呢" after the papers); empty where it leans on none."""
    text, previous = ask.text.strip(), ask.memory.topic
    if ask.said.intent == "paper_needed" and papers_named(text):
        return ""  # "那姐妹证明也不要咯" is of the paper, not of the sisters
    if is_tagged(previous, "points") and talk.is_bare_age(text):
        return "points_rules"  # "45呢" after the points is an age
    of_them = says("says_he", text) or says("says_she", text)
    if previous == "others_record" and of_them and not is_asked(ask.said.intent):
        return previous  # "她同意的" does not open her record
    if len(text) > FOLLOW_UP_CHARS or not talk.follows_up(text):
        return ""
    return variant_of(previous, ask.said)


def variant_of(topic: str, said: Understood) -> str:
    """The topic that has a wording for what the text names of this one; empty where none has."""
    row = topics().get(topic)
    kinds = row.variants.items() if row else ()
    return next((target for kind, target in kinds if said.entities.get(kind)), "")
