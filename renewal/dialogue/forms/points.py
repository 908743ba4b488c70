"""The points form: what a holder tells of themselves, in any order, with questions for what is missing."""

from dataclasses import replace

from renewal.dialogue.forms.commands import Answer as AnswerText
from renewal.dialogue.forms.commands import AskPoints, Command, RefusePoints, TellPoints
from renewal.dialogue.forms.engine import Form, Taken, Wish, say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import asks_again, is_question, is_sure, wants_to_stop
from renewal.dialogue.forms.step import Follow, Step, ask, end
from renewal.dialogue.forms.turn import MEMORY, Turn
from renewal.dialogue.memory import POINTS as MEMORY_OF_POINTS
from renewal.dialogue.points import facts_in, merge, next_question, set_right, skip
from renewal.dialogue.points_heard import A_POINTS_TEXT, hear
from renewal.dialogue.points_item import holds_for_writer, item_asked
from renewal.dialogue.points_persons import told_of
from renewal.dialogue.thresholds import MISSES_BEFORE_LETTING_GO, SURE
from renewal.domain.points import estimate_points
from renewal.language import talk
from renewal.language.calling import wants_call
from renewal.language.points.answers import EXTRAS, QUESTIONS, Answer, Answers, situation_of
from renewal.language.points.persons import persons_in
from renewal.language.points.reading import PointsReading, read_points
from renewal.language.stopping import says_stop
from renewal.language.words import says

TOPIC, RULES, RAISES = "points_estimate", "points_rules", "points_raise"
OF_A_NUMBER = frozenset({"points_total", "points_gap"})  # topics that the total so far answers
STAGE = "points_stage"  # "opening" until the first question was asked, then "asking"
SLOTS = {f"points_{question}": question for question in QUESTIONS}
EMPTY = dict.fromkeys((*SLOTS, STAGE))


def outside(turn: Turn, known: Known) -> Step | None:
    """A text that tells facts of the points, or asks of those told, is answered at once: no form is needed."""
    heard = hear(turn.text, turn.memory(), known.rules, known.today, turn.said)
    one_item = item_asked(heard, turn.memory(), known.rules, known.today)
    answered = heard.is_answered or heard.is_beside or bool(one_item)
    return end(AnswerText(said=turn.said), slots=EMPTY) if answered else None


def told_outside(turn: Turn, known: Known) -> Step | None:
    """A text that only tells of the points, though it was taken for a wish for a call or an appointment."""
    heard = hear(turn.text, turn.memory(), known.rules, known.today, turn.said)
    tells = heard.after and heard.facts and heard.is_answered and not wants_call(turn.text)
    return end(AnswerText(said=turn.said), slots=EMPTY) if tells else None


def _begin(turn: Turn, known: Known) -> Step:
    """The form opens with what was told of the points."""
    kept = told_of(turn.text, turn.memory())
    reading = _reading(turn, known, {**dict.fromkeys(QUESTIONS), **kept})
    answers = {**kept, **reading.answers}
    step = _ask_next(known, answers).keeping(**{STAGE: "opening"})
    return step.after(*_total(turn, known, reading, answers), *_refusal(reading))


def _read(turn: Turn, known: Known) -> Taken:
    given = _given(turn)
    reading = _reading(turn, known, given, asked=SLOTS[turn.requested])
    if says_stop(turn.text) and not reading.skips:
        return Taken(wish=Wish.STOP)
    asked = _asked(turn, known, reading)
    if asked is not None:
        return asked
    if reading.skips or reading.answers or reading.refused:
        return Taken(wish=Wish.FILL, given=reading)
    if wants_to_stop(turn):
        return Taken(wish=Wish.STOP)
    if turn.intent == "human" and is_sure(turn):
        return Taken(wish=Wish.PERSON)
    return _no_answer(turn, reading)


def _no_answer(turn: Turn, reading: PointsReading) -> Taken:
    """What to do with a text that is no answer and may mean something."""
    if turn.intent == "ask_why":
        return Taken(wish=Wish.WHY)
    wrong = reading.names if says("corrects", turn.text) or says("begins_afresh", turn.text) else ""
    if wrong and _given(turn)[wrong]:
        return Taken(wish=Wish.FILL, given=wrong)
    if turn.intent == TOPIC or asks_again(turn):
        return Taken(wish=Wish.AGAIN)
    return Taken(wish=Wish.QUESTION if is_question(turn) else Wish.MISS)


