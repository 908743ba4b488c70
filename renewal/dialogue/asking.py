"""Which topics a text asks: those that the model is sure of, and those that its words ask, in the text's order."""

from dataclasses import dataclass, replace

from renewal.dialogue.anew import is_of_days
from renewal.dialogue.ask import Ask
from renewal.dialogue.computing import ON_DAY, computed
from renewal.dialogue.papers import ABOUT_PAPERS
from renewal.dialogue.thresholds import (
    BESIDE,
    FOLLOW_UP_CHARS,
    MOST_ANSWERS,
    PART_SURE,
    SECOND,
    SEVERAL_CHARS,
    SURE,
    WORDED,
)
from renewal.dialogue.topics import OUT_OF_SCOPE, asked_by_words, form_of, is_asked, is_tagged, topics
from renewal.dialogue.understood import Understood
from renewal.dialogue.weighing import are_kin, lacks
from renewal.language.words import find, is_only

OF_PAPERS = ("asks_papers",)  # the words that ask for the papers of any situation
COUNTS_DAYS = frozenset({"days_over", "days_left"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A topic that is asked, of which part of the text, and where that stands in it."""

    topic: str
    said: Understood
    place: int = 0


def asked(ask: Ask) -> tuple[Asked, ...]:
    """The topics that the text asks, in order; none where nothing is sure enough to be answered."""
    found = _modelled(ask)
    said = _worded(ask)
    for worded in (*_by_visit(ask, [*found, *said]), *said):
        found = _with(ask, found, worded)
    found = [_answerable(ask, each) for each in [*found, *_told_beside_a_day(ask, found)]]
    unlike: dict[str, Asked] = {}
    for each in sorted(found, key=lambda each: each.place):
        unlike.setdefault(each.topic, each)
    return tuple(unlike.values())[:MOST_ANSWERS]


def _answerable(ask: Ask, asked: Asked) -> Asked:
    """The topic; where it cannot be worked out and a form asks for what is missing, that form's."""
    row = topics()[asked.topic]
    form = row.over[0] if row.kind == "computed" and row.over and form_of(row.over[0]) else ""
    if not form or computed(ask, asked.topic) is not None or ask.case.handed_in_on is not None:
        return asked
    return replace(asked, topic=form, said=replace(asked.said, intent=form))


def _modelled(ask: Ask) -> list[Asked]:
    """What the model is sure of: the questions of a text that asks several, else the text as a whole."""
    found: list[Asked] = []
    for part in ask.said.parts:
        if is_only("asks_what_now", part.text) and len(ask.said.parts) > 1:
            continue  # what to do is told with what else is asked
        known = any((part.intent, part.entities) == (other.topic, other.said.entities) for other in found)
        if part.confidence >= PART_SURE and is_asked(part.intent) and not known:
            place = max(ask.text.find(part.text), 0)
            found.append(Asked(topic=part.intent, said=part, place=place))
    whole = ask.said
    if len(found) < 2 and whole.confidence >= SURE and whole.intent != OUT_OF_SCOPE:
        found = [Asked(topic=whole.intent, said=whole)] if is_asked(whole.intent) else found
    return [*found, *_besides(ask, found)]


def _besides(ask: Ask, found: list[Asked]) -> list[Asked]:
    """What a text asks beside what was found, where the model hears several things in it at once."""
    heard = [topic for topic, chance in ask.said.asked if chance >= BESIDE and is_asked(topic)]
    if len(heard) < 2 or len(ask.text.strip()) < SEVERAL_CHARS:
        return []
    return [
        Asked(topic=topic, said=replace(ask.said, intent=topic, parts=()), place=len(ask.text))
        for topic in heard
        if not any(are_kin(topic, each.topic) for each in found)
        and not lacks(ask, ask.said, topic)
        and _may_stand_beside(ask, topic)
    ]


def _may_stand_beside(ask: Ask, topic: str) -> bool:
    """Whether a topic that is only heard beside another is to be believed: of some, a word must stand in the text."""
    words = topics()[topic].beside_by
    return not words or any(ask.reading.says(concept) for concept in words)


def _worded(ask: Ask) -> list[Asked]:
    """What words of the text ask, the more exact first."""
    found = []
    for row in asked_by_words():
        match = next((m for concept in row.asked_by if (m := find(concept, ask.text))), None)
        fits = _is_known(ask, row.name) and not lacks(ask, ask.said, row.name)
        if match is not None and fits:
            said = replace(ask.said, intent=row.name, parts=())
            found.append(Asked(topic=row.name, said=said, place=match.start()))
    return found


def _is_known(ask: Ask, topic: str) -> bool:
    """Whether words may ask the topic: of one that only known facts answer, whether they are known."""
    return not is_tagged(topic, "if_known") or computed(ask, topic) is not None


def _by_visit(ask: Ask, found: list[Asked]) -> list[Asked]:
    """A day on which the writer would go, of a permit whose day is known: asked whether that is in time.

    Where the days are counted at it, that is told with them. Of papers to hand in, "which day" asks when all is done.
    """
    if any(_is_counted_at(ask, each.topic) for each in found):
        return []
    told = "visit_on" in ask.case.facts.from_now() and ask.case.end_is_known
    if not told or not (ask.reading.asks or ask.reading.supposes):
        return []
    hands_in = ask.reading.says("to_hand_in") and ask.reading.says("which_day")
    wanted = ("may_go", "done_by") if hands_in else ("may_go",)
    return [Asked(topic=topic, said=replace(ask.said, intent=topic, parts=())) for topic in wanted]


def _is_counted_at(ask: Ask, topic: str) -> bool:
    """Whether the answer to the topic counts days at the day to go."""
    counted = computed(ask, topic) if topic in COUNTS_DAYS else None
    return counted is not None and counted.key == ON_DAY


def _told_beside_a_day(ask: Ask, found: list[Asked]) -> list[Asked]:
    """What a fact told beside a day of expiry is worth, where nothing but that day would be answered."""
    facts = ask.case.facts
    now = facts.from_now()
    if "expires_on" not in now or not all(_touches_days(each.topic) for each in found):
        return []
    rows = [row for row in topics().values() if any(f in now and facts.value(f) for f in row.told_by)]
    return [
        Asked(topic=row.name, said=replace(ask.said, intent=row.name, parts=()), place=len(ask.text))
        for row in rows
        if not any(row.name in topics()[each.topic].over or each.topic == row.name for each in found)
    ]


def _touches_days(topic: str) -> bool:
    """Whether an answer to the topic is about the day of expiry, or general where the own day would decide."""
    return is_of_days(topic) or is_tagged(topic, "own_day")


def _with(ask: Ask, found: list[Asked], worded: Asked) -> list[Asked]:
    """What was found, with a topic that words ask: in place of a less exact one, or beside the others."""
    if any(each.topic == worded.topic or _stands_for(ask, each, worded) for each in found):
        return found
    general = [each for each in found if _stands_for(ask, worded, each)]
    if general:
        kept = [each for each in found if each not in general]
        return [*kept, replace(worded, place=general[0].place)]
    return [*found, worded] if _fits(ask, found, worded.topic) else found


def _stands_for(ask: Ask, exact: Asked, general: Asked) -> bool:
    """Whether one topic answers in place of a less exact one, which the text does not ask besides."""
    row = topics()[exact.topic]
    if general.topic not in row.over or _is_besides(ask, row.uses, general.topic):
        return False
    if is_tagged(exact.topic, "all_of"):
        return True
    if row.uses:
        return (
            computed(ask, exact.topic) is not None
            or general.topic == row.over[0]
            or not _apart(exact, general)
        )
    asked_by = OF_PAPERS if general.topic in ABOUT_PAPERS else topics()[general.topic].asked_by
    one, other = _first(ask.text, row.asked_by), _first(ask.text, asked_by)
    return one is None or other is None or not (one[1] <= other[0] or other[1] <= one[0])


def _is_besides(ask: Ask, uses: tuple[str, ...], topic: str) -> bool:
    """Whether words of the text ask a topic that a finer one, worked out of the case, does not answer."""
    return (
        bool(uses) and is_tagged(topic, "besides") and _first(ask.text, topics()[topic].asked_by) is not None
    )


def _apart(exact: Asked, general: Asked) -> bool:
    """Whether what words ask stands in another part of the text than the topic that was found there."""
    return (
        general.said.text != exact.said.text
        and _first(general.said.text, topics()[exact.topic].asked_by) is None
    )


def _first(text: str, asked_by: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the words that ask a topic stand in the text."""
    match = next((found for concept in asked_by if (found := find(concept, text))), None)
    return None if match is None else match.span()


def _fits(ask: Ask, found: list[Asked], topic: str) -> bool:
    """Whether words that ask a topic are to be believed, where the model finds the topic unlikely.

    Not in a fragment that leans on the topic before, not where its general answer would have to stand in for what
    cannot be worked out, and not beside a topic that answers instead.
    """
    if any(ask.reading.says(concept) for concept in topics()[topic].plainly_by):
        return True
    chances = [ask.said.chance_of(each) for each in (topic, *topics()[topic].over)]
    leans = bool(ask.memory.topic) and len(ask.text.strip()) <= FOLLOW_UP_CHARS
    of_points = any(each.topic in ask.memory.topics and _is_of_points(each.topic) for each in found)
    told = set(topics()[topic].uses) - {"expires_on"}
    known = bool(told) and all(fact in ask.case.facts for fact in told)
    if max(chances) >= (SECOND if leans and of_points else WORDED) or known:
        return True
    guessed = topics()[topic].kind == "computed" and computed(ask, topic) is None
    if found:
        return not leans and not guessed and not any(_answers_instead(each.topic, topic) for each in found)
    unsure = ask.said.confidence < SURE or _is_only_talk(ask.said.intent)
    return unsure and not (guessed and not ask.reading.asks)


def _is_of_points(topic: str) -> bool:
    """Whether a topic is about the points, their yearly renewal too: "within how many days" is then of them."""
    return is_tagged(topic, "points") or topic == "points_renewal"


def _answers_instead(found: str, topic: str) -> bool:
    """Whether a topic leaves no room for an unlikely one: a matter apart, or papers of a home beside others."""
    return is_tagged(found, "apart") or (is_tagged(found, "homes") and is_tagged(topic, "homes"))


def _is_only_talk(intent: str) -> bool:
    """Whether the text was taken for talk, in which a question may still stand."""
    row = topics().get(intent)
    return row is not None and row.kind == "talk" and intent != OUT_OF_SCOPE
