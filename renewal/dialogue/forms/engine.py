"""Drives any form: begins it, takes an answer, corrects, explains, lets a question by, counts misses, lets go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from renewal.dialogue.forms.commands import Answer, Command, Say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.reading import asked_besides
from renewal.dialogue.forms.step import Follow, Step, ask, end
from renewal.dialogue.forms.turn import MISSES, REQUESTED, Turn
from renewal.dialogue.thresholds import MISSES_BEFORE_LETTING_GO
from renewal.dialogue.topics import is_tagged
from renewal.language import talk


class Wish(StrEnum):
    """What a text in a form comes to."""

    FILL = "fill"
    STOP = "stop"
    PERSON = "person"
    WHY = "why"
    QUESTION = "question"  # of its own: it is answered, and the form comes back
    AGAIN = "again"  # only calls for the question once more, which is no bad answer
    MISS = "miss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a form takes from a text. `given` is for its own `fill`; `says` is said before the question comes again.

    `counts`: the text counts as a bad answer although the question is only asked again.
    """

    wish: Wish
    slots: Mapping[str, Any] = field(default_factory=dict)
    given: Any = None
    says: tuple[Command, ...] = ()
    counts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form as data, asking for `slots` in their order.

    `begin` opens it; `read` says what a text is to it, and `fill` what to do with an answer. `back` asks once more
    after a question of the user's own was answered; `ask` puts the question for a slot, `why` says what it is for.
    `done` is what it comes to, when `done_by` follows. `emptied` is what is forgotten when it is left: before an
    answer to what the text asks besides, `leaving` is done; where it asks nothing, `part` says a word. `let_go`
    follows too many misses in a row, None where there is no limit; `always` is filled whenever it asks again.
    """

    name: Follow
    slots: tuple[str, ...]
    begin: Callable[[Turn, Known], Step]
    read: Callable[[Turn, Known], Taken]
    fill: Callable[[Turn, Known, Taken], Step]
    back: Callable[[Turn, Known], Step]
    ask: Callable[[str, Turn, Known], Step]
    why: Command
    part: Callable[[Turn, Known], Step]
    emptied: Mapping[str, Any]
    done: Callable[[Turn, Known], Step] = lambda _turn, _known: Step()
    done_by: Follow = Follow.GO_ON
    leaving: Callable[[Known], tuple[Command, ...]] = lambda _known: ()
    let_go: Callable[[Turn, Known, Taken, int], Step] | None = None
    always: Mapping[str, Any] = field(default_factory=dict)


def follow(form: Form, turn: Turn, known: Known) -> Step:
    """What a form makes of a turn."""
    if not turn.requested:
        return _of_another_permit(form, turn) or form.begin(turn, known)
    if turn.answered:
        return form.back(turn, known)
    taken = form.read(turn, known)
    match taken.wish:
        case Wish.FILL:
            step = form.fill(turn, known, taken)
        case Wish.STOP:
            step = leave(form, turn, known)
        case Wish.PERSON:
            step = to_a_person(form, known)
        case Wish.QUESTION:
            step = Step(slots=taken.slots, aside=True)
        case Wish.WHY:
            step = _again(form, turn, misses=0).after(form.why)
        case Wish.AGAIN:
            step = _again(form, turn, misses=turn.misses + taken.counts).after(*taken.says)
        case Wish.MISS:
            step = miss(form, turn, known, taken)
    return step


def _of_another_permit(form: Form, turn: Turn) -> Step | None:
    """The answer instead of a form that is about a permit, where words of the text name one that is not ours."""
    topic = "" if turn.answered or form.name == Follow.CALLBACK else talk.names_topic(turn.text)
    if not is_tagged(topic, "apart"):
        return None
    said = replace(turn.said, intent=topic, confidence=1.0, ranking=(), parts=())
    return end(Answer(said=said))


def leave(form: Form, turn: Turn, known: Known) -> Step:
    """Out of the form: to the answer of what the text asks besides, else with a word of parting."""
    asked = asked_besides(turn)
    if asked is None:
        return form.part(turn, known)
    does = (*form.leaving(known), Answer(said=asked))
    return Step(does=does, slots=_left(form), aside=True, closes=True, follow=Follow.LISTEN)


def to_a_person(form: Form, known: Known) -> Step:
    """Out of the form, into the one for a call."""
    left = form.leaving(known)
    return Step(does=left, slots=_left(form), aside=True, closes=True, follow=Follow.CALLBACK)


def miss(form: Form, turn: Turn, known: Known, taken: Taken) -> Step:
    """One bad answer more, unless a part of it could be used; after so many in a row the form lets go."""
    misses = 0 if taken.slots else turn.misses + 1
    if form.let_go is not None and misses >= MISSES_BEFORE_LETTING_GO:
        return form.let_go(turn, known, taken, misses)
    return _again(form, turn, misses=misses).keeping(**taken.slots)


def say(key: str, **values: Any) -> Say:
    """One entry of the wording."""
    return Say(key=key, values=values)


def _again(form: Form, turn: Turn, *, misses: int) -> Step:
    return ask(turn.requested, misses=misses, slots=form.always)


def _left(form: Form) -> dict[str, Any]:
    return {**form.emptied, REQUESTED: None, MISSES: None}
