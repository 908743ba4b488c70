"""What must be true after every history. What phones got is the carrier's word, what we know of it the store's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import Select, select

from renewal.store import Store
from renewal.store.models import Delivery, Holder, InboundText, Notice, NoticeBatch
from tests.delivery.bot import answers_to
from tests.delivery.carrier import Carrier
from tests.delivery.moods import AWAY
from tests.delivery.taken import Message

FINAL = frozenset({"delivered", "failed", "suppressed", "expired"})
REFUSING_ENDS = frozenset({"failed", "suppressed"})
STOP_WITHIN_S = 5.0
MOST_TRIES = 3
LONG_WAIT_S = 120.0  # an answer that waits longer holds up no other
Key = tuple[str, str]  # phone, words


def never_worded() -> Select[tuple[str, str]]:
    """Notices that got no text when the rest of their batch came into words, and their phones.

    Whether the number counts as bad is not asked: a text from it may have shown since that it works.
    """
    return (
        select(Notice.id, Holder.phone)
        .join(Holder, Holder.id == Notice.holder_id)
        .join(NoticeBatch, NoticeBatch.id == Notice.batch_id)
        .outerjoin(Delivery, Delivery.notice_id == Notice.id)
        .where(NoticeBatch.composed_at.is_not(None), Delivery.id.is_(None))
    )


@dataclass
class Findings:
    """What is wrong, by kind, one line each."""

    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    misjudged: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    after_stop: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(self.counts().values())

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {name: len(getattr(self, name)) for name in self.__slots_of_kinds()}

    def lines(self) -> str:
        """All of them, for whoever looks for the cause."""
        return "\n".join(
            f"{name}: {line}" for name in self.__slots_of_kinds() for line in getattr(self, name)
        )

    @classmethod
    def __slots_of_kinds(cls) -> tuple[str, ...]:
        return ("lost", "repeated", "unsettled", "misjudged", "disordered", "after_stop")


@dataclass
class Audit:
    """Compares what was said and taken with what is on file.

    `answers` are the parts of what the bot says to a text; None where nobody knows them, only that there are some.
    """

    store: Store
    carrier: Carrier
    said: dict[str, list]
    answers: Callable[[str], list[str]] | None = answers_to

    def findings(self) -> Findings:
        """Everything that is wrong."""
        self.found = Findings()
        with self.store.read() as session:
            self.rows = session.scalars(select(Delivery).order_by(Delivery.created_at)).all()
            self.texts = {row.provider_ref: row for row in session.scalars(select(InboundText))}
            self.notices = session.scalars(select(Notice.id)).all()
            self.never_worded = dict(session.execute(never_worded()).all())
        self.taken: dict[Key, list[Message]] = defaultdict(list)
        for message in self.carrier.out():
            self.taken[message.to, message.body].append(message)
        self._inbound()
        self._notices()
        for key, rows in self._by_key().items():
            self._text(key, rows)
        self._unknown_texts()
        self._order()
        self._stops()
        return self.found

    def _by_key(self) -> dict[Key, list[Delivery]]:
        by_key: dict[Key, list[Delivery]] = defaultdict(list)
        for row in self.rows:
            by_key[row.phone, row.body].append(row)
        return by_key

    def _inbound(self) -> None:
        """Every text that a holder wrote is on file, and answered by as many parts as the bot said."""
        parts = defaultdict(list)
        for row in self.rows:
            parts[row.inbound_id].append(row)
        for phone, mine in self.said.items():
            for said in mine:
                row = self.texts.get(said.message.sid)
                if row is None:
                    self.found.lost.append(
                        f"{phone} wrote {said.message.body}, told {said.heard_at}, not on file"
                    )
                elif row.answered_at is None:
                    self.found.unsettled.append(f"{phone} wrote {said.message.body}: not answered")
                elif said.kind == "asks":
                    bodies = [part.body for part in parts[row.id]]
                    wanted = len(self.answers(said.message.body)) if self.answers else max(1, len(bodies))
                    if not self._stopped_before(phone, said) and len(bodies) != wanted:
                        self.found.lost.append(
                            f"{phone} wrote {said.message.body}: {len(bodies)} of {wanted}"
                        )

    def _stopped_before(self, phone: str, said: object) -> bool:
        return any(other.kind == "stops" for other in self.said[phone])

    def _notices(self) -> None:
        """Each has one text, but for those whose number the carrier had refused before they came into words."""
        told = Counter(row.notice_id for row in self.rows if row.notice_id)
        refused = self.carrier.refused_phones()
        for notice_id in self.notices:
            wanted = 0 if self.never_worded.get(notice_id) in refused else 1
            if told[notice_id] != wanted:
                self.found.lost.append(f"notice {notice_id} has {told[notice_id]} texts, not {wanted}")

    def _text(self, key: Key, rows: list[Delivery]) -> None:
        """A text reached its phone once and is known to have; or it did not, for a reason that counts."""
        taken = self.taken.get(key, [])
        reached = [message for message in taken if not message.code]
        what = f"{key[0]} {key[1]!r} {[row.state for row in rows]} {[row.error_code for row in rows]}"
        if len(reached) > len(rows):
            self.found.repeated.append(f"{what} reached {len(reached)} times at {self._times(reached)}")
        for row in rows:
            if row.state not in FINAL:
                self.found.unsettled.append(f"{what}, taken {len(taken)}, reached {len(reached)}")
        if all(row.state in FINAL for row in rows):
            self._end(what, key, rows, taken, len(reached))

    def _end(self, what: str, key: Key, rows: list[Delivery], taken: list[Message], reached: int) -> None:
        delivered = sum(row.state == "delivered" for row in rows)
        if delivered != min(reached, len(rows)):
            self.found.misjudged.append(f"{what}: reached {reached}, known as delivered {delivered}")
        if reached >= len(rows):
            return
        if not all(row.state in {"delivered"} | REFUSING_ENDS for row in rows):
            self.found.lost.append(f"{what}: {len(taken)} times taken")
        elif not self._has_reason(key, taken, max(row.attempts for row in rows)):
            self.found.lost.append(f"{what}: no reason not to have reached")

    def _has_reason(self, key: Key, taken: list[Message], tries: int) -> bool:
        """Whether the number is bad, wants no texts, or its handset was away at the last of three tries.

        A try that a kill cut off before the post counts as one: nobody knows that it never left.
        """
        phone = key[0]
        stopped = any(said.kind == "stops" for said in self.said.get(phone, []))
        bad = any(to == phone for to, _ in self.carrier.refused)
        gone = any(m.code and m.code != AWAY for m in self.carrier.out() if m.to == phone)
        away = bool(taken) and taken[-1].code == AWAY
        return stopped or bad or gone or (away and tries >= MOST_TRIES)

    def _unknown_texts(self) -> None:
        known = {(row.phone, row.body) for row in self.rows}
        for key, taken in self.taken.items():
            if key not in known:
                self.found.repeated.append(f"{key} was taken {len(taken)} times and is not on file")

    def _order(self) -> None:
        """A phone's answers left in the order in which it asked, and the parts of each in theirs.

        An answer that waits for long holds up no other one; the parts of one answer wait for each other.
        """
        first: dict[Key, float] = {}
        for message in self.carrier.out():
            first.setdefault((message.to, message.body), message.at)
        for phone, mine in self.said.items():
            asked = [said for said in mine if said.kind == "asks" and said.heard_at is not None]
            wanted = [(said, part) for said in asked for part in self._parts(said) if (phone, part) in first]
            for (said, part), (next_said, next_part) in pairwise(wanted):
                at, next_at = first[phone, part], first[phone, next_part]
                waited = said is not next_said and next_at - said.heard_at > LONG_WAIT_S
                if next_at < at and not waited:
                    self.found.disordered.append(
                        f"{phone} {next_part!r} left {at - next_at:.1f} s before {part!r}"
                    )

    def _parts(self, said: object) -> Iterator[str]:
        """The answers to a text, as they are on file: with what we put before them."""
        row = self.texts.get(said.message.sid)
        if row is not None:
            mine = [delivery for delivery in self.rows if delivery.inbound_id == row.id]
            yield from (delivery.body for delivery in sorted(mine, key=lambda delivery: delivery.part))

    def _stops(self) -> None:
        """After a STOP was heard, nothing but its confirmation goes out, until the holder comes back."""
        for phone, mine in self.said.items():
            for said, back in self._silences(mine):
                row = self.texts.get(said.message.sid)
                confirming = {
                    delivery.body for delivery in self.rows if row and delivery.inbound_id == row.id
                }
                for call in self.carrier.calls:
                    late = said.heard_at + STOP_WITHIN_S < call.at < back
                    if call.to == phone and late and call.body not in confirming:
                        self.found.after_stop.append(
                            f"{phone} {call.body!r} {call.at - said.heard_at:.1f} s after"
                        )

    @staticmethod
    def _silences(mine: list) -> Iterator[tuple]:
        """Each STOP, and when the phone came back."""
        for at, said in enumerate(mine):
            if said.kind == "stops" and said.heard_at is not None:
                back = next(
                    (later.message.at for later in mine[at:] if later.kind == "comes back"), float("inf")
                )
                yield said, back

    @staticmethod
    def _times(messages: list[Message]) -> list[float]:
        return [round(message.at - messages[0].at, 1) for message in messages]
