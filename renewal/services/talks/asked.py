"""What is asked most: counted over the answers of the last days, by topic, without a word of anybody's text."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from renewal.services.app import Services
from renewal.store.models import Message

COUNTED_FOR = timedelta(days=30)
SHOWN = 5
LEAST_TALKS = 5  # a topic that fewer conversations asked about says nothing of what people ask
USUAL = ("how_to_renew", "materials", "auto_failed", "overdue", "human")


def most_asked(services: Services) -> tuple[str, ...]:
    """The topics asked in most conversations of the last days, the most asked first.

    Only topics that have a plain question in the wording; where too few are known, the usual ones fill up.
    """
    since = services.now() - COUNTED_FOR
    talks = func.count(Message.conversation_id.distinct())
    counted = (
        select(Message.topics, talks)
        .where(Message.at > since, Message.topics.is_not(None))
        .group_by(Message.topics)
    )
    asked: Counter[str] = Counter()
    with services.store.read() as session:
        for topics, count in session.execute(counted):
            asked.update(dict.fromkeys((topics or "").split(","), count))
    often = [topic for topic, count in asked.most_common() if count >= LEAST_TALKS]
    known = [topic for topic in often if question_key(topic) in services.wording]
    return tuple(dict.fromkeys([*known, *USUAL]))[:SHOWN]


def question_key(topic: str) -> str:
    """The wording's name of a topic's plain question."""
    return f"question.{topic}"
