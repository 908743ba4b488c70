"""What is asked of one's points, by the topic that the model is sure of or by words: each has its wording."""

from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.thresholds import PART_SURE, SURE
from renewal.dialogue.topics import asked_by_words, is_asked
from renewal.dialogue.understood import Understood
from renewal.language.text import low
from renewal.language.words import says, without

SO_FAR, GAP, RAISES, WHY, BY_INSURANCE, NOTHING, SUPPOSED, GAP_TRIED, LINE, ITEM = (
    f"points_told.{name}"
    for name in (
        "so_far", "gap", "raises", "why", "by_insurance", "nothing", "supposed", "gap_tried", "line", "item"
    )
)  # fmt: skip
TOTAL_ASKED = "points_total"
# The topics of one's own points, and the wording that answers each.
ASKED = {TOTAL_ASKED: SO_FAR, "points_gap": GAP, "points_raise": RAISES, "points_why": WHY}
ESTIMATE, RULES = "points_estimate", "points_rules"
OF_THE_SUM = frozenset({*ASKED, ESTIMATE, RULES})
_WANTS = (("asks_what_raises", RAISES), ("asks_gap", GAP), ("asks_total", SO_FAR))
_AROUND_TOTAL = " ，,。?!了吗那是吧呀啊嘛么我他她的自己本人"
_TOLD = frozenset({SO_FAR, GAP, RAISES, WHY, BY_INSURANCE, SUPPOSED, GAP_TRIED})


def topic_asked(said: Understood, memory: Memory) -> str:
    """The topic of one's points that the model is sure of, in the whole text or in a part; empty where none."""
    parts = [part.intent for part in said.parts if part.confidence >= PART_SURE]
    sure = [said.intent] if said.confidence >= SURE else []
    found = next((topic for topic in (*sure, *parts) if topic in ASKED), "")
    told = memory.key in _TOLD or (memory.key == RULES and bool(memory.facts.get(POINTS)))
    asks_why = not found and "ask_why" in sure and told
    return "points_why" if asks_why else found


def is_of_estimate(said: Understood) -> bool:
    """Whether the model takes the text, or a part of it, for a wish to have one's points estimated.

    The likeliest topic is enough: it opens the form, sure or not.
    """
    of_parts = any(part.intent == ESTIMATE and part.confidence >= PART_SURE for part in said.parts)
    return of_parts or said.intent == ESTIMATE


def asks_beside(said: Understood) -> bool:
    """Whether a text of points asks something else as well: by the model in a part of it, or in so many words."""
    parts = any(
        part.confidence >= PART_SURE and is_asked(part.intent) and part.intent not in OF_THE_SUM
        for part in said.parts
    )
    return parts or any(says(concept, said.text) for row in asked_by_words() for concept in row.asked_by)


def wanted(text: str, topic: str, *, after: bool) -> str:
    """The wording that answers what a text asks of the points; after them, "够了吗" or "加起来呢" is enough."""
    worded = next((key for concept, key in _WANTS if says(concept, text)), "")
    found = worded if worded == RAISES else ASKED.get(topic) or worded
    if says("by_insurance_alone", text) and (after or found) and found in ("", RAISES, GAP):
        return BY_INSURANCE
    return found or (SO_FAR if after and only_asks_total(text) else "")


def only_asks_total(text: str) -> bool:
    """Whether a text holds nothing but words that ask for a total."""
    rest = said = low(text)
    for concept in ("of_the_sum", "adds_up", "asks_new_total", "nothing_else"):
        rest = without(concept, rest)
    return rest != said and not rest.strip(_AROUND_TOTAL)


def rest_asks(text: str, *, total: bool) -> bool:
    """Whether a text asks anything beside the points; with `total`, words of a sum ask for the points as well."""
    rest = without("months_besides", text)
    for concept, _ in _WANTS:
        rest = without(concept, rest)
    if total:
        rest = without("asks_new_total", without("of_the_sum", rest))
    return says("asks", rest)
