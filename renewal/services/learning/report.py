"""How often holders are answered, and how content they are: by week and by topic, counted without a word of theirs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.learning.unclear import DECLINED, OFFERED, OUT_OF_SCOPE
from renewal.settings import SHANGHAI
from renewal.store.models import Feedback, Message

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Tally:
    """Answers counted: given outright, as a choice, declined; and the thumbs."""

    answered: int = 0
    offered: int = 0
    declined: int = 0
    up: int = 0
    down: int = 0

    @property
    def asked(self) -> int:
        """All that were counted."""
        return self.answered + self.offered + self.declined

    @property
    def answer_rate(self) -> float | None:
        """The share that was answered outright; None where nothing was asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def satisfaction(self) -> float | None:
        """The share of thumbs that point up; None where there are none."""
        judged = self.up + self.down
        return self.up / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningReport:
    """The last weeks, oldest first, each by its Monday; and each topic over all of them, the most asked first."""

    weeks: Mapping[date, Tally]
    topics: Mapping[str, Tally] = field(default_factory=dict)


def learning_report(services: Services, *, weeks: int = WEEKS) -> LearningReport:
    """What was answered in the last weeks, the present one among them. A week begins on Monday, in Shanghai."""
    this = services.today() - timedelta(days=services.today().weekday())
    mondays = [this - WEEK * back for back in range(weeks - 1, -1, -1)]
    by_week: dict[date, Tally] = {}
    by_topic: dict[str, Tally] = {}
    with services.store.read() as session:
        for monday in mondays:
            by_week[monday] = _week(session, monday, by_topic)
    order = sorted(by_topic, key=lambda topic: (-by_topic[topic].asked, topic))
    return LearningReport(weeks=by_week, topics={topic: by_topic[topic] for topic in order})


def _week(session: Session, monday: date, by_topic: dict[str, Tally]) -> Tally:
    """One week's tally; what it says of each topic is added to theirs."""
    begins = _instant(monday)
    query = (
        select(Message.topics, Message.claim, Feedback.verdict, func.count())
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .where(Message.at >= begins, Message.at < begins + WEEK, Message.author == "bot")
        .where(Message.claim.is_not(None) | Message.topics.is_not(None))
        .group_by(Message.topics, Message.claim, Feedback.verdict)
    )
    week = Tally()
    for topics, claim, verdict, count in session.execute(query):
        named = [topic for topic in (topics or "").split(",") if topic]
        of_topics = [by_topic.setdefault(topic, Tally()) for topic in named]
        for tally in (week, *of_topics):
            _count(tally, named, claim, verdict, count)
    return week


def _count(tally: Tally, topics: list[str], claim: str | None, verdict: str | None, count: int) -> None:
    kind = "answered"
    if claim == OFFERED:
        kind = "offered"
    elif claim == DECLINED or topics == [OUT_OF_SCOPE]:
        kind = "declined"
    counts = Counter({kind: count})
    if verdict:
        counts[verdict] += count
    for name, more in counts.items():
        setattr(tally, name, getattr(tally, name) + more)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
