"""What the model says of one text alone, weighed with what the text names and with what is known of the case.

The model sees no case: "那最迟呢" is any of five questions to it. A topic whose facts are known is likelier than the
model can know, one that must be worked out from facts that nobody told is less likely, and one whose evidence is
missing is not meant. Topics of one family (a general one, and those that are worked out in its place) do not rob
each other of certainty: the likeliest of them is as sure as all of them together.
"""

from dataclasses import replace

from renewal.dialogue.ask import Ask
from renewal.dialogue.papers import ABOUT_PAPERS
from renewal.dialogue.righting import is_a_day_alone
from renewal.dialogue.thresholds import KNOWN, UNKNOWN
from renewal.dialogue.topics import OUT_OF_SCOPE, Topic, form_of, is_tagged, topics
from renewal.dialogue.understood import Understood
from renewal.language import talk
from renewal.language.papers import papers_named, unlisted_paper
from renewal.language.text import has_han
from renewal.language.words import says

# Kinds whose rows are finer cases of those that they are `over`.
FINER = frozenset({"computed", "talk", "form"})
OF_A_HOME_ALONE = frozenset({"materials_housing", "address_unchanged"})
ENTITIES = frozenset({"housing", "category", "relation", "id_change", "city", "points_item"})


def weighed(ask: Ask) -> Understood:
    """The text of the turn, and each of its parts, as the likeliest topic in this case."""
    parts = tuple(_weighed(ask, part) for part in ask.said.parts)
    return replace(_weighed(ask, ask.said), parts=parts)


def _weighed(ask: Ask, said: Understood) -> Understood:
    if len(said.ranking) < 2:
        return said
    said = _of_another(ask, said)
    weights = [(topic, chance * _weight(ask, said, topic)) for topic, chance in said.ranking]
    total = sum(weight for _, weight in weights)
    if not total:
        return said
    scale = sum(chance for _, chance in said.ranking) / total
    ranking = sorted(((topic, weight * scale) for topic, weight in weights), key=lambda pair: -pair[1])
    likeliest = ranking[0][0]
    sure = sum(chance for topic, chance in ranking if are_kin(likeliest, topic))
    return replace(said, intent=likeliest, confidence=sure, ranking=tuple(ranking))


def _of_another(ask: Ask, said: Understood) -> Understood:
    """The same, with "how does it stand" as of somebody else's record, where another's permit is spoken of."""
    if not ask.case.about_another or ask.case.expiry is not None:
        return said
    chances: dict[str, float] = {}
    for topic, chance in said.ranking:
        name = "others_record" if topic == "my_status" else topic
        chances[name] = chances.get(name, 0.0) + chance
    return replace(said, ranking=tuple(sorted(chances.items(), key=lambda pair: -pair[1])))


def _weight(ask: Ask, said: Understood, topic: str) -> float:
    row = topics()[topic] if topic in topics() else Topic(name=topic, kind="question")
    greets = is_tagged(topic, "only_talk") and talk.is_only_a_span(said.text)  # "59天嘞" greets nobody
    if (
        lacks(ask, said, topic)
        or greets
        or _is_no_booking(ask, topic)
        or any(says(concept, said.text) for concept in row.never)
    ):
        return 0.0
    told = _told_of(ask)
    unlike = topic in OF_A_HOME_ALONE and unlisted_paper(said.text) and not papers_named(said.text)
    unhinted = unlike or (row.hints and not any(says(concept, said.text) for concept in row.hints))
    if unhinted or (row.told_by and row.kind != "computed" and told):
        return KNOWN if topic in told else UNKNOWN  # "跳槽了" is no loss of work, whatever it was taken for
    worked_out = [each for each in topics().values() if topic in each.by_fact]
    if any(each.uses and _known(ask, each) for each in worked_out):
        return KNOWN
    if row.kind != "computed" or not row.uses:
        return 1.0
    return KNOWN if _known(ask, row) else _unknown(said, topic)


def _is_no_booking(ask: Ask, topic: str) -> bool:
    """Of what books a visit: whether nothing but a day is asked about, of a permit whose day is known ("明天呢")."""
    if form_of(topic) != "appointment_form":
        return False
    spoken_of = not form_of(ask.memory.topic) and ask.case.expiry is not None
    now = ask.case.facts.from_now()
    return spoken_of and "visit_on" in now and is_a_day_alone(ask.reading)


def _told_of(ask: Ask) -> frozenset[str]:
    """The topics, not worked out, of which the text tells a fact to be so."""
    facts = ask.case.facts
    now = {fact for fact in facts.from_now() if facts.value(fact) is True}
    rows = [row for row in topics().values() if row.kind != "computed"]
    return frozenset(row.name for row in rows if now & set(row.told_by))


def _unknown(said: Understood, topic: str) -> float:
    """A topic whose facts nobody told; what is a statement is not meant by a text that asks."""
    return 0.0 if is_tagged(topic, "tells") and talk.asks(said.text) else UNKNOWN


def _known(ask: Ask, row: Topic) -> bool:
    return all(ask.knows(fact) for fact in row.uses)


def are_kin(one: str, other: str) -> bool:
    """Whether two topics are one, or one stands for the other, or both for the same."""
    first, second = topics().get(one), topics().get(other)
    if one == other or first is None or second is None or OUT_OF_SCOPE in (one, other):
        return one == other
    if other in stands_for(one) or one in stands_for(other):
        return True
    both = first.kind in FINER and second.kind in FINER and first.over and second.over
    return bool(both) and first.over[0] == second.over[0]


def stands_for(topic: str) -> frozenset[str]:
    """The topics of which a computed topic, a talk act or a form's purpose is a finer case: a text of it is theirs."""
    row = topics().get(topic)
    if row is None or row.kind not in FINER:
        return frozenset()
    return frozenset(row.over) - {OUT_OF_SCOPE}


def lacks(ask: Ask, said: Understood, topic: str) -> bool:
    """Whether nothing that the topic needs is named or said, or was spoken of before."""
    needs = topics()[topic].needs if topic in topics() else ()
    return bool(needs) and not any(holds(said, need, ask.memory.topic) for need in needs)


def holds(said: Understood, need: str, previous: str) -> bool:
    """Whether a text names a thing of that kind, says a word of that concept, or is not in Chinese."""
    if need == "latin":
        return not has_han(said.text)
    if need == "paper":
        return bool(papers_named(said.text)) or says("paper_issued", said.text)
    if need == "after_points":
        return is_tagged(previous, "points")
    if need == "after_papers":
        return previous in ABOUT_PAPERS
    if need == "after_refusal":
        return previous == "refused"
    return bool(said.entities.get(need)) if need in ENTITIES else says(need, said.text)
