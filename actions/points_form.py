"""The points form: what a holder tells of themselves, in any order, with questions for what is missing."""

import re
from dataclasses import replace

from actions.leaving import answer_besides
from actions.reading import SURE, asks_again, is_question, wants_to_stop
from actions.turn import MEMORY, Event, Result, Turn, close_form, fill, listen, step_aside, then
from renewal.dialogue.says import BotMessage
from renewal.language.contact import simple
from renewal.language.points.reading import Answer, Answers, PointsReading
from renewal.language.stopping import says_stop
from renewal.services.app import Services
from renewal.services.talks.answers import say
from renewal.services.talks.points import (
    QUESTIONS,
    ask_points,
    next_question,
    read_text,
    refuse,
    skip,
    tell_points,
)

FORM = "points_form"
INTENT, RULES = "points_estimate", "points_rules"
STAGE = "points_stage"  # "opening" until the first question was asked, then "asking"
TOLD = "points_told"  # the answers of the last estimate: the form's own slots are empty whenever it opens
TELL = "action_tell_points"
MISSES_BEFORE_GOING_ON = 3
SLOTS = {f"points_{question}": question for question in QUESTIONS}

_ASKS = re.compile(
    r"[吗呢么]\W*$|[?？]|什么|怎么|怎样|如何|多少|几分|哪|是不是|能不能|可不可以|要不要|\b(?:what|how|where|when|which)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"不对|错了|写错|打错|说错|更正|改一下|改成|重新|不是.{1,12}是|\bwrong\b|mistake", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"^\W*(?:那|如果|要是|假如|换成|不对|应该|改|其实|更正|哦)|如果|要是|假如|[说写打搞填弄]错|错了|呢\W*$|不是.{1,12}是"
    r"|\b(?:what|how) about\b|\bif\b|\bactually\b|\bwrong\b|\bmistake\b",
    re.IGNORECASE,
)
# Asks for nothing but the new total.
_ASKS_TOTAL = re.compile(
    r"(?:总[共分]|一共|大概|现在|就|会|能|是|有|得|变成?|加|算)*(?:多少分?|几分|怎么样|怎样|咋样)"
    r"|(?:是不是|能不能|会不会)?(?:就|会|能|可以)*(?:够|达标|及格|[到有过]\d*分?)(?:了|不够|不到)?吗|会怎么?样|呢"
    r"|\bwhat (?:if|about)\b|\bhow (?:about|many points)\b",
    re.IGNORECASE,
)
_OTHER_BUSINESS = re.compile(
    r"居住证|续签|签注|落户|(?<!上海)(?<!本地)户口|材料|窗口|网上|[过到逾]期|断[缴交了签]|离职|辞职|失业|搬|租|入学|上学|中考|高考|退休|办理|申请|补[缴交]|续办"
    r"|\b(?:permit|renew|documents?|apply|expire|settle|school)",
    re.IGNORECASE,
)
_AFRESH = re.compile(r"重新|再算|另外|朋友|同事|\banother\b|\bagain\b", re.IGNORECASE)


def validate(services: Services, turn: Turn) -> Result:
    """Take what the text gives and choose the next question; or step aside for one of the user's own."""
    asked = SLOTS.get(turn.requested, "")
    if not asked:
        return _begin(services, turn)
    if turn.answered:
        return Result(events=_ask(services, _given(turn)))
    return _follow(services, turn, asked)


def ask(slot: str, services: Services, turn: Turn) -> Result:
    """Ask for a slot, the more helpfully the more often the answer could not be read."""
    opening = turn.slot(STAGE) == "opening"
    messages = ask_points(
        services,
        turn.conversation_id,
        SLOTS[slot],
        _given(turn),
        misses=turn.misses,
        opening=opening,
    )
    return Result(messages=messages, events=fill(**{STAGE: "asking"}))


def tell(services: Services, turn: Turn) -> Result:
    """The estimate; the answers are kept, so that one can still be corrected or tried otherwise.

    What follows ("more", "why") leans on how points are counted.
    """
    given = _given(turn)
    messages = tell_points(services, turn.conversation_id, given)
    asked = {"intent": RULES, "text": turn.text}
    memory = replace(turn.memory(), asked=asked, topic=RULES, key=RULES, choices=(), misses=0, retold=False)
    events = (*_emptied(), *fill(**{TOLD: given, MEMORY: memory.as_dict()}))
    return Result(messages=messages, events=(*events, listen()))


def goes_on(services: Services, turn: Turn) -> bool:
    """Whether a text after the estimate changes an answer of it ("不对，我是硕士", "要是社保十年呢").

    A text that asks for anything but the new total, or speaks of other business, does not.
    """
    told = turn.slots.get(TOLD)
    text = simple(turn.text)
    if not told or turn.form not in {"", FORM} or _AFRESH.search(text) or not _GOES_ON.search(text):
        return False
    if _OTHER_BUSINESS.search(text) or _ASKS.search(_ASKS_TOTAL.sub("", text)):
        return False
    reading = read_text(services, turn.text, told)
    return bool(reading.answers or reading.refused)


