"""What is asked most: counted over the answers of the last days, by topic, without a word of anybody's text."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from renewal.dialogue.topics import topics
from renewal.services.app import Services
from renewal.store.models import Message
from renewal.wording import Wording

COUNTED_FOR = timedelta(days=30)
SHOWN = 5
LEAST_TALKS = 5  # a topic that fewer conversations asked about says nothing of what people ask
USUAL = ("how_to_renew", "materials", "auto_failed", "overdue", "human")


def most_asked(services: Services) -> tuple[str, ...]:
    """The topics asked in most conversations of the last days, the most asked first.

    Only topics that have a plain question in the wording; a finer one counts for what it is over, as when the first
    day was worked out for "when can I renew". Where too few are known, the usual ones fill up.
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
        for named, count in session.execute(counted):
            meant = [topic_asked(services.wording, topic) for topic in (named or "").split(",")]
            asked.update(dict.fromkeys(filter(None, meant), count))
    often = [topic for topic, count in asked.most_common() if count >= LEAST_TALKS]
    return tuple(dict.fromkeys([*often, *USUAL]))[:SHOWN]


def topic_asked(wording: Wording, topic: str) -> str:
    """The topic whose plain question an answer of `topic` answers: its own, or the first that it is over; or none."""
    known = topics().get(topic)
    near = (topic, *known.over) if known else ()
    return next((each for each in near if question_key(each) in wording), "")


def question_key(topic: str) -> str:
    """The wording's name of a topic's plain question."""
    return f"question.{topic}"
