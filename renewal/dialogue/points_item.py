"""What one item of the points comes to ("老婆上海户口七年，能加几分"), asked without the others."""

from collections.abc import Mapping
from datetime import date

from renewal.dialogue.memory import Memory
from renewal.dialogue.points import as_asked
from renewal.dialogue.points_heard import Heard
from renewal.dialogue.points_wishes import ITEM
from renewal.domain import Rulebook
from renewal.language import talk
from renewal.language.points.answers import AGE, BASE, EXTRAS, INSURANCE, LEVEL, Answer
from renewal.language.points.reading import read_points
from renewal.language.words import says

_WITHOUT_A_TABLE = frozenset({INSURANCE, BASE, EXTRAS})  # "几分" alone asks what years of these come to


def item_asked(heard: Heard, memory: Memory, rules: Rulebook, today: date) -> Mapping[str, Answer]:
    """The one answer whose points are asked, by question; empty where more is asked, or nothing can be counted.

    After such an answer, a bare "那十年呢" is asked of the same item.
    """
    if heard.supposed or heard.spoken.is_other or heard.beside or len(heard.reading.answers) > 1:
        return {}
    asks = _asks_item(heard) or (memory.key == ITEM and says("tries_otherwise", heard.text))
    found = _alone(heard, rules, today) if asks else {}
    found = found or _of_the_same(heard.text, memory, rules, today)
    question = next(iter(found), "")
    counted = bool(question) and (question != EXTRAS or heard.owns_up or _is_of_spouse(found[question]))
    return found if counted else {}


def holds_for_writer(text: str) -> bool:
    """Whether what is asked of holds for the writer, and is no mere example."""
    return not talk.supposes(text) and (talk.is_about_self(text) or says("of_ones_item", text))


def _is_of_spouse(extras: Answer) -> bool:
    others = any(extras.get(name) for name in ("bonuses", "award", "deductions", "unclear"))
    return "spouse_years" in extras and not others


def _asks_item(heard: Heard) -> bool:
    question = next(iter(heard.reading.answers), "")
    if not question or says("asks_whole_sum", heard.text):
        return False
    if heard.owns_up and (heard.named or heard.leans):
        return True
    asks = says("asks_item", heard.text) or says("asks_added", heard.text)
    return asks or (question in _WITHOUT_A_TABLE and says("asks_number_of_points", heard.text))


def _alone(heard: Heard, rules: Rulebook, today: date) -> Mapping[str, Answer]:
    """The item without what was told before of it: of "四级工几分" not the degree."""
    if LEVEL not in heard.reading.answers:
        return heard.reading.answers
    return read_points(heard.text, {}, rules, today).answers


def _of_the_same(text: str, memory: Memory, rules: Rulebook, today: date) -> Mapping[str, Answer]:
    """The item answered before, with the number of a text that holds nothing else."""
    if memory.key != ITEM or not says("only_a_number", text):
        return {}
    before = read_points(memory.last.text, {}, rules, today).answers
    question = next(iter(before), AGE)
    told = {name: as_asked(name, answer) for name, answer in before.items()}
    found = read_points(text, told, rules, today, asked=question).answers
    return {question: found[question]} if set(found) == {question} else {}


def item_named(found: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The one item that a text names, as wordings name it; `several` where more are named than one answer is about."""
    named = set(found)
    if not named:
        return ("age",) if talk.is_bare_age(text) else ()
    if "deductions" in named:
        return ("deductions",)  # false papers cost the same whatever they were about
    if named == {"insurance_years", "insurance_base"}:
        return ("insurance_base",)
    return tuple(named) if len(named) == 1 else ("several",)