def _begin(services: Services, turn: Turn) -> Result:
    """The form opens: what an earlier estimate left is forgotten, unless this changes an answer of it."""
    kept: dict[str, Answer | None] = dict.fromkeys(QUESTIONS)
    stage = "opening"
    if goes_on(services, turn):
        kept, stage = dict(turn.slots[TOLD]), "asking"
    reading = read_text(services, turn.text, kept)
    answers = {**kept, **reading.answers}
    messages = refuse(services, turn.conversation_id, *reading.refused) if reading.refused else ()
    return Result(messages=messages, events=(*fill(**{STAGE: stage}), *_ask(services, answers)))


def _follow(services: Services, turn: Turn, asked: str) -> Result:
    given = _given(turn)
    reading = read_text(services, turn.text, given, asked=asked)
    if says_stop(turn.text) and not reading.skips:
        return _leave(services, turn)
    if _asks_of_its_own(turn, reading):
        return Result(events=(step_aside(FORM),))
    if reading.skips:
        return Result(events=_ask(services, {**given, asked: skip(asked, given[asked])}))
    if reading.answers or reading.refused:
        return _take(services, turn, asked, reading)
    return _aside(services, turn, reading) or _missed(services, turn, given, asked)


def _take(services: Services, turn: Turn, asked: str, reading: PointsReading) -> Result:
    """Keep the answers; one that is told anew replaces the old one, and a number that cannot be is refused."""
    given = _given(turn)
    answers = {**given, **reading.answers}
    messages: tuple[BotMessage, ...] = ()
    if any(name != asked and _told(given[name]) not in (None, new) for name, new in reading.answers.items()):
        messages = say(services, turn.conversation_id, "points_estimate.corrected")
    if reading.refused is None:
        return Result(messages=messages, events=_ask(services, answers))
    messages = (*messages, *refuse(services, turn.conversation_id, *reading.refused))
    missed = _missed(services, turn, answers, asked)
    return Result(messages=(*messages, *missed.messages), events=missed.events)


def _aside(services: Services, turn: Turn, reading: PointsReading) -> Result | None:
    """What to do with a text that is no answer and means something; None where it is a bad answer."""
    given = _given(turn)
    wrong = reading.names if _CORRECTS.search(turn.text) else ""
    if wants_to_stop(turn):
        return _leave(services, turn)
    if turn.intent == "human" and turn.confidence >= SURE:
        left = (step_aside(FORM), close_form(), *_emptied())
        return Result(events=(*left, then("callback_form")))
    if turn.intent == "ask_why":
        messages = say(services, turn.conversation_id, "points_estimate.why")
        return Result(messages=messages, events=_ask(services, given))
    if wrong and given[wrong]:
        return Result(events=_ask(services, {**given, wrong: None}))
    if turn.intent == INTENT or asks_again(turn):
        return Result(events=_ask(services, given, misses=turn.misses))
    return Result(events=(step_aside(FORM),)) if is_question(turn) else None


def _leave(services: Services, turn: Turn) -> Result:
    """Out of the form, to what the text asks besides, if anything; what the form was told is forgotten."""
    answered = answer_besides(services, turn)
    if answered is not None:
        left = (step_aside(FORM), close_form(), *_emptied())
        return Result(messages=answered.messages, events=(*left, *answered.events))
    messages = say(services, turn.conversation_id, "points_estimate.cancelled")
    return Result(messages=messages, events=(*_emptied(), listen()))


def _missed(services: Services, turn: Turn, answers: Answers, asked: str) -> Result:
    """Ask the question more helpfully; after the third bad answer to it, go on without it."""
    if next_question(services, answers) != asked:
        return Result(events=_ask(services, answers))
    misses = turn.misses + 1
    if misses < MISSES_BEFORE_GOING_ON:
        return Result(events=_ask(services, answers, misses=misses))
    messages = say(services, turn.conversation_id, "points_estimate.passed_over")
    return Result(messages=messages, events=_ask(services, {**answers, asked: skip(asked, answers[asked])}))


def _ask(services: Services, answers: Answers, *, misses: int = 0) -> tuple[Event, ...]:
    """Keep the answers and name the next question; the estimate, where there is none left."""
    question = next_question(services, answers)
    kept = fill(**{f"points_{name}": answers.get(name) for name in QUESTIONS})
    if question:
        return (*kept, *fill(form_misses=misses, requested_slot=f"points_{question}"))
    return (*kept, *fill(form_misses=None, requested_slot=None), then(TELL))


def _emptied() -> tuple[Event, ...]:
    return fill(**dict.fromkeys((*SLOTS, STAGE, "form_misses", "requested_slot")))


def _given(turn: Turn) -> dict[str, Answer | None]:
    return {question: turn.slots.get(slot) or None for slot, question in SLOTS.items()}


def _told(answer: Answer | None) -> Answer | None:
    """An answer that is whole, so that another in its place corrects it."""
    return None if answer is None or answer.get("open") or answer.get("skipped") else answer


def _asks_of_its_own(turn: Turn, reading: PointsReading) -> bool:
    """Whether the text asks something else, though it may speak of a degree or a span on the way."""
    ours = {INTENT, RULES} if reading.skips else {INTENT}
    return is_question(turn) and turn.intent not in ours and bool(_ASKS.search(turn.text))
