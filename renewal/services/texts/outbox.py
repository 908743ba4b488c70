"""The one way to send a text: it is put here, in the transaction of what it tells of, and the worker does the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from renewal.services.texts.delivery_states import advance
from renewal.services.texts.holds import LANES, NOTICES, REPLIES
from renewal.services.texts.provider import DeliveryState
from renewal.services.texts.quiet_hours import next_daytime
from renewal.services.texts.said import Said
from renewal.services.texts.segments import segments
from renewal.services.texts.suppression import suppressed_among
from renewal.services.work import Work
from renewal.store.models import Delivery, opaque_id

CONFIRMATION_PART = 0  # of a reply that says "no more texts": the one that a suppressed number still gets
FIRST_PART = 1
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text to send.

    `lane` is `replies` where somebody waits for it (it leaves at any hour, before all notices), else `notices`.
    `provider` is that of the text it answers, else the one of the settings. After `not_after_at` it is of no use any
    more and is given up instead of sent.
    """

    phone: str
    phone_hash: str
    said: Said
    lane: str
    notice_id: str | None = None
    inbound_id: str | None = None
    part: int = FIRST_PART
    provider: str = ""
    not_after_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.lane not in LANES:
            raise ValueError(f"no lane {self.lane!r}")


def post(work: Work, text: Text) -> str | None:
    """Have a text sent once `work` commits; returns its id, or None where its number gets no texts."""
    return next(iter(post_all(work, (text,))), None)


def post_all(work: Work, texts: Sequence[Text]) -> list[str]:
    """Have texts sent once `work` commits; returns the ids of those whose numbers get texts.

    For one that gets none a row is kept as well, suppressed, so that everybody sees what was not sent. Held texts
    wait as rows like any other.
    """
    session, now = work.session, work.now
    unwanted = suppressed_among(session, {text.phone_hash for text in texts})
    in_turn = _Turns(work)
    rows = [_row(work, text, in_turn) for text in texts]
    session.add_all(rows)
    session.flush()  # at once: whatever asks what was sent last must find them
    posted = []
    for row in rows:
        if row.phone_hash in unwanted and row.part != CONFIRMATION_PART:
            advance(session, row, DeliveryState.SUPPRESSED, raw="suppressed", now=now)
        else:
            posted.append(row.id)
    return posted


def _row(work: Work, text: Text, in_turn: "_Turns") -> Delivery:
    settings, now = work.services.settings, work.now
    return Delivery(
        id=opaque_id(),
        notice_id=text.notice_id,
        inbound_id=text.inbound_id,
        part=text.part,
        lane=text.lane,
        template=text.said.template,
        language=text.said.language,
        parameters=text.said.parameters,
        phone=text.phone,
        phone_hash=text.phone_hash,
        body=text.said.body,
        segments=segments(text.said.body),
        state=DeliveryState.PENDING.value,
        provider=text.provider or settings.provider,
        not_before_at=next_daytime(settings, now) if text.lane == NOTICES else now,
        not_after_at=text.not_after_at,
        created_at=in_turn(text),
        updated_at=now,
    )


class _Turns:
    """When each text is made: of a phone's replies each later than all before, so that they go in that order."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._last: dict[str, datetime | None] = {}

    def __call__(self, text: Text) -> datetime:
        now = self._work.now
        if text.lane != REPLIES:
            return now
        if text.phone_hash not in self._last:
            self._last[text.phone_hash] = self._work.session.scalar(
                select(func.max(Delivery.created_at)).where(
                    Delivery.phone_hash == text.phone_hash, Delivery.lane == REPLIES
                )
            )
        last = self._last[text.phone_hash]
        at = now if last is None else max(now, last + _A_MOMENT)
        self._last[text.phone_hash] = at
        return at
