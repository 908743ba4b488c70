"""Staff in a conversation: finding it, a summary of it, taking it over, answering in it, giving it back."""

import json
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain.errors import RenewalError
from renewal.language.controls import without_controls
from renewal.language.links import find_links
from renewal.language.masking import mask_id_numbers, mask_name, names_in_full
from renewal.language.staff_names import spoken
from renewal.services.app import Services
from renewal.services.talks.case import language_spoken
from renewal.services.talks.summary import NoSuchTalk, found_talk
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import Said, allowed_links, by_template, in_free_words
from renewal.services.texts.segments import segments
from renewal.services.texts.suppression import is_suppressed
from renewal.services.work import Work
from renewal.store.models import Conversation, Holder, Message
from renewal.wording.staff import staff_sentence

LONGEST_SMS_SEGMENTS = 4
LONGEST_TEXT_CHARS = 1_000
SHORTEST_PREFIX_CHARS = 4


class CannotSay(RenewalError):
    """The text cannot reach the holder."""


class TalkTaken(RenewalError):
    """Another member of staff has the conversation."""


def find_talk(services: Services, beginning: str) -> str:
    """The id of the one conversation whose id begins so.

    Raises:
        NoSuchTalk: none does, or more than one.
    """
    wanted = beginning.strip().lower()
    found: list[str] = []
    if len(wanted) >= SHORTEST_PREFIX_CHARS and wanted.isalnum():
        with services.store.read() as session:
            query = select(Conversation.id).where(Conversation.id.startswith(wanted)).limit(2)
            found = list(session.scalars(query))
    if len(found) != 1:
        raise NoSuchTalk(staff_sentence("talk.ambiguous" if found else "talk.unknown", id=beginning))
    return found[0]


def take(services: Services, conversation_id: str, *, staff: str, over: bool = False) -> bool:
    """From now on staff answer here and the assistant keeps quiet, which the holder is told once; False if so before.

    `over`: also from a colleague who has it.

    Raises:
        NoSuchTalk: there is no such conversation.
    """
    with Work.begin(services, actor=staff) as work:
        talk = found_talk(work.session, conversation_id, lock=True)
        if over and talk.staffed and talk.staffed_by != staff:
            talk.staffed_by = staff
            _audit(work, "conversation.taken_over", talk.id)
            return True
        return _take(work, talk)


def say(services: Services, conversation_id: str, text: str, *, staff: str, once: str = "") -> None:
    """Say something as staff, who thereby take the conversation over; an SMS is put on the queue.

    Said again under the same word of `once`, it is said no second time.

    Raises:
        NoSuchTalk: there is no such conversation.
        TalkTaken: a colleague has the conversation.
        CannotSay: it is empty or too long, the holder's number gets no texts, or their page is gone.
    """
    clean = mask_id_numbers(without_controls(text).strip()).text
    if not clean or len(clean) > LONGEST_TEXT_CHARS:
        raise CannotSay(staff_sentence("talk.empty" if not clean else "talk.too_long"))
    with Work.begin(services, actor=staff) as work:
        talk = found_talk(work.session, conversation_id, lock=True)
        client_id = f"staff-{once or secrets.token_hex(8)}"
        if once and _was_said(work.session, conversation_id, client_id):
            return
        _refuse_colleagues(talk, staff)
        if talk.channel == "sms":
            _refuse_undeliverable(work, talk, clean)
        elif talk.ended_at is not None:
            raise CannotSay(staff_sentence("talk.ended"))
        _take(work, talk)
        talk.person_asked_at = None
        said = _as_sms(services, clean)
        _speak(work, talk, author="staff", text=clean, said=said, client_id=client_id)
        _audit(work, "conversation.answered", conversation_id)


def release(services: Services, conversation_id: str, *, staff: str, anyway: bool = False) -> bool:
    """Let the assistant answer again, and tell the holder; False where it did already.

    `anyway`: also where a colleague has the conversation.

    Raises:
        NoSuchTalk: there is no such conversation.
        TalkTaken: a colleague has it.
    """
    with Work.begin(services, actor=staff) as work:
        talk = found_talk(work.session, conversation_id, lock=True)
        if not talk.staffed:
            return False
        if not anyway:
            _refuse_colleagues(talk, staff)
        talk.staffed, talk.staffed_by, talk.staffed_at = False, None, None
        _announce(work, talk, "handover.released")
        _audit(work, "conversation.released", conversation_id)
        return True


def note_reading(services: Services, conversation_id: str, *, staff: str) -> None:
    """Keep who read a conversation, and when."""
    with Work.begin(services, actor=staff) as work:
        _audit(work, "conversation.read", conversation_id)


def _take(work: Work, talk: Conversation) -> bool:
    if talk.staffed:
        return False
    talk.staffed, talk.staffed_by, talk.staffed_at = True, work.actor, work.now
    _announce(work, talk, "handover.taken")
    _audit(work, "conversation.taken", talk.id)
    return True


def _refuse_colleagues(talk: Conversation, staff: str) -> None:
    if talk.staffed and talk.staffed_by not in (None, staff):
        raise TalkTaken(staff_sentence("talk.has_it", who=spoken(talk.staffed_by or "")))


def _was_said(session: Session, conversation_id: str, client_id: str) -> bool:
    said = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.client_id == client_id
    )
    return session.scalars(said).first() is not None


def _announce(work: Work, talk: Conversation, key: str) -> None:
    """A word of the system's own to the holder. Where their number gets no texts, it is only kept."""
    services, language = work.services, language_spoken(work.session, talk.id)
    words = services.wording.edition(language).render(key, on=services.today())
    said = by_template(services, key, language=language)
    _speak(work, talk, author="bot", text=words, said=said)


def _speak(
    work: Work, talk: Conversation, *, author: str, text: str, said: Said, client_id: str = ""
) -> None:
    """Keep it for the widget to read; by SMS also send it, as a reply that no text of the holder's called for."""
    talk.last_at = work.now
    work.session.add(
        Message(
            conversation_id=talk.id,
            author=author,
            client_id=client_id or f"{author}-{secrets.token_hex(8)}",
            body=text,
            buttons=json.dumps([]),
            at=work.now,
        )
    )
    if talk.channel == "sms" and talk.phone and talk.phone_hash:
        to = outbox.Text(phone=talk.phone, phone_hash=talk.phone_hash, said=said, lane=holds.REPLIES)
        outbox.post(work, to)


def _as_sms(services: Services, text: str) -> Said:
    by_staff = services.wording.render("handover.by_staff")
    return in_free_words(services, by_staff + text, most_segments=LONGEST_SMS_SEGMENTS)


def _refuse_undeliverable(work: Work, talk: Conversation, text: str) -> None:
    if not talk.phone or not talk.phone_hash:
        raise CannotSay(staff_sentence("talk.no_number"))
    if is_suppressed(work.session, talk.phone_hash):
        raise CannotSay(staff_sentence("talk.opted_out"))
    if links := find_links(text, allowed_links()):
        raise CannotSay(staff_sentence("talk.link", link=links[0]))
    holder = work.session.get(Holder, talk.holder_id) if talk.holder_id is not None else None
    if holder is not None and names_in_full(text, holder.name):
        raise CannotSay(staff_sentence("talk.full_name", name=mask_name(holder.name)))
    if segments(_as_sms(work.services, text).body) > LONGEST_SMS_SEGMENTS:
        raise CannotSay(staff_sentence("talk.too_long"))


def _audit(work: Work, action: str, conversation_id: str) -> None:
    work.audit(action, f"conversation:{conversation_id}")
