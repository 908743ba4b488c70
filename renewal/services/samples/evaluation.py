"""Scoring the whole bot on a file of questions: reading the file, asking, and matching the replies."""

import json
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Literal

from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.services.samples import door
from renewal.services.samples.door import Channel
from renewal.services.talks.assistant import Assistant, AssistantUnavailable

FAILURE_SMS = "failure_sms"
FAILURE_SCENARIO = "failure:address"  # what `failure_sms` stands for: a notice about a changed address
CHANNELS = ("sms", "web")
WORKERS = 4
_ONE_HOLDER = threading.Lock()  # the scenario's holder has one phone: two conversations on it would mix
_TEXT_KEYS = ("id", "text", "prev", "context", "kind", "topic", "lang", "channel", "shape")

Group = Literal["kind", "topic", "shape"]
Progress = Callable[[int, int], None]


class BadEvaluationFile(RenewalError):
    """A line of the evaluation file is not a question; the message begins with its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of the file. `must` and `must_not` hold strings whose alternatives stand between `|`."""

    line: int
    id: str
    text: str
    prev: str = ""
    context: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    kind: str = ""
    topic: str = ""
    lang: str = ""
    channel: Channel = "web"
    shape: str = ""

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(f"channel 只能是 {' 或 '.join(CHANNELS)}")
        if self.context not in ("", FAILURE_SMS):
            raise ValueError(f"context 只能是 {FAILURE_SMS}")
        for wanted in (*self.must, *self.must_not):
            if not all(fold(alternative) for alternative in wanted.split("|")):
                raise ValueError(f"“{wanted}”里有空的选项，它会匹配任何回答")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one question. `missing` and `forbidden` are the strings of the file that were not met."""

    question: Question
    reply: str
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything that must be there is, nothing that must not, and an answer came at all."""
        return not (self.missing or self.forbidden or self.error)

    def record(self) -> dict[str, object]:
        """The result as one flat JSON object."""
        return {
            **asdict(self.question),
            "reply": self.reply,
            "passed": self.passed,
            "missing": self.missing,
            "forbidden": self.forbidden,
            "error": self.error,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many of a group passed."""

    passed: int
    total: int

    @property
    def percent(self) -> float:
        """0 to 100; an empty group counts as nothing passed."""
        return 100 * self.passed / self.total if self.total else 0.0


def read_questions(text: str) -> tuple[Question, ...]:
    """The questions of a JSON-lines file, blank lines left out.

    Raises:
        BadEvaluationFile: a line is not a question, an id comes twice, or there is no question at all.
    """
    questions: list[Question] = []
    ids: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = _question(number, line)
        except ValueError as error:
            raise BadEvaluationFile(f"第 {number} 行：{error}") from None
        if question.id in ids:
            raise BadEvaluationFile(f"第 {number} 行：id “{question.id}”和第 {ids[question.id]} 行重复")
        ids[question.id] = number
        questions.append(question)
    if not questions:
        raise BadEvaluationFile("文件里没有问题")
    return tuple(questions)


def fold(text: str) -> str:
    """What is compared: NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def contains(reply: str, wanted: str) -> bool:
    """Whether the reply has one of the alternatives."""
    folded = fold(reply)
    return any(fold(alternative) in folded for alternative in wanted.split("|"))


def judge(question: Question, reply: str, *, answer: str | None = None, seconds: float = 0.0) -> Result:
    """Match one reply; `answer` is what of it counts, where that is not all."""
    answer = reply if answer is None else answer
    return Result(
        question=question,
        reply=reply,
        missing=tuple(wanted for wanted in question.must if not contains(answer, wanted)),
        forbidden=tuple(wanted for wanted in question.must_not if contains(answer, wanted)),
        error="" if reply.strip() else "没有回答",
        seconds=seconds,
    )


def evaluate(
    services: Services,
    assistant: Assistant,
    questions: Sequence[Question],
    *,
    workers: int = WORKERS,
    progress: Progress | None = None,
) -> tuple[Result, ...]:
    """Ask every question in a conversation of its own, several at once; results come in the file's order.

    An answer that does not come counts as a failure of that question and stops nothing.
    """
    done = 0
    counting = threading.Lock()

    def ask(question: Question) -> Result:
        nonlocal done
        result = _ask(services, assistant, question)
        with counting:
            done += 1
            if progress:
                progress(done, len(questions))
        return result

    with ThreadPoolExecutor(max_workers=workers) as pool:
        return tuple(pool.map(ask, questions))


def scores(results: Sequence[Result], key: Group) -> Mapping[str, Score]:
    """Pass counts by one key of the questions, in the order of the file."""
    groups: dict[str, list[bool]] = {}
    for result in results:
        groups.setdefault(getattr(result.question, key) or "—", []).append(result.passed)
    return {name: Score(passed=sum(passed), total=len(passed)) for name, passed in groups.items()}


def total(results: Sequence[Result]) -> Score:
    """Pass count of all."""
    return Score(passed=sum(result.passed for result in results), total=len(results))


def _question(number: int, line: str) -> Question:
    """Raises ValueError with what is wrong."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"不是 JSON（第 {error.colno} 个字符处）") from None
    if not isinstance(row, dict):
        raise ValueError("不是一个 JSON 对象")
    for key in _TEXT_KEYS:
        if not isinstance(row.get(key, ""), str | None):
            raise ValueError(f"{key} 应当是文字")
    if not isinstance(row.get("text"), str):
        raise ValueError("没有 text")
    lists: dict[str, Any] = {key: _strings(key, row.get(key, [])) for key in ("must", "must_not")}
    if not any(lists.values()):
        raise ValueError("must 和 must_not 都是空的，什么回答都会通过")
    given: dict[str, Any] = {key: row[key] for key in _TEXT_KEYS if row.get(key)}
    usual: dict[str, Any] = {"line": number, "id": str(number), "text": ""}
    return Question(**(usual | given | lists))


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{key} 应当是一列文字")
    return tuple(value)


def _ask(services: Services, assistant: Assistant, question: Question) -> Result:
    started = time.monotonic()
    try:
        reply = _reply(services, assistant, question)
    except AssistantUnavailable as error:
        return Result(
            question=question, reply="", error=f"助手没有回答：{error}", seconds=time.monotonic() - started
        )
    # The line that names the source is no part of the answer: a title may hold the very words that are asked for.
    answer = services.wording.without_sources(reply)
    return judge(question, reply, answer=answer, seconds=time.monotonic() - started)


def _reply(services: Services, assistant: Assistant, question: Question) -> str:
    if question.context == FAILURE_SMS:
        with _ONE_HOLDER:
            conversation_id = door.enter(services, "sms", FAILURE_SCENARIO)
            return door.say(services, assistant, conversation_id, question.text).text
    conversation_id = door.enter(services, question.channel)
    if question.prev:
        conversation_id = door.say(services, assistant, conversation_id, question.prev).conversation_id
    return door.say(services, assistant, conversation_id, question.text).text
