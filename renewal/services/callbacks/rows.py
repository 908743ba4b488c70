"""A callback's row, as staff act on it: one of them at a time."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from renewal.domain.errors import RenewalError
from renewal.language.staff_names import spoken
from renewal.services.talks.callback_rows import UNCONFIRMED
from renewal.services.work import Work
from renewal.store.models import Callback
from renewal.wording.staff import staff_sentence

CLAIM_LIFE = timedelta(hours=2)  # a claim of somebody who went home keeps nobody waiting


class NoSuchCallback(RenewalError):
    """There is no such callback."""


class CallbackCancelled(RenewalError):
    """The holder cancelled the callback."""


class CallbackEnded(RenewalError):
    """The callback was made already."""


class CallbackTaken(RenewalError):
    """A colleague has claimed the callback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a member of staff noted of a callback."""

    at: datetime
    by: str
    text: str


def to_act_on(work: Work, callback_id: int, *, staff: str = "") -> Callback:
    """The open callback, held until the transaction ends, where no colleague of whoever acts has claimed it.

    `staff` stands for the one who acts, where what they do is somebody else's to do.

    Raises:
        NoSuchCallback: there is none with that number.
        CallbackCancelled: its holder wants none any more.
        CallbackEnded: it was made already.
        CallbackTaken: a colleague has it; the sentence says who.
    """
    callback = work.session.get(Callback, callback_id, with_for_update=True)
    if callback is None or callback.state == UNCONFIRMED:
        raise NoSuchCallback(staff_sentence("callbacks.unknown", id=callback_id))
    if callback.state == "cancelled":
        raise CallbackCancelled(staff_sentence("callbacks.was_cancelled", id=callback_id))
    if callback.state == "closed":
        raise CallbackEnded(staff_sentence("callbacks.closed_before", id=callback_id))
    whose = claimed_by(callback, work.now)
    if whose not in ("", staff or work.actor):
        raise CallbackTaken(staff_sentence("callbacks.has_it", id=callback_id, who=spoken(whose)))
    return callback


def claimed_by(callback: Callback, now: datetime) -> str:
    """Who has the callback now; empty where nobody has, or the claim is too old to count."""
    if callback.claimed_by is None or callback.claimed_at is None or now - callback.claimed_at > CLAIM_LIFE:
        return ""
    return callback.claimed_by


def end(callback: Callback, now: datetime) -> None:
    """Nobody rings any more."""
    callback.state, callback.ended_at = "closed", now
    callback.claimed_by = callback.claimed_at = None


def notes_of(callback: Callback) -> tuple[Note, ...]:
    """What was noted, oldest first."""
    kept = json.loads(callback.notes or "[]")
    return tuple(
        Note(at=datetime.fromisoformat(note["at"]), by=note["by"], text=note["text"]) for note in kept
    )


def add_to_notes(callback: Callback, note: Note) -> None:
    """Keep a note with its callback: it is erased with it."""
    kept = [*notes_of(callback), note]
    callback.notes = json.dumps(
        [{"at": each.at.isoformat(), "by": each.by, "text": each.text} for each in kept], ensure_ascii=False
    )


def audit(work: Work, action: str, callback_id: int, **detail: str | int) -> None:
    """Keep who did what to a callback."""
    work.audit(action, f"callback:{callback_id}", **detail)
