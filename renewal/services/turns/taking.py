"""Takes one turn: loads what must be known, lets the forms decide, carries out what they want."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

from renewal.dialogue.forms.acts import Act, decide, needs_outlook
from renewal.dialogue.forms.appointment import resume
from renewal.dialogue.forms.commands import Question
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.step import Follow, Step
from renewal.dialogue.forms.turn import MEMORY, Turn
from renewal.dialogue.responding import Response
from renewal.dialogue.righted import righted
from renewal.dialogue.says import BotMessage
from renewal.dialogue.topics import form_of
from renewal.services.app import Services
from renewal.services.turns.carrying import Carried, Hand, carry_out
from renewal.services.turns.knowing import load_known
from renewal.services.work import HOLDER, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is said, which slots are filled, and what follows.

    `aside`: the open form does not take the text, which is answered elsewhere. `closes`: no form is open any more.
    `response` is how an answer came about, where one was given; `opens` is the topic whose form opens at once.
    """

    messages: tuple[BotMessage, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    aside: bool = False
    closes: bool = False
    follow: Follow = Follow.GO_ON
    response: Response | None = None
    opens: str = ""


def take_turn(services: Services, turn: Turn, act: Act) -> Outcome:
    """What one turn comes to: read once, decided, carried out in one transaction."""
    asks = bool(turn.requested)  # an open form reads corrections of its own answers itself
    said = turn.said if asks else righted(turn.said, turn.memory().topic, services.today())
    turn = replace(turn, said=said, righted=said is not turn.said)
    appointments = needs_outlook(act, turn, services.today())
    known = load_known(services, turn.conversation_id, appointments=appointments)
    with ExitStack() as stack:
        work = cache(lambda: stack.enter_context(Work.begin(services, actor=HOLDER)))
        hand = Hand(services=services, turn=turn, case=known.case, work=work)
        steps, carried = _follow_through(hand, known, decide(act, turn, known))
    response = next((each.response for each in reversed(carried) if each.response is not None), None)
    minded = [(MEMORY, response.memory.as_dict())] if response else []
    begins = Follow(form_of(response.begins)) if response and response.begins else None
    return Outcome(
        messages=tuple(message for each in carried for message in each.messages),
        slots=dict([*(item for step in steps for item in step.slots.items()), *minded]),
        aside=any(step.aside for step in steps),
        closes=any(step.closes for step in steps),
        follow=begins or steps[-1].follow,
        response=response,
        opens="" if response or asks or not act.form or form_of(said.intent) != act.form else said.intent,
    )


def _follow_through(hand: Hand, known: Known, first: Step) -> tuple[list[Step], list[Carried]]:
    """The steps of a turn, each with what its commands came to; no turn takes more than a few."""
    steps, carried = [first], list[Carried]()
    while True:
        step = steps[-1]
        carried += (done := [carry_out(hand, command) for command in step.does])
        reply = done[-1].reply if done else None
        if reply is None:
            return steps, carried
        steps.append(resume(hand.turn, known, cast(Question, step.does[-1]), reply))
