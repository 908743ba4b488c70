"""Which workers work: each says so every few seconds, in the store that all see."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from renewal.store.models import WorkerBeat

SILENT_FOR = timedelta(seconds=30)  # a worker that said nothing for so long is gone, or stands still
FORGOTTEN_FOR = timedelta(days=1)


def beat(session: Session, name: str, now: datetime) -> None:
    """Say that `name` works. `now` is the store's own time."""
    row = session.get(WorkerBeat, name)
    if row is None:
        session.add(WorkerBeat(name=name, started_at=now, beat_at=now))
        session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - FORGOTTEN_FOR))
    else:
        if row.beat_at < now - SILENT_FOR:
            row.started_at = now
        row.beat_at = now


def at_work(session: Session, now: datetime) -> Sequence[str]:
    """Names of the workers that were heard of just now."""
    return session.scalars(select(WorkerBeat.name).where(WorkerBeat.beat_at >= now - SILENT_FOR)).all()