def _fill(turn: Turn, known: Known, taken: Taken) -> Step:
    """Keep the answers; one that is told anew replaces the old one, and a number that cannot be is refused."""
    given, asked = _given(turn), SLOTS[turn.requested]
    if isinstance(taken.given, str):  # a question whose answer is wrong
        return _ask_next(known, {**given, taken.given: None})
    reading: PointsReading = taken.given
    if reading.skips:
        return _ask_next(known, {**given, asked: skip(asked, given[asked])})
    answers = {**given, **reading.answers}
    corrects = any(name != asked and _replaces(given[name], new) for name, new in reading.answers.items())
    says_so = (say("points_estimate.corrected"),) if corrects else ()
    if reading.refused is None:
        return _ask_next(known, answers).after(
            *says_so, *_total(turn, known, reading, answers, corrects=corrects)
        )
    return _missed(turn, known, answers, turn.misses + 1).after(*says_so, *_refusal(reading))


def _missed(turn: Turn, known: Known, answers: Answers, misses: int) -> Step:
    """Ask the question more helpfully; after the third bad answer to it, go on without it."""
    asked = SLOTS[turn.requested]
    if next_question(answers, known.rules, known.today) != asked:
        return _ask_next(known, answers)
    if misses < MISSES_BEFORE_LETTING_GO:
        return _ask_next(known, answers, misses=misses)
    passed = _ask_next(known, {**answers, asked: skip(asked, answers.get(asked))})
    return passed.after(say("points_estimate.passed_over"))


def _ask(slot: str, turn: Turn, known: Known) -> Step:
    """Ask for a slot, the more helpfully the more often the answer could not be read."""
    del known
    opening = turn.slot(STAGE) == "opening"
    question = AskPoints(question=SLOTS[slot], answers=_given(turn), misses=turn.misses, opening=opening)
    return Step(does=(question,), slots={STAGE: "asking"})


def _done(turn: Turn, known: Known) -> Step:
    """The estimate; the answers are kept, so that one can still be corrected or tried otherwise.

    What follows ("more", "why") leans on how points are counted.
    """
    del known
    given, memory = _given(turn), turn.memory()
    asked = {"intent": RULES, "text": turn.text}
    facts = {**memory.facts, MEMORY_OF_POINTS: given}
    memory = replace(memory.fresh(), asked=asked, topic=RULES, key=RULES, facts=facts)
    return end(TellPoints(answers=given), slots={**EMPTY, MEMORY: memory.as_dict()})


def _ask_next(known: Known, answers: Answers, *, misses: int = 0) -> Step:
    """Keep the answers and name the next question; the estimate, where there is none left."""
    question = next_question(answers, known.rules, known.today)
    kept = {slot: answers.get(name) for slot, name in SLOTS.items()}
    if question:
        return ask(f"points_{question}", misses=misses, slots=kept)
    return end(follow=Follow.TELL_POINTS, slots=kept)


def _reading(turn: Turn, known: Known, given: Answers, *, asked: str = "") -> PointsReading:
    """What the text tells of the one whose points the form counts; what it tells of others beside is left out."""
    persons = persons_in(turn.text)
    text = persons.own or turn.text
    reading = read_points(text, given, known.rules, known.today, asked=asked)
    if reading.answers or not reading.names or not says("takes_back", text):
        return reading
    return set_right(text, given, [reading.names], known.rules, known.today) or reading


def _refusal(reading: PointsReading) -> tuple[Command, ...]:
    if reading.refused is None:
        return ()
    question, number = reading.refused
    return (RefusePoints(question=question, number=number),)


def _total(
    turn: Turn, known: Known, reading: PointsReading, answers: Answers, *, corrects: bool = False
) -> tuple[Command, ...]:
    """The total so far and the gap, for a text that tries it, asks for it, tells several facts or sets one right.

    Also for one that takes points off, or reaches the standard. With nothing left to ask, the estimate is told.
    """
    told = facts_in(reading, {})
    least = 1 if turn.requested else A_POINTS_TEXT  # who only begins is asked first
    sums = told >= least and (_asks_sum(turn) or _tries(turn))
    reaches = _gap(_given(turn), known) > 0 and not _gap(answers, known)
    moves = corrects or reaches or _deducts(reading)
    sums = sums or told >= A_POINTS_TEXT or (bool(turn.requested) and (moves or reading.takes_out))
    more = next_question(answers, known.rules, known.today)
    return (TellPoints(answers=answers, so_far=True),) if sums and more else ()


