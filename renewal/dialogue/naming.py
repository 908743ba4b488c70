"""The topic that a text is of, whatever the model took it for: by its words, by the text before, by what it names."""

from renewal.dialogue.ask import Ask
from renewal.dialogue.leaning import leaning_topic, variant_of
from renewal.dialogue.papers import ABOUT_PAPERS
from renewal.dialogue.topics import is_tagged
from renewal.language import talk
from renewal.language.words import says


def named_topic(ask: Ask) -> str:
    """The topic that words of the text name; empty where none does."""
    if talk.names_permit_of(ask.text, tuple(ask.said.entities.get("city", ()))):
        return "other_city"  # "北京居住证过期了" asks of Peking's permit, whatever is asked of it
    if talk.speaks_of_codes(ask.text):
        return "verification_code"  # whatever is asked about a code, the one answer that protects comes first
    return talk.names_topic(ask.text)


def topic_of(ask: Ask) -> str:
    """The topic of one question: that its words name, that it leans on, that what it names asks for, or its own."""
    said = ask.said
    if said.intent == "permit_use" and _is_of_points(ask):
        return "points"  # "那有什么用" after the points asks what they are good for
    found = named_topic(ask) or leaning_topic(ask) or _variant(ask)
    after_papers = bool(ABOUT_PAPERS & {ask.memory.topic, *ask.memory.topics})
    if not found and said.intent == "notice_dispute" and after_papers:
        return "address_unchanged"  # "地址没变" said of the papers, not of a notice
    return found or said.intent


def _variant(ask: Ask) -> str:
    """The topic of what the text names; whose permit it is that is only told of is no question of kinship."""
    said = ask.said
    found = variant_of(said.intent, said)
    return "" if found == "relatives_scope" and said.intent == "inform" and ask.case.about_another else found


def _is_of_points(ask: Ask) -> bool:
    """Whether a text that names nothing else leans on a talk of points."""
    after = is_tagged(ask.memory.topic, "points") or says("speaks_of_points", ask.memory.last.text)
    return after and not says("no_business_of_points", ask.text)
