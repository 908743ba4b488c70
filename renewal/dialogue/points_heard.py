"""What a plain text says of the points, outside the form: facts, a wish for the total or the gap, or only a try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from renewal.dialogue.memory import Memory
from renewal.dialogue.points import facts_in, next_question, set_right
from renewal.dialogue.points_persons import Spoken, spoken_of
from renewal.dialogue.points_wishes import (
    BY_INSURANCE,
    GAP,
    GAP_TRIED,
    RAISES,
    SO_FAR,
    SUPPOSED,
    WHY,
    asks_beside,
    is_of_estimate,
    rest_asks,
    topic_asked,
    wanted,
)
from renewal.dialogue.topics import is_tagged
from renewal.dialogue.understood import Understood
from renewal.domain import Rulebook
from renewal.domain.points import Skill
from renewal.language import talk
from renewal.language.points.answers import AGE, EXTRAS, INSURANCE, LEVEL
from renewal.language.points.levels import skill_in
from renewal.language.points.reading import PointsReading, read_points
from renewal.language.words import says

_ENDS_WITH_A_QUESTION = frozenset({SO_FAR, GAP, RAISES})
_TRIED = frozenset({SUPPOSED, GAP_TRIED})
A_POINTS_TEXT = 2  # facts, from which a text without a question is one of points


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one text says of the points, over what was told before.

    `spoken` is whose points they are, and what was told of them; `question` the one that was asked last, for a bare
    answer; `facts` how many the text gives. `wants` is the wording that answers what it asks, `sure` where the model
    says so; `modelled`: the model takes it for points at all; `beside`: it finds another question as well.
    `supposed`: the facts hold for this turn alone; `tried`: so did those of the text before; `leans`: the text
    follows an answer on the points; `named`: it speaks of them in so many words.
    """

    text: str
    spoken: Spoken
    reading: PointsReading
    question: str
    facts: int
    wants: str
    sure: bool
    modelled: bool
    beside: bool
    supposed: bool
    tried: bool
    leans: bool
    named: bool

    @property
    def told(self) -> Mapping[str, Any]:
        """What was told before of the points that are spoken of."""
        return self.spoken.told

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
        """Whether the gap is asked for, of points that nobody told; or the total of somebody else's."""
        others = self.spoken.is_other and (self.wants == SO_FAR or self.modelled)
        named = self.named or self.leans or self.modelled
        return (self.wants == GAP or others) and not self.told and not self.facts and named

    @property
    def is_answered(self) -> bool:
        """Whether the points are what the text is answered with, and all that it asks."""
        if self.passes or self.asks_of_nothing:
            return not self.asks_else
        if self._is_other_business or self.asks_else or self._asks_of_an_item:
            return False
        return self._tells_enough if self.facts else self._goes_on

    @property
    def is_beside(self) -> bool:
        """Whether the text is one of points by the model as well, tells or asks enough, and asks something besides."""
        enough = self.facts >= A_POINTS_TEXT or bool(self.wants and (self.told or self.facts or self.beside))
        return self.modelled and self.asks_else and enough and not self._is_other_business

    @property
    def _is_other_business(self) -> bool:
        return says("no_business_of_points", self.text) and not self.wants

    @property
    def _goes_on(self) -> bool:
        """Whether a text without facts asks of the points told, or passes, denies or mistakes one after them."""
        reading = self.reading
        asks = bool(self.wants and self.told) and (self.named or self.leans or self.sure)
        tries = talk.supposes(self.text) and not self.is_of_what_is
        says_no = bool(reading.refused or reading.denies or reading.answers)
        undoes = self.tried and says("undoes_try", self.text)
        return (asks and not tries) or (self.after and (says_no or undoes))

    @property
    def is_of_what_is(self) -> bool:
        """Whether the text turns from what was tried to what is ("没考的话还差几分")."""
        return not self.facts and not self.reading.takes_out and says("as_it_is", self.text)

    @property
    def _tells_enough(self) -> bool:
        """Whether the facts make it a text of points: two, or one that leans on points told or asks of them.

        Who asks for a total and tells one fact is asked for the others first, by the form.
        """
        tries = says("tries_otherwise", self.text)
        asks = bool(self.wants) and (bool(self.told) or self.wants != SO_FAR)
        if self.spoken.is_new:
            told = (self.leans or self.named) and self.facts >= A_POINTS_TEXT
            return bool(self.wants) or tries or told or self.modelled or says("asks_new_total", self.text)
        states = self.leans and not self.wants and not tries
        return self.facts >= A_POINTS_TEXT or self.after or asks or states

    @property
    def owns_up(self) -> bool:
        """Whether the text tells that something was done for which points are taken, and does not merely ask."""
        deducted = (self.reading.answers.get(EXTRAS) or {}).get("deductions")
        own = talk.is_about_self(self.text) or says("of_ones_item", self.text)
        return bool(deducted) and own and not talk.supposes(self.text)

    @property
    def is_told_in_passing(self) -> bool:
        """Whether the text tells facts that are worth keeping, whatever it is answered with."""
        enough = self.facts >= A_POINTS_TEXT or (self.facts == 1 and not talk.asks(self.text)) or self.owns_up
        others = self.spoken.is_other or says("in_general", self.text)
        business = self.facts < A_POINTS_TEXT and says("no_business_of_points", self.text)
        tried = self.supposed or talk.supposes(self.text) or says("tries_otherwise", self.text)
        return enough and not others and not business and not tried and any(map(str.isalpha, self.text))

    @property
    def asks_else(self) -> bool:
        """Whether the text asks for anything but the total, the gap, and what would raise it."""
        if self.wants == BY_INSURANCE:
            return self.beside
        total = self.supposed or self.after or self.facts >= A_POINTS_TEXT
        return self.beside or (rest_asks(self.text, total=total) and not self.sure)

    @property
    def _asks_of_an_item(self) -> bool:
        """Whether the text only asks what one item counts, in general ("中级职称有多少分")."""
        of_other = self.spoken.is_other and self.facts >= A_POINTS_TEXT
        if self.supposed or not self.facts or self.reading.denies or self.sure or of_other:
            return False
        asks = self.wants == SO_FAR or says("asks_new_total", self.text)
        one = len(self.reading.answers) < A_POINTS_TEXT and EXTRAS not in self.reading.answers
        own = talk.is_about_self(self.text) or says("told_on_top", self.text) or self._tells_first
        return says("asks_added", self.text) or (asks and one and not own and not says("adds_up", self.text))

    @property
    def _tells_first(self) -> bool:
        """Whether the question stands in a clause of its own, after what is told of oneself."""
        return self.after and says("question_apart", self.text)


