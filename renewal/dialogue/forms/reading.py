"""What a text means to any form: to stop, to ask, to go to a person; by its words and by what it was taken for."""

from dataclasses import replace

from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.thresholds import IN_FORM_SURE, PART_SURE, SECOND
from renewal.dialogue.topics import asked_by_words, form_of, is_asked, is_tagged
from renewal.dialogue.understood import Understood
from renewal.dialogue.weighing import are_kin
from renewal.language import form_texts
from renewal.language.stopping import says_stop, without_stop
from renewal.language.words import says


def is_sure(turn: Turn) -> bool:
    """Whether the model is sure enough of its topic to outweigh a form's question."""
    return turn.said.confidence >= IN_FORM_SURE


def is_sure_of_a_question(turn: Turn) -> bool:
    """The same, of topics of one family that ask something: they are as sure as all of them together."""
    kin = (chance for topic, chance in turn.said.ranking if is_asked(topic) and are_kin(turn.intent, topic))
    return is_sure(turn) or (is_asked(turn.intent) and sum(kin) >= IN_FORM_SURE)


def wants_to_stop(turn: Turn) -> bool:
    """Whether the user leaves the form, whatever the text asks besides."""
    if says_stop(turn.text):
        return True
    gives_up = turn.intent in {"deny", "cancel"} and says("gives_up", turn.text)
    leaves = turn.intent in {"cancel", "goodbye"} and is_sure(turn) and says("hints_at_leaving", turn.text)
    return gives_up or leaves


def wants_person(turn: Turn) -> bool:
    """Whether a text that leaves a form names a person to go to instead."""
    return turn.intent == "human" and says("a_person", without_stop(turn.text) or "")


def is_question(turn: Turn) -> bool:
    """Whether the text is surely a question of its own rather than an answer to the form's."""
    return not is_tagged(turn.intent, "in_form") and is_sure_of_a_question(turn)


def asks_again(turn: Turn) -> bool:
    """Whether the text only calls for the question once more, which is no bad answer."""
    return is_tagged(turn.intent, "asks_again") and is_sure(turn)


def says_wrong(turn: Turn) -> bool:
    """Whether the text calls a detail wrong."""
    return turn.intent == "correct" or says("corrects", turn.text)


def asked_besides(turn: Turn) -> Understood | None:
    """What a text that leaves a form asks besides; None where it asks nothing that is understood."""
    left = without_stop(turn.text)
    rest = form_texts.without_refusal(turn.text if left is None else left)
    questions = tuple(
        part for part in turn.said.parts if is_asked(part.intent) and part.confidence >= PART_SURE
    )
    if len(questions) > 1:
        return replace(turn.said, parts=questions)
    if questions:
        return questions[0]
    another_form = form_of(turn.intent) not in ("", turn.form) and bool(rest)
    topical = is_asked(turn.intent) and form_texts.asks_something(rest)
    asked = replace(turn.said, text=rest, parts=())
    return asked if is_sure(turn) and (topical or another_form) else _asked_of_the_rest(asked)


def _asked_of_the_rest(said: Understood) -> Understood | None:
    """What is asked where the leaving words are all that the text was taken for.

    It is the likeliest question, where it is a real choice, else the one that words of the rest ask.
    """
    if not form_texts.asks_something(said.text):
        return None
    likely = [topic for topic, chance in said.ranking if chance >= SECOND and is_asked(topic)]
    worded = [
        row.name
        for row in asked_by_words()
        if not row.needs and any(says(c, said.text) for c in row.asked_by)
    ]
    topic = next(iter([*likely, *sorted(worded, key=said.chance_of, reverse=True)]), "")
    return replace(said, intent=topic, confidence=1.0, ranking=()) if topic else None
