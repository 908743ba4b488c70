"""One text outside a form: what was said before, what is said now, and what is kept in mind for the next text."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from renewal.services.answers import Pick, buttons, pick, render
from renewal.services.app import Services
from renewal.services.assistant import BotMessage
from renewal.services.case import Case, load_case
from renewal.services.deciding import SURE, Decision, decide
from renewal.services.topics import Understood, leaning_topic, topic_of
from renewal.wording.composer import Depth

FORMS = frozenset({"human", "my_status", "points_estimate"})  # topics that a form answers
MISSES_BEFORE_A_PERSON = 2
_FIRST = re.compile(
    r"(?:选|就|是|要|第)?(?:1|一|①)(?:个|吧|号|那个)?|(?:前|上)面?(?:一|那)?个|前者|(?:the )?first(?: one)?|one"
)
_SECOND = re.compile(
    r"(?:选|就|是|要|第)?(?:2|二|两|②)(?:个|吧|号|那个)?|(?:后|下)面?(?:一|那)?个|后者|(?:the )?second(?: one)?|two"
)
_BOTH = re.compile(r"都(?:要|想|问|是)(?:知道|问|了解)?|两个都.{0,4}|(?:1|一)[和、,](?:2|二)|both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the conversation keeps from one text to the next.

    `asked` is the last text that was answered or could not be told apart, as Understood's own fields; `key` the
    wording that answered it; `choices` the topics offered and not chosen yet; `misses` the texts in a row that
    were not understood; `retold`: the last answer was given in other words already.
    """

    asked: Mapping[str, Any] | None = None
    topic: str = ""
    key: str = ""
    choices: tuple[str, ...] = ()
    misses: int = 0
    retold: bool = False
    apologised: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "Memory":
        """From what `as_dict` gave; of anything else, nothing is remembered."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in (kept or {}).items() if name in known}
        return cls(**{**values, "choices": tuple(values.get("choices") or ())})

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is said, what is kept, and the topic whose form begins now, if any."""

    messages: tuple[BotMessage, ...]
    memory: Memory
    begins: str = ""


def respond(services: Services, conversation_id: str, understood: Understood, memory: Memory) -> Response:
    """The response to one text outside a form.

    Raises:
        WordingError: the wording lacks an entry that the topic needs.
    """
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    talk = _Talk(services, case, memory)
    if not any(char.isalnum() for char in understood.text):
        return talk.say("empty")
    chosen = _chosen(services, case, understood, memory)
    if chosen:
        return talk.take(chosen)
    said = replace(understood, previous=memory.topic)
    if leaning_topic(said):
        return talk.follow(said, Decision(answers=(said,)))
    if said.intent in _OF_THE_LAST_ANSWER and said.confidence >= SURE:
        return _OF_THE_LAST_ANSWER[said.intent](talk)
    return talk.follow(said, decide(said, talk.offerable))