def hear(
    text: str, memory: Memory, rules: Rulebook, today: date, understood: Understood | None = None
) -> Heard:
    """What a text says of the points, after what the conversation keeps of them, and what the model takes it for."""
    model = understood or Understood(intent="", text=text)
    topic, estimate = topic_asked(model, memory), is_of_estimate(model)
    spoken = spoken_of(text, memory, rules, today)
    told = spoken.told
    leans = is_tagged(memory.topic, "points")
    asked = memory.key in _ENDS_WITH_A_QUESTION and bool(told) and not memory.choices and not spoken.is_other
    question = next_question(told, rules, today) if asked else ""
    skill = _skill_before(told, memory) if leans else None
    grown = question != INSURANCE and says("has_become", text)
    tells_age = talk.is_bare_age(text) and bool(told.get(AGE)) and (grown or says("tries_otherwise", text))
    reading = read_points(spoken.text, told, rules, today, asked=AGE if tells_age else question, skill=skill)
    if leans and told and not reading.answers and (says("takes_back", text) or says("told_on_top", text)):
        before = (
            [reading.names]
            if reading.names
            else list(read_points(memory.last.text, {}, rules, today).answers)
        )
        reading = set_right(spoken.text, told, before, rules, today) or reading
    tries = says("tries_otherwise", text) or reading.takes_out or reading.to_come
    beside = (bool(topic) or estimate) and asks_beside(model)
    wants = wanted(text, topic, after=bool(told) and leans) or (SO_FAR if estimate and beside else "")
    if wants == WHY and (reading.answers or reading.denies) and not says("asks_why", text):
        wants = wanted(text, "", after=bool(told) and leans)  # a level told or tried is no question why
    return Heard(
        text=text,
        spoken=spoken,
        reading=reading,
        question=question,
        facts=facts_in(reading, told),
        wants=wants,
        sure=bool(topic),
        modelled=bool(topic) or estimate,
        beside=beside,
        supposed=bool(told)
        and wants != WHY
        and (talk.supposes(text) or (tries and not says("takes_back", text))),
        tried=memory.key in _TRIED,
        leans=leans,
        named=says("speaks_of_points", text),
    )


def _skill_before(told: Mapping[str, Any], memory: Memory) -> Skill | None:
    """The title or level of skill that was told, or spoken of in the text before."""
    kept = (told.get(LEVEL) or {}).get("skill")
    tried = Skill.LEVEL_1 if memory.key in _TRIED else None  # "高级呢" was a title where it was tried as one
    return skill_in(memory.last.text, alone=True, before=tried) or (Skill(kept) if kept else None)
