"""One text outside a form: what was said before, what is said now, and what is kept in mind for the next text."""

import re
from dataclasses import dataclass, replace
from typing import Any

from renewal.dialogue.memory import Memory, kept
from renewal.dialogue.says import BotMessage
from renewal.dialogue.understood import Understood
from renewal.language.dates import find_expiry
from renewal.services.app import Services
from renewal.services.talks.answers import EXPIRY, Pick, buttons, expiry_pick, pick, render
from renewal.services.talks.case import Case, load_case
from renewal.services.talks.deciding import OUT_OF_SCOPE, SURE, Decision, decide
from renewal.services.talks.leaning import about_the_same_day, amended, chosen
from renewal.services.talks.own_record import asks_own_day
from renewal.services.talks.topics import leaning_topic, named_topic, topic_of
from renewal.services.window.answers import asks_progress
from renewal.wording import WordingError
from renewal.wording.composer import Depth

FORMS = frozenset({"human", "my_status", "points_estimate", "appointment"})  # topics that a form answers
MISSES_BEFORE_A_PERSON = 2
_IN_ENGLISH = re.compile(r"\b(?:in|speak|use) english\b|english,? please", re.IGNORECASE)


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
    picked = chosen(understood, memory.choices, talk.labels(memory.choices))
    if picked:
        return talk.take(picked)
    said = replace(understood, previous=memory.topic)
    certain = _certain(services, said, case, memory)
    if certain is not None:
        return talk.follow(certain, Decision(answers=(certain,)))
    if memory.topic and _IN_ENGLISH.search(said.text):
        return talk.translated()
    if said.intent in _OF_THE_LAST_ANSWER and said.confidence >= SURE:
        return _OF_THE_LAST_ANSWER[said.intent](talk)
    return talk.follow(said, decide(said, talk.offerable))


def _certain(services: Services, said: Understood, case: Case, memory: Memory) -> Understood | None:
    """What a text is about by its words or by the text before, however sure the model is; None where by neither."""
    today = services.today()
    own = asks_own_day(case, said.text) or asks_progress(services, case, said.text)
    named = "my_status" if own and not said.parts else named_topic(said)
    if named:
        return replace(said, intent=named, parts=())
    leaning = amended(said, memory, today) or (said if leaning_topic(said) else None)
    unsure = said.confidence < SURE or said.intent == OUT_OF_SCOPE
    if leaning is None and unsure and EXPIRY.search(said.text) and find_expiry(said.text, today):
        return replace(said, intent="renewal_window", parts=())  # a day of expiry asks what it means
    return leaning


class _Talk:
    """One turn: the services, the case and what is remembered, at hand for whatever is said."""

    def __init__(self, services: Services, case: Case, memory: Memory) -> None:
        self._services, self._case, self._memory = services, case, memory

    def offerable(self, topic: str) -> bool:
        """Whether a topic has a name to offer it by."""
        return f"button.{topic}" in self._services.wording

    def labels(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        """The names of topics, in the case's language."""
        return tuple(button.label for button in buttons(self._services, self._case, topics))

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
        asked = self._memory.last
        found = tuple(replace(asked, intent=topic, confidence=1.0, ranking=(), parts=()) for topic in chosen)
        form = next((said.intent for said in found if said.intent in FORMS), "")
        if form:
            return Response(messages=(), memory=self._memory.fresh(), begins=form)
        return self._several(found) if len(found) > 1 else self._one(found[0])

    def more(self) -> Response:
        """The long version of the last answer; on the web, where it was given already, other words for it."""
        if not self._memory.topic and self._case.notice:
            return self._one(Understood(intent="notice_meaning", text=""))
        if not self._memory.topic or self._memory.retold:
            return self.say("more_nothing")
        return self._again("again" if self._case.channel == "web" else "full")

    def translated(self) -> Response:
        """The last answer once more, in the language of the text that asks for it."""
        return self._again("usual")

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
            told = "notice_meaning" if self._case.notice == "failure" else "ask_why"
            return self._one(Understood(intent=told, text="为什么"))
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
            return Response(messages=(), memory=self._memory.fresh(), begins=said.intent)
        said = replace(said, previous=self._memory.topic)
        same_day = about_the_same_day(said, self._memory, self._services.today())
        picked = expiry_pick(self._services, same_day) if same_day else pick(self._services, self._case, said)
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
        """Two topics to choose from, each with its answer's gist where there is room: one of them is likely it."""
        first, second = self.labels(choices)
        gists = [self._gist(replace(understood, intent=topic, parts=())) for topic in choices]
        message = self._choice(first, second, gists)
        if self._case.channel == "web":
            message = replace(message, buttons=buttons(self._services, self._case, choices))
        memory = replace(self._memory, asked=kept(understood), choices=choices)
        return Response(messages=(message,), memory=memory)

    def _choice(self, first: str, second: str, gists: list[str]) -> BotMessage:
        names: dict[str, Any] = {"first": first, "second": second}
        try:
            told: dict[str, Any] = {"first_says": gists[0], "second_says": gists[1]}
            if all(gists):
                return render(self._services, self._case, "choice", **names, **told)
        except WordingError:
            pass  # too long for a text message: the names alone, then
        return render(self._services, self._case, "choice", **names, first_says="", second_says="")

    def _gist(self, said: Understood) -> str:
        """What would be answered first; empty where a form would."""
        if said.intent in FORMS:
            return ""
        return self._rendered(pick(self._services, self._case, said), "gist").text

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
        asked = self._memory.last
        message = self._rendered(pick(self._services, self._case, asked), depth)
        return Response(messages=(message,), memory=replace(self._memory, misses=0, retold=depth == "again"))

    def _rendered(self, picked: Pick, depth: Depth) -> BotMessage:
        return render(self._services, self._case, picked.key, depth=depth, **picked.values)

    def _answered(self, said: Understood, picked: Pick) -> Memory:
        memory = self._memory.fresh()
        if said.intent in _SMALL_TALK and picked.key == said.intent:
            return memory
        worked_out = picked.values.get("expires_on") if picked.key.startswith("dated.") else None
        day = worked_out.isoformat() if worked_out else memory.day
        return replace(memory, asked=kept(said), topic=topic_of(said), key=picked.key, day=day)


_OF_THE_LAST_ANSWER = {
    "more": _Talk.more,
    "repeat": _Talk.repeat,
    "ask_why": _Talk.why,
    "complaint": _Talk.complaint,
}
_SMALL_TALK = frozenset(
    "greet goodbye thanks acknowledge deny help complaint insult injection inform".split()
)
