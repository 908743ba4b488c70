"""Texts that are alike, counted, for a member of staff to say what they are about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renewal.dialogue.thresholds import ALIKE
from renewal.domain.errors import RenewalError
from renewal.language.likeness import grouped
from renewal.services.app import Services
from renewal.services.learning.unclear import Kind, Unclear, nameable, unclear_texts
from renewal.services.work import Work
from renewal.store.models import Message, NamedText
from renewal.wording.staff import staff_sentence

MOST_OFFERED = 3


class NoSuchText(RenewalError):
    """No text of that number waits for a name."""


class NoSuchTopic(RenewalError):
    """The topic is none that a text may be said to be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Texts that are alike. `number` is that of the first, by which the group is named.

    `kinds` counts why they are here; `offered` are the topics that were offered most.
    """

    number: int
    texts: tuple[Unclear, ...]
    kinds: Mapping[Kind, int]
    offered: tuple[str, ...]

    @property
    def distinct(self) -> Mapping[str, int]:
        """Each wording once, with how often it came, the most frequent first."""
        return dict(Counter(each.text for each in self.texts).most_common())


def groups(services: Services) -> tuple[Group, ...]:
    """The texts that nobody has named, in groups, the largest first."""
    texts = unclear_texts(services)
    return tuple(
        _group([texts[place] for place in places]) for places in grouped([each.text for each in texts], ALIKE)
    )


def name_texts(services: Services, number: int, topic: str, *, staff: str, only: bool = False) -> int:
    """Say what the texts of a group are about; how many there were. `only`: the text of that number alone.

    Raises:
        NoSuchTopic: the topic is none that a text may be said to be about.
        NoSuchText: no text of that number waits for a name.
    """
    if topic not in nameable(services):
        raise NoSuchTopic(staff_sentence("learn.no_topic", topic=topic))
    found = next(
        (each for each in groups(services) if number in {text.message_id for text in each.texts}), None
    )
    if found is None:
        raise NoSuchText(staff_sentence("learn.no_text", number=number))
    chosen = [each for each in found.texts if each.message_id == number or not only]
    return _keep(services, chosen, topic, staff)


def _keep(services: Services, texts: Sequence[Unclear], topic: str, staff: str) -> int:
    with Work.begin(services, actor=staff) as work:
        kept = 0
        for each in sorted(
            {text.message_id: text for text in texts}.values(), key=lambda text: text.message_id
        ):
            if work.session.get(Message, each.message_id, with_for_update={"read": True}) is None:
                continue  # erased meanwhile
            work.session.merge(
                NamedText(
                    message_id=each.message_id,
                    conversation_id=each.conversation_id,
                    topic=topic,
                    named_by=staff,
                    named_at=work.now,
                )
            )
            kept += 1
        work.audit("text.named", f"topic:{topic}", texts=kept)
    return kept


def _group(texts: Sequence[Unclear]) -> Group:
    offered = Counter(topic for each in texts for topic in each.offered)
    return Group(
        number=texts[0].message_id,
        texts=tuple(texts),
        kinds=dict(Counter(each.kind for each in texts).most_common()),
        offered=tuple(topic for topic, _ in offered.most_common(MOST_OFFERED)),
    )