def _gap(answers: Answers, known: Known) -> int:
    return estimate_points(situation_of(answers), known.rules, known.today).gap


def _deducts(reading: PointsReading) -> bool:
    return bool((reading.answers.get(EXTRAS) or {}).get("deductions"))


def _asks_sum(turn: Turn) -> bool:
    """Whether the text asks how many points it is so far, or how many are missing."""
    sure = sum(turn.said.chance_of(topic) for topic in OF_A_NUMBER) >= SURE
    return sure or says("asks_gap", turn.text) or says("asks_total", turn.text)


def _given(turn: Turn) -> dict[str, Answer | None]:
    return {question: turn.slots.get(slot) or None for slot, question in SLOTS.items()}


def _replaces(old: Answer | None, new: Answer) -> bool:
    """Whether a new answer sets an old one right, and does not only add to it; a part of one is no answer yet."""
    if old is None or old.get("open") or old.get("skipped"):
        return False
    return any(name in new and new[name] != value for name, value in old.items())


def _asks_of_its_own(turn: Turn, reading: PointsReading) -> bool:
    """Whether the text asks something else, though it may speak of a degree or a span on the way."""
    ours = {TOPIC, *OF_A_NUMBER, RULES} if reading.skips else {TOPIC, *OF_A_NUMBER}
    tells = facts_in(reading, {}) >= A_POINTS_TEXT
    return is_question(turn) and turn.intent not in ours and talk.asks(turn.text) and not tells


def _asked(turn: Turn, known: Known, reading: PointsReading) -> Taken | None:
    """A question in the text: what one item counts, how many points it is so far or are missing; else its own."""
    given = _given(turn)
    if _asks_item(turn, known):
        return Taken(wish=Wish.QUESTION)
    so_far = any(given.values()) and not reading.answers and reading.refused is None
    if so_far and turn.intent == RAISES and is_sure(turn) and not _tries(turn):
        return Taken(wish=Wish.AGAIN, says=(TellPoints(answers=given, so_far=True, raises=True),))
    if so_far and (_asks_sum(turn) or reading.denies) and not reading.skips:
        return Taken(wish=Wish.AGAIN, says=(TellPoints(answers=given, so_far=True),))
    if any(given.values()) and _only_tries(turn, reading):
        tried = TellPoints(answers=merge(given, reading), so_far=True, before=given)
        return Taken(wish=Wish.AGAIN, says=(tried,))
    return Taken(wish=Wish.QUESTION) if _asks_of_its_own(turn, reading) else None


def _asks_item(turn: Turn, known: Known) -> bool:
    """Whether the text asks what one item counts, by what it says or after such an answer, and tells nothing."""
    heard = hear(turn.text, turn.memory(), known.rules, known.today)
    return bool(item_asked(heard, turn.memory(), known.rules, known.today)) and not holds_for_writer(
        turn.text
    )


def _only_tries(turn: Turn, reading: PointsReading) -> bool:
    """Whether the text only tries how many points it would be: in so many words, or where it was not asked for."""
    asked_for = SLOTS[turn.requested] in reading.answers and not says("supposes", turn.text)
    tries = _tries(turn) or reading.to_come or reading.takes_out
    return tries and bool(reading.answers) and not asked_for and not says("takes_back", turn.text)


def _tries(turn: Turn) -> bool:
    return talk.supposes(turn.text) or says("tries_otherwise", turn.text)


def _part(turn: Turn, known: Known) -> Step:
    del turn, known
    return end(say("points_estimate.cancelled"), slots=EMPTY)


POINTS = Form(
    name=Follow.POINTS,
    slots=tuple(SLOTS),
    begin=_begin,
    read=_read,
    fill=_fill,
    back=lambda turn, known: _ask_next(known, _given(turn)),
    ask=_ask,
    why=say("points_estimate.why"),
    part=_part,
    emptied=EMPTY,
    done=_done,
    done_by=Follow.TELL_POINTS,
    let_go=lambda turn, known, _taken, misses: _missed(turn, known, _given(turn), misses),
)
