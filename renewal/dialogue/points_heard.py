"""What a plain text says of the points, outside the form: facts, a wish for the total or the gap, or only a try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from renewal.dialogue.memory import POINTS, Memory
from renewal.dialogue.points import facts_in, next_question
from renewal.dialogue.topics import is_tagged
from renewal.domain import Rulebook
from renewal.language import talk
from renewal.language.points.reading import QUESTIONS, PointsReading, read_points
from renewal.language.words import says, without

SO_FAR, GAP, RAISES, NOTHING, SUPPOSED, GAP_TRIED = (
    f"points_told.{name}" for name in ("so_far", "gap", "raises", "nothing", "supposed", "gap_tried")
)
_WANTS = (("asks_gap", GAP), ("asks_what_raises", RAISES), ("asks_total", SO_FAR))
_ENDS_WITH_A_QUESTION = frozenset({SO_FAR, GAP, RAISES})
A_POINTS_TEXT = 2  # facts, from which a text without a question is one of points


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one text says of the points, over what was told before.

    `question` is the one that was asked last, for a bare answer; `facts` how many the text gives; `wants` the
    wording that answers what it asks; `supposed`: its facts hold for this turn alone; `leans`: it follows an
    answer on the points; `named`: it speaks of them in so many words.
    """

    text: str
    told: Mapping[str, Any]
    reading: PointsReading
    question: str
    facts: int
    wants: str
    supposed: bool
    leans: bool
    named: bool

    @property
    def after(self) -> bool:
        """Whether the text follows an answer on the points, and some of them were told."""
        return self.leans and bool(self.told)

    @property
    def passes(self) -> bool:
        """Whether the question that was asked is passed over."""
        return bool(self.question) and self.reading.skips

    @property
    def asks_of_nothing(self) -> bool:
        """Whether the gap is asked for, of points that nobody told."""
        return self.wants == GAP and not self.told and not self.facts and (self.named or self.leans)

    @property
    def is_answered(self) -> bool:
        """Whether the points are what the text is answered with."""
        if self.passes or self.asks_of_nothing:
            return True
        if self._means_else:
            return False
        return self._tells_enough if self.facts else self._goes_on

    @property
    def _means_else(self) -> bool:
        """Whether the text asks anything else, or speaks of other business, or of a relative's degree or age."""
        business = says("no_business_of_points", self.text) and not self.wants
        return business or says("tells_of_a_relative", self.text) or self._asks_else or self._asks_of_an_item

    @property
    def _goes_on(self) -> bool:
        """Whether a text without facts asks of the points told, or passes, denies or mistakes one after them."""
        reading = self.reading
        asks = bool(self.wants and self.told) and (self.named or self.leans)
        says_no = bool(reading.refused or reading.denies or reading.answers)
        return (asks and not talk.supposes(self.text)) or (self.after and says_no)

    @property
    def _tells_enough(self) -> bool:
        """Whether the facts make it a text of points: two, or one that leans on points told or asks of them.

        Who asks for a total and tells one fact is asked for the others first, by the form.
        """
        states = self.leans and not self.wants and not says("tries_otherwise", self.text)
        asks = bool(self.wants) and (bool(self.told) or self.wants != SO_FAR)
        return self.facts >= A_POINTS_TEXT or self.after or asks or states

    @property
    def is_told_in_passing(self) -> bool:
        """Whether the text tells facts that are worth keeping, whatever it is answered with."""
        enough = self.facts >= A_POINTS_TEXT or (self.facts == 1 and not talk.asks(self.text))
        others = talk.is_about_others(self.text) or says("tells_of_a_relative", self.text)
        business = self.facts < A_POINTS_TEXT and says("no_business_of_points", self.text)
        tried = self.supposed or talk.supposes(self.text) or says("tries_otherwise", self.text)
        return enough and not others and not business and not tried and any(map(str.isalpha, self.text))

    @property
    def _asks_else(self) -> bool:
        """Whether the text asks for anything but the total, the gap, and what would raise it."""
        rest = without("months_besides", self.text)
        for concept, _ in _WANTS:
            rest = without(concept, rest)
        if self.supposed or self.after or self.facts >= A_POINTS_TEXT:
            rest = without("asks_new_total", rest)
        return says("asks", rest)

    @property
    def _asks_of_an_item(self) -> bool:
        """Whether the text only asks what one item counts, in general ("中级职称有多少分")."""
        if self.supposed or not self.facts:
            return False
        asks = self.wants == SO_FAR or says("asks_new_total", self.text)
        one = len(self.reading.answers) < A_POINTS_TEXT and not talk.is_about_self(self.text)
        return says("asks_added", self.text) or (asks and one and not says("adds_up", self.text))


def hear(text: str, memory: Memory, rules: Rulebook, today: date) -> Heard:
    """What a text says of the points, after what the conversation keeps of them."""
    told = told_of(text, memory)
    asked = memory.key in _ENDS_WITH_A_QUESTION and bool(told) and not memory.choices
    question = next_question(told, rules, today) if asked else ""
    reading = read_points(text, told, rules, today, asked=question)
    tries = says("tries_otherwise", text) and not says("takes_back", text)
    return Heard(
        text=text,
        told=told,
        reading=reading,
        question=question,
        facts=facts_in(reading, told),
        wants=_wanted(text, after=bool(told) and is_tagged(memory.topic, "points")),
        supposed=bool(told) and (talk.supposes(text) or tries),
        leans=is_tagged(memory.topic, "points"),
        named=says("speaks_of_points", text),
    )


def _wanted(text: str, *, after: bool) -> str:
    """The wording that answers what a text asks of the points; after them, "够了吗" or "加起来呢" is enough."""
    found = next((key for concept, key in _WANTS if says(concept, text)), "")
    bare = after and not without("asks_new_total", without("adds_up", text)).strip(" ,，。?!了吗那是")
    return found or (SO_FAR if bare and any(map(str.isalpha, text)) else "")


def told_of(text: str, memory: Memory) -> Mapping[str, Any]:
    """The answers of the points that are kept; none for a text that begins anew, or for somebody else."""
    kept = {} if says("begins_afresh", text) else memory.facts.get(POINTS) or {}
    return {name: answer for name, answer in kept.items() if name in QUESTIONS}
