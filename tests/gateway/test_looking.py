"""A worker looks at a queue only where a job waits, and leaves an assistant alone that gives no sign of life."""

import pytest

from renewal.dialogue.says import BotMessage
from renewal.services.jobs import KEEPING, NOTICES, REPLIES
from renewal.services.talks.assistant import AssistantUnavailable
from sms_gateway.looking import AWAY_AFTER, REST_S, Watched


class Moody:
    """Answers, or fails as told."""

    error: AssistantUnavailable | None = None

    def answer(self, **_: str) -> tuple[BotMessage, ...]:
        if self.error:
            raise self.error
        return (BotMessage(text="好"),)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def watched(moody, clock) -> Watched:
    return Watched(moody, clock)


def _ask(watched: Watched, times: int) -> None:
    for _ in range(times):
        with pytest.raises(AssistantUnavailable):
            watched.answer(conversation_id="c", text="问")


def test_after_some_asks_in_vain_the_assistant_is_left_alone_for_a_moment(watched, moody, clock) -> None:
    moody.error = AssistantUnavailable("no connection")
    _ask(watched, AWAY_AFTER - 1)
    assert not watched.is_away
    _ask(watched, 1)
    assert watched.is_away
    clock.now_s += REST_S
    assert not watched.is_away
    _ask(watched, 1)
    assert watched.is_away, "one more in vain is enough"


def test_an_assistant_that_lives_and_cannot_answer_one_text_is_asked_the_next(watched, moody) -> None:
    moody.error = AssistantUnavailable("no answer", alive=True)
    _ask(watched, 2 * AWAY_AFTER)
    assert not watched.is_away


def test_one_answer_ends_the_rest(watched, moody) -> None:
    moody.error = AssistantUnavailable("no connection")
    _ask(watched, AWAY_AFTER)
    moody.error = None
    assert watched.answer(conversation_id="c", text="问")[0].text == "好"
    assert not watched.is_away


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_glance_sees_a_job_that_waits_in_its_queue(services) -> None:
    assert not services.jobs.any_waits(NOTICES)
    with services.store.session() as session:
        services.jobs.enqueue(session, KEEPING, NOTICES, id="one")
    assert services.jobs.any_waits(NOTICES)
    assert not services.jobs.any_waits(REPLIES)
