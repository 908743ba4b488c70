"""How fast a sender may go, over all workers: its next free moment is a row that they share."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from renewal.store.models import Pace

LOOK_AHEAD = timedelta(milliseconds=250)  # a call may be given a moment that is so near
CATCH_UP = timedelta(milliseconds=100)  # what was not used for longer is lost: no burst after a rest

ANY_NUMBER = 1_000_000


def most_at_once(per_s: float) -> int:
    """How many moments one call of `take` may give: more than that need not be looked at."""
    return ANY_NUMBER if per_s <= 0 else 1 + int(per_s * (LOOK_AHEAD + CATCH_UP).total_seconds())


def take(session: Session, sender: str, *, per_s: float, most: int, now: datetime) -> Sequence[datetime]:
    """Up to `most` moments at which `sender` may call, evenly `1 / per_s` seconds apart, and each given once.

    `now` is the store's own time, so that workers whose clocks differ agree. Without a limit (`per_s` 0) it is all
    of them, now. The row stays ours until `session` ends.
    """
    if per_s <= 0:
        return [now] * most
    row = _locked(session, sender, now)
    gap = timedelta(seconds=1 / per_s)
    first = max(row.next_at, now - CATCH_UP)
    given = [moment for n in range(most) if (moment := first + n * gap) <= now + LOOK_AHEAD]
    if given:
        row.next_at = given[-1] + gap
    return given


def _locked(session: Session, sender: str, now: datetime) -> Pace:
    query = select(Pace).where(Pace.sender == sender).with_for_update()
    row = session.scalar(query)
    if row is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(Pace).values(sender=sender, next_at=now).on_conflict_do_nothing())
        row = session.scalars(query).one()
    return row