class _Talk:
    """One turn: the services, the case and what is remembered, at hand for whatever is said."""

    def __init__(self, services: Services, case: Case, memory: Memory) -> None:
        self._services, self._case, self._memory = services, case, memory

    def offerable(self, topic: str) -> bool:
        """Whether a topic has a name to offer it by."""
        return f"button.{topic}" in self._services.wording

    def say(
        self, key: str, *, memory: Memory | None = None, depth: Depth = "usual", **values: Any
    ) -> Response:
        """One entry of the wording."""
        message = render(self._services, self._case, key, depth=depth, **values)
        return Response(messages=(message,), memory=memory or self._memory)

    def follow(self, understood: Understood, decision: Decision) -> Response:
        """What was decided of a text."""
        if len(decision.answers) > 1:
            return self._several(decision.answers)
        if decision.answers:
            return self._one(decision.answers[0])
        if decision.choices:
            return self._offer(understood, decision.choices)
        return self._miss(understood)

    def take(self, chosen: tuple[str, ...]) -> Response:
        """The answers to the topics chosen, of the text that could not be told apart."""
        asked = _understood(self._memory.asked)
        found = tuple(replace(asked, intent=topic, confidence=1.0, ranking=(), parts=()) for topic in chosen)
        form = next((said.intent for said in found if said.intent in FORMS), "")
        if form:
            return Response(messages=(), memory=_fresh(self._memory), begins=form)
        return self._several(found) if len(found) > 1 else self._one(found[0])

    def more(self) -> Response:
        """The long version of the last answer; on the web it was given already."""
        if not self._memory.topic and self._case.notice:
            return self._one(Understood(intent="notice_meaning", text=""))
        if not self._memory.topic or self._case.channel == "web":
            return self.say("more_nothing")
        return self._again("full")

    def repeat(self) -> Response:
        """The last answer in other words; asked for once more, a person."""
        if not self._memory.topic:
            return self._one(Understood(intent="repeat", text=""))
        if self._memory.retold:
            return self.say("missed_twice", memory=replace(self._memory, retold=False))
        return self._again("again")

    def why(self) -> Response:
        """What the last answer rests on."""
        if not self._memory.key:
            return self._one(Understood(intent="ask_why", text=""))
        wording = self._services.wording.edition(self._case.language)
        return self.say("why", documents=wording.sources(self._memory.key))

    def complaint(self) -> Response:
        """One apology; after it, only help."""
        if self._memory.apologised:
            return self.say("complaint_again")
        said = self._one(Understood(intent="complaint", text=""))
        return replace(said, memory=replace(self._memory, apologised=True, misses=0))

    def _one(self, said: Understood) -> Response:
        if said.intent in FORMS:
            return Response(messages=(), memory=_fresh(self._memory), begins=said.intent)
        said = replace(said, previous=self._memory.topic)
        picked = pick(self._services, self._case, said)
        return Response(messages=(self._rendered(picked, "usual"),), memory=self._answered(said, picked))

    def _several(self, said: tuple[Understood, ...]) -> Response:
        picked = [pick(self._services, self._case, each) for each in said]
        unlike = {each.key: each for each in picked}.values()
        depth: Depth = "brief" if len(unlike) > 1 else "usual"
        return Response(
            messages=tuple(self._rendered(each, depth) for each in unlike),
            memory=self._answered(said[-1], picked[-1]),
        )

    def _offer(self, understood: Understood, choices: tuple[str, ...]) -> Response:
        named = buttons(self._services, self._case, choices)
        message = render(self._services, self._case, "choice", first=named[0].label, second=named[1].label)
        if self._case.channel == "web":
            message = replace(message, buttons=named)
        memory = replace(self._memory, asked=_kept(understood), choices=choices)
        return Response(messages=(message,), memory=memory)

    def _miss(self, understood: Understood) -> Response:
        misses = self._memory.misses + 1
        memory = replace(self._memory, misses=misses)
        if misses >= MISSES_BEFORE_A_PERSON:
            return self.say("missed_twice", memory=replace(memory, choices=()))
        if self._memory.choices:
            return self.say("choice_again", memory=memory)
        picked = pick(self._services, self._case, replace(understood, intent="out_of_scope"))
        return Response(messages=(self._rendered(picked, "usual"),), memory=memory)

    def _again(self, depth: Depth) -> Response:
        asked = _understood(self._memory.asked)
        message = self._rendered(pick(self._services, self._case, asked), depth)
        return Response(messages=(message,), memory=replace(self._memory, misses=0, retold=depth == "again"))

    def _rendered(self, picked: Pick, depth: Depth) -> BotMessage:
        return render(self._services, self._case, picked.key, depth=depth, **picked.values)

    def _answered(self, said: Understood, picked: Pick) -> Memory:
        memory = _fresh(self._memory)
        if said.intent in _SMALL_TALK:
            return memory
        return replace(memory, asked=_kept(said), topic=topic_of(said), key=picked.key)


_OF_THE_LAST_ANSWER = {
    "more": _Talk.more,
    "repeat": _Talk.repeat,
    "ask_why": _Talk.why,
    "complaint": _Talk.complaint,
}
_SMALL_TALK = frozenset(
    "greet goodbye thanks acknowledge deny help complaint insult injection inform".split()
)


def _fresh(memory: Memory) -> Memory:
    """As after an answer: nothing is pending, nothing was missed."""
    return replace(memory, choices=(), misses=0, retold=False)


def _chosen(services: Services, case: Case, said: Understood, memory: Memory) -> tuple[str, ...]:
    """Which of the topics offered the text names: by its number, its place, or its name."""
    if len(memory.choices) != 2:
        return ()
    text = re.sub(r"[\s。.!！,，、]+$", "", unicodedata.normalize("NFKC", said.text).strip().lower())
    if _FIRST.fullmatch(text):
        return memory.choices[:1]
    if _SECOND.fullmatch(text):
        return memory.choices[1:]
    if _BOTH.fullmatch(text):
        return memory.choices
    labels = [button.label.lower() for button in buttons(services, case, memory.choices)]
    return tuple(topic for topic, label in zip(memory.choices, labels, strict=True) if text == label)


def _kept(said: Understood) -> dict[str, Any]:
    entities = {kind: list(values) for kind, values in said.entities.items()}
    return {"intent": said.intent, "text": said.text, "entities": entities, "previous": said.previous}


def _understood(kept: Mapping[str, Any] | None) -> Understood:
    held = kept or {}
    return Understood(
        intent=held.get("intent", ""),
        text=held.get("text", ""),
        entities={kind: tuple(values) for kind, values in held.get("entities", {}).items()},
        previous=held.get("previous", ""),
    )
