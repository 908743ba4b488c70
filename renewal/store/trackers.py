"""Rasa's own file of conversations: what it holds of a talk is deleted with the talk."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from renewal.settings import Settings

IDS_AT_ONCE = 500
BUSY_S = 10.0


def forget(settings: Settings, conversation_ids: Sequence[str]) -> int:
    """Delete what Rasa keeps of these conversations, in the state folder's `conversations.db`.

    Returns how many rows were deleted; 0 where there is no such file, or Rasa has not written to it yet.
    """
    file = settings.state_dir / "conversations.db"
    if not conversation_ids or not file.exists():
        return 0
    deleted = 0
    with closing(sqlite3.connect(file, timeout=BUSY_S, isolation_level=None)) as held:
        held.execute("PRAGMA secure_delete = ON")
        if held.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone() is None:
            return 0
        for start in range(0, len(conversation_ids), IDS_AT_ONCE):
            ids = conversation_ids[start : start + IDS_AT_ONCE]
            marks = ",".join("?" * len(ids))
            deleted += held.execute(f"DELETE FROM events WHERE sender_id IN ({marks})", ids).rowcount  # noqa: S608
        if deleted:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return deleted
