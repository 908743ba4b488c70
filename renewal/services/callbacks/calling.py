"""What staff do with a callback: claim it, note something, ring; done, or nobody answered."""

from dataclasses import dataclass
from datetime import timedelta

from renewal.domain.errors import RenewalError
from renewal.language.contact import country_to_text
from renewal.language.controls import without_controls
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.callbacks import rows
from renewal.services.callbacks.limits import number_hash
from renewal.services.talks.case import language_spoken
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import by_template
from renewal.services.work import Work
from renewal.store.models import Callback, Conversation
from renewal.wording.staff import staff_sentence

MOST_TRIES = 3  # the first, and twice more
TRY_AGAIN_AFTER = timedelta(hours=1)
LONGEST_NOTE_CHARS = 500
MOST_NOTES = 50
UNREACHED = "callback.unreached"


class BadNote(RenewalError):
    """The note is empty, too long, or one too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """What follows where nobody answered: `left` more tries; with none left, whether an SMS says so."""

    left: int
    texted: bool = False


def claim(services: Services, callback_id: int, *, staff: str) -> bool:
    """This member of staff rings, and nobody else for a while; False where they had it. Raises as `to_act_on`."""
    with Work.begin(services, actor=staff) as work:
        callback = rows.to_act_on(work, callback_id)
        had = rows.claimed_by(callback, work.now) == staff
        callback.claimed_by, callback.claimed_at = staff, work.now
        if not had:
            rows.audit(work, "callback.claimed", callback_id)
        return not had


def give_back(services: Services, callback_id: int, *, staff: str, anyway: bool = False) -> bool:
    """Let colleagues claim it; False where nobody had. `anyway`: also what a colleague has. Raises as `to_act_on`."""
    with Work.begin(services, actor=staff) as work:
        callback = work.session.get(Callback, callback_id, with_for_update=True) if anyway else None
        whose = rows.claimed_by(callback, work.now) if callback else ""
        callback = rows.to_act_on(work, callback_id, staff=whose)
        if not rows.claimed_by(callback, work.now):
            return False
        callback.claimed_by = callback.claimed_at = None
        rows.audit(work, "callback.given_back", callback_id)
        return True


def add_note(services: Services, callback_id: int, text: str, *, staff: str) -> None:
    """Keep a word for whoever rings.

    Raises:
        BadNote: it is empty or too long, or the callback has too many.
        RenewalError: as `to_act_on`.
    """
    clean = mask_id_numbers(without_controls(text).strip()).text
    if not clean or len(clean) > LONGEST_NOTE_CHARS:
        raise BadNote(staff_sentence("callbacks.bad_note", most=LONGEST_NOTE_CHARS))
    with Work.begin(services, actor=staff) as work:
        callback = rows.to_act_on(work, callback_id)
        if len(rows.notes_of(callback)) >= MOST_NOTES:
            raise BadNote(staff_sentence("callbacks.too_many_notes", most=MOST_NOTES))
        rows.add_to_notes(callback, rows.Note(at=work.now, by=staff, text=clean))
        rows.audit(work, "callback.noted", callback_id)


def close_callback(services: Services, callback_id: int, *, staff: str) -> bool:
    """Mark a callback as made; False where it was so already. Raises as `to_act_on`."""
    with Work.begin(services, actor=staff) as work:
        try:
            callback = rows.to_act_on(work, callback_id)
        except rows.CallbackEnded:
            return False
        rows.end(callback, work.now)
        rows.audit(work, "callback.closed", callback_id)
        return True


def not_reached(services: Services, callback_id: int, *, staff: str) -> NotReached:
    """Nobody answered: it is rung again after a while, twice; then it ends, and an SMS says so where one can be sent.

    Raises as `to_act_on`.
    """
    with Work.begin(services, actor=staff) as work:
        callback = rows.to_act_on(work, callback_id)
        callback.tries += 1
        left = MOST_TRIES - callback.tries
        rows.audit(work, "callback.not_reached", callback_id, tries=callback.tries)
        if left > 0:
            callback.call_after_at = work.now + TRY_AGAIN_AFTER
            callback.claimed_by = callback.claimed_at = None
            return NotReached(left=left)
        rows.end(callback, work.now)
        return NotReached(left=0, texted=_text(work, callback))


def _text(work: Work, callback: Callback) -> bool:
    """Tell by SMS that nobody answered; it waits for the daytime, as nobody waits for it."""
    services = work.services
    phone = _to_text(work, callback)
    if phone is None:
        return False
    language = language_spoken(work.session, callback.conversation_id)
    said = by_template(services, UNREACHED, language=language, tries=callback.tries)
    hashed = number_hash(services, phone)
    text = outbox.Text(phone=phone, phone_hash=hashed, said=said, lane=holds.NOTICES)
    return outbox.post(work, text) is not None


def _to_text(work: Work, callback: Callback) -> str | None:
    """The number that takes a text: the callback's own, else the one from which it was asked for by SMS."""
    talk = work.session.get(Conversation, callback.conversation_id)
    numbers = (callback.phone, (talk.phone if talk is not None else None) or "")
    answered = work.services.settings.answered_countries
    return next((phone for phone in numbers if country_to_text(phone) in answered), None)
