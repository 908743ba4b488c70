"""The engine, with a form of one colour and one size: no store, no Rasa, no words of a holder."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.forms.acts import FORMS, Act, Kind, needs_outlook
from renewal.dialogue.forms.commands import Answer, Say
from renewal.dialogue.forms.engine import Form, Taken, Wish, follow, say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.outside import answer
from renewal.dialogue.forms.step import Follow, Step, ask, end
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.understood import Understood
from tests.loaded import RULES

KNOWN = Known(today=date(2026, 11, 23), rules=RULES, case=Case(conversation_id="t", channel="web"))
SLOTS = ("colour", "size")


def _next(values: dict[str, Any]) -> Step:
    missing = next((slot for slot in SLOTS if not values.get(slot)), None)
    return ask(missing, slots=values) if missing else end(say("done"), slots=values)


def _held(turn: Turn) -> dict[str, Any]:
    return {slot: turn.slot(slot) for slot in SLOTS}


def _read(turn: Turn, known: Known) -> Taken:
    del known
    kind, _, value = turn.text.partition(" ")
    if kind in SLOTS:
        return Taken(wish=Wish.FILL, slots={kind: value})
    return Taken(wish=Wish(kind))


TOY = Form(
    name=Follow.CALLBACK,
    slots=SLOTS,
    begin=lambda turn, _known: _next(_held(turn)),
    read=_read,
    fill=lambda turn, _known, taken: _next({**_held(turn), **taken.slots}),
    back=lambda turn, _known: _next(_held(turn)),
    ask=lambda slot, _turn, _known: Step(does=(say(f"ask_{slot}"),)),
    why=say("why"),
    part=lambda _turn, _known: end(say("bye"), slots=dict.fromkeys(SLOTS)),
    emptied=dict.fromkeys(SLOTS),
    leaving=lambda _known: (say("withdrawn"),),
    let_go=lambda _turn, _known, _taken, _misses: end(say("given_up"), slots=dict.fromkeys(SLOTS)),
)


class Talk:
    """What the form holds from one text to the next."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.step = Step()

    def say(self, text: str, **more: Any) -> list[str]:
        turn = Turn(
            conversation_id="t",
            said=Understood(text=text, intent=more.pop("intent", "inform"), confidence=0.9),
            slots=self.slots,
            form=TOY.name,
            requested=self.slots.get("requested_slot") or "",
        )
        self.step = follow(TOY, replace(turn, **more), KNOWN)
        self.slots = {**self.slots, **self.step.slots}
        return [command.key if isinstance(command, Say) else "answer" for command in self.step.does]

    @property
    def asks(self) -> str | None:
        return self.slots.get("requested_slot")


@pytest.fixture
def toy() -> Talk:
    begun = Talk()
    begun.say("")
    return begun


def test_it_asks_in_order_takes_in_any_and_is_done(toy: Talk) -> None:
    assert toy.asks == "colour"
    toy.say("size large")
    assert toy.asks == "colour"
    assert toy.say("colour red") == ["done"]
    assert toy.asks is None
    assert toy.step.follow is Follow.LISTEN


def test_an_earlier_answer_is_corrected_while_another_is_asked(toy: Talk) -> None:
    toy.say("colour red")
    toy.say("colour blue")
    assert (toy.slots["colour"], toy.asks) == ("blue", "size")


def test_why_is_told_and_is_no_bad_answer(toy: Talk) -> None:
    toy.say("miss")
    assert toy.say("why") == ["why"]
    assert (toy.asks, toy.slots["form_misses"]) == ("colour", 0)


def test_a_question_of_its_own_is_let_by_and_the_form_comes_back(toy: Talk) -> None:
    toy.say("colour red")
    assert toy.say("question") == []
    assert toy.step.aside
    assert not toy.step.closes
    toy.say("question", answered=True)
    assert (toy.asks, toy.slots["colour"]) == ("size", "red")


def test_bad_answers_in_a_row_are_counted_and_then_it_lets_go(toy: Talk) -> None:
    toy.say("miss")
    toy.say("again")
    assert toy.slots["form_misses"] == 1
    toy.say("miss")
    assert toy.say("miss") == ["given_up"]
    assert toy.asks is None


def test_a_good_answer_forgives_the_bad_ones(toy: Talk) -> None:
    toy.say("miss")
    toy.say("miss")
    toy.say("colour red")
    assert toy.slots["form_misses"] == 0


def test_who_stops_gets_a_word_and_nothing_is_kept(toy: Talk) -> None:
    toy.say("colour red")
    assert toy.say("stop") == ["bye"]
    assert (toy.asks, toy.slots["colour"]) == (None, None)


def test_who_goes_to_a_person_gets_there(toy: Talk) -> None:
    assert toy.say("person") == ["withdrawn"]
    assert (toy.step.follow, toy.step.closes) == (Follow.CALLBACK, True)


def test_what_a_text_that_leaves_asks_besides_is_answered() -> None:
    said = Understood(text="算了不填了，要带什么材料", intent="materials", confidence=0.9)
    held = {"colour": "red", "requested_slot": "size"}
    turn = Turn(conversation_id="t", said=said, slots=held, form=TOY.name, requested="size")
    step = follow(replace(TOY, read=lambda _turn, _known: Taken(wish=Wish.STOP)), turn, KNOWN)
    assert step.does[0] == say("withdrawn")
    assert isinstance(step.does[1], Answer)
    assert step.does[1].said.text == "要带什么材料"
    assert (step.closes, step.slots["colour"]) == (True, None)


@pytest.mark.parametrize(
    "act", [{"kind": Kind.ANSWER, "form": Follow.STATUS}, {"kind": Kind.ASK, "slot": "callback_name"}]
)
def test_what_a_form_does_has_a_form_and_nothing_else_has(act: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="form"):
        Act(**act)


def test_no_slot_is_asked_by_two_forms() -> None:
    slots = [slot for form in FORMS.values() for slot in form.slots]
    assert len(slots) == len(set(slots))


@pytest.mark.parametrize(
    ("text", "looks"), [("要带什么材料", False), ("取消我的预约", True), ("居住证怎么续签", False)]
)
def test_the_centres_are_looked_at_only_where_an_appointment_may_be_meant(text: str, looks: bool) -> None:
    turn = Turn(conversation_id="t", said=Understood(text=text, intent="out_of_scope"))
    assert needs_outlook(Act(kind=Kind.ANSWER), turn, KNOWN.today) is looks


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("我电话13800138000，打给我", Follow.CALLBACK),
        ("要带什么材料", Follow.GO_ON),
        ("别给我打电话了", Follow.LISTEN),
    ],
)
def test_outside_forms_the_first_reader_that_makes_something_of_a_text_is_followed(
    text: str, follows: Follow
) -> None:
    turn = Turn(conversation_id="t", said=Understood(text=text, intent="out_of_scope"))
    assert answer(turn, KNOWN).follow is follows
    inside = replace(turn, form=Follow.POINTS)
    assert [type(command) for command in answer(inside, KNOWN).does] == [Answer]
